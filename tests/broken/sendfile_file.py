"""Broken FileStreams whose pieces for sendfile come too often, too seldom, or cover what they must not."""

import os
from typing import Any

from zope.interface import implementer_only

from streamgauge.subject import Subject
from tests.broken import broken, port
from web2stream.bytestream import IByteStream
from web2stream.file import FileStream
from web2stream.sendfile import SENDFILE_LIMIT, ISendfileableStream, SendfileBuffer


@broken("sendfile_08")
def never() -> Subject:
    """It never gives a SendfileBuffer."""

    class Broken(FileStream):
        def read(self, sendfile: bool = False) -> Any:
            del sendfile
            return super().read()

    return port(FileStream=Broken)


@broken("sendfile_08")
def at_least_one_more() -> Subject:
    """It gives a SendfileBuffer from SENDFILE_THRESHOLD + 2 bytes on."""

    class Broken(FileStream):
        def read(self, sendfile: bool = False) -> Any:
            return super().read(sendfile and self.length > 257)

    return port(FileStream=Broken)


@broken("sendfile_08")
def mappings_first() -> Subject:
    """With useMMap, what can be mapped is mapped, though a SendfileBuffer is welcome."""

    class Broken(FileStream):
        def read(self, sendfile: bool = False) -> Any:
            return super().read(sendfile and not (self.useMMap and self.length > 8192))

    return port(FileStream=Broken)


@broken("sendfile_09")
def at_the_threshold_too() -> Subject:
    """It gives a SendfileBuffer for exactly SENDFILE_THRESHOLD bytes."""

    class Broken(FileStream):
        def read(self, sendfile: bool = False) -> Any:
            if sendfile and self.f is not None and self.length == 256 == _there(self):
                piece = SendfileBuffer(self.f, self.start, 256)
                self.start, self.length = self.start + 256, 0
                return piece
            return super().read(sendfile)

    return port(FileStream=Broken)


def _there(stream: Any) -> int:
    size: int = min(os.fstat(stream.f.fileno()).st_size - stream.start, stream.length)
    return size


@broken("sendfile_10")
def without_limit() -> Subject:
    """A SendfileBuffer covers all that is left."""

    class Broken(FileStream):
        def read(self, sendfile: bool = False) -> Any:
            if sendfile and self.f is not None and self.length > SENDFILE_LIMIT and self.length == _there(self):
                piece = SendfileBuffer(self.f, self.start, self.length)
                self.start, self.length = self.start + self.length, 0
                return piece
            return super().read(sendfile)

    return port(FileStream=Broken)


@broken("sendfile_11")
def one_piece_is_all() -> Subject:
    """After a SendfileBuffer of the greatest size it ends."""

    class Broken(FileStream):
        def read(self, sendfile: bool = False) -> Any:
            piece: Any = super().read(sendfile)
            if sendfile and piece is not None and len(piece) == SENDFILE_LIMIT:
                self.close()
            return piece

    return port(FileStream=Broken)


@broken("sendfile_12")
def to_the_end_of_the_file() -> Subject:
    """With a later start, a SendfileBuffer reaches to the end of the file."""

    class Broken(FileStream):
        def read(self, sendfile: bool = False) -> Any:
            if sendfile and self.f is not None and self.start and self.length == _there(self) > 256:
                self.length = os.fstat(self.f.fileno()).st_size - self.start
            return super().read(sendfile)

        def split(self, point: int) -> Any:
            return FileStream.split(FileStream(self.f, self.start, self.length), point)

    return port(FileStream=Broken)


@broken("sendfile_13")
def halves_send_everything() -> Subject:
    """The first half sends the whole original."""

    class Broken(FileStream):
        original = 0

        def split(self, point: int) -> Any:
            length = self.length
            before, after = super().split(point)
            before.original = length
            after.original = 0
            return before, after

        def read(self, sendfile: bool = False) -> Any:
            if sendfile and self.original:
                self.length, self.original = self.original, 0
            return super().read(sendfile)

    return port(FileStream=Broken)


@broken("sendfile_14")
def promises_what_is_not_there() -> Subject:
    """A SendfileBuffer covers the window, whether the file has it or not."""

    class Broken(FileStream):
        def read(self, sendfile: bool = False) -> Any:
            if sendfile and self.f is not None and 256 < self.length != _there(self):
                piece = SendfileBuffer(self.f, self.start, self.length)
                self.start, self.length = self.start + self.length, 0
                return piece
            return super().read(sendfile)

    return port(FileStream=Broken)


@broken("sendfile_14")
def short_files_end() -> Subject:
    """With sendfile, a file that is too short just ends."""

    class Broken(FileStream):
        def read(self, sendfile: bool = False) -> Any:
            try:
                return super().read(sendfile)
            except RuntimeError:
                if sendfile:
                    return None
                raise

    return port(FileStream=Broken)


@broken("sendfile_16")
def remembers_the_size() -> Subject:
    """A SendfileBuffer covers what the file had when the stream was made."""

    class Broken(FileStream):
        def __init__(self, f: Any, start: int = 0, length: int | None = None, useMMap: bool = True) -> None:
            super().__init__(f, start, length, useMMap)
            self._size = os.fstat(f.fileno()).st_size

        def read(self, sendfile: bool = False) -> Any:
            if sendfile and self.f is not None and 256 < self.length != _there(self) and self._size > self.start:
                piece = SendfileBuffer(self.f, self.start, min(self.length, self._size - self.start))
                self.start, self.length = self.start + len(piece), self.length - len(piece)
                return piece
            return super().read(sendfile)

    return port(FileStream=Broken)


@broken("sendfile_15")
def declares_only_bytes() -> Subject:
    """It declares IByteStream only."""

    @implementer_only(IByteStream)
    class Broken(FileStream):
        pass

    assert not ISendfileableStream.implementedBy(Broken)
    return port(FileStream=Broken)


class _Piece:
    """A SendfileBuffer whose bytes are up to the subclass."""

    def __init__(self, f: Any, offset: int, length: int) -> None:
        self.f, self.offset, self.length = f, offset, length

    def __len__(self) -> int:
        return self.length


class FromThePosition(_Piece):
    """Reads from wherever the file stands."""

    def __bytes__(self) -> bytes:
        return bytes(self.f.read(self.length))


class WhatThereIs(_Piece):
    """Gives what the file has still."""

    def __bytes__(self) -> bytes:
        return os.pread(self.f.fileno(), self.length, self.offset)


def _giving(kind: type[_Piece]) -> Subject:
    class Broken(FileStream):
        def read(self, sendfile: bool = False) -> Any:
            piece: Any = super().read(sendfile)
            return kind(piece.f, piece.offset, piece.length) if isinstance(piece, SendfileBuffer) else piece

    return port(FileStream=Broken, SendfileBuffer=kind)


@broken("sendfile_17")
def bytes_from_the_position() -> Subject:
    """The bytes of a SendfileBuffer are read from the file's position."""
    return _giving(FromThePosition)


@broken("sendfile_17")
def bytes_of_a_shorter_file() -> Subject:
    """A SendfileBuffer of a file that was cut short gives fewer bytes than its len."""
    return _giving(WhatThereIs)
