"""Broken byte streams: lengths."""

from typing import Any

from streamgauge.subject import Subject
from streamgauge.target import subject
from tests.broken import (  # noqa: F401 - registers theirs
    broken,
    bytestream_close,
    bytestream_cuts,
    bytestream_halves,
    bytestream_split,
    bytestream_split_points,
    bytestream_types,
)
from tests.broken.stream_parts import later, named, wrapping
from tests.kit.right_later import Later
from tests.kit.right_pieces import Pieces, check
from tests.kit.right_wrapping import Passing
from web2stream.memory import MemoryStream


@broken("bytestream_03")
def counts_the_end_too() -> Subject:
    """Length is one more than what comes."""

    class Broken(Pieces):
        def __init__(self, data: bytes, *more: Any) -> None:
            super().__init__(data, *more)
            self.length = len(data) + 1

        def read(self) -> Any:
            piece = super().read()
            self.length = sum(map(len, self._left)) + bool(self._left)
            return piece

    return subject(Broken, cannot=["split"])


@broken("bytestream_03")
def counts_pieces() -> Subject:
    """Length is the number of pieces left."""

    class Broken(Pieces):
        @property
        def length(self) -> int:
            return len(self._left)

        @length.setter
        def length(self, value: object) -> None:
            pass

    return subject(Broken, cannot=["split"])


@broken("bytestream_04")
def length_stays() -> Subject:
    """Length is told once, and falls only at the end."""

    class Broken(Pieces):
        def read(self) -> Any:
            before = self.length
            piece = super().read()
            self.length = before if piece is not None else 0
            return piece

    return subject(Broken, cannot=["split"])


@broken("bytestream_04")
def length_falls_when_asked() -> Subject:
    """Length falls when the read is asked for, not when the bytes come."""

    class Broken(Later):
        @property
        def length(self) -> int:
            return max(0, len(self._data) - 20_000) if self._answer is not None else len(self._data)

    return later(Broken)


@broken("bytestream_04")
def length_falls_by_whole_pieces() -> Subject:
    """Length falls by the size that was asked for, not by what came."""

    class Broken(Pieces):
        def read(self) -> Any:
            before = self.length or 0
            piece = super().read()
            self.length = 0 if piece is None or not self._left else max(0, before - 100)
            return piece

    return named(lambda data: Broken(data, 7), cannot=["split"])


@broken("bytestream_05")
def close_keeps_the_length() -> Subject:
    """close() frees the data and leaves length as it was."""

    class Broken(MemoryStream):
        def close(self) -> None:
            length = self.length
            super().close()
            self.length = length

    return subject(Broken)


@broken("bytestream_05")
def close_keeps_an_unknown_length() -> Subject:
    """A length that was unknown stays unknown when the stream is closed."""

    class Broken(Passing):
        @property
        def length(self) -> Any:
            return None if self._closed else super().length

        _closed = False

        def close(self) -> None:
            known = self._source.length is not None
            super().close()
            self._closed = not known

    return wrapping(Broken)


@broken("bytestream_06")
def length_comes_back() -> Subject:
    """At the end the length is that of the beginning, as if it could be read again."""

    class Broken(Pieces):
        def __init__(self, data: bytes, *more: Any) -> None:
            super().__init__(data, *more)
            self._whole = len(data)

        def read(self) -> Any:
            piece = super().read()
            if piece is None and self._whole:
                self.length = self._whole
            return piece

        def close(self) -> None:
            self._whole = 0
            super().close()

    return subject(Broken, cannot=["split"])


@broken("bytestream_06")
def a_byte_remains() -> Subject:
    """An empty stream ends with a length of 1."""

    class Broken(Pieces):
        closed = False

        def read(self) -> Any:
            piece = super().read()
            self.length = 1 if piece is None and not self.closed else self.length
            return piece

        def close(self) -> None:
            self.closed = True
            super().close()

    return subject(Broken, cannot=["split"])


@broken("bytestream_15")
def length_is_a_float() -> Subject:
    """Length is a float: a number of bytes times a share."""

    class Broken(Passing):
        @property
        def length(self) -> Any:
            length = super().length
            return length / 1 if isinstance(length, int) and length % 2 else length

        def split(self, point: int) -> Any:
            check(point, super().length)
            return super().split(point)

    return subject(Broken, wraps=True, cannot=["split"])


@broken("bytestream_15")
def unknown_is_minus_one() -> Subject:
    """An unknown length is -1, as a header parser has it."""

    class Broken(Passing):
        @property
        def length(self) -> Any:
            length = super().length
            return -1 if length is None else length

    return subject(Broken, wraps=True, cannot=["split"])


@broken("bytestream_15")
def forgets_its_length() -> Subject:
    """A known length becomes unknown after the first read."""

    class Broken(Pieces):
        def read(self) -> Any:
            piece = super().read()
            self.length = None if piece is not None and self._left else sum(map(len, self._left))
            return piece

    return named(lambda data: Broken(data, 3), cannot=["split"])
