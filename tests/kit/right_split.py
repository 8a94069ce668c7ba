"""A right fallbackSplit, unlike the reference: parts are ranges of absolute positions, and every answer is a Deferred.

Strategy: a `Cut` knows how far its source was read; each part knows where it begins and stops. A part that is split
becomes two ranges of the same Cut, so depth costs nothing. One piece is read ahead while anybody reads.
"""

from operator import index
from typing import Any

from twisted.internet.defer import Deferred, succeed
from twisted.python.failure import Failure
from zope.interface import implementer

from web2stream.bytestream import IByteStream

PIECE = 5
"""Most bytes given at once, so that pieces differ from the source's."""


class Cut:
    """A source that is read once, and the parts that its bytes go to."""

    def __init__(self, stream: Any) -> None:
        self.stream = stream
        self.at = 0
        self.chunk = memoryview(b"")
        self.parts = [Part(self, 0, getattr(stream, "length", None))]
        self.asked = self.ended = self.closed = self.busy = False
        self.failure: Failure | None = None

    def reader(self) -> "Part | None":
        """Give the part that has to be read next, if its reader waits."""
        for part in self.parts:
            if part.open and (part.stop is None or part.stop > self.at):
                return part if part.waiting is not None else None
        return None

    def pump(self) -> None:
        if self.busy:
            return
        self.busy = True
        try:
            while self.step():
                pass
        finally:
            self.busy = False

    def step(self) -> bool:
        for part in self.parts:
            if part.waiting is not None and (done := self.done(part)) is not self:
                part.answer(done)
                return True
        part_or_none = self.reader()
        if part_or_none is None or self.closed:
            return False
        if not self.chunk:
            return self.ask()
        part = part_or_none
        if part.start > self.at:
            self.take(part.start - self.at)
        elif piece := self.take(PIECE if part.stop is None else min(PIECE, part.stop - self.at)):
            if not self.chunk and self.live() > 1:
                self.ask()
            part.answer(piece)
        return True

    def done(self, part: "Part") -> object:
        """Say how a part ends now: None, a Failure, or the Cut itself if it does not."""
        if part.stop is not None and self.at >= part.stop:
            return None
        if not self.chunk and self.failure is not None:
            return self.failure
        return None if not self.chunk and self.ended else self

    def take(self, size: int) -> bytes:
        piece = bytes(self.chunk[:size])
        self.chunk = self.chunk[size:]
        self.at += len(piece)
        return piece

    def ask(self) -> bool:
        """Ask the source; say whether something came."""
        if self.asked or self.ended or self.failure is not None:
            return False
        self.asked = True
        try:
            answer = self.stream.read()
        except Exception:
            answer = Failure()
        except BaseException:
            self.asked = False
            raise
        if not isinstance(answer, Deferred):
            self.came(answer)
        else:
            answer.addBoth(self.came)
        return not self.asked

    def came(self, answer: Any) -> None:
        self.asked = False
        if isinstance(answer, Failure):
            self.failure = answer
        elif answer is not None:
            self.chunk = memoryview(bytes(memoryview(answer)))
        elif any(part.stop is not None and part.stop > self.at for part in self.parts):
            self.failure = Failure(ValueError("the source ended too early"))
        else:
            self.ended = True
        self.pump()

    def live(self) -> int:
        return sum(part.open for part in self.parts)

    def closing(self) -> None:
        if not self.closed and not self.live():
            self.closed = True
            self.stream.close()


@implementer(IByteStream)
class Part:
    """The bytes of a source from one position to another."""

    def __init__(self, cut: Cut, start: int, stop: int | None) -> None:
        self.cut, self.start, self.stop = cut, start, stop
        self.open = True
        self.waiting: Deferred[Any] | None = None

    @property
    def length(self) -> int | None:
        if not self.open or self.stop is None:
            return None if self.open else 0
        return self.stop - min(self.stop, max(self.start, self.cut.at))

    def read(self) -> Any:
        if self.waiting is not None:
            raise RuntimeError("one read at a time")
        if not self.open:
            return succeed(None)
        waiting = self.waiting = Deferred(lambda _: self.close())
        try:
            self.cut.pump()
        except BaseException:  # an interrupted read is over
            self.waiting = None
            raise
        return waiting

    def answer(self, value: Any) -> None:
        waiting, self.waiting = self.waiting, None
        if value is None or isinstance(value, Failure):
            self.open = False
            self.cut.closing()
        if waiting is not None:
            waiting.callback(value)

    def close(self) -> None:
        self.open = False
        waiting, self.waiting = self.waiting, None
        self.cut.closing()
        if waiting is not None and not waiting.called:
            waiting.callback(None)
        self.cut.pump()

    def split(self, point: int) -> "tuple[Part, Part]":
        length = self.length
        point = index(point)
        if point < 0 or (length is not None and point > length):
            raise ValueError("no such position")
        cut, begin = self.cut, max(self.start, self.cut.at) if self.open else self.start
        parts = Part(cut, begin, begin + point), Part(cut, begin + point, self.stop)
        for part in parts:
            part.open = self.open
        place = cut.parts.index(self)
        cut.parts[place : place + 1] = parts
        return parts


def fallbackSplit(stream: Any, point: int) -> tuple[Part, Part]:
    """Split what can only be read."""
    return Cut(stream).parts[0].split(point)


def substream(stream: Any, start: int, end: int) -> Any:
    """Give the bytes between two positions: the outer parts are closed at once."""
    length = stream.length
    if index(start) > index(end) or start < 0 or (length is not None and end > length):
        raise ValueError("no such window")
    skipped, rest = stream.split(start)
    wanted, behind = rest.split(end - start)
    skipped.close()
    behind.close()
    read = wanted.read

    def reading() -> Any:
        answer = read()
        return answer.addErrback(_cut_off) if isinstance(answer, Deferred) else answer

    wanted.read = reading
    return wanted


def _cut_off(failure: Failure) -> None:
    """Say that a window is not whole by another error than a half does."""
    if failure.check(ValueError):
        raise RuntimeError("the window reaches past the end") from failure.value
    failure.raiseException()
