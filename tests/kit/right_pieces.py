"""Right streams over bytes that are there: pieces of every size and kind, with and without a length."""

import mmap
from array import array
from collections import deque
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

from zope.interface import Attribute, Interface, implementer


class Pieces:
    """Gives its data in pieces of one size, each made anew; splits by copying."""

    def __init__(self, data: bytes, size: int = 100, kind: Callable[[bytes], Any] = bytes) -> None:
        self._left = deque(data[at : at + size] for at in range(0, len(data), size))
        self._size, self._kind = size, kind
        self.length: int | None = len(data)

    def read(self) -> Any:
        if not self._left:
            return None
        piece = self._left.popleft()
        self.length = (self.length or 0) - len(piece)
        return self._kind(piece)

    def close(self) -> None:
        self._left.clear()
        self.length = 0

    def split(self, point: int) -> "tuple[Any, Any]":
        check(point, self.length)
        data = b"".join(self._left)
        return self._half(data[:point]), self._half(data[point:])

    def _half(self, data: bytes) -> "Pieces":
        return type(self)(data, self._size, self._kind)


def check(point: int, length: int | None) -> None:
    if not isinstance(point, int):
        raise TypeError("a point is an int")
    if point < 0 or (length is not None and point > length):
        raise ValueError("no such point")


def single_bytes(data: bytes) -> Any:
    return Pieces(data, 1)


def hundreds(data: bytes) -> Any:
    return Pieces(data, 100)


def bytearrays(data: bytes) -> Any:
    return Pieces(data, 4096, bytearray)


def views(data: bytes) -> Any:
    return Pieces(data, 70_000, memoryview)


def wide_items(data: bytes) -> Any:
    return Pieces(data, 4, lambda piece: array("I", piece) if len(piece) == 4 else piece)


def mapped(data: bytes) -> Any:
    def anonymous(piece: bytes) -> mmap.mmap:
        area = mmap.mmap(-1, len(piece))
        area[:] = piece
        return area

    return Pieces(data, 9000, anonymous)


def whole_at_once(data: bytes) -> Any:
    return Pieces(data, max(1, len(data)))


class EmptiesBetween(Pieces):
    """Gives an empty piece before each one with bytes in it, and one at the end."""

    empty = True

    def read(self) -> Any:
        if self.empty and self.length:
            self.empty = False
            return b""
        self.empty = True
        return super().read()


class Sparse(Pieces):
    """Gives single bytes, and many empty pieces before each."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data, 1)
        self._left = deque(piece for byte in self._left for piece in (*[b""] * 6, byte))

    def _half(self, data: bytes) -> "Pieces":
        return Sparse(data)


class SlowsDown(Pieces):
    """Gives a few large pieces, then small ones only."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data, 20)
        self._left = deque([data[at : at + 1000] for at in range(0, min(len(data), 10_000), 1000)])
        self._left.extend(data[at : at + 20] for at in range(10_000, len(data), 20))

    def _half(self, data: bytes) -> "Pieces":
        return SlowsDown(data)


class Unknown(Pieces):
    """Does not know its length."""

    def __init__(self, data: bytes, size: int = 100, kind: Callable[[bytes], Any] = bytes) -> None:
        super().__init__(data, size, kind)
        self.length = None

    def read(self) -> Any:
        piece = super().read()
        self.length = 0 if piece is None else None
        return piece


class UnknownForEver(Unknown):
    """Never says a length but when it is closed, and makes halves that know theirs as far as they can."""

    def read(self) -> Any:
        piece = Pieces.read(self)
        if self.length != 0 or piece is not None:
            self.length = None
        return piece

    def split(self, point: int) -> tuple[Any, Any]:
        check(point, None)
        data = b"".join(self._left)
        return Pieces(data[:point]), UnknownForEver(data[point:])


class StreamOnly:
    """An IStream and no more."""

    def __init__(self, data: bytes) -> None:
        self._pieces: Iterator[bytes] = iter([data[:10], data[10:]])

    def read(self) -> bytes | None:
        return next(self._pieces, None)

    def close(self) -> None:
        self._pieces = iter(())


def closures(data: bytes) -> Any:
    """A stream without a class: functions in a namespace."""
    stream = SimpleNamespace(length=len(data))

    def read() -> bytes | None:
        nonlocal data
        piece, data = data[:1000], data[1000:]
        stream.length = len(data)
        return piece or None

    def close() -> None:
        nonlocal data
        data = b""
        stream.length = 0

    def split(point: int) -> tuple[Any, Any]:
        check(point, len(data))
        return closures(data[:point]), closures(data[point:])

    stream.read, stream.close, stream.split = read, close, split
    return stream


class IStream(Interface):
    """Somebody's own interface."""

    def read() -> object:
        """Read."""

    def close() -> None:
        """Close."""


class IByteStream(IStream):
    """Somebody's own interface of byte streams."""

    length = Attribute("bytes remaining")

    def split(point: int) -> object:  # noqa: N805 - an interface has no self
        """Split."""


@implementer(IByteStream)
class Declaring(Pieces):
    """Says what it is by an interface of its own."""
