"""fallbackSplit: two halves of a stream that can only be read.

Strategy: a half is a thin face over one `Segment` of the `Tape` that both share; everything that happens
between the halves happens there. A half that is split again is cut on its own tape, so depth costs nothing.
This module doesn't read.

The halves promise:

- Neither touches the source before one is read. Reads may be interleaved in any order; the second half's
  reader waits while the first half is unread, and skips the rest of it (by reading) once it is closed.
- A half's Deferred is answered as soon as the source gives the byte: the first half's reader need not read
  up to None for the second to go on.
- A source that fails, fails every half that is not complete; a source that ends too early fails (ValueError)
  every half that it still owes a byte, and those of unknown length behind it. Each half tells the failure
  once; from then on it gives None. The source is closed.
- A source that runs over its length is cut there, and closed.
- The source is closed, once, as soon as nothing more can come out of any half; a source that ended by itself
  is closed only if the halves are.
- Pieces cut out of a chunk, and the last piece of a first half, are bytes; all others are what the source
  gave.

Obeys: module_13, module_19
"""

from operator import index
from typing import Any, TypeGuard

from twisted.internet.defer import Deferred
from zope.interface import implementer

from web2stream._reply import shut
from web2stream._segment import Segment
from web2stream._tape import Tape
from web2stream.bytestream import IByteStream, checkPoint


@implementer(IByteStream)
class _Half:
    """One segment of a tape, as a stream.

    Obeys: split_62
    """

    _tape: Tape
    _segment: Segment

    @property
    def stream(self) -> Any:
        """The source that both halves read."""
        return self._tape.stream

    @property
    def length(self) -> int | None:
        """Bytes remaining in this half, or None if unknown."""
        return self._segment.length

    def read(self) -> object:
        """Read the next data of this half.

        Returns:
            bytes-like data; None when nothing is left; or a Deferred of one of these. Cancelling the
            Deferred closes this half.

        Raises:
            RuntimeError: a read of this half is outstanding; it is not disturbed.
            ValueError: the source ended before this half did.
            Exception: what reading the source raised.

        Obeys: split_06, split_11, split_17, split_18, split_19, split_20, split_21, split_22, split_23, split_24,
        split_25, split_26, split_29, split_31, split_32, split_33, split_34, split_37, split_38, split_52, split_53,
        split_56, split_59, split_60, split_61, split_64, split_65
        """
        return self._tape.read(self._segment)

    def close(self) -> None:
        """End this half; an outstanding read gives None. The other half goes on.

        The source is closed with the last half.

        Obeys: split_07, split_08, split_09, split_10, split_12, split_13, split_14, split_27, split_28, split_30,
        split_54, split_63
        """
        self._tape.close(self._segment)

    def split(self, point: int) -> "tuple[TruncaterStream, PostTruncaterStream]":
        """Cut this half in two, as `fallbackSplit` does.

        Args:
            point: bytes of the remaining data that go to the first part, 0 <= point <= length.

        Returns:
            (before, after)

        Raises:
            RuntimeError: a read of this half is outstanding.
            ValueError: the point lies outside this half, which stays usable.
            TypeError: the point is no integer; this half stays usable.

        Obeys: split_15, split_16, split_36, split_57, split_58
        """
        return fallbackSplit(self, point)


def _isPlainHalf(stream: Any) -> TypeGuard[_Half]:
    """Tell whether a stream is no more than the face of a segment: one with a `read` of its own is."""
    return isinstance(stream, _Half) and type(stream).read is _Half.read


