"""Broken buffers: bytes put back in the wrong place, lengths and splits that forget the buffer, copies without end."""

from typing import Any

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from streamgauge.subject import Subject
from tests.broken import broken, port
from web2stream import BufferedStream
from web2stream._bytequeue import ByteQueue

CRLF = b"\r\n"


@broken("buffered_24")
def search_goes_on_where_it_was() -> Subject:
    """How far a line was searched is remembered for the next one, whatever is taken in between."""

    class Broken(BufferedStream):
        searched = 0

        def readline(self, delimiter: Any = CRLF, size: int | None = None) -> "Deferred[bytes]":
            if size == 0 or delimiter != CRLF:
                return super().readline(delimiter, size)

            def attempt() -> bytes | None:
                data = bytes(self._queue)
                place = data.find(CRLF, self.searched, size)
                if place < 0 and (size is None or len(data) < size):
                    return None
                end = place + 2 if place >= 0 else size
                next_line = data.find(CRLF, end)
                self.searched = max(0, (next_line if next_line >= 0 else len(data) - 1) - end)  # type: ignore[operator]
                return self._queue.take(end)  # type: ignore[arg-type]

            return self._gather(attempt)

    return port(BufferedStream=Broken)


@broken("buffered_25")
def read_waits_for_the_source() -> Subject:
    """read() gives what is buffered together with the next piece."""

    class Broken(BufferedStream):
        def read(self) -> Any:
            if self._call is not None or not self._queue:
                return super().read()
            held = len(self._queue)
            return self._gather(lambda: self._queue.take(len(self._queue)) if len(self._queue) > held else None)

    return port(BufferedStream=Broken)


@broken("buffered_25")
def read_forgets_the_buffer() -> Subject:
    """read() after a line drops what is left of its piece."""

    class Broken(BufferedStream):
        fresh = True

        def read(self) -> Any:
            if self._call is None and not self.fresh:
                self._queue.clear()
            return super().read()

        def readline(self, delimiter: Any = CRLF, size: int | None = None) -> "Deferred[bytes]":
            self.fresh = size == 0
            return super().readline(delimiter, size)

        def pushback(self, data: Any) -> None:
            self.fresh = True
            super().pushback(data)

    return port(BufferedStream=Broken)


@broken("buffered_26")
def pushed_at_the_end() -> Subject:
    """Bytes put back come behind what is buffered."""

    class Broken(BufferedStream):
        def pushback(self, data: Any) -> None:
            self._queue.append(data)

    return port(BufferedStream=Broken)


@broken("buffered_26")
def pushed_in_order() -> Subject:
    """Bytes put back twice come in the order in which they were put back."""

    class Broken(BufferedStream):
        pushed = b""

        def pushback(self, data: Any) -> None:
            if self.pushed and bytes(self._queue).startswith(self.pushed):
                self._queue.take(len(self.pushed))
            self.pushed += data
            super().pushback(self.pushed)

        def _gather(self, attempt: Any) -> Any:
            self.pushed = b""
            return super()._gather(attempt)

    return port(BufferedStream=Broken)


@broken("buffered_27")
def pushed_after_the_end_is_dropped() -> Subject:
    """When the source has ended bytes put back are dropped."""

    class Broken(BufferedStream):
        def pushback(self, data: Any) -> None:
            if self._source._stopped is not None:
                super().pushback(data)

    return port(BufferedStream=Broken)


@broken("buffered_28")
def pushed_is_not_searched() -> Subject:
    """A line's end is looked for behind what was put back."""

    class Broken(BufferedStream):
        pushed = 0

        def pushback(self, data: Any) -> None:
            super().pushback(data)
            self.pushed = len(data) if data in (b"\r", b"p") else 0

        def _gather(self, attempt: Any) -> Any:
            self.pushed = 0
            return super()._gather(attempt)

        def readline(self, delimiter: Any = CRLF, size: int | None = None) -> "Deferred[bytes]":
            if not self.pushed or size is not None:
                return super().readline(delimiter, size)
            begin = self.pushed

            def attempt() -> bytes | None:
                place = bytes(self._queue).find(delimiter, begin)
                return None if place < 0 else self._queue.take(place + len(delimiter))

            return self._gather(attempt)

    return port(BufferedStream=Broken)


