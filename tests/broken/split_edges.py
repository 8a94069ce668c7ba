"""Broken halves: edges, wide items, impossible points, and how the halves are made."""

from typing import Any

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure
from zope.interface import directlyProvides, implementer_only

from streamgauge.subject import Subject
from tests.broken import broken, port
from tests.broken.tapes import Passing, halves, splitting
from web2stream._segment import Rest, Segment
from web2stream._tape import Tape
from web2stream.bytestream import IByteStream, byteCount
from web2stream.split import PostTruncaterStream, TruncaterStream


@broken("split_31")
def zero_is_no_point() -> Subject:
    """A point of 0 is taken for none: before gets everything."""
    own = halves()

    def fallbackSplit(stream: Any, point: int) -> Any:
        return own(stream, stream.length or 1 if point == 0 and isinstance(point, int) else point)

    return port(fallbackSplit=fallbackSplit)


@broken("split_31")
def empty_before_waits() -> Subject:
    """Reading a before of no bytes first of all waits for something to give."""

    class Broken(Tape):
        empty: Segment | None = None
        cuts = reads = 0

        def cut(self, segment: Segment, point: int) -> Segment:
            rest = super().cut(segment, point)
            self.cuts += 1
            self.empty = segment if self.cuts == 1 and point == 0 and rest.left != 0 else None
            return rest

        def read(self, segment: Segment) -> object:
            self.reads += 1
            never: Deferred[None] = Deferred()
            return never if segment is self.empty and self.reads == 1 else super().read(segment)

    return splitting(Broken)


@broken("split_32")
def nothing_behind_is_an_error() -> Subject:
    """With the point at the end, after fails: there is nothing for it."""

    class Broken(Tape):
        empty: Segment | None = None

        def cut(self, segment: Segment, point: int) -> Segment:
            rest = super().cut(segment, point)
            self.empty = rest if segment.left and rest.left == 0 and rest.follower is None else None
            return rest

        def read(self, segment: Segment) -> object:
            if segment is self.empty and not segment.over:
                raise ValueError("the source ended at the point")
            return super().read(segment)

    return splitting(Broken)


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


@broken("split_39")
def points_are_compared_by_identity() -> Subject:
    """TruncaterStream takes only the very number that its second half was built with."""

    class Second(PostTruncaterStream):
        def __init__(self, stream: Any, point: int) -> None:
            super().__init__(stream, point)
            self.point = point

    class First(TruncaterStream):
        def __init__(self, stream: Any, point: int, postTruncater: Any) -> None:
            if postTruncater.point is not point:
                raise ValueError("the second half of another split")
            super().__init__(stream, point, postTruncater)

    return port(TruncaterStream=First, PostTruncaterStream=Second)


@broken("split_40")
def names_are_not_looked_at() -> Subject:
    """FallbackSplit takes any names, and what they name in the order in which it is given."""
    own = halves()
    return port(fallbackSplit=lambda *args, **named: own(*args, *named.values()))


@broken("split_55")
def other_name_for_the_second_half() -> Subject:
    """TruncaterStream calls its third argument differently."""

    class Broken(TruncaterStream):
        def __init__(self, stream: Any, point: int, after: Any) -> None:
            super().__init__(stream, point, after)

    return port("PostTruncaterStream", TruncaterStream=Broken)


@implementer_only()
class UndeclaredBefore(TruncaterStream):
    """Declares nothing."""


@implementer_only()
class UndeclaredAfter(PostTruncaterStream):
    """Declares nothing."""


@broken("split_62")
def halves_declare_nothing() -> Subject:
    """The halves are byte streams in all but what they declare, as the old ones were."""
    return splitting(before=UndeclaredBefore, after=UndeclaredAfter)


@broken("split_62")
def halves_of_halves_declare_nothing() -> Subject:
    """What fallbackSplit gives is declared there, what its halves give nowhere."""
    own = halves(before=UndeclaredBefore, after=UndeclaredAfter)

    def fallbackSplit(stream: Any, point: int) -> Any:
        pair = own(stream, point)
        for half in pair:
            directlyProvides(half, IByteStream)
        return pair

    return port(fallbackSplit=fallbackSplit)
