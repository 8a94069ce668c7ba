"""Broken streams: interrupts that do not pass, and what those that pass leave behind."""

from typing import Any

from twisted.internet.defer import Deferred, fail, succeed
from twisted.python.failure import Failure

from streamgauge.subject import Subject
from tests.broken import broken
from tests.broken.stream_parts import wrapping
from tests.kit.right_wrapping import Passing, Prefetching


@broken("stream_18")
def turns_interrupts_into_failures() -> Subject:
    """`except BaseException` makes a failure of an interrupt."""

    class Broken(Passing):
        def read(self) -> Any:
            try:
                return super().read()
            except (KeyboardInterrupt, SystemExit):
                return fail(Failure())

    return wrapping(Broken)


@broken("stream_18")
def swallows_interrupts() -> Subject:
    """A bare except takes an interrupt for the end."""

    class Broken(Passing):
        def read(self) -> Any:
            try:
                return super().read()
            except (KeyboardInterrupt, SystemExit):
                return succeed(None)

    return wrapping(Broken)


@broken("stream_20")
def notes_a_read_too_early() -> Subject:
    """It notes the read before it asks its source, and an interrupt leaves the note: later reads are refused."""

    class Broken(Passing):
        def read(self) -> Any:
            try:
                return super().read()
            except (KeyboardInterrupt, SystemExit):
                self._answer = Deferred()
                raise

    return wrapping(Broken)


@broken("stream_20")
def takes_its_source_for_read() -> Subject:
    """After an interrupt it waits for the answer of the source's read that was interrupted."""

    class Broken(Prefetching):
        def _fetch(self) -> None:
            try:
                super()._fetch()
            except (KeyboardInterrupt, SystemExit):
                self._fetching = True
                raise

    return wrapping(Broken)


@broken("stream_21")
def looks_into_fired_deferreds() -> Subject:
    """A Deferred that has fired, and whose chain waits for another, is answered with what it has so far."""

    class Looking:
        def __init__(self, source: Any) -> None:
            self.source = source

        def __getattr__(self, name: str) -> Any:
            return getattr(self.source, name)

        def read(self) -> Any:
            answer = self.source.read()
            waits = isinstance(answer, Deferred) and answer.called and answer.paused
            return b"" if waits else answer

    class Broken(Passing):
        def __init__(self, source: Any) -> None:
            super().__init__(Looking(source))

    return wrapping(Broken)