class _Measured(BufferedStream):
    """A stream that tells a wrong length, and splits by the right one."""

    splitting = False

    def wrong(self, length: int | None) -> int | None:
        """Make it wrong."""
        raise NotImplementedError

    @property
    def length(self) -> int | None:
        length = super().length
        return length if self.splitting else self.wrong(length)

    def split(self, point: int) -> Any:
        self.splitting = True
        try:
            return super().split(point)
        finally:
            self.splitting = False


@broken("buffered_29")
def length_of_the_source_alone() -> Subject:
    """What was read from the source and not given yet is not counted."""

    class Broken(_Measured):
        def wrong(self, length: int | None) -> int | None:
            return None if length is None else length - len(self._queue)

    return port(BufferedStream=Broken)


@broken("buffered_29")
def length_forgets_the_outstanding() -> Subject:
    """While a call is outstanding, what it has collected is not counted."""

    class Broken(_Measured):
        def wrong(self, length: int | None) -> int | None:
            return length if self._call is None or length is None else length - len(self._queue)

    return port(BufferedStream=Broken)


@broken("buffered_30")
def pushed_is_not_counted() -> Subject:
    """Bytes put back do not count."""

    class Broken(_Measured):
        pushed = 0

        def pushback(self, data: Any) -> None:
            super().pushback(data)
            self.pushed += len(data)

        def wrong(self, length: int | None) -> int | None:
            return None if length is None else max(0, length - self.pushed)

    return port(BufferedStream=Broken)


@broken("buffered_31")
def unknown_is_the_buffer() -> Subject:
    """The length of a stream of unknown length is that of its buffer."""

    class Broken(_Measured):
        def wrong(self, length: int | None) -> int | None:
            return len(self._queue) or None if length is None else length

    return port(BufferedStream=Broken)


@broken("buffered_32")
def halves_swap_sizes() -> Subject:
    """A split inside the buffer cuts as far from its end as it should from its begin."""

    class Broken(BufferedStream):
        def split(self, point: int) -> Any:
            held = len(self._queue)
            return super().split(held - point if 0 <= point < held else point)

    return port(BufferedStream=Broken)


@broken("buffered_32")
def buffer_stays_behind() -> Subject:
    """A split inside the buffer gives all of it to the second half."""

    class Broken(BufferedStream):
        def split(self, point: int) -> Any:
            return super().split(0 if 0 < point <= len(self._queue) else point)

    return port(BufferedStream=Broken)


@broken("buffered_33")
def point_counts_from_the_source() -> Subject:
    """A split behind the buffer counts its point from the buffer's end."""

    class Broken(BufferedStream):
        def split(self, point: int) -> Any:
            held, length = len(self._queue), self.length
            if held and point > held:
                point = point + held if length is None else min(point + held, length)
            return super().split(point)

    return port(BufferedStream=Broken)


@broken("buffered_34")
def pushed_is_lost_by_split() -> Subject:
    """What was put back is in none of the halves."""

    class Broken(BufferedStream):
        pushed = 0

        def pushback(self, data: Any) -> None:
            super().pushback(data)
            self.pushed = len(data)

        def split(self, point: int) -> Any:
            self._queue.take(self.pushed)
            length = self.length
            return super().split(point if length is None else min(point, length))

    return port(BufferedStream=Broken)


@broken("buffered_35")
def half_of_a_buffer_without_length() -> Subject:
    """After a split with bytes buffered the first half does not know its length."""

    class Unknown(BufferedStream):
        @property
        def length(self) -> int | None:
            return None

    class Broken(BufferedStream):
        def split(self, point: int) -> Any:
            held = bool(self._queue)
            before, after = super().split(point)
            if held:
                before.__class__ = Unknown
            return before, after

    return port(BufferedStream=Broken)


@broken("buffered_36")
def negative_point_of_a_buffer() -> Subject:
    """With bytes buffered a negative point counts from the buffer's end."""

    class Broken(BufferedStream):
        def split(self, point: int) -> Any:
            held = len(self._queue)
            return super().split(max(0, held + point) if held and point < 0 else point)

    return port(BufferedStream=Broken)


@broken("buffered_36")
def refusal_costs_the_buffer() -> Subject:
    """An impossible point is refused after the buffer was given away."""

    class Broken(BufferedStream):
        def split(self, point: int) -> Any:
            try:
                return super().split(point)
            except ValueError:
                self._queue = ByteQueue()
                raise

    return port(BufferedStream=Broken)


