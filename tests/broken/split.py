"""Broken halves: wrong bytes, wrong lengths, too much or too little asked of the source."""

from typing import Any

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from streamgauge.subject import Subject
from tests.broken import broken, port, split_close, split_fail, split_order, split_substream  # noqa: F401 - registers theirs
from tests.broken.tapes import Passing, halves, is_first, splitting
from web2stream._flow import take
from web2stream._segment import Rest, Segment
from web2stream._tape import _EMPTY, Tape
from web2stream.bytestream import byteCount
from web2stream.split import PostTruncaterStream, TruncaterStream


@broken("split_01")
def rest_of_a_cut_piece_is_lost() -> Subject:
    """What lies behind the border in the piece that is cut is dropped."""

    class Broken(Tape):
        def _give(self, hand: object) -> None:
            super()._give(hand)
            if isinstance(self._hand, Rest):
                self._hand = _EMPTY

    return splitting(Broken)


@broken("split_01")
def border_is_one_byte_late() -> Subject:
    """Of a piece that is cut, before gets one byte too many."""

    class Broken(Tape):
        def _give(self, hand: object) -> None:
            head = self.head
            if head.left is not None and is_first(head) and len(hand) > head.left:  # type: ignore[arg-type]
                head.left += 1
            super()._give(hand)

    return splitting(Broken)


@broken("split_02")
def calls_the_sources_split() -> Subject:
    """FallbackSplit calls the split of the source, if it has one."""
    own = halves()

    def fallbackSplit(stream: Any, point: int) -> Any:
        return stream.split(point) if hasattr(stream, "split") else own(stream, point)

    return port(fallbackSplit=fallbackSplit)


@broken("split_03")
def before_of_an_unknown_is_unknown() -> Subject:
    """Before's length is None when the source's is."""

    class Before(TruncaterStream):
        @property
        def length(self) -> Any:
            known = self._tape.stream.length is not None or not super().length
            return super().length if known else None

    return splitting(before=Before)


@broken("split_03")
def before_tells_what_both_hold() -> Subject:
    """Until it is read, before's length is the point plus one for the border."""

    class Before(TruncaterStream):
        @property
        def length(self) -> Any:
            length = super().length
            after = self.postTruncater._segment
            return length + 1 if after.reply is not None and length else length

    return splitting(before=Before)


@broken("split_04")
def after_is_always_unknown() -> Subject:
    """After's length is None as long as before is not at its end."""

    class After(PostTruncaterStream):
        @property
        def length(self) -> Any:
            return super().length if self._first.over else None

    return splitting(after=After)


@broken("split_04")
def after_counts_what_is_skipped() -> Subject:
    """With before closed, after's length counts the bytes to be skipped too."""

    class After(PostTruncaterStream):
        @property
        def length(self) -> Any:
            length = super().length
            return length + (self._first.left or 0) if length and self._first.over else length

    return splitting(after=After)


@broken("split_05")
def reads_at_the_split() -> Subject:
    """The first piece is read when the stream is split."""

    class Broken(Tape):
        def cut(self, segment: Segment, point: int) -> Segment:
            rest = super().cut(segment, point)
            if self._hand is _EMPTY:
                self._hand = take(self.stream.read, self._came)
            return rest

    return splitting(Broken)


@broken("split_05")
def reads_when_a_half_is_split() -> Subject:
    """Splitting a half again reads the source."""

    class Broken(Tape):
        cuts = 0

        def cut(self, segment: Segment, point: int) -> Segment:
            rest = super().cut(segment, point)
            self.cuts += 1
            if self.cuts > 1 and self._hand is _EMPTY:
                self._hand = take(self.stream.read, self._came)
            return rest

    return splitting(Broken)


@broken("split_06")
def reads_on_for_after() -> Subject:
    """With before's last byte the source is read on for after, though nobody asked."""

    class Broken(Tape):
        def _give(self, hand: object) -> None:
            head = self.head
            super()._give(hand)
            if head.over and is_first(head) and self._hand is _EMPTY and not self._shut:
                self._hand = take(self.stream.read, self._came)

    return splitting(Broken)


@broken("split_15")
def new_halves_are_not_told_to_after() -> Subject:
    """The halves of before read the source on their own; after never learns that they have ended."""
    own = halves()

    class Before(TruncaterStream):
        pass

    def fallbackSplit(stream: Any, point: int) -> Any:
        before, after = own(stream, point)

        def split(at: int) -> Any:
            rest = Passing(stream)
            first, _second = own(rest, before.length)
            return own(first, at)

        before.split = split
        return before, after

    return port(fallbackSplit=fallbackSplit)


