"""Broken byte streams: wrong lengths and wrong splits."""

from typing import Any

from twisted.internet.defer import Deferred, fail
from twisted.python.failure import Failure

from streamgauge.subject import Subject
from streamgauge.target import subject
from tests.broken import broken
from tests.broken.stream import wrapping
from tests.kit.right import Delegating, Later, Passing, Pieces, by_delayed_call, check
from web2stream.memory import MemoryStream
from web2stream.split import fallbackSplit


class Window:
    """A right stream over shared bytes: the raw material for wrong splits."""

    def __init__(self, data: bytes, start: int = 0, stop: int | None = None) -> None:
        self.data, self.start = data, start
        self.stop = len(data) if stop is None else stop

    @property
    def length(self) -> Any:
        return self.stop - self.start

    def read(self) -> Any:
        piece = self.data[self.start : min(self.start + 100, self.stop)]
        self.start += len(piece)
        return piece or None

    def close(self) -> None:
        self.start = self.stop

    def split(self, point: int) -> Any:
        check(point, self.length)
        middle = self.start + point
        return type(self)(self.data, self.start, middle), type(self)(self.data, middle, self.stop)


class Half(Delegating):
    """A half of a right split, for one thing to be changed."""

    other: Any = None

    def close(self) -> Any:
        return self._inner.close()

    def split(self, point: int) -> Any:
        return self._inner.split(point)


def halved(half: type[Half], stream: Any, point: int) -> Any:
    """Split rightly, and give halves of this kind that know each other."""
    before, after = map(half, fallbackSplit(stream, point))
    before.other, after.other = after, before
    return before, after


@broken("bytestream_01")
def gives_text() -> Subject:
    """Read gives str."""

    class Broken(Pieces):
        def read(self) -> Any:
            piece = super().read()
            return piece and piece.decode("latin-1")

    return subject(Broken)


@broken("bytestream_01")
def gives_numbers_later() -> Subject:
    """Its Deferreds fire with the number of bytes that came, not with them."""

    class Broken(Later):
        def _deliver(self, answer: Deferred[Any]) -> None:
            if answer is self._answer and self._data:
                self._answer, count, self._data = None, len(self._data), b""
                answer.callback(count)
            else:
                super()._deliver(answer)

    return subject(lambda data: Broken(data, by_delayed_call(b"")._schedule), name="Broken")


@broken("bytestream_02")
def cannot_be_split() -> Subject:
    """It has a length and no split."""

    class Broken:
        def __init__(self, data: bytes) -> None:
            self.length, self._data = len(data), data

        def read(self) -> bytes | None:
            data, self._data, self.length = self._data, b"", 0
            return data or None

        def close(self) -> None:
            self._data, self.length = b"", 0

    return subject(Broken)


@broken("bytestream_02")
def has_no_length() -> Subject:
    """It can be split and has no length."""

    class Broken(StreamWithSplit):
        pass

    return subject(Broken)


class StreamWithSplit:
    """No more than read, close and split."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def read(self) -> bytes | None:
        data, self._data = self._data, b""
        return data or None

    def close(self) -> None:
        self._data = b""

    def split(self, point: int) -> Any:
        check(point, len(self._data))
        return Pieces(self._data[:point]), Pieces(self._data[point:])


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

    return subject(lambda data: Broken(data, by_delayed_call(b"")._schedule), name="Broken")


@broken("bytestream_04")
def length_falls_by_whole_pieces() -> Subject:
    """Length falls by the size that was asked for, not by what came."""

    class Broken(Pieces):
        def read(self) -> Any:
            before = self.length or 0
            piece = super().read()
            self.length = max(0, before - 100) if piece is not None and self._left else self.length
            if piece is not None and not self._left and before > 100:
                self.length = before - 100
            if piece is None:
                self.length = 0
            return piece

    return subject(lambda data: Broken(data, 7), name="Broken", cannot=["split"])


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
            return None if self._over else self._source.length

        def close(self) -> None:
            known = self._source.length is not None
            super().close()
            self.__class__ = Passing if known else Broken

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
            return Window(self.data, self.start, self.stop).split(point)

    class Broken(Window):
        def split(self, point: int) -> Any:
            check(point, self.length)
            middle = self.start + point
            halves = Shared(self.data, self.start, middle), Shared(self.data, middle, self.stop)
            halves[0].place = halves[1].place = [self.start]
            return halves

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


@broken("bytestream_13")
def closing_before_closes_all() -> Subject:
    """Closing before closes the stream underneath, and after is empty."""

    class Eager(Half):
        is_before = False

        def close(self) -> Any:
            self._inner.close()
            if self.is_before:
                self.other.close()

    class Broken(Passing):
        def split(self, point: int) -> Any:
            before, after = halved(Eager, self, point)
            before.is_before = True
            return before, after

    return wrapping(Broken)


@broken("bytestream_13")
def closing_after_closes_all() -> Subject:
    """Closing after closes the stream underneath, and before ends early."""

    class Eager(Half):
        is_after = False

        def close(self) -> Any:
            self._inner.close()
            if self.is_after:
                self.other.close()

    class Broken(Passing):
        def split(self, point: int) -> Any:
            before, after = halved(Eager, self, point)
            after.is_after = True
            return before, after

    return wrapping(Broken)


@broken("bytestream_13")
def a_closed_before_is_not_skipped() -> Subject:
    """After begins where before was closed, with bytes that were before's."""

    class Broken(Window):
        after: Any = None

        def split(self, point: int) -> Any:
            before, after = super().split(point)
            before.after = after
            return before, after

        def close(self) -> None:
            if self.after is not None and self.start < self.stop:
                self.after.start = self.start
            super().close()

    return subject(Broken)


