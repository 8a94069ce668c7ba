"""Broken counts: too many or too few bytes, answers too late or of the wrong type."""

from typing import Any

from twisted.internet.defer import Deferred, fail, maybeDeferred, succeed
from twisted.python.failure import Failure

from streamgauge.subject import Subject
from tests.broken import broken, port
from web2stream import BufferedStream


@broken("buffered_02")
def count_gives_the_whole_buffer() -> Subject:
    """Once enough is there, readExactly gives everything that is buffered."""

    class Broken(BufferedStream):
        def readExactly(self, size: int | None = None) -> "Deferred[bytes]":
            if size is None or size <= 0:
                return super().readExactly(size)
            return self._gather(lambda: None if len(self._queue) < size else self._queue.take(len(self._queue)))

    return port(BufferedStream=Broken)


@broken("buffered_02")
def count_takes_what_a_piece_has() -> Subject:
    """ReadExactly gives less when the first piece has less."""

    class Broken(BufferedStream):
        def readExactly(self, size: int | None = None) -> "Deferred[bytes]":
            if size is None or size <= 0:
                return super().readExactly(size)
            return self._gather(lambda: self._queue.take(size) or None)

    return port(BufferedStream=Broken)


@broken("buffered_03")
def short_count_is_an_error() -> Subject:
    """At the end readExactly fails with EOFError if there is less than was asked for."""

    class Broken(BufferedStream):
        def readExactly(self, size: int | None = None) -> "Deferred[bytes]":
            def measured(data: bytes) -> bytes:
                if size is not None and len(data) < size:
                    raise EOFError
                return data

            return super().readExactly(size).addCallback(measured)

    return port(BufferedStream=Broken)


@broken("buffered_03")
def end_of_counts_is_none() -> Subject:
    """When nothing is left readExactly(size) gives None."""

    class Broken(BufferedStream):
        def readExactly(self, size: int | None = None) -> Any:
            return super().readExactly(size).addCallback(lambda data: None if size and not data else data)

    return port(BufferedStream=Broken)


@broken("buffered_04")
def everything_is_one_piece() -> Subject:
    """readExactly() gives the next piece."""

    class Broken(BufferedStream):
        def readExactly(self, size: int | None = None) -> "Deferred[bytes]":
            if size is None:
                return maybeDeferred(self.read).addCallback(lambda data: b"" if data is None else bytes(data))  # type: ignore[call-overload]
            return super().readExactly(size)

    return port(BufferedStream=Broken)


@broken("buffered_05")
def no_bytes_are_all_bytes() -> Subject:
    """readExactly(0) is taken for readExactly()."""

    class Broken(BufferedStream):
        def readExactly(self, size: int | None = None) -> "Deferred[bytes]":
            return super().readExactly(size or None)

    return port(BufferedStream=Broken)


@broken("buffered_05")
def no_bytes_wait() -> Subject:
    """readExactly(0) waits for a piece if nothing is buffered."""

    class Broken(BufferedStream):
        def readExactly(self, size: int | None = None) -> "Deferred[bytes]":
            if size == 0 and not self._queue:
                return self._gather(lambda: b"" if self._queue else None)
            return super().readExactly(size)

    return port(BufferedStream=Broken)


@broken("buffered_06")
def negative_count_fails_later() -> Subject:
    """The ValueError of a negative count is the failure of a Deferred."""

    class Broken(BufferedStream):
        def readExactly(self, size: int | None = None) -> "Deferred[bytes]":
            return fail(ValueError(size)) if size is not None and size < 0 else super().readExactly(size)

    return port(BufferedStream=Broken)


@broken("buffered_06")
def negative_count_is_a_slice() -> Subject:
    """readExactly(-1) gives all but the last byte."""

    class Broken(BufferedStream):
        def readExactly(self, size: int | None = None) -> "Deferred[bytes]":
            if size is not None and size < 0:
                return succeed(bytes(self._queue)[:size])
            return super().readExactly(size)

    return port(BufferedStream=Broken)


@broken("buffered_07")
def count_wants_one_more() -> Subject:
    """ReadExactly waits until more is there than it gives."""

    class Broken(BufferedStream):
        def readExactly(self, size: int | None = None) -> "Deferred[bytes]":
            if size is None or size <= 0:
                return super().readExactly(size)
            return self._gather(lambda: self._queue.take(size) if len(self._queue) > size else None)

    return port(BufferedStream=Broken)


def plain(deferred: Any) -> Any:
    """Unwrap what is there already."""
    if not deferred.called or isinstance(deferred.result, Failure):
        return deferred
    return deferred.result


@broken("buffered_08")
def counts_are_plain_when_there() -> Subject:
    """ReadExactly gives plain bytes if they are there."""

    class Broken(BufferedStream):
        def readExactly(self, size: int | None = None) -> Any:
            return plain(super().readExactly(size))

    return port(BufferedStream=Broken)


@broken("buffered_08")
def counts_raise() -> Subject:
    """An error that is there already is raised by readExactly."""

    class Broken(BufferedStream):
        def readExactly(self, size: int | None = None) -> Any:
            deferred = super().readExactly(size)
            if deferred.called and isinstance(deferred.result, Failure):
                deferred.addErrback(caught := [].append)  # type: ignore[var-annotated]
                caught.__self__[0].raiseException()  # type: ignore[attr-defined]
            return deferred

    return port(BufferedStream=Broken)
