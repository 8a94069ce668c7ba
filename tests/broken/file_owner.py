"""Broken FileStreams that depend on the file's position, or do not leave the file to its owner."""

import os
from typing import Any
from weakref import WeakKeyDictionary

from zope.interface import implementer_only

from streamgauge.subject import Subject
from tests.broken import broken, port
from web2stream.file import FileStream
from web2stream.sendfile import ISendfileableStream
from web2stream.simple import SimpleStream


class _Positioned(FileStream):
    """Reads from wherever the file stands."""

    def read(self, sendfile: bool = False) -> Any:
        if self.f is None or not self.length or self.useMMap:
            return super().read(sendfile)
        try:
            data = self.f.read(min(self.length, self.CHUNK_SIZE))
        except Exception:
            self.close()
            raise
        if not data:
            return super().read(sendfile)
        self.start += len(data)
        self.length -= len(data)
        return data


@broken("file_07")
def goes_on_from_the_position() -> Subject:
    """A stream from the start of the file reads from the position instead."""

    class Broken(FileStream):
        def __init__(self, f: Any, start: int = 0, length: int | None = None, useMMap: bool = True) -> None:
            position = f.tell()
            super().__init__(f, start, length, useMMap)
            if start == 0 and length is None:
                self.start = position
                self.length -= min(self.start, self.length)

    return port(FileStream=Broken)


@broken("file_08")
def seeks_once() -> Subject:
    """It goes to its start before the first read only."""

    class Broken(_Positioned):
        begun = False

        def read(self, sendfile: bool = False) -> Any:
            if not self.begun and self.f is not None:
                self.begun = True
                self.f.seek(self.start)
            return super().read(sendfile)

        def split(self, point: int) -> Any:
            before, after = super().split(point)
            after.begun = False
            return before, after

    return port(FileStream=Broken)


@broken("file_08")
def seeks_once_in_a_foreign_file() -> Subject:
    """A file object of an unknown type is moved to the window at the first read only."""

    class Broken(FileStream):
        sought = False

        def _copied(self, f: Any, fd: int | None) -> bytes:
            if fd is not None:
                return super()._copied(f, fd)
            if not self.sought:
                f.seek(self.start)
            self.sought = True
            return f.read(min(self.length, self.CHUNK_SIZE)) or super()._copied(f, fd)

    return port(FileStream=Broken)


@broken("file_09")
def one_place_for_all() -> Subject:
    """Streams on one file object share the place of the next read."""
    places: WeakKeyDictionary[Any, list[int]] = WeakKeyDictionary()

    class Broken(FileStream):
        def read(self, sendfile: bool = False) -> Any:
            if self.f is None or not self.length:
                return super().read(sendfile)
            others = places.setdefault(self.f, [])
            me = id(self)
            if len(set(others[-2:])) == 2 and me in others[-2:] and others[-1] != me:
                self.start = max(0, self.start - 1)
            others.append(me)
            return super().read(sendfile)

    return port(FileStream=Broken)


class _RightHalves(FileStream):
    """Splits into halves without a fault."""

    def split(self, point: int) -> Any:
        before, after = super().split(point)
        plain = FileStream(self.f, after.start, after.length, self.useMMap)
        return FileStream(self.f, before.start, before.length, self.useMMap), plain


@broken("file_10")
def close_closes_the_file() -> Subject:
    """close() closes the file."""

    class Broken(_RightHalves):
        def close(self) -> None:
            if self.f is not None:
                self.f.close()
            super().close()

    return port(FileStream=Broken)


@broken("file_11")
def the_end_closes_the_file() -> Subject:
    """The end of the window closes the file."""

    class Broken(FileStream):
        def read(self, sendfile: bool = False) -> Any:
            f = self.f
            piece = super().read(sendfile)
            if piece is None and f is not None and self.start:
                f.close()
            return piece

        def split(self, point: int) -> Any:
            return FileStream.split(FileStream(self.f, self.start, self.length, self.useMMap), point)

    return port(FileStream=Broken)


@broken("file_11")
def dropping_closes_the_file() -> Subject:
    """A stream that is dropped closes the file."""

    class Broken(FileStream):
        def __del__(self) -> None:
            if self.f is not None:
                self.f.close()

    return port(FileStream=Broken)


@broken("file_20")
def length_is_found_out_later() -> Subject:
    """Without a length given, a read goes on to wherever the file ends by then."""

    class Broken(FileStream):
        def __init__(self, f: Any, start: int = 0, length: int | None = None, useMMap: bool = True) -> None:
            super().__init__(f, start, length, useMMap)
            self._open = length is None

        def read(self, sendfile: bool = False) -> Any:
            if self._open and self.f is not None:
                self.length = max(self.length, os.fstat(self.f.fileno()).st_size - self.start)
            return super().read(sendfile)

        def split(self, point: int) -> Any:
            self._open = False
            return super().split(point)

    return port(FileStream=Broken)


@broken("file_35")
def keeps_the_file() -> Subject:
    """close() sets the length to 0 and keeps the file."""

    class Broken(FileStream):
        def close(self) -> None:
            SimpleStream.close(self)

    return port(FileStream=Broken)


@broken("file_36")
def declares_only_sendfile() -> Subject:
    """It declares ISendfileableStream only."""

    @implementer_only(ISendfileableStream)
    class Broken(FileStream):
        pass

    return port(FileStream=Broken)


@broken("file_10")
def second_close_closes_the_file() -> Subject:
    """A second close() closes the file."""

    class Broken(_RightHalves):
        owned: Any = None

        def close(self) -> None:
            if self.owned is not None:
                self.owned.close()
            self.owned = self.f or self.owned
            super().close()

    return port(FileStream=Broken)