@broken("buffered_50")
def empty_piece_ends_a_line() -> Subject:
    """An empty piece ends the line or count that is being read."""

    class Broken(BufferedStream):
        def _feed(self, call: Any, answer: Any) -> None:
            gathers = call.attempt is not None and answer is not None and not isinstance(answer, Failure)
            super()._feed(call, None if gathers and not memoryview(answer).nbytes else answer)

    return port(BufferedStream=Broken)


@broken("buffered_51")
def items_are_counted() -> Subject:
    """Of a piece as many bytes are buffered as it has items."""

    class Broken(BufferedStream):
        def _feed(self, call: Any, answer: Any) -> None:
            if call.attempt is not None and answer is not None and not isinstance(answer, Failure):
                answer = bytes(answer)[: len(answer)]
            super()._feed(call, answer)

    return port(BufferedStream=Broken)


@broken("buffered_52")
def busy_inside_the_callback() -> Subject:
    """Inside the callback of a call that had to wait, the stream still counts it as outstanding."""

    class Broken(BufferedStream):
        firing = False

        def _feed(self, call: Any, answer: Any) -> None:
            self.firing = call.attempt is not None
            super()._feed(call, answer)
            self.firing = False

        def _refuseOverlap(self) -> None:
            super()._refuseOverlap()
            if self.firing:
                raise RuntimeError("another read of this stream is outstanding")

    return port(BufferedStream=Broken)


# -- what it costs -------------------------------------------------------------------------------------------------


@broken("buffered_55")
def each_piece_takes_a_level() -> Subject:
    """Each piece that a call collects is asked for one level deeper."""

    class Broken(BufferedStream):
        def _pump(self, call: Any) -> None:
            from web2stream._flow import WAITING

            answer = self._ask()
            if answer is not WAITING and self._call is call:
                self._feed(call, answer)
                if self._call is call:
                    self._pump(call)

    return port(BufferedStream=Broken)


@broken("buffered_56")
def each_piece_copies_the_buffer() -> Subject:
    """The buffer is made anew for each piece."""

    class Broken(BufferedStream):
        def _feed(self, call: Any, answer: Any) -> None:
            bytes(self._queue)
            super()._feed(call, answer)

    return port(BufferedStream=Broken)


@broken("buffered_57")
def each_line_copies_the_rest() -> Subject:
    """The buffer is made anew for each call."""

    class Broken(BufferedStream):
        def _gather(self, attempt: Any) -> Any:
            bytes(self._queue)
            return super()._gather(attempt)

    return port(BufferedStream=Broken)


@broken("buffered_58")
def pushback_copies_the_buffer() -> Subject:
    """The buffer is made anew for each pushback."""

    class Broken(BufferedStream):
        def pushback(self, data: Any) -> None:
            bytes(self._queue)
            super().pushback(data)

    return port(BufferedStream=Broken)


class _Ahead:
    """A stream that, once it is told to, takes up to 40 answers of another one ahead."""

    def __init__(self, stream: Any) -> None:
        self.stream = stream
        self.held: list[Any] = []
        self.ahead = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)

    @property
    def length(self) -> int | None:
        length = self.stream.length
        return length if length is None else length + sum(len(piece) for piece in self.held if isinstance(piece, bytes))

    def read(self) -> Any:
        while self.ahead and len(self.held) < 40 and self.stream.pending is None and None not in self.held:
            piece = self.stream.read()
            while isinstance(piece, Deferred) and piece.called:
                piece = piece.result
            self.held.append(piece)
        return self.held.pop(0) if self.held else self.stream.read()


@broken("buffered_59")
def lines_read_ahead() -> Subject:
    """The first line or count takes whatever the source has."""

    class Broken(BufferedStream):
        def __init__(self, stream: Any) -> None:
            plain = getattr(stream, "script", None) is not None and not stream.script.fails and not stream.script.lie
            super().__init__(_Ahead(stream) if plain and len(stream.script.steps) > 30 else stream)

        def _gather(self, attempt: Any) -> Any:
            if isinstance(self.stream, _Ahead):
                self.stream.ahead = True
            return super()._gather(attempt)

    return port(BufferedStream=Broken)


@broken("buffered_60")
def lines_are_kept() -> Subject:
    """Whatever was given is kept."""

    class Broken(BufferedStream):
        def __init__(self, stream: Any) -> None:
            super().__init__(stream)
            self.kept: list[bytes] = []

        def _gather(self, attempt: Any) -> Any:
            def keep(data: bytes) -> bytes:
                self.kept.append(data)
                return data

            return super()._gather(attempt).addCallback(keep)

    return port(BufferedStream=Broken)
