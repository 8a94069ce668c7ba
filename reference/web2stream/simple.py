"""SimpleStream: the base of streams with one buffer or file, an offset and a length into it.

Strategy: a window is two numbers, `start` and `length`, over storage that is only ever read. Splitting
copies the object and moves the numbers; the storage is shared and never touched. This module doesn't know
what the storage is: reading it is the subclass's work.
"""

from copy import copy
from operator import index
from typing import Self

from zope.interface import implementer

from web2stream.bytestream import IByteStream, checkPoint


def checkCount(name: str, value: int) -> int:
    """Check one number of a window.

    Args:
        name: what the number is, for the error's message.
        value: a number of bytes.

    Returns:
        The number as a plain int.

    Raises:
        TypeError: `value` is no integer.
        ValueError: `value` is negative.
    """
    try:
        count = index(value)
    except TypeError:
        raise TypeError(f"{name} must be an integer, not {type(value).__name__}") from None
    if count < 0:
        raise ValueError(f"{name} must not be negative: {count}")
    return count


@implementer(IByteStream)
class SimpleStream:
    """A stream over one storage; this base has none and is at its end.

    A subclass sets `start` and `length`, and overrides `read` to give the bytes there and to move both
    numbers by what it gave. What it holds is shared by both halves of a split, so it must not depend on who
    read before.

    Attributes:
        length: bytes remaining, or None if unknown.
        start: offset of the next byte in the storage, in bytes; None counts as 0.

    Obeys: simple_01, simple_05, simple_19
    """

    length: int | None = None
    start: int | None = None

    def read(self) -> object:
        """Give None: there is no data here.

        Returns:
            None; `length` is 0 from now on.

        Obeys: simple_02
        """
        self.length = 0
        return None

    def split(self, point: int) -> tuple[Self, Self]:
        """Cut the window in two, over the same storage.

        Args:
            point: bytes of the remaining data that go to the first half, 0 <= point <= length.

        Returns:
            (before, after): this very object, now `point` bytes long, and a shallow copy for the rest (of
            length None if this length is unknown). They may be read in any order.

        Raises:
            ValueError: the point lies outside the stream, which stays usable.
            TypeError: the point is no integer; the stream stays usable.

        Obeys: simple_06, simple_07, simple_08, simple_09, simple_10, simple_11, simple_12, simple_13, simple_14,
        simple_15, simple_16, simple_17, simple_18
        """
        point = checkPoint(point, self.length)
        after = copy(self)
        after.start = (self.start or 0) + point
        if self.length is not None:
            after.length = self.length - point
        self.length = point
        return self, after

    def close(self) -> None:
        """End the stream: `length` becomes 0. A subclass also lets its storage go.

        Obeys: simple_03, simple_04
        """
        self.length = 0
