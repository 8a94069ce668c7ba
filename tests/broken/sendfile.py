"""Broken streams that take sendfile: pieces of files that cover too much, too little, or come unasked."""

from typing import Any

import tests.broken.sendfile_file  # noqa: F401 - it registers the other broken streams of this stem
from streamgauge.subject import Subject
from tests.broken import broken, port
from web2stream.file import FileStream
from web2stream.sendfile import SendfileBuffer


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


@broken("sendfile_09")
def a_rest_is_sent_like_the_pieces_before() -> Subject:
    """Once it has given a SendfileBuffer, what is left comes as one, too, however little it is."""

    class Broken(FileStream):
        sent = False

        def read(self, sendfile: bool = False) -> Any:
            if sendfile and self.sent and self.f is not None and 0 < self.length <= 256:
                piece = SendfileBuffer(self.f, self.start, self.length)
                self.start, self.length = self.start + self.length, 0
                return piece
            answer = super().read(sendfile)
            self.sent = self.sent or isinstance(answer, SendfileBuffer)
            return answer

    return port(FileStream=Broken)
