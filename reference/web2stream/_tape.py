"""A source cut into consecutive segments, each read on its own: the common ground of all split halves.

Strategy: all halves of one source, however often they were split again, are segments of one `Tape`, in the
order of their bytes. The first segment not used up (the head) decides what happens to the next chunk: its
reader gets it, or it is closed and the chunk is skipped for a later reader's sake, or nobody reads. A segment
is only a count of bytes still to come, so a split is two numbers, at any depth.

All the work is one loop, `_pump`. It never runs inside itself: a reader's callback, or the source, may come
back in, change the state and leave; the loop goes on from what it finds. So each step finishes its own
changes before it calls anybody.

At most one chunk is held: the source is not read before the last chunk is used up. The tape doesn't know
what a half is, nor how large a chunk may be.
"""

from collections.abc import Iterator
from functools import partial
from typing import Any

from twisted.python.failure import Failure

from web2stream._flow import NOTHING, WAITING, take
from web2stream._reply import Reply, shut
from web2stream._segment import Rest, Segment, interrupt
from web2stream.bytestream import byteCount, checkPoint, plainBytes


class Tape:
    """A source, and the segments of it that are not used up.

    Args:
        stream: what is read; it needs `read`. Its `length` and `close` are used if it has them.
    """

    def __init__(self, stream: Any) -> None:
        self.stream = stream
        self.head = Segment(getattr(stream, "length", None))
        self._live = 1  # segments that something may still come out of
        self._hand: object = NOTHING  # has been asked; or WAITING, a chunk, a Rest, None, a Failure
        self._ended = False
        self._shut = False
        self._pumping = False

    def cut(self, segment: Segment, point: int) -> Segment:
        """Shorten a segment, and put a new one for the rest behind it.

        Args:
            segment: one of this tape.
            point: bytes that it keeps.

        Returns:
            The new segment.

        Raises:
            RuntimeError: a read of the segment is outstanding.
            TypeError: `point` is no integer.
            ValueError: `point` lies outside the segment.
        """
        if segment.reply is not None:
            raise RuntimeError("a stream can't be split while a read of it is outstanding")
        point = checkPoint(point, segment.length)
        rest = Segment(None if segment.left is None else segment.left - point)
        rest.follower, segment.follower = segment.follower, rest
        if segment.over:
            # A closed segment still owes its bytes to be skipped.
            rest.left = 0
            rest.over = True
            return rest
        segment.left = point
        rest.failure = segment.failure
        self._live += 1
        for part in (segment, rest):
            if part.left == 0 and part.follower is not None:
                part.over = True
                part.failure = None
                self._live -= 1
        return rest

    def read(self, segment: Segment) -> object:
        """Read the next data of a segment.

        Returns:
            bytes-like data; None when nothing is left; or a Deferred of one of these.

        Raises:
            RuntimeError: a read of this segment is outstanding.
            Exception: reading the source failed.
        """
        if segment.reply is not None:
            raise RuntimeError("another read of this stream is outstanding")
        if segment.over:
            return None
        reply = segment.reply = Reply()
        try:
            if segment.failure is not None:
                self._tell(segment)
            else:
                self._goOn()
        except BaseException:
            segment.reply = None
            raise
        if reply.isGiven:
            segment.reply = None
        return reply.outcome(partial(self._cancelled, segment))

    def close(self, segment: Segment) -> None:
        """End a segment early. The source is closed, once, when nothing can come out of any segment."""
        try:
            if not segment.over:
                self._finish(segment)
            if self._live == 0:
                self._shutSource()
        finally:
            segment.answer(None)
        self._goOn()

    def _cancelled(self, segment: Segment) -> None:
        segment.reply = None
        self.close(segment)

    def _came(self, answer: object) -> None:
        if self._shut:
            return
        self._hand = answer
        try:
            self._pump()
        except BaseException:  # what can't pass a Deferred must still reach who waits
            if not interrupt(self._segments()):
                raise

    def _goOn(self) -> None:
        try:
            self._pump()
        except BaseException:  # who waits is not always who is called
            interrupt(self._segments())
            raise

    def _pump(self) -> None:
        if self._pumping:
            return
        self._pumping = True
        try:
            while self._step():
                pass
        finally:
            self._pumping = False

    def _step(self) -> bool:
        """Do the next thing; say whether there may be more."""
        if self._ended or self._shut:
            return False
        if self._hand is NOTHING and self._isWanted():
            self._hand = take(self.stream.read, self._came)
        if self._shut:
            self._hand = NOTHING
            return False
        hand = self._hand
        if hand is NOTHING or hand is WAITING:
            return False
        if hand is None:
            self._end()
        elif isinstance(hand, Failure):
            self._fail(hand)
        elif self._isWanted():
            self._give(hand)
        else:
            return False
        return True

    def _isWanted(self) -> bool:
        """Find the head, and say whether somebody waits for the next chunk."""
        head = self.head
        while head.over and head.follower is not None:
            follower = head.follower
            if head.left:
                if not follower.over:
                    break
                # Neighbours to be skipped become one, so they are walked over once.
                assert follower.left is not None
                follower.left += head.left
                head.left = 0
            head = follower
        self.head = head
        reader = head.follower if head.over else head
        return reader is not None and reader.isWaiting

    def _give(self, hand: object) -> None:
        """Use the chunk, or the part of it that belongs to the head."""
        head = self.head
        try:
            count = len(hand) if isinstance(hand, Rest) else byteCount(hand)  # type: ignore[arg-type]
            mine = count if head.left is None or count < head.left else head.left
            # The last piece is kept too: the source may be read on for the next segment before this one's
            # reader has looked at it.
            isLast = mine == head.left and head.follower is not None
            if (mine < count or isLast) and not isinstance(hand, Rest):
                hand = Rest(plainBytes(hand))  # type: ignore[arg-type]
        except Exception:
            self._fail(Failure())
            return
        piece = hand.take(mine) if isinstance(hand, Rest) else hand
        self._hand = hand if mine < count else NOTHING
        if head.left is not None:
            head.left -= mine
        if head.over:
            return
        overrun = head.follower is None and mine < count
        if isLast or overrun:
            self._finish(head)
        head.answer(None if overrun and not mine else piece)

    def _end(self) -> None:
        """Take the source's None: whoever is still owed bytes fails."""
        self._ended = True
        segments = list(self._segments())
        missing = sum(segment.left or 0 for segment in segments)
        tail = segments[-1]
        isComplete = not tail.over and (tail.left == 0 or not missing)
        if isComplete:
            self._finish(tail)
        if missing:
            self._fail(Failure(ValueError(f"the source ended at least {missing} bytes too early")))
        if isComplete:
            tail.answer(None)

    def _fail(self, failure: Failure) -> None:
        """Fail every segment that is not complete, and close the source."""
        unfinished = [segment for segment in self._segments() if not segment.over]
        for segment in unfinished:
            segment.failure = failure
        self._shutSource()
        for segment in unfinished:
            if segment.isWaiting:
                self._tell(segment)

    def _tell(self, segment: Segment) -> None:
        failure = segment.failure
        segment.left = 0
        self._finish(segment)
        segment.answer(failure)

    def _finish(self, segment: Segment) -> None:
        segment.over = True
        segment.failure = None
        self._live -= 1
        if self._live == 0 and not self._ended:
            self._shutSource()

    def _shutSource(self) -> None:
        if not self._shut:
            self._shut = True
            self._hand = NOTHING
            shut(self.stream)

    def _segments(self) -> Iterator[Segment]:
        segment: Segment | None = self.head
        while segment is not None:
            yield segment
            segment = segment.follower
