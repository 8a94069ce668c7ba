"""Broken streams that take sendfile: pieces of files that cover too much, too little, or come unasked."""

import os
from typing import Any

from zope.interface import implementer_only

from streamgauge.subject import Subject
from tests.broken import broken, port
from web2stream.bytestream import IByteStream
from web2stream.file import FileStream
from web2stream.sendfile import SENDFILE_LIMIT, ISendfileableStream, SendfileBuffer


@broken("sendfile_01")
def no_such_argument() -> Subject:
    """Read takes no argument."""

    class Broken(FileStream):
        def read(self) -> Any:  # type: ignore[override]
            return super().read()

    return port(FileStream=Broken)


@broken("sendfile_01")
def by_name_only() -> Subject:
    """Sendfile is taken by name only."""

    class Broken(FileStream):
        def read(self, *, sendfile: bool = False) -> Any:  # type: ignore[override]
            return super().read(sendfile)

    return port(FileStream=Broken)


@broken("sendfile_02")
def always() -> Subject:
    """A SendfileBuffer comes unasked when sendfile=False is given."""

    class Broken(FileStream):
        def read(self, sendfile: bool | None = None) -> Any:
            return super().read(sendfile is not None)

    return port(FileStream=Broken)


class _Piece:
    """Like a SendfileBuffer, with a len of its own."""

    def __init__(self, length: int) -> None:
        self.length = length

    def __len__(self) -> int:
        return self.length


@broken("sendfile_03")
def no_len() -> Subject:
    """A SendfileBuffer has no len."""

    class Broken(FileStream):
        def read(self, sendfile: bool = False) -> Any:
            piece = super().read(sendfile)
            return (self.f, piece.offset, piece.length).__iter__() if isinstance(piece, SendfileBuffer) else piece

    return port(FileStream=Broken)


@broken("sendfile_03")
def empty_len() -> Subject:
    """A SendfileBuffer tells its len only after it was sent."""

    class Broken(FileStream):
        def read(self, sendfile: bool = False) -> Any:
            piece = super().read(sendfile)
            return _Piece(0) if isinstance(piece, SendfileBuffer) else piece

    return port(FileStream=Broken)


@broken("sendfile_04")
def starts_late() -> Subject:
    """After a SendfileBuffer the next byte is skipped."""

    class Broken(FileStream):
        def read(self, sendfile: bool = False) -> Any:
            if not sendfile or self.length <= 257:
                return super().read(sendfile)
            length = self.length
            self.length = 257
            piece = super().read(sendfile)
            self.length = length - 257
            self.start -= 1
            return piece

    return port(FileStream=Broken)


@broken("sendfile_04")
def not_taken_off() -> Subject:
    """The last byte of a SendfileBuffer is given again."""

    class Broken(FileStream):
        def read(self, sendfile: bool = False) -> Any:
            piece = super().read(sendfile)
            if isinstance(piece, SendfileBuffer):
                self.start, self.length = self.start - 1, self.length + 1
            return piece

    return port(FileStream=Broken)


@broken("sendfile_05")
def length_counts_bytes_only() -> Subject:
    """Length does not fall by what a SendfileBuffer covers until the next read."""

    class Broken(FileStream):
        def read(self, sendfile: bool = False) -> Any:
            self._late = 0
            piece = super().read(sendfile)
            self._late = len(piece) if isinstance(piece, SendfileBuffer) else 0
            return piece

        def close(self) -> None:
            self._late = 0
            super().close()

        @property
        def length(self) -> int:
            return self._length + getattr(self, "_late", 0)

        @length.setter
        def length(self, value: int) -> None:
            self._length = value

    return port(FileStream=Broken)


@broken("sendfile_06")
def empty_piece_at_the_end() -> Subject:
    """At the end it gives an empty piece of the file."""

    class Broken(FileStream):
        ended = False

        def read(self, sendfile: bool = False) -> Any:
            piece = super().read(sendfile)
            self.ended = self.ended or piece is None
            return _Piece(0) if piece is None and sendfile and not self.shut else piece

        shut = False

        def close(self) -> None:
            self.shut = True
            super().close()

    return port(FileStream=Broken)


@broken("sendfile_07")
def closed_streams_send() -> Subject:
    """After close it still names a piece of the file."""

    class Broken(FileStream):
        shut = False

        def read(self, sendfile: bool = False) -> Any:
            return _Piece(10) if self.shut and sendfile else super().read(sendfile)

        def close(self) -> None:
            self.shut = True
            super().close()

    return port(FileStream=Broken)


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
