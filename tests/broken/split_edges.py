"""Broken halves: edges, wide items, impossible points, and how the halves are made."""

from typing import Any

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from streamgauge.subject import Subject
from tests.broken import broken, port
from tests.broken.tapes import Passing, halves, splitting
from web2stream._segment import EMPTY, Rest
from web2stream._tape import Tape
from web2stream.bytestream import byteCount
from web2stream.split import PostTruncaterStream, TruncaterStream


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
            return never if self._segment.over and self._tape._hand is EMPTY and self.fresh else super().read()

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
