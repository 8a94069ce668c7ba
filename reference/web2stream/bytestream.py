"""IByteStream: a stream of bytes that knows its length and can be split.

Strategy: the interface, and the two sums every byte stream needs: how many bytes a piece holds, and whether a
split point is possible. Nothing here reads a stream.

Obeys: history_02, module_21
"""

from operator import index
from typing import Protocol

from zope.interface import Attribute

from web2stream.stream import IStream


class Buffer(Protocol):
    """Any object of the buffer interface: what `collections.abc.Buffer` is from Python 3.12 on."""

    def __buffer__(self, flags: int, /) -> memoryview:
        """Give a view of it; built-in types do so only from Python 3.12 on."""


class IByteStream(IStream):
    """A stream whose pieces are objects of the buffer interface.

    After `split` the original must not be used; what it then does is not guaranteed.

    Obeys: bytestream_02, bytestream_03, bytestream_15
    """

    length = Attribute("Bytes remaining: an int >= 0, or None if unknown. `close` sets it to 0.")

    def read() -> object:
        """Give the next bytes: a bytes-like object, None at the end, or a Deferred of one of these.

        Obeys: bytestream_01, bytestream_04, bytestream_06, bytestream_14
        """

    def split(point: int) -> tuple[object, object]:
        """Cut the stream at a byte position.

        Args:
            point: bytes of the remaining data that go to the first half, 0 <= point <= length.

        Returns:
            (before, after): two IByteStreams of `point` and `length - point` bytes. A stream that can't be
            split easily may return `fallbackSplit(self, point)`.

        Raises:
            ValueError: the point lies outside the stream, which stays usable.
            TypeError: the point is no integer; the stream stays usable.

        Obeys: bytestream_07, bytestream_08, bytestream_09, bytestream_10, bytestream_11, bytestream_12, bytestream_13,
        bytestream_16, bytestream_17, bytestream_18, bytestream_21, bytestream_22, bytestream_23, bytestream_24
        """

    def close() -> None:
        """End the stream early; sets `length` to 0.

        Obeys: bytestream_05, bytestream_19
        """


def byteCount(data: Buffer) -> int:
    """Count the bytes (not the items) of a buffer of any item size.

    Raises:
        TypeError: `data` is not bytes-like.
    """
    return len(data) if type(data) is bytes else memoryview(data).nbytes


def plainBytes(data: Buffer) -> bytes:
    """Give the bytes of a buffer as an object that nobody can change.

    Args:
        data: any bytes-like object; bytes are given back as they are, everything else is copied.

    Raises:
        TypeError: `data` is not bytes-like (an int is not, so no zeroes are made up for one).
    """
    return data if type(data) is bytes else bytes(memoryview(data))


def checkPoint(point: int, length: int | None) -> int:
    """Check a split point before anything is touched.

    Args:
        point: the byte position asked for.
        length: bytes remaining in the stream, or None if unknown.

    Returns:
        The point as a plain int.

    Raises:
        TypeError: `point` is no integer.
        ValueError: `point` is negative or past `length`.
    """
    try:
        position = index(point)
    except TypeError:
        raise TypeError(f"split point must be an integer, not {type(point).__name__}") from None
    if position < 0 or (length is not None and position > length):
        raise ValueError(f"split point {position} lies outside the stream of {length} bytes")
    return position
