"""Broken streams: closing, what they leave behind, interrupts."""

from typing import Any

from twisted.internet.defer import Deferred, fail
from twisted.python import log
from twisted.python.failure import Failure

from streamgauge.subject import Subject
from streamgauge.target import subject
from tests.broken import broken
from tests.broken.stream_parts import later, wrapping
from tests.kit.right_later import Later
from tests.kit.right_pieces import Pieces
from tests.kit.right_wrapping import Passing


@broken("stream_09")
def forgets_its_reader() -> Subject:
    """close() leaves the outstanding Deferred unfired."""

    class Broken(Passing):
        def close(self) -> None:
            self._answer = None
            super().close()

    return wrapping(Broken)


@broken("stream_09")
def delivers_after_close() -> Subject:
    """What was under way when the stream was closed is still delivered."""

    class Broken(Later):
        def close(self) -> None:
            answer, self._answer = self._answer, None
            super().close()
            if answer is not None:
                self._schedule(lambda: answer.callback(b"too late"))

    return later(Broken)


@broken("stream_09")
def fails_its_reader() -> Subject:
    """close() cancels the outstanding Deferred."""

    class Broken(Passing):
        def close(self) -> None:
            answer, self._answer = self._answer, None
            super().close()
            if answer is not None:
                answer.cancel()

    return wrapping(Broken)


@broken("stream_09")
def answers_before_it_ends() -> Subject:
    """close() answers the outstanding read first, so that a read from inside its callback reads on."""

    class Broken(Passing):
        def close(self) -> None:
            answer, self._answer = self._answer, None
            if answer is not None:
                answer.callback(None)
            super().close()

    return wrapping(Broken)


@broken("stream_10")
def closes_once() -> Subject:
    """The second close raises."""

    class Broken(Pieces):
        closed = False

        def close(self) -> None:
            if self.closed:
                raise RuntimeError("closed already")
            self.closed = True
            super().close()

    return subject(Broken)


@broken("stream_10")
def cannot_close_at_the_end() -> Subject:
    """At the end it has dropped what close wants to close."""

    class Broken(Pieces):
        ended = False

        def read(self) -> Any:
            piece = super().read()
            self.ended = self.ended or piece is None
            return piece

        def close(self) -> None:
            if self.ended and self.length is not None:
                self.length = None  # closed now
                raise AttributeError("'NoneType' object has no attribute 'close'")
            super().close()

    return subject(Broken, cannot=["length", "split"])


@broken("stream_10")
def cannot_close_in_a_callback() -> Subject:
    """close() fires the Deferred whose callback it is called from a second time."""

    class Broken(Passing):
        _inside: "Deferred[Any] | None" = None

        def _came(self, result: Any) -> None:
            answer = self._answer
            super()._came(result) if answer is None else self._bring(answer, result)

        def _bring(self, answer: Deferred[Any], result: Any) -> None:
            self._answer, self._inside = None, answer
            self._over = result is None or isinstance(result, Failure)
            answer.callback(result)
            self._inside = None

        def close(self) -> None:
            super().close()
            if self._inside is not None:
                self._inside.callback(None)

    return wrapping(Broken)


@broken("stream_14")
def logs_what_it_passes_on() -> Subject:
    """Errors are given to the reader, and logged as well."""

    class Broken(Passing):
        def read(self) -> Any:
            try:
                return super().read()
            except RuntimeError:
                raise
            except Exception:
                log.err()
                raise

        def _came(self, result: Any) -> None:
            if isinstance(result, Failure):
                log.err(result)
            super()._came(result)

    return wrapping(Broken)


@broken("stream_14")
def leaves_a_failure_behind() -> Subject:
    """An error is given to the reader by a Deferred of its own; that of the source keeps the failure, unhandled."""

    class Broken(Passing):
        def _came(self, result: Any) -> Any:
            super()._came(result)
            return result

    return wrapping(Broken)


@broken("stream_14")
def fails_at_close() -> Subject:
    """close() makes a failure for a reader that is not there."""

    class Broken(Passing):
        def close(self) -> None:
            busy = self._answer is not None
            super().close()
            if busy:
                fail(ConnectionAbortedError("closed by the reader"))

    return wrapping(Broken)


@broken("stream_15")
def keeps_its_source_open() -> Subject:
    """close() forgets the source and does not close it."""

    class Broken(Passing):
        def close(self) -> None:
            self._over = True
            super().close()

    return subject(Broken, wraps=True, cannot=["split"])


@broken("stream_15")
def closes_only_what_was_read() -> Subject:
    """A source that has not been read yet is not closed."""

    class Broken(Passing):
        begun = False

        def read(self) -> Any:
            self.begun = True
            return super().read()

        def close(self) -> None:
            self._over = self._over or not self.begun
            super().close()

    return subject(Broken, wraps=True, cannot=["split"])


@broken("stream_19")
def waits_for_its_source() -> Subject:
    """close() during a read answers the reader, and leaves the source to the answer that never comes."""

    class Broken(Passing):
        def close(self) -> None:
            answer, self._answer = self._answer, None
            if answer is None:
                super().close()
            else:
                self._over = True
                answer.callback(None)

    return subject(Broken, wraps=True, cannot=["split"])
