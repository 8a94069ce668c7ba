"""Broken halves: wrong bytes, wrong lengths, too much or too little asked of the source."""

from typing import Any

from twisted.internet.defer import Deferred

from streamgauge.subject import Subject
from tests.broken import (  # noqa: F401 - registers theirs
    broken,
    port,
    split_close,
    split_edges,
    split_fail,
    split_midread,
    split_order,
    split_parts,
    split_substream,
)
from tests.broken.tapes import Passing, halves, is_first, splitting
from web2stream._flow import NOTHING, WAITING, take
from web2stream._segment import Rest, Segment
from web2stream._tape import Tape
from web2stream.split import PostTruncaterStream, TruncaterStream


@broken("split_01")
def rest_of_a_cut_piece_is_lost() -> Subject:
    """What lies behind the border in the piece that is cut is dropped."""

    class Broken(Tape):
        def _give(self, hand: object) -> None:
            super()._give(hand)
            if isinstance(self._hand, Rest):
                self._hand = NOTHING

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
            if self._hand is NOTHING:
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
            if self.cuts > 1 and self._hand is NOTHING:
                self._hand = take(self.stream.read, self._came)
            return rest

    return splitting(Broken)


@broken("split_06")
def last_byte_waits_for_more() -> Subject:
    """Before's last piece is kept until the source has answered once more."""

    class Before(TruncaterStream):
        def read(self) -> object:
            tape, data = self._tape, super().read()
            if not self._segment.over or tape._hand is not NOTHING or tape._shut or not isinstance(data, bytes):
                return data
            given: Deferred[bytes] = Deferred()

            def came(answer: object) -> None:
                tape._came(answer)
                given.callback(data)

            tape._hand = take(tape.stream.read, came)
            return given if tape._hand is WAITING else data

    return splitting(before=Before)


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
            elif segment is self.head and is_first(segment) and segment.left and point > 0:
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


@broken("split_16")
def after_is_cut_from_a_read_before() -> Subject:
    """The halves of an after whose before was partly read begin as many bytes too late."""

    class Broken(Tape):
        def cut(self, segment: Segment, point: int) -> Segment:
            head = self.head
            if segment is not head and not head.over and self.point and head.left and head.left < self.point:
                point = max(0, point - (self.point - head.left))
            self.point = self.point or point
            return super().cut(segment, point)

        point = 0

    return splitting(Broken)
