"""Broken FileStreams whose pieces are too large, mapped where they must not be, or left behind."""

import mmap
import os
from typing import Any

from streamgauge.subject import Subject
from tests.broken import broken, port
from web2stream.file import MMAP_LIMIT, FileStream


@broken("file_24")
def large_files_are_mapped_always() -> Subject:
    """Where more than MMAP_LIMIT bytes are left useMMap is taken as true."""

    class Broken(FileStream):
        def _piece(self, f: Any, sendfile: bool) -> Any:
            self.useMMap = self.useMMap or self.length > MMAP_LIMIT
            return super()._piece(f, sendfile)

    return port(FileStream=Broken)


@broken("file_24")
def everything_at_once() -> Subject:
    """A read gives all there is."""

    class Broken(FileStream):
        def read(self, sendfile: bool = False) -> Any:
            if "CHUNK_SIZE" in self.__dict__:
                return super().read(sendfile)
            self.CHUNK_SIZE = 1 << 30
            try:
                return super().read(sendfile)
            finally:
                del self.CHUNK_SIZE

    return port(FileStream=Broken)


@broken("file_24")
def one_byte_more() -> Subject:
    """A read gives one byte more than CHUNK_SIZE."""

    class Broken(FileStream):
        def _copied(self, f: Any, _: int | None, /) -> bytes:
            size = min(self.length, self.CHUNK_SIZE + 1)
            data = os.pread(f.fileno(), size, self.start)
            if not data:
                raise RuntimeError("the file is too short")
            return data

    return port(FileStream=Broken)


@broken("file_25")
def chunk_size_of_the_class() -> Subject:
    """It asks its class for CHUNK_SIZE."""

    class Broken(FileStream):
        def read(self, sendfile: bool = False) -> Any:
            self.__dict__.pop("CHUNK_SIZE", None)
            return super().read(sendfile)

    return port(FileStream=Broken)


@broken("file_25")
def chunk_size_is_fixed() -> Subject:
    """CHUNK_SIZE cannot be set."""

    class Broken(FileStream):
        def __setattr__(self, name: str, value: Any) -> None:
            if name == "CHUNK_SIZE":
                raise AttributeError(name)
            super().__setattr__(name, value)

    return port(FileStream=Broken)


class _Mapping(FileStream):
    """Maps whenever it is told to."""

    def maps(self) -> bool:
        raise NotImplementedError

    def _piece(self, f: Any, sendfile: bool) -> Any:
        there = min(self.length, os.fstat(f.fileno()).st_size - self.start, self.CHUNK_SIZE)
        if there <= 0 or sendfile or not self.maps():
            return super()._piece(f, sendfile)
        page = self.start % mmap.ALLOCATIONGRANULARITY
        whole = mmap.mmap(f.fileno(), there + page, access=mmap.ACCESS_READ, offset=self.start - page)
        return memoryview(whole)[page:]


@broken("file_26")
def always_maps() -> Subject:
    """It maps without useMMap too, if there is more than the threshold."""

    class Broken(_Mapping):
        def maps(self) -> bool:
            return not self.useMMap and self.length > 8192

    return port(FileStream=Broken)


@broken("file_26")
def maps_the_second_half() -> Subject:
    """The second half of a split maps, whatever the stream was told."""

    class Broken(FileStream):
        def split(self, point: int) -> Any:
            before, after = super().split(point)
            after.useMMap = True
            return before, after

    return port(FileStream=Broken)


@broken("file_27")
def maps_at_the_threshold() -> Subject:
    """It maps a rest of exactly MMAP_THRESHOLD bytes."""

    class Broken(_Mapping):
        def maps(self) -> bool:
            return self.useMMap and self.length == 8192

    return port(FileStream=Broken)


@broken("file_27")
def maps_everything() -> Subject:
    """It maps whatever is left, with useMMap."""

    class Broken(_Mapping):
        def maps(self) -> bool:
            return self.useMMap and self.length <= 8192

    return port(FileStream=Broken)


@broken("file_27")
def maps_windows_of_large_files() -> Subject:
    """It maps a small window if the file behind it is large."""

    class Broken(_Mapping):
        def maps(self) -> bool:
            return self.useMMap and self.length <= 8192 and os.fstat(self.f.fileno()).st_size > 40_000

    return port(FileStream=Broken)


@broken("file_28")
def maps_without_limit() -> Subject:
    """It maps all that is left."""

    class Broken(FileStream):
        def read(self, sendfile: bool = False) -> Any:
            if not self.useMMap or self.length <= MMAP_LIMIT:
                return super().read(sendfile)
            pieces = []
            while self.length:
                pieces.append(bytes(super().read(sendfile)))  # type: ignore[call-overload]
            return b"".join(pieces)

    return port(FileStream=Broken)


@broken("file_29")
def maps_from_the_page() -> Subject:
    """A mapped piece begins at the page border before its start."""

    class Broken(FileStream):
        def read(self, sendfile: bool = False) -> Any:
            if not self.useMMap or self.length <= 8192 or self.f is None:
                return super().read(sendfile)
            page = self.start % mmap.ALLOCATIONGRANULARITY
            self.start -= page
            piece = super().read(sendfile)
            self.start += page
            return piece

    return port(FileStream=Broken)


@broken("file_29")
def cannot_map_from_anywhere() -> Subject:
    """A start that is no page border is an error with useMMap."""

    class Broken(FileStream):
        def read(self, sendfile: bool = False) -> Any:
            if self.useMMap and self.length > 8192 and self.start % mmap.ALLOCATIONGRANULARITY:
                raise OSError("invalid argument")
            return super().read(sendfile)

    return port(FileStream=Broken)


@broken("file_55")
def has_to_be_mapped() -> Subject:
    """With useMMap, a file that cannot be mapped cannot be read."""

    class Broken(FileStream):
        def read(self, sendfile: bool = False) -> Any:
            if self.useMMap and self.f is not None and self.length > 8192:
                mmap.mmap(self.f.fileno(), 1, access=mmap.ACCESS_READ).close()
            return super().read(sendfile)

    return port(FileStream=Broken)
