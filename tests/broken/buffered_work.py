"""Broken collecting of lines and counts: what was collected is searched, or gone through, again and again."""

from typing import Any

from streamgauge.subject import Subject
from tests.broken import broken, port
from tests.broken.buffered_parts import queueing
from web2stream._bytequeue import ByteQueue


class _FromTheStart(ByteQueue):
    """A queue that searches from its front, wherever it is told to begin."""

    __slots__ = ()

    def find(self, needle: bytes, begin: int, end: int | None) -> int:
        del begin
        return super().find(needle, 0, end)


@broken("buffered_69")
def each_piece_searches_the_buffer() -> Subject:
    """For each piece the delimiter is searched from the start of the buffer."""
    return port(BufferedStream=queueing(_FromTheStart))


@broken("buffered_69")
def each_piece_asks_whether_it_is_in_the_buffer() -> Subject:
    """For each piece it is asked whether the delimiter is in the buffer."""

    class Asking(ByteQueue):
        def find(self, needle: bytes, begin: int, end: int | None) -> int:
            return super().find(needle, begin, end) if needle in self._store else -1

    return port(BufferedStream=queueing(Asking))


class _Counting(ByteQueue):
    """A queue that knows its pieces, and goes through them to know how much there is."""

    __slots__ = ("pieces",)

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[int] = []

    def append(self, data: Any) -> None:
        self.pieces.append(sum(1 for _ in self.pieces))
        super().append(data)


@broken("buffered_70")
def each_piece_counts_the_pieces() -> Subject:
    """For each piece, all the pieces that were collected are gone through."""
    return port(BufferedStream=queueing(_Counting))