class PostTruncaterStream(_Half):
    """The bytes of a stream from a point on.

    Args:
        stream: what is split; it needs `read` only, and must not be used by anybody else from now on.
        point: bytes that belong to the first half, the TruncaterStream that is to be built with this one.
            Until that one is read or closed, a reader of this one waits.

    Raises:
        TypeError: `point` is no integer; the stream is untouched.
        ValueError: `point` lies outside the stream, which is untouched.
        RuntimeError: the stream is itself a half with a read outstanding.

    Obeys: split_39, split_55
    """

    def __init__(self, stream: Any, point: int) -> None:
        if _isPlainHalf(stream):
            self._tape, self._first = stream._tape, stream._segment  # noqa: SLF001  of this very module
        else:
            self._tape = Tape(stream)
            self._first = self._tape.head
        self._segment = self._tape.cut(self._first, point)

    @property
    def deferred(self) -> "Deferred[Any] | None":
        """The outstanding read's Deferred, or None."""
        reply = self._segment.reply
        return None if reply is None else reply.deferred

    @property
    def closed(self) -> bool:
        """Whether this half gives nothing any more."""
        return self._segment.over

    @property
    def truncaterClosed(self) -> bool:
        """Whether the first half gives nothing any more."""
        return self._first.over

    @property
    def sentInitialSegment(self) -> bool:
        """Whether the source has been read up to this half."""
        return self._first.over and not self._first.left


class TruncaterStream(_Half):
    """The bytes of a stream up to a point.

    Args:
        stream: what is split.
        point: bytes that belong to this half.
        postTruncater: the second half, just built for the same stream and point.

    Attributes:
        postTruncater: the stream of the bytes that follow.

    Raises:
        TypeError: `point` is no integer.
        ValueError: `postTruncater` is the second half of another split.

    Obeys: split_39, split_55
    """

    def __init__(self, stream: Any, point: int, postTruncater: PostTruncaterStream) -> None:
        tape, first = postTruncater._tape, postTruncater._first  # noqa: SLF001  of this very module
        source = stream.stream if _isPlainHalf(stream) else stream
        if source is not tape.stream or first.length != index(point):
            raise ValueError(f"{postTruncater!r} doesn't begin at byte {point} of {stream!r}")
        self._tape, self._segment = tape, first
        self.postTruncater = postTruncater


def fallbackSplit(stream: Any, point: int) -> tuple[TruncaterStream, PostTruncaterStream]:
    """Split a stream that can only be read.

    Args:
        stream: the IByteStream to split; `read` is all it needs (`length` and `close` are used if it has
            them). It must not be used by anybody else from now on.
        point: bytes that belong to the first half; at most the stream's length, if that is known.

    Returns:
        (before, after): of length `point`, and of the rest or None. They may be read and closed in any
        order, and split again.

    Raises:
        TypeError: `point` is no integer; the stream is untouched and usable.
        ValueError: `point` lies outside the stream, which is untouched and usable.
        RuntimeError: the stream is itself a half with a read outstanding.

    Obeys: split_01, split_02, split_03, split_04, split_05, split_35, split_40
    """
    after = PostTruncaterStream(stream, point)
    return TruncaterStream(stream, point, after), after


class SplitByReading:
    """The `split` of a stream that can only be read."""

    def split(self, point: int) -> tuple[TruncaterStream, PostTruncaterStream]:
        """Cut the stream at a byte position; what it gives must be bytes-like.

        Args:
            point: bytes of the remaining data that go to the first half, 0 <= point <= length.

        Returns:
            (before, after): the halves of `fallbackSplit`.

        Raises:
            ValueError: the point lies outside the stream, which stays usable.
            TypeError: the point is no integer; the stream stays usable.
        """
        return fallbackSplit(self, point)


def substream(stream: Any, start: int, end: int) -> Any:
    """Take the bytes between two positions.

    What lies before and behind is closed: it is skipped, or not read at all.

    Args:
        stream: the IByteStream to take from; it must not be used by anybody else from now on.
        start: position of the first byte, counted from the stream's next byte.
        end: position after the last byte.

    Returns:
        The IByteStream of `end - start` bytes. If the length of `stream` is unknown and it turns out too
        short, reading fails (ValueError).

    Raises:
        TypeError: a position is no integer; the stream is untouched and usable.
        ValueError: `start` lies behind `end`, or one of them outside the stream, which is untouched and
            usable.

    Obeys: split_41, split_42, split_43, split_44, split_45, split_46, split_47, split_48, split_49, split_50
    """
    length = getattr(stream, "length", None)
    start, end = checkPoint(start, length), checkPoint(end, length)
    if start > end:
        raise ValueError(f"substream starts at byte {start}, behind its end {end}")
    head, behind = stream.split(end)
    before, wanted = head.split(start)
    shut(behind)
    shut(before)
    return wanted
