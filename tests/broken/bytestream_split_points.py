"""Broken byte streams: split points that are not refused, or counted from a wrong place."""

from typing import Any

from streamgauge.subject import Subject
from streamgauge.target import subject
from tests.broken import broken
from tests.broken.bytestream_parts import Half, Window, halved
from tests.broken.stream_parts import wrapping
from tests.kit.right_pieces import check
from tests.kit.right_wrapping import Delegating, Passing


@broken("bytestream_10")
def takes_negative_points() -> Subject:
    """A negative point counts from the end, as in a slice."""

    class Broken(Window):
        def split(self, point: int) -> Any:
            if isinstance(point, int) and point < 0:
                point = max(0, self.length + point)
            return super().split(point)

    return subject(Broken)


@broken("bytestream_10")
def takes_points_past_the_end() -> Subject:
    """A point past the end is taken, and found wrong by a reader."""

    class Broken(Window):
        def split(self, point: int) -> Any:
            return super().split(min(point, self.length) if isinstance(point, int) else point)

    return subject(Broken)


@broken("bytestream_10")
def raises_another_error() -> Subject:
    """An impossible point is an IndexError."""

    class Broken(Window):
        def split(self, point: int) -> Any:
            try:
                return super().split(point)
            except ValueError as error:
                raise IndexError(point) from error

    return subject(Broken)


@broken("bytestream_10")
def refuses_and_is_changed() -> Subject:
    """The refused split has moved the stream's end already."""

    class Broken(Window):
        def split(self, point: int) -> Any:
            stop = self.stop
            if isinstance(point, int):
                self.stop = max(self.start, min(self.start + point, stop))
                check(point, stop - self.start)
                self.stop = stop
            return super().split(point)

    return subject(Broken)


@broken("bytestream_11")
def halves_split_by_the_whole() -> Subject:
    """A half is split at the position in the whole."""

    class Broken(Window):
        whole = True

        def split(self, point: int) -> Any:
            check(point, self.length)
            middle = self.start + point if self.whole else max(self.start, min(point, self.stop))
            halves = Broken(self.data, self.start, middle), Broken(self.data, middle, self.stop)
            halves[0].whole = halves[1].whole = False
            return halves

    return subject(Broken)


@broken("bytestream_11")
def after_cannot_be_split() -> Subject:
    """A half has no split of its own."""

    class Unsplittable(Half):
        def split(self, point: int) -> Any:
            raise NotImplementedError(point)

    class Broken(Passing):
        def split(self, point: int) -> Any:
            return halved(Unsplittable, self, point)

    return wrapping(Broken)


@broken("bytestream_12")
def points_count_from_the_beginning() -> Subject:
    """After some reads the point is still counted from the beginning of the data."""

    class Broken(Window):
        def __init__(self, data: bytes, start: int = 0, stop: int | None = None) -> None:
            super().__init__(data, start, stop)
            self.first = start

        def split(self, point: int) -> Any:
            check(point, self.length)
            middle = min(max(self.start, self.first + point), self.stop)
            return Broken(self.data, self.start, middle), Broken(self.data, middle, self.stop)

    return subject(Broken)


@broken("bytestream_12")
def begins_again_when_split() -> Subject:
    """The halves begin at the first byte, whatever was read before."""

    class Broken(Passing):
        kept = b""

        def read(self) -> Any:
            piece = super().read()
            self.kept = piece if isinstance(piece, bytes) else b""
            return piece

        def split(self, point: int) -> Any:
            if not self.kept:
                return super().split(point)
            check(point, None if self.length is None else self.length)
            self._source = Again(self._source, self.kept)
            return super().split(point)

    class Again(Delegating):
        def __init__(self, inner: Any, kept: bytes) -> None:
            super().__init__(inner)
            self._kept = kept

        @property
        def length(self) -> Any:
            return self._inner.length

        def read(self) -> Any:
            piece, self._kept = self._kept, b""
            return piece or self._inner.read()

    return wrapping(Broken)
