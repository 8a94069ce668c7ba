"""Split halves to be broken: the reference's halves over a tape of one's own, and streams that pass another one on.

Strategy: all that happens between two halves happens in the reference's Tape, so a broken pair is a Tape with one
method wrong. `halves` makes the fallbackSplit of such a tape.
"""

from collections.abc import Callable
from typing import Any

from zope.interface import implementer

from streamgauge.subject import Subject
from tests.broken import port
from web2stream._segment import Segment
from web2stream._tape import Tape
from web2stream.bytestream import IByteStream
from web2stream.split import PostTruncaterStream, TruncaterStream

Split = Callable[..., tuple[Any, Any]]


def halves(
    tape: Callable[[Any], Tape] = Tape, before: type[TruncaterStream] = TruncaterStream,
    after: type[PostTruncaterStream] = PostTruncaterStream, *, shared: bool = True,
) -> Split:  # fmt: skip
    """Make a fallbackSplit whose halves are of these classes, over a tape made so.

    Args:
        tape: called with the source.
        before: class of the first half.
        after: class of the second half.
        shared: a half that is split again is cut on its own tape; else a new tape reads the half.
    """

    class Before(before):  # type: ignore[misc, valid-type]
        def split(self, point: int) -> tuple[Any, Any]:
            return cut(self, point)

    class After(after):  # type: ignore[misc, valid-type]
        def split(self, point: int) -> tuple[Any, Any]:
            return cut(self, point)

    def cut(stream: Any, point: int) -> tuple[Any, Any]:
        if shared and isinstance(stream, (Before, After)):
            mine, head = stream._tape, stream._segment
        else:
            mine = tape(stream)
            head = mine.head
        second = After.__new__(After)
        second._tape, second._first = mine, head
        second._segment = mine.cut(head, point)
        first = Before.__new__(Before)
        first._tape, first._segment, first.postTruncater = mine, head, second
        return first, second

    def fallbackSplit(stream: Any, point: int) -> tuple[Any, Any]:
        return cut(stream, point)

    return fallbackSplit


def splitting(tape: Callable[[Any], Tape] = Tape, **how: Any) -> Subject:
    """Give a port with the fallbackSplit of these halves."""
    return port(fallbackSplit=halves(tape, **how))


def is_first(segment: Segment) -> bool:
    """Tell whether bytes of another half follow."""
    return segment.follower is not None


def waits(tape: Tape, segment: Segment) -> bool:
    """Tell whether a reader of this half has to wait for another half."""
    return not segment.over and segment is not tape.head and not tape.head.over


@implementer(IByteStream)
class Passing:
    """A stream that passes another one on."""

    def __init__(self, stream: Any) -> None:
        self.stream = stream

    @property
    def length(self) -> Any:
        return self.stream.length

    def read(self) -> Any:
        return self.stream.read()

    def split(self, point: int) -> Any:
        return self.stream.split(point)

    def close(self) -> None:
        self.stream.close()
