"""Broken FileStreams that swallow errors, or leave descriptors and mappings behind."""

import ctypes
import mmap
import os
from typing import Any

from streamgauge.subject import Subject
from tests.broken import broken, port
from web2stream.file import FileStream


@broken("file_32")
def swallows_errors() -> Subject:
    """An error of reading is the end."""

    class Broken(FileStream):
        def read(self, sendfile: bool = False) -> Any:
            try:
                return super().read(sendfile)
            except OSError:
                self.close()
                return None

    return port(FileStream=Broken)


@broken("file_33")
def keeps_a_descriptor() -> Subject:
    """Each stream opens a descriptor of its own and forgets it."""

    class Broken(FileStream):
        def __init__(self, f: Any, start: int = 0, length: int | None = None, useMMap: bool = True) -> None:
            super().__init__(f, start, length, useMMap)
            os.dup(f.fileno())

    return port(FileStream=Broken)


@broken("file_33")
def keeps_a_descriptor_on_failure() -> Subject:
    """A stream that is closed early forgets a descriptor."""

    class Broken(FileStream):
        def close(self) -> None:
            if self.f is not None and self.length:
                os.dup(self.f.fileno())
            super().close()

    return port(FileStream=Broken)


@broken("file_34")
def keeps_its_mappings() -> Subject:
    """Every mapping is kept for ever."""
    kept = []

    class Broken(FileStream):
        def read(self, sendfile: bool = False) -> Any:
            if self.useMMap and self.f is not None and self.length > 8192:
                kept.append(_untracked(self.f.fileno()))
            return super().read(sendfile)

    return port(FileStream=Broken)


def _untracked(descriptor: int) -> object:
    """Map a page of a file and let the mapping's own descriptor go."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.mmap.restype = ctypes.c_void_p
    libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, *[ctypes.c_int] * 3, ctypes.c_long]
    return libc.mmap(None, 4096, mmap.PROT_READ, mmap.MAP_PRIVATE, descriptor, 0)


@broken("file_33")
def holds_a_descriptor() -> Subject:
    """Each stream opens a descriptor of its own, and closes it when it is collected, not when it ends."""

    class Own:
        def __init__(self, descriptor: int) -> None:
            self.descriptor = os.dup(descriptor)

        def __del__(self) -> None:
            os.close(self.descriptor)

    class Broken(FileStream):
        def __init__(self, f: Any, start: int = 0, length: int | None = None, useMMap: bool = True) -> None:
            super().__init__(f, start, length, useMMap)
            self.own = Own(f.fileno())

    return port(FileStream=Broken)


@broken("file_34")
def holds_its_mappings() -> Subject:
    """A stream keeps every mapping that it gave, also after it ended or was closed."""

    class Broken(FileStream):
        def read(self, sendfile: bool = False) -> Any:
            piece = super().read(sendfile)
            self.__dict__.setdefault("pieces", []).append(piece)
            return piece

    return port(FileStream=Broken)


@broken("file_59")
def tries_again() -> Subject:
    """An error of the file leaves the stream as it was, and the next read goes on."""

    class Broken(FileStream):
        def read(self, sendfile: bool = False) -> Any:
            before = self.f, self.length
            try:
                return super().read(sendfile)
            except OSError:
                self.f, self.length = before
                raise

    return port(FileStream=Broken)
