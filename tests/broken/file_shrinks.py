"""Broken FileStreams over files that become shorter or longer while they are read."""

from typing import Any

from streamgauge.subject import Subject
from tests.broken import broken, port
from tests.broken.file_short import file_size
from web2stream.file import FileStream


@broken("file_17")
def fills_with_zeroes() -> Subject:
    """What a file lost since the stream was made is given as zeroes."""

    class Broken(FileStream):
        def __init__(self, f: Any, start: int = 0, length: int | None = None, useMMap: bool = True) -> None:
            super().__init__(f, start, length, useMMap)
            self._size = file_size(f)

        def read(self, sendfile: bool = False) -> Any:
            f = self.f
            lost = f is not None and self.length and self._size > file_size(f) <= self.start
            if not lost or self.useMMap:
                return super().read(sendfile)
            piece = bytes(min(self.length, 1000))
            self.start, self.length = self.start + len(piece), self.length - len(piece)
            return piece

    return port(FileStream=Broken)


@broken("file_17")
def shrunk_is_the_end() -> Subject:
    """A file that became shorter just ends."""

    class Broken(FileStream):
        def __init__(self, f: Any, start: int = 0, length: int | None = None, useMMap: bool = True) -> None:
            super().__init__(f, start, length, useMMap)
            self._size = file_size(f)

        def read(self, sendfile: bool = False) -> Any:
            if self.f is not None and self._size > file_size(self.f) <= self.start:
                self.close()
            return super().read(sendfile)

    return port(FileStream=Broken)


@broken("file_18")
def mapped_shrunk_fails_at_once() -> Subject:
    """With useMMap a file that became shorter is not read at all."""

    class Broken(FileStream):
        def __init__(self, f: Any, start: int = 0, length: int | None = None, useMMap: bool = True) -> None:
            super().__init__(f, start, length, useMMap)
            self._size = file_size(f)

        def read(self, sendfile: bool = False) -> Any:
            if self.useMMap and self.f is not None and self._size > file_size(self.f):
                self.close()
                raise ValueError("mmap length is greater than file size")
            return super().read(sendfile)

    return port(FileStream=Broken)


@broken("file_19")
def knows_the_size_forever() -> Subject:
    """It remembers the size that the file had, and reads no further."""

    class Broken(FileStream):
        def __init__(self, f: Any, start: int = 0, length: int | None = None, useMMap: bool = True) -> None:
            super().__init__(f, start, length, useMMap)
            self._size = max(file_size(f), 0)

        def read(self, sendfile: bool = False) -> Any:
            if self.f is None or self.start + self.length <= self._size or file_size(self.f) <= self._size:
                return super().read(sendfile)
            left = self._size - self.start
            if left <= 0:
                self.close()
                raise RuntimeError("the file is too short")
            length, self.length = self.length, left
            piece: Any = super().read(sendfile)
            self.length = length - len(piece)
            return piece

    return port(FileStream=Broken)


@broken("file_16")
def goes_on_once_it_has_grown() -> Subject:
    """After the failure it keeps its window, and gives what comes into it."""

    class Broken(FileStream):
        def read(self, sendfile: bool = False) -> Any:
            kept = self.f, self.length
            try:
                return super().read(sendfile)
            except RuntimeError:
                self.f, self.length = kept
                raise

    return port(FileStream=Broken)
