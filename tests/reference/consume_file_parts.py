"""A raw file that the tests of readIntoFile fill."""

import io
from typing import Any


class Raw(io.RawIOBase):
    """A raw file that takes as much of each write as `takes` says."""

    def __init__(self, *takes: int | None) -> None:
        super().__init__()
        self._takes = list(takes)
        self.got = b""

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int | None:
        view = memoryview(data).cast("B")
        take = self._takes.pop(0) if self._takes else view.nbytes
        if take is None:
            return None
        taken = bytes(view[:take])
        self.got += taken
        return len(taken)
