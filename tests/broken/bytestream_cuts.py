"""Broken byte streams: lengths of halves, items, nesting, empty pieces."""

from typing import Any

from twisted.internet.defer import Deferred

from streamgauge.subject import Subject
from streamgauge.target import subject
from tests.broken import broken
from tests.broken.bytestream_parts import Half, Window, halved
from tests.broken.stream_parts import wrapping
from tests.kit.right_pieces import check
from tests.kit.right_wrapping import Passing


@broken("bytestream_09")
def before_has_the_whole_length() -> Subject:
    """Before keeps the length of the whole until it is read."""

    class Broken(Window):
        told: int | None = None

        @property
        def length(self) -> Any:
            return super().length if self.told is None else self.told

        def split(self, point: int) -> Any:
            check(point, self.length)
            before = Broken(self.data, self.start, self.start + point)
            before.told = self.length
            return before, Broken(self.data, self.start + point, self.stop)

        def read(self) -> Any:
            self.told = None
            return super().read()

        def close(self) -> None:
            self.told = None
            super().close()

    return subject(Broken)


@broken("bytestream_09")
def after_does_not_know_its_length() -> Subject:
    """After has no known length, though the stream had one."""

    class Broken(Window):
        @property
        def length(self) -> Any:
            return super().length if self.known or self.start == self.stop else None

        known = True

        def split(self, point: int) -> Any:
            check(point, self.stop - self.start)
            halves = Window.split(self, point)
            halves[1].known = False
            return halves

    return subject(Broken)


class Counting(Passing):
    """Its length falls by len() for some pieces."""

    told: int | None = None

    @property
    def length(self) -> Any:
        if self._over or self._source.length is None or self.told is None:
            return super().length
        return self.told

    def read(self) -> Any:
        before = self.length
        piece = super().read()
        if piece is not None and not isinstance(piece, Deferred) and before is not None:
            self.told = before - len(piece) if self.miscounts(memoryview(piece)) else None
        return piece

    def miscounts(self, view: memoryview) -> bool:
        raise NotImplementedError


@broken("bytestream_14")
def counts_items() -> Subject:
    """Length falls by len(), the number of items."""

    class Broken(Counting):
        def miscounts(self, view: memoryview) -> bool:
            return view.itemsize > 1

    return wrapping(Broken)


@broken("bytestream_14")
def counts_items_of_what_comes_later() -> Subject:
    """Length falls by len() of a piece that comes by a Deferred."""

    class Broken(Passing):
        over = 0

        @property
        def length(self) -> Any:
            return None if super().length is None else super().length + self.over

        def read(self) -> Any:
            piece = super().read()
            return piece.addCallback(self.late) if isinstance(piece, Deferred) else piece

        def late(self, piece: Any) -> Any:
            if piece is not None:
                self.over += memoryview(piece).nbytes - len(piece)
            return piece

    return wrapping(Broken)


@broken("bytestream_14")
def counts_rows() -> Subject:
    """Length falls by len(), the number of rows."""

    class Broken(Counting):
        def miscounts(self, view: memoryview) -> bool:
            return view.ndim > 1

    return wrapping(Broken)


@broken("bytestream_14")
def cuts_at_items() -> Subject:
    """The piece at the point is cut with a slice of the buffer as it came."""

    class Slicing(Half):
        def read(self) -> Any:
            return self._inner.read()

    class Items:
        """Reads the source, and takes an item of a wide buffer for a byte."""

        def __init__(self, source: Passing) -> None:
            self._source = source

        def read(self) -> Any:
            piece = self._source.read()
            if piece is None or isinstance(piece, Deferred) or memoryview(piece).itemsize == 1:
                return piece
            return memoryview(piece)[: max(1, len(piece) - 1)].tobytes()

        def __getattr__(self, name: str) -> Any:
            return getattr(self._source, name)

    class Broken(Passing):
        def split(self, point: int) -> Any:
            check(point, self.length)
            return halved(Slicing, Items(self), point)

    return wrapping(Broken)


@broken("bytestream_18")
def each_split_is_a_layer() -> Subject:
    """Each split puts a layer around the stream, through which every read goes."""

    class Layer(Window):
        inner: Any = None

        def read(self) -> Any:
            return Window.read(self) if self.inner is None else self.inner.read()

        def close(self) -> None:
            Window.close(self)
            if self.inner is not None:
                self.inner.close()

        @property
        def length(self) -> Any:
            return Window.length.fget(self) if self.inner is None else self.inner.length  # type: ignore[attr-defined]

        def split(self, point: int) -> Any:
            if self.inner is not None:
                before, rest = self.inner.split(point)
            else:
                before, rest = Window.split(self, point)
            after = Layer(b"")
            after.inner = rest
            return before, after

    return subject(Layer, name="Broken")


@broken("bytestream_18")
def splits_ask_all_others() -> Subject:
    """The second half reads through all halves before it."""

    class Rest(Half):
        def read(self) -> Any:
            return self.__dict__["_inner"].read()

        def split(self, point: int) -> Any:
            before, after = self._inner.split(point)
            return before, Rest(Rest(after))

    class Broken(Passing):
        def split(self, point: int) -> Any:
            before, after = super().split(point)
            return before, Rest(after)

    return wrapping(Broken)


@broken("bytestream_23")
def the_length_of_a_half_stays() -> Subject:
    """The length of a half is what it was at the split, until its end."""

    class Fixed(Window):
        @property
        def length(self) -> Any:
            return 0 if self.start == self.stop else self.stop - self.first

        first = 0

        def split(self, point: int) -> Any:
            check(point, self.stop - self.start)
            return Window(self.data, self.start, self.stop).split(point)

    class Broken(Window):
        def split(self, point: int) -> Any:
            check(point, self.length)
            middle = self.start + point
            halves = Fixed(self.data, self.start, middle), Fixed(self.data, middle, self.stop)
            for half in halves:
                half.first = half.start
            return halves

    return subject(Broken)
