"""A queue of bytes open at both ends, for data that is read ahead and put back.

Strategy: one bytearray whose live bytes end at its end and begin at `_start`. The room in front is what was
taken; bytes put back use it again. The room is remade only after work in proportion to the live bytes, so
any mix of calls costs time linear in the bytes that pass, and at most about four times the live bytes are
held.
"""

from typing import Final

from web2stream.bytestream import Buffer
from web2stream.memory import byteView

_SMALL: Final = 4096


class ByteQueue:
    """Bytes taken from the front, added at either end.

    What is added is copied, what is taken is a copy: nobody outside shares the store.
    """

    __slots__ = ("_start", "_store")

    def __init__(self) -> None:
        self._store = bytearray()
        self._start = 0

    def __len__(self) -> int:
        return len(self._store) - self._start

    def __bytes__(self) -> bytes:
        return self._slice(len(self))

    def append(self, data: Buffer) -> None:
        """Add bytes at the end.

        Raises:
            TypeError: `data` is not bytes-like.
        """
        self._store += data if type(data) is bytes else byteView(data)

    def prepend(self, data: Buffer) -> None:
        """Put bytes in front.

        Raises:
            TypeError: `data` is not bytes-like.
        """
        piece = byteView(data)
        count = piece.nbytes
        if count > self._start:
            # Headroom in proportion to the live bytes keeps many small prepends linear.
            self._remake(count + len(self) // 2)
        self._store[self._start - count : self._start] = piece
        self._start -= count

    def find(self, needle: bytes, begin: int, end: int | None) -> int:
        """Look for `needle` wholly within live bytes `begin` to `end` (None: the end of the queue).

        Returns:
            Its place, counted from the front, or -1.
        """
        first = self._start
        place = self._store.find(needle, first + begin, len(self._store) if end is None else first + end)
        return place - first if place >= 0 else -1

    def take(self, count: int) -> bytes:
        """Take `count` bytes, or all if there are fewer, from the front."""
        data = self._slice(count)
        self._start += len(data)
        live = len(self)
        if not live:
            self.clear()
        elif self._start > 3 * live + _SMALL:
            self._remake(live // 2)
        return data

    def clear(self) -> None:
        """Drop everything, and the memory it used."""
        self._store = bytearray()
        self._start = 0

    def _slice(self, count: int) -> bytes:
        with memoryview(self._store) as whole, whole[self._start : self._start + count] as part:
            return bytes(part)

    def _remake(self, headroom: int) -> None:
        store = bytearray(headroom)
        with memoryview(self._store) as whole, whole[self._start :] as live:
            store += live
        self._store = store
        self._start = headroom