@broken("bytestream_14")
def counts_items() -> Subject:
    """Length falls by len(), the number of items."""

    class Broken(Passing):
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
                wide = memoryview(piece).itemsize > 1
                self.told = before - len(piece) if wide else None
            return piece

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

    return subject(lambda data: Broken(data, 3), name="Broken", cannot=["split"])


class Quiet(Half):
    """A half that ends, wherever its source fails or ends early; which half, the subclass says."""

    affected = True

    def read(self) -> Any:
        try:
            result = self._inner.read()
        except RuntimeError:
            raise
        except Exception as error:
            return self.quiet(error)
        if isinstance(result, Deferred):
            result.addErrback(lambda failure: self.quiet(failure.value))
        return result

    def quiet(self, error: Exception) -> Any:
        return None if self.affected else fail(error)


@broken("bytestream_16")
def before_hides_the_failure() -> Subject:
    """Before ends where the source fails, as if it were complete."""

    class Hiding(Quiet):
        def quiet(self, error: Exception) -> Any:
            return fail(error) if isinstance(error, ValueError) or not self.affected else None

    class Broken(Passing):
        def split(self, point: int) -> Any:
            before, after = halved(Hiding, self, point)
            after.affected = False
            return before, after

    return wrapping(Broken)


@broken("bytestream_16")
def after_never_hears_of_the_failure() -> Subject:
    """The failure is told to before; after ends."""

    class Hiding(Quiet):
        def quiet(self, error: Exception) -> Any:
            return fail(error) if isinstance(error, ValueError) or not self.affected else None

    class Broken(Passing):
        def split(self, point: int) -> Any:
            before, after = halved(Hiding, self, point)
            before.affected = False
            return before, after

    return wrapping(Broken)


@broken("bytestream_16")
def after_hangs_when_before_fails() -> Subject:
    """A read of after that waits for before waits for ever when the source fails."""

    class Hanging(Half):
        is_after = False

        def read(self) -> Any:
            result = self._inner.read()
            if self.is_after and isinstance(result, Deferred):
                answer: Deferred[Any] = Deferred()
                result.addCallbacks(answer.callback, lambda _: None)
                return answer
            return result

    class Broken(Passing):
        def split(self, point: int) -> Any:
            before, after = halved(Hanging, self, point)
            after.is_after = True
            return before, after

    return subject(Broken, wraps=True, cannot=["close"])


@broken("bytestream_17")
def an_early_end_looks_complete() -> Subject:
    """When the source ends before the point, before ends without an error."""

    class Hiding(Quiet):
        def quiet(self, error: Exception) -> Any:
            return None if isinstance(error, ValueError) else fail(error)

    class Broken(Passing):
        def split(self, point: int) -> Any:
            return halved(Hiding, self, point)

    return wrapping(Broken)


@broken("bytestream_17")
def an_early_end_is_padded() -> Subject:
    """When the source ends before the point, the missing bytes are zeros."""

    class Padding(Quiet):
        padded = 0

        def quiet(self, error: Exception) -> Any:
            self.padded += 1
            if not isinstance(error, ValueError):
                return fail(error)
            return b"\0" if self.padded == 1 else None

    class Broken(Passing):
        def split(self, point: int) -> Any:
            return halved(Padding, self, point)

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


@broken("bytestream_19")
def a_late_answer_counts() -> Subject:
    """close() during a read keeps the length until the answer is there."""

    class Broken(Passing):
        waiting = False

        @property
        def length(self) -> Any:
            return self.told if self.waiting else super().length

        told: Any = None

        def close(self) -> None:
            busy, self.told = self._answer is not None, super().length
            super().close()
            self.waiting = busy

    return wrapping(Broken)


