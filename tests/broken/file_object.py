"""Broken FileStreams that ask too much of the file object, or do not notice what it does."""

import os
from typing import Any

from twisted.internet.defer import fail
from twisted.python.failure import Failure

from streamgauge.subject import Subject
from tests.broken import broken, port
from web2stream.file import FileStream


@broken("file_06")
def only_buffered_files() -> Subject:
    """It asks the file for its buffer."""

    class Broken(FileStream):
        def __init__(self, f: Any, start: int = 0, length: int | None = None, useMMap: bool = True) -> None:
            f.peek(1)
            super().__init__(f, start, length, useMMap)

    return port(FileStream=Broken)


@broken("file_06")
def writes_to_find_out() -> Subject:
    """A file that is open for writing is emptied."""

    class Broken(FileStream):
        def __init__(self, f: Any, start: int = 0, length: int | None = None, useMMap: bool = True) -> None:
            super().__init__(f, start, length, useMMap)
            if f.readable() and f.writable():
                self.length = 0

    return port(FileStream=Broken)


@broken("file_52")
def maps_read_only_files_only() -> Subject:
    """With useMMap, a file that is open for reading and writing is refused."""

    class Broken(FileStream):
        def read(self, sendfile: bool = False) -> Any:
            if self.useMMap and self.f is not None and self.length > 8192 and self.f.writable():
                raise PermissionError("permission denied")
            return super().read(sendfile)

    return port(FileStream=Broken)


@broken("file_52")
def maps_buffered_files_only() -> Subject:
    """With useMMap it asks the file for its raw file."""

    class Broken(FileStream):
        def read(self, sendfile: bool = False) -> Any:
            if self.useMMap and self.f is not None and self.length > 8192 and not self.f.raw.readable():
                raise OSError("cannot map")
            return super().read(sendfile)

    return port(FileStream=Broken)


class _Seeking(FileStream):
    """Reads by seek and read; what becomes of a short read is up to the subclass."""

    def _piece(self, f: Any, sendfile: bool) -> Any:
        if type(f).__name__ != "Short":
            return super()._piece(f, sendfile)
        f.seek(self.start)
        return self.short(f.read(min(self.length, self.CHUNK_SIZE)), min(self.length, self.CHUNK_SIZE))

    def short(self, data: bytes, wanted: int, /) -> bytes:
        raise NotImplementedError


@broken("file_53")
def moves_by_what_it_asked() -> Subject:
    """After a short read it goes on where a full one would have ended."""

    class Broken(_Seeking):
        def short(self, data: bytes, wanted: int, /) -> bytes:
            self.start += wanted - len(data)
            self.length -= wanted - len(data)
            return data

    return port(FileStream=Broken)


@broken("file_53")
def a_short_read_is_the_end() -> Subject:
    """A short read is taken for the end of the file."""

    class Broken(_Seeking):
        def short(self, data: bytes, wanted: int, /) -> bytes:
            if len(data) < wanted:
                raise RuntimeError("the file is too short")
            return data

    return port(FileStream=Broken)


@broken("file_54")
def a_closed_file_is_the_end() -> Subject:
    """A file that its owner closed just ends."""

    class Broken(FileStream):
        def read(self, sendfile: bool = False) -> Any:
            if self.f is not None and self.f.closed:
                self.close()
            return super().read(sendfile)

    return port(FileStream=Broken)


@broken("file_54")
def keeps_the_number() -> Subject:
    """It keeps the file's number, which is another file's once this one is closed."""

    class Broken(FileStream):
        def __init__(self, f: Any, start: int = 0, length: int | None = None, useMMap: bool = True) -> None:
            super().__init__(f, start, length, useMMap)
            self._number = f.fileno()

        def read(self, sendfile: bool = False) -> Any:
            if self.f is None or not self.f.closed or not self.length:
                return super().read(sendfile)
            data = os.pread(self._number, min(self.length, self.CHUNK_SIZE), self.start)
            self.start, self.length = self.start + len(data), self.length - len(data)
            return data

    return port(FileStream=Broken)


@broken("file_61")
def interrupt_is_an_answer() -> Subject:
    """Whatever the file raises is given as a failure, an interrupt too."""

    class Broken(FileStream):
        def read(self, sendfile: bool = False) -> Any:
            try:
                return super().read(sendfile)
            except BaseException:
                return fail(Failure())

    return port(FileStream=Broken)
