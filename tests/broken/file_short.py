"""Broken FileStreams over files that are shorter than their window, or become so."""

import os
from typing import Any

from streamgauge.subject import Subject
from tests.broken import broken, port
from web2stream.file import FileStream


def file_size(f: Any) -> int:
    """The bytes that the file has now."""
    return os.fstat(f.fileno()).st_size


@broken("file_12")
def refuses_to_wait() -> Subject:
    """A window past the end of the file is refused."""

    class Broken(FileStream):
        def __init__(self, f: Any, start: int = 0, length: int | None = None, useMMap: bool = True) -> None:
            super().__init__(f, start, length, useMMap)
            if self.start + self.length > file_size(f):
                raise ValueError("the file is too short")

    return port(FileStream=Broken)


@broken("file_12")
def refuses_to_start_later() -> Subject:
    """A start past the end is refused with a length too."""

    class Broken(FileStream):
        def __init__(self, f: Any, start: int = 0, length: int | None = None, useMMap: bool = True) -> None:
            super().__init__(f, start, length, useMMap)
            if length and self.start > file_size(f):
                raise ValueError("the file is too short")

    return port(FileStream=Broken)


@broken("file_12")
def cuts_the_window() -> Subject:
    """A window past the end of the file is cut to what there is."""

    class Broken(FileStream):
        def __init__(self, f: Any, start: int = 0, length: int | None = None, useMMap: bool = True) -> None:
            super().__init__(f, start, length, useMMap)
            self.length = min(self.length, max(0, file_size(f) - start))

    return port(FileStream=Broken)


@broken("file_13")
def short_reads_fail() -> Subject:
    """A read that gives fewer bytes than it asked for fails, and loses them."""

    class Broken(FileStream):
        def read(self, sendfile: bool = False) -> Any:
            wanted = min(self.length, self.CHUNK_SIZE)
            piece: Any = super().read(sendfile)
            if piece is not None and not self.useMMap and len(piece) < wanted:
                self.close()
                raise RuntimeError("the file is too short")
            return piece

    return port(FileStream=Broken)


@broken("file_13")
def fails_at_once() -> Subject:
    """The first read compares the window with the file, and fails."""

    class Broken(FileStream):
        def read(self, sendfile: bool = False) -> Any:
            if self.f is not None and self.start + self.length > file_size(self.f) and not self.useMMap:
                self.close()
                raise RuntimeError("the file is too short")
            return super().read(sendfile)

    return port(FileStream=Broken)


class _Ending(FileStream):
    """What it does when the file has no more is up to the subclass."""

    def read(self, sendfile: bool = False) -> Any:
        try:
            return super().read(sendfile)
        except RuntimeError as error:
            return self.ended(error)

    def ended(self, error: RuntimeError, /) -> Any:
        raise NotImplementedError


@broken("file_14")
def ends_quietly() -> Subject:
    """A file that is too short just ends."""

    class Broken(_Ending):
        def ended(self, _: RuntimeError, /) -> Any:
            return None

    return port(FileStream=Broken)


@broken("file_14")
def another_error() -> Subject:
    """A file that is too short is an EOFError."""

    class Broken(_Ending):
        def ended(self, error: RuntimeError, /) -> Any:
            raise EOFError(str(error))

    return port(FileStream=Broken)


@broken("file_15")
def maps_what_is_not_there() -> Subject:
    """With useMMap it maps its window, whether the file has it or not."""

    class Broken(FileStream):
        def read(self, sendfile: bool = False) -> Any:
            if (
                self.useMMap
                and self.f is not None
                and self.length > 8192
                and self.start + self.length > file_size(self.f)
            ):
                self.close()
                raise ValueError("mmap length is greater than file size")
            return super().read(sendfile)

    return port(FileStream=Broken)


@broken("file_15")
def mapped_ends_quietly() -> Subject:
    """With useMMap a file that is too short just ends."""

    class Broken(_Ending):
        def ended(self, error: RuntimeError, /) -> Any:
            if self.useMMap:
                return None
            raise error

    return port(FileStream=Broken)


@broken("file_16")
def tries_again() -> Subject:
    """After the failure it gives the last byte again."""

    class Broken(_Ending):
        failed = False

        def read(self, sendfile: bool = False) -> Any:
            return b"again" if self.failed else super().read(sendfile)

        def ended(self, error: RuntimeError, /) -> Any:
            self.failed = True
            raise error

    return port(FileStream=Broken)


@broken("file_16")
def another_error_after() -> Subject:
    """After the failure it complains about the missing file object."""

    class Broken(_Ending):
        failed = False

        def read(self, sendfile: bool = False) -> Any:
            if self.failed:
                raise AttributeError("'NoneType' object has no attribute 'seek'")
            return super().read(sendfile)

        def ended(self, error: RuntimeError, /) -> Any:
            self.failed = True
            raise error

    return port(FileStream=Broken)
