"""A queue of streams to be read one after the other: which is first, what it still owes, where a byte lies.

Strategy: a list and the count of those used up in it. The list is shortened only when more than half of it is
used up, so dropping the first one costs the same whatever stands behind it. A cut moves the fewer of the
streams before and behind it. Nothing here reads.
"""

from typing import Any


def lengthOf(stream: Any) -> int | None:
    """Give the bytes a stream says it has left; None if it doesn't."""
    length: int | None = getattr(stream, "length", None)
    return length


class Buckets:
    """Streams in the order they are read.

    Args:
        streams: the list to keep them in.

    Attributes:
        left: bytes that the first stream owes since `begin`; None if it made no promise.
    """

    __slots__ = ("_begun", "_streams", "_used", "left")

    def __init__(self, streams: list[Any]) -> None:
        self._streams = streams
        self._used = 0
        self._begun = False
        self.left: int | None = None

    def __bool__(self) -> bool:
        return self._used < len(self._streams)

    def unused(self) -> list[Any]:
        """Give the list itself, without those used up."""
        del self._streams[: self._used]
        self._used = 0
        return self._streams

    def append(self, stream: Any) -> None:
        """Put a stream behind all others."""
        self._streams.append(stream)

    def begin(self) -> Any:
        """Give the first stream, to be read now; the first time, take it at its word."""
        stream = self._streams[self._used]
        if not self._begun:
            self.left = lengthOf(stream)
            self._begun = True
        return stream

    def drop(self) -> Any:
        """Take the first stream away, and give it."""
        stream = self._streams[self._used]
        self._streams[self._used] = None  # what it holds must not wait for the list to be shortened
        self._used += 1
        self._begun = False
        if self._used * 2 > len(self._streams):
            self.unused()
        return stream

    def locate(self, point: int, total: int | None) -> tuple[int, int] | None:
        """Find a byte.

        From the nearer end, so a stream that is split to pieces from either end is walked over once.

        Args:
            point: position of the byte, from 0 to `total`.
            total: bytes in all streams, or None if unknown.

        Returns:
            (index, inside) for `cut`; None if a stream of unknown length stands before the byte.

        Raises:
            ValueError: the streams end before the byte.
        """
        if total is not None and total - point < point:
            return self._locateBehind(total - point)
        index = self._used
        while point:
            if index == len(self._streams):
                raise ValueError("split point lies behind the end of the last stream")
            size = self._size(index)
            if size is None:
                return None
            if size > point:
                break
            point -= size
            index += 1
        return index, point

    def _locateBehind(self, behind: int) -> tuple[int, int]:
        index = len(self._streams)
        while behind and index > self._used:
            index -= 1
            size = self._size(index) or 0
            if size > behind:
                return index, size - behind
            behind -= size
        return index, 0

    def cut(self, index: int, inside: int) -> "Buckets":
        """Keep what stands before a place, and give the rest.

        Args:
            index: the stream in which the place lies.
            inside: bytes of that stream before the place; if there are any, the stream is split.
        """
        streams, used = self._streams, self._used
        parts = streams[index].split(inside) if inside else None
        if index - used < len(streams) - index:
            self._streams, self._used = streams[used:index], 0
            streams[used:index] = [None] * (index - used)
            rest = Buckets(streams)
            rest._used = index
        else:
            rest = Buckets(streams[index:])
            del streams[index:]
        if index == used:
            rest._begun, rest.left = self._begun, self.left
            self._begun = False
        if parts is not None:
            self._streams.append(parts[0])
            rest._streams[rest._used] = parts[1]
            rest._begun = False
        return rest

    def _size(self, index: int) -> int | None:
        return self.left if self._begun and index == self._used else lengthOf(self._streams[index])
