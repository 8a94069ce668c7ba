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
