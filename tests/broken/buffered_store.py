"""Broken buffers: bytes put back in the wrong place, lengths that forget the buffer."""

from typing import Any

from twisted.internet.defer import Deferred

from streamgauge.subject import Subject
from tests.broken import broken, port
from web2stream import BufferedStream

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


@broken("buffered_29")
def length_forgets_reads() -> Subject:
    """What read() gives out of the buffer goes on to be counted."""

    class Broken(_Measured):
        given = 0

        def read(self) -> Any:
            if self._call is None:
                self.given += len(self._queue)
            return super().read()

        def wrong(self, length: int | None) -> int | None:
            return None if length is None else length + self.given

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