@broken("bytestream_19")
def the_answer_sets_the_length() -> Subject:
    """When the answer comes after close(), length is what remains behind it."""

    class Broken(Later):
        late = 0

        @property
        def length(self) -> int:
            return self.late or len(self._data)

        def close(self) -> None:
            left, busy = len(self._data), self._answer is not None
            super().close()
            if busy and left:
                self._schedule(lambda: setattr(self, "late", left))

    return subject(lambda data: Broken(data, by_delayed_call(b"")._schedule), name="Broken")


@broken("bytestream_21")
def halves_keep_the_source_open() -> Subject:
    """No half closes the source: each leaves that to the other."""

    class Shielded:
        def __init__(self, stream: Any) -> None:
            self._stream = stream

        def read(self) -> Any:
            return self._stream.read()

        def close(self) -> None:
            pass

        @property
        def length(self) -> Any:
            return self._stream.length

    class Broken(Passing):
        def split(self, point: int) -> Any:
            check(point, self.length)
            return fallbackSplit(Shielded(self), point)

    return wrapping(Broken)


@broken("bytestream_21")
def only_one_order_closes_the_source() -> Subject:
    """The source is closed when after is closed last, not when before is."""

    class Last(Half):
        is_after = shut = False

        def close(self) -> Any:
            if self.is_after and not self.other.shut:
                self.ended = True
                self.shut = True
                return
            self.shut = True
            if not (not self.is_after and self.other.shut):
                self._inner.close()

        ended = False

        def read(self) -> Any:
            return None if self.ended or (self.shut and not self.is_after) else self._inner.read()

        @property
        def length(self) -> Any:
            return 0 if self.shut else self._inner.length

    class Broken(Passing):
        def split(self, point: int) -> Any:
            before, after = halved(Last, self, point)
            after.is_after = True
            return before, after

    return wrapping(Broken)


@broken("bytestream_22")
def a_closed_half_forgets_its_reader() -> Subject:
    """Closing a half leaves the Deferred of its outstanding read unfired."""

    class Forgetting(Half):
        waiting: Any = None

        def read(self) -> Any:
            result = self._inner.read()
            if not isinstance(result, Deferred):
                return result
            self.waiting = answer = Deferred()
            result.addBoth(self.came, answer)
            return answer

        def came(self, result: Any, answer: Any) -> None:
            if self.waiting is answer:
                self.waiting = None
                answer.callback(result)

        def close(self) -> Any:
            self.waiting = None
            self._inner.close()

    class Broken(Passing):
        def split(self, point: int) -> Any:
            return halved(Forgetting, self, point)

    return wrapping(Broken)


@broken("bytestream_22")
def a_closed_half_fails_its_reader() -> Subject:
    """Closing a half fails its outstanding read."""

    class Failing(Half):
        closed = False

        def read(self) -> Any:
            result = self._inner.read()
            if not isinstance(result, Deferred):
                return result
            return result.addCallback(self.look)

        def look(self, result: Any) -> Any:
            return Failure(ConnectionAbortedError("closed")) if self.closed and result is None else result

        def close(self) -> Any:
            self.closed = True
            self._inner.close()

    class Broken(Passing):
        def split(self, point: int) -> Any:
            return halved(Failing, self, point)

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


@broken("bytestream_24")
def an_empty_piece_ends_before() -> Subject:
    """Before takes an empty piece of the source for its end."""

    class Stopping(Half):
        stopped = False

        def read(self) -> Any:
            result = None if self.stopped else self._inner.read()
            if isinstance(result, Deferred):
                return result.addCallback(self.look)
            return self.look(result)

        def look(self, piece: Any) -> Any:
            self.stopped = self.stopped or piece == b""
            return None if self.stopped else piece

    class Broken(Passing):
        def split(self, point: int) -> Any:
            before, after = halved(Stopping, self, point)
            return before, after._inner

    return wrapping(Broken)


@broken("bytestream_24")
def an_empty_piece_ends_after() -> Subject:
    """After takes an empty piece of the source for its end."""

    class Stopping(Half):
        stopped = False

        def read(self) -> Any:
            result = None if self.stopped else self._inner.read()
            if isinstance(result, Deferred):
                return result.addCallback(self.look)
            return self.look(result)

        def look(self, piece: Any) -> Any:
            self.stopped = self.stopped or piece == b""
            return None if self.stopped else piece

    class Broken(Passing):
        def split(self, point: int) -> Any:
            before, after = halved(Stopping, self, point)
            return before._inner, after

    return wrapping(Broken)
