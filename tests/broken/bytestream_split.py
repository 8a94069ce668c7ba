"""Broken byte streams: halves that give wrong bytes, or that must be read in order."""

from typing import Any

from streamgauge.subject import Subject
from streamgauge.target import subject
from tests.broken import broken
from tests.broken.bytestream_parts import Half, Window, halved
from tests.broken.stream_parts import wrapping
from tests.kit.right_pieces import check
from tests.kit.right_wrapping import Passing


@broken("bytestream_07")
def after_lacks_a_byte() -> Subject:
    """After begins one byte too late."""

    class Broken(Window):
        def split(self, point: int) -> Any:
            before, after = super().split(point)
            after.start = min(after.start + 1, after.stop)
            return before, after

    return subject(Broken)


@broken("bytestream_07")
def before_gives_whole_pieces() -> Subject:
    """Before does not cut the piece that reaches over the point."""

    class Broken(Window):
        border = None

        def read(self) -> Any:
            if self.border is None or self.start >= self.border:
                return None if self.border is not None else super().read()
            self.stop = len(self.data)
            return super().read()

        def split(self, point: int) -> Any:
            before, after = super().split(point)
            before.border = before.stop
            return before, after

    return subject(Broken)


@broken("bytestream_07")
def cannot_split_at_nothing() -> Subject:
    """A point of 0 is taken for no point at all: before gives everything."""

    class Broken(Window):
        def split(self, point: int) -> Any:
            before, after = super().split(point)
            return (Window(self.data, self.start, self.stop), Window(b"")) if point == 0 else (before, after)

    return subject(Broken)


@broken("bytestream_07")
def a_piece_at_the_point_is_lost() -> Subject:
    """A piece that ends right at the point is counted and not given."""

    class Gone(Half):
        def read(self) -> Any:
            piece = self._inner.read()
            if isinstance(piece, bytes) and piece and self._inner.length == 0 and self.counted:
                return self._inner.read()
            return piece

        counted = False

    class Broken(Passing):
        def split(self, point: int) -> Any:
            before, after = halved(Gone, self, point)
            before.counted = True
            return before, after

    return wrapping(Broken)


@broken("bytestream_08")
def halves_share_a_position() -> Subject:
    """Both halves read one file from where it stands; right only if before is read first."""

    class Shared(Window):
        place: list[int]

        def read(self) -> Any:
            size = min(100, self.length)
            piece = self.data[self.place[0] : self.place[0] + size]
            self.start += size
            self.place[0] += size
            return piece or None

        def close(self) -> None:
            if self.place[0] == self.start:
                self.place[0] = self.stop
            self.start = self.stop

        def split(self, point: int) -> Any:
            return cut(self, point, self.place)

    def cut(stream: Window, point: int, place: list[int]) -> Any:
        check(point, stream.length)
        middle = stream.start + point
        halves = Shared(stream.data, stream.start, middle), Shared(stream.data, middle, stream.stop)
        halves[0].place = halves[1].place = place
        return halves

    class Broken(Window):
        def split(self, point: int) -> Any:
            return cut(self, point, [self.start])

    return subject(Broken)


@broken("bytestream_08")
def after_does_not_wait() -> Subject:
    """A read of after that comes first ends it."""

    class Impatient(Half):
        is_after = gone = False

        def read(self) -> Any:
            if self.is_after and (self.other.length != 0 or self.gone):
                self.gone = True
                return None
            return self._inner.read()

    class Broken(Passing):
        def split(self, point: int) -> Any:
            before, after = halved(Impatient, self, point)
            after.is_after = True
            return before, after

    return wrapping(Broken)
