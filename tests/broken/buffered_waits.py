"""Broken buffered streams: what comes while a call is outstanding, and after it was broken off."""

from typing import Any

from streamgauge.subject import Subject
from tests.broken import broken, port
from web2stream import BufferedStream
from web2stream._reply import shut
from web2stream._source import Source


@broken("buffered_68")
def interrupted_call_stays_outstanding() -> Subject:
    """A readline or readExactly that an interrupt broke off counts as outstanding for ever."""

    class Broken(BufferedStream):
        def _pump(self, call: Any) -> None:
            try:
                super()._pump(call)
            except BaseException:
                self._call = call
                raise

    return port(BufferedStream=Broken)


@broken("buffered_48")
def close_leaves_it_to_the_source() -> Subject:
    """Close answers an outstanding call only if the source answers within its own close."""

    class Asked(Source):
        closing = answered = False

        def close(self) -> None:
            self.closing = True
            shut(self.stream)
            self.closing = False
            super().close()

        def _came(self, answer: object) -> None:
            self.answered = True
            if not self.closing:
                super()._came(answer)

    class Broken(BufferedStream):
        def __init__(self, stream: Any) -> None:
            super().__init__(stream)
            self._source: Asked = Asked(stream)

        def close(self) -> None:
            call, self._call = self._call, None
            self._source.answered = False
            super().close()
            if call is not None and self._source.answered:
                call.deferred.callback(call.nothing)

    return port(BufferedStream=Broken)


@broken("buffered_51")
def wide_items_put_back_are_counted() -> Subject:
    """What is put back counts in length by its items."""

    class Broken(BufferedStream):
        surplus = 0

        @property
        def length(self) -> int | None:
            known = super().length
            return None if known is None else known - self.surplus

        def pushback(self, data: Any) -> None:
            super().pushback(data)
            self.surplus = memoryview(data).nbytes - len(data)

    return port(BufferedStream=Broken)


@broken("buffered_13")
def taken_bytes_begin_a_delimiter() -> Subject:
    """A delimiter may begin in what the call before has taken."""

    class Broken(BufferedStream):
        taken = b""

        def readExactly(self, size: int | None = None) -> Any:
            def keep(data: bytes) -> bytes:
                self.taken = data[-1:]
                return data

            return super().readExactly(size).addCallback(keep)

        def pushback(self, data: Any) -> None:
            self.taken = b""
            super().pushback(data)

        def readline(self, delimiter: Any = b"\r\n", size: int | None = None) -> Any:
            taken, self.taken = self.taken, b""
            rest = bytes(delimiter)[1:]
            false = rest and taken == bytes(delimiter)[:1] and self.data.startswith(rest)
            return super().readExactly(len(rest)) if false and size is None else super().readline(delimiter, size)

    return port(BufferedStream=Broken)


@broken("buffered_13")
def long_delimiters_are_cut() -> Subject:
    """Of a delimiter only its first 32 bytes are looked for."""

    class Broken(BufferedStream):
        def readline(self, delimiter: Any = b"\r\n", size: int | None = None) -> Any:
            return super().readline(delimiter[:32], size)

    return port(BufferedStream=Broken)