@broken("split_15")
def split_counts_from_the_start() -> Subject:
    """before.split counts its point from where before began, not from where its reader is."""

    class Broken(Tape):
        point = 0

        def cut(self, segment: Segment, point: int) -> Segment:
            if not self.point:
                self.point = point
            elif segment is self.head and segment.left:
                point = max(0, point - (self.point - segment.left))
            return super().cut(segment, point)

    return splitting(Broken)


@broken("split_16")
def halves_of_after_do_not_wait() -> Subject:
    """The halves of an after that was not read yet begin with before's bytes."""
    own = halves()

    def fallbackSplit(stream: Any, point: int) -> Any:
        before, after = own(stream, point)
        cut = after.split

        def split(at: int) -> Any:
            return cut(at) if after.sentInitialSegment else own(Passing(stream), at)

        after.split = split
        return before, after

    return port(fallbackSplit=fallbackSplit)


@broken("split_31")
def zero_is_no_point() -> Subject:
    """A point of 0 is taken for none: before gets everything."""
    own = halves()

    def fallbackSplit(stream: Any, point: int) -> Any:
        return own(stream, point or stream.length or 1)

    return port(fallbackSplit=fallbackSplit)


@broken("split_31")
def empty_before_waits() -> Subject:
    """Reading a before of no bytes waits for something to give."""

    class Before(TruncaterStream):
        def read(self) -> object:
            never: Deferred[None] = Deferred()
            return never if self._segment.over and self._tape._hand is _EMPTY and self.fresh else super().read()

        @property
        def fresh(self) -> bool:
            return self.postTruncater.length in (self._tape.stream.length, None) and not getattr(
                self._tape.stream, "reads", 0
            )

    return splitting(before=Before)


@broken("split_32")
def nothing_behind_is_an_error() -> Subject:
    """Before fails at its end when no byte follows."""

    class Before(TruncaterStream):
        def read(self) -> object:
            if self._segment.over and self.postTruncater._segment.left == 0 and self._tape.stream.length == 0:
                raise ValueError("the source ended at the point")
            return super().read()

    return splitting(before=Before)


class Items(Passing):
    """A stream whose pieces are cut as if each item were a byte."""

    def read(self) -> Any:
        data = self.stream.read()
        return data.addCallback(self._cut) if isinstance(data, Deferred) else self._cut(data)

    def _cut(self, data: Any) -> Any:
        return data if data is None else bytes(data)[: len(data)]


@broken("split_33")
def items_are_counted() -> Subject:
    """Of pieces with wide items, as many bytes are taken as there are items."""
    own = halves()
    return port(fallbackSplit=lambda stream, point: own(Items(stream), point))


@broken("split_33")
def only_bytes_can_be_cut() -> Subject:
    """A piece that is no bytes object and lies over the border fails."""

    class Broken(Tape):
        def _give(self, hand: object) -> None:
            left = self.head.left
            if not isinstance(hand, (bytes, Rest)) and left is not None and byteCount(hand) > left:  # type: ignore[arg-type]
                self._fail(Failure(TypeError("can't concat")))
            else:
                super()._give(hand)

    return splitting(Broken)


@broken("split_35")
def points_are_made_to_fit() -> Subject:
    """A point outside the stream is moved to its nearest end."""
    own = halves()

    def fallbackSplit(stream: Any, point: int) -> Any:
        return own(stream, max(0, min(int(point), stream.length or int(point))))

    return port(fallbackSplit=fallbackSplit)


@broken("split_35")
def closes_what_it_refuses() -> Subject:
    """A refused point closes the source."""
    own = halves()

    def fallbackSplit(stream: Any, point: int) -> Any:
        try:
            return own(stream, point)
        except (TypeError, ValueError):
            stream.close()
            raise

    return port(fallbackSplit=fallbackSplit)


@broken("split_39")
def first_half_knows_no_second() -> Subject:
    """TruncaterStream does not share its source with the second half that it is given."""

    class Broken(TruncaterStream):
        def __init__(self, stream: Any, point: int, postTruncater: Any) -> None:
            super().__init__(stream, point, PostTruncaterStream(stream, point))
            self.postTruncater = postTruncater

    return port("PostTruncaterStream", TruncaterStream=Broken)


@broken("split_39")
def second_half_wants_more() -> Subject:
    """PostTruncaterStream asks for a third argument."""

    class Broken(PostTruncaterStream):
        def __init__(self, stream: Any, point: int, _length: int) -> None:
            super().__init__(stream, point)

    return port("TruncaterStream", PostTruncaterStream=Broken)


@broken("split_40")
def other_names_for_the_arguments() -> Subject:
    """FallbackSplit calls its arguments differently."""
    own = halves()
    return port(fallbackSplit=lambda source, at: own(source, at))
