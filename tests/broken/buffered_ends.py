"""Broken ends: overlapping calls that are served, failures that cost bytes or get lost."""

from typing import Any

from twisted.internet.defer import Deferred, fail
from twisted.python.failure import Failure

from streamgauge.subject import Subject
from tests.broken import broken, port
from web2stream import BufferedStream

CRLF = b"\r\n"


class Stealing(BufferedStream):
    """Lets calls in while another is outstanding: that one is forgotten."""

    def steal(self) -> None:
        """Forget the call that is outstanding."""
        if self._call is not None:
            self._call = None
            self._source.close()


@broken("buffered_37")
def read_takes_the_begin() -> Subject:
    """A read while a line is collected gives what has been collected."""

    class Broken(BufferedStream):
        def read(self) -> Any:
            if self._call is not None and self._queue:
                return self._queue.take(len(self._queue))
            return super().read()

    return port(BufferedStream=Broken)


@broken("buffered_38")
def second_line_replaces_the_first() -> Subject:
    """A readline while another call is outstanding takes its place."""

    class Broken(Stealing):
        def readline(self, delimiter: Any = CRLF, size: int | None = None) -> "Deferred[bytes]":
            self.steal()
            return super().readline(delimiter, size)

    return port(BufferedStream=Broken)


@broken("buffered_38")
def bounded_line_is_let_in() -> Subject:
    """A readline that needs nothing of the source is served while another call is outstanding."""

    class Broken(BufferedStream):
        def readline(self, delimiter: Any = CRLF, size: int | None = None) -> "Deferred[bytes]":
            call, self._call = self._call, None
            if call is None or size is None or size > len(self._queue):
                self._call = call
                return super().readline(delimiter, size)
            try:
                return super().readline(delimiter, size)
            finally:
                self._call = call

    return port(BufferedStream=Broken)


@broken("buffered_39")
def count_replaces_the_first() -> Subject:
    """A readExactly while another call is outstanding takes its place."""

    class Broken(Stealing):
        def readExactly(self, size: int | None = None) -> "Deferred[bytes]":
            self.steal()
            return super().readExactly(size)

    return port(BufferedStream=Broken)


class _Failing(BufferedStream):
    """Does something else with the failure of a line or of a count."""

    def line_failed(self, failure: Failure) -> Any:
        """Change the failure of a line."""
        return failure

    def count_failed(self, failure: Failure) -> Any:
        """Change the failure of a count."""
        return failure

    def readline(self, delimiter: Any = CRLF, size: int | None = None) -> "Deferred[bytes]":
        return super().readline(delimiter, size).addErrback(self.line_failed)

    def readExactly(self, size: int | None = None) -> "Deferred[bytes]":
        return super().readExactly(size).addErrback(self.count_failed)


@broken("buffered_40")
def failure_ends_the_line() -> Subject:
    """When the source fails, readline gives what it has as the last line."""

    class Broken(_Failing):
        def line_failed(self, failure: Failure) -> Any:
            return self._queue.take(len(self._queue))

    return port(BufferedStream=Broken)


@broken("buffered_40")
def failure_of_a_line_is_renamed() -> Subject:
    """When the source fails, readline fails with an OSError."""

    class Broken(_Failing):
        def line_failed(self, failure: Failure) -> Any:
            return fail(OSError("the line failed"))

    return port(BufferedStream=Broken)


@broken("buffered_41")
def failure_ends_the_count() -> Subject:
    """When the source fails, readExactly gives what it has."""

    class Broken(_Failing):
        def count_failed(self, failure: Failure) -> Any:
            return self._queue.take(len(self._queue))

    return port(BufferedStream=Broken)


@broken("buffered_42")
def failure_of_a_line_costs_its_bytes() -> Subject:
    """A readline that fails drops what it has collected."""

    class Broken(_Failing):
        def line_failed(self, failure: Failure) -> Any:
            self._queue.clear()
            return failure

    return port(BufferedStream=Broken)


@broken("buffered_42")
def failure_of_a_count_costs_its_bytes() -> Subject:
    """A readExactly that fails drops what it has collected."""

    class Broken(_Failing):
        def count_failed(self, failure: Failure) -> Any:
            self._queue.clear()
            return failure

    return port(BufferedStream=Broken)


class _Remembering(_Failing):
    """Knows when a call has failed before."""

    failed = False

    def line_failed(self, failure: Failure) -> Any:
        self.failed = True
        return failure

    def count_failed(self, failure: Failure) -> Any:
        self.failed = True
        return failure


@broken("buffered_43")
def hangs_after_a_failure() -> Subject:
    """After a failure readline never answers."""

    class Broken(_Remembering):
        def readline(self, delimiter: Any = CRLF, size: int | None = None) -> "Deferred[bytes]":
            return Deferred() if self.failed and not self._queue else super().readline(delimiter, size)

    return port(BufferedStream=Broken)


@broken("buffered_43")
def another_error_after_a_failure() -> Subject:
    """After a failure readExactly fails with another error."""

    class Broken(_Remembering):
        def readExactly(self, size: int | None = None) -> "Deferred[bytes]":
            return fail(RuntimeError("failed")) if self.failed and not self._queue else super().readExactly(size)

    return port(BufferedStream=Broken)


@broken("buffered_53")
def interrupts_become_failures() -> Subject:
    """Whatever the source raises is the failure of the Deferred."""

    class Broken(BufferedStream):
        def _gather(self, attempt: Any) -> Any:
            try:
                return super()._gather(attempt)
            except (KeyboardInterrupt, SystemExit):
                return fail()

    return port(BufferedStream=Broken)


@broken("buffered_54")
def failures_are_logged_too() -> Subject:
    """The failure of a line is kept in a second Deferred, which nobody looks at."""

    class Broken(_Failing):
        def line_failed(self, failure: Failure) -> Any:
            fail(failure)
            return failure

    return port(BufferedStream=Broken)
