"""Broken streams: errors and overlapping reads."""

from typing import Any

from twisted.internet.defer import Deferred, fail
from twisted.internet.error import ConnectionDone
from twisted.python.failure import Failure

from streamgauge.subject import Subject
from tests.broken import broken
from tests.broken.stream_parts import later, wrapping
from tests.kit.right_later import Later
from tests.kit.right_wrapping import Passing, Prefetching


@broken("stream_06")
def swallows_errors() -> Subject:
    """An error of the source looks like its end."""

    class Broken(Passing):
        def read(self) -> Any:
            try:
                return super().read()
            except RuntimeError:
                raise
            except Exception:
                return None

        def _came(self, result: Any) -> None:
            super()._came(None if isinstance(result, Failure) else result)

    return wrapping(Broken)


@broken("stream_06")
def hands_failures_back() -> Subject:
    """A Failure is returned, where an error has to be raised or to fail a Deferred."""

    class Broken(Passing):
        def read(self) -> Any:
            try:
                return super().read()
            except RuntimeError:
                raise
            except Exception:
                return Failure()

    return wrapping(Broken)


@broken("stream_06")
def fails_with_a_text() -> Subject:
    """A late error is passed on as its message: a Failure of a string, which holds no exception."""

    class Broken(Passing):
        def _came(self, result: Any) -> None:
            super()._came(Failure(str(result.value)) if isinstance(result, Failure) else result)  # type: ignore[arg-type]

    return wrapping(Broken)


@broken("stream_06")
def loses_late_errors() -> Subject:
    """A Deferred of the source that fails is not passed on: only callbacks were added, no errback."""

    class Broken(Passing):
        def _came(self, result: Any) -> None:
            if not isinstance(result, Failure):
                super()._came(result)

    return wrapping(Broken)


@broken("stream_06")
def gives_errors_too_early() -> Subject:
    """It reads ahead, and an error met there comes before the data read before it."""

    class Broken(Prefetching):
        def read(self) -> Any:
            for piece in self._ahead:
                if isinstance(piece, Failure):
                    self._ahead.clear()
                    return fail(piece)
            result = super().read()
            if isinstance(result, bytes) and self._ahead and isinstance(self._ahead[0], Failure):
                return fail(self._ahead.pop())
            return result

    return wrapping(Broken)


@broken("stream_06")
def hides_the_error() -> Subject:
    """Every error becomes an OSError without the reason."""

    class Broken(Passing):
        def read(self) -> Any:
            try:
                return super().read()
            except RuntimeError:
                raise
            except Exception:
                raise OSError("reading failed") from None

    return wrapping(Broken)


@broken("stream_07")
def another_error_after_a_failure() -> Subject:
    """A read after a failed one runs into its own broken state."""

    class Broken(Passing):
        failed = False

        def read(self) -> Any:
            if self.failed:
                raise AttributeError("'NoneType' object has no attribute 'read'")
            try:
                return super().read()
            except RuntimeError:
                raise
            except Exception:
                self.failed = True
                raise

        def close(self) -> None:
            super().close()
            self.failed = False

    return wrapping(Broken)


@broken("stream_07")
def hangs_after_a_failure() -> Subject:
    """After a failed Deferred it waits for data that cannot come."""

    class Broken(Passing):
        failed = False

        def read(self) -> Any:
            return Deferred() if self.failed else super().read()

        def _came(self, result: Any) -> None:
            self.failed = isinstance(result, Failure)
            super()._came(result)

        def close(self) -> None:
            super().close()
            self.failed = False

    return wrapping(Broken)


@broken("stream_07")
def data_after_a_failure() -> Subject:
    """After a failed read comes a piece that belonged behind the hole."""

    class Broken(Passing):
        failed = False

        def read(self) -> Any:
            if self.failed:
                self.failed = False
                return b"behind the hole"
            try:
                return super().read()
            except RuntimeError:
                raise
            except Exception:
                self.failed = True
                raise

        def close(self) -> None:
            super().close()
            self.failed = False

    return wrapping(Broken)


@broken("stream_08")
def shares_the_deferred() -> Subject:
    """An overlapping read gets the Deferred of the outstanding one."""

    class Broken(Passing):
        def read(self) -> Any:
            return super().read() if self._answer is None else self._answer

    return wrapping(Broken)


@broken("stream_08")
def forgets_the_first_reader() -> Subject:
    """An overlapping read takes the place of the outstanding one, whose Deferred never fires."""

    class Broken(Later):
        def read(self) -> Any:
            self._answer = None
            return super().read()

    return later(Broken)


@broken("stream_08")
def refuses_by_a_deferred() -> Subject:
    """An overlapping read is refused by a failed Deferred, and ends the outstanding one."""

    class Broken(Passing):
        def read(self) -> Any:
            if self._answer is None:
                return super().read()
            return fail(RuntimeError("a read is outstanding"))

    return wrapping(Broken)


@broken("stream_08")
def refuses_and_loses() -> Subject:
    """An overlapping read raises, but the piece under way is lost."""

    class Broken(Passing):
        lost = False

        def read(self) -> Any:
            self.lost = self._answer is not None
            return super().read()

        def _came(self, result: Any) -> None:
            super()._came(b"" if self.lost and isinstance(result, bytes) else result)
            self.lost = False

    return wrapping(Broken)


@broken("stream_06")
def takes_a_lost_connection_for_the_end() -> Subject:
    """A failure that says that a connection is done looks like the end."""

    class Broken(Passing):
        def _came(self, result: Any) -> None:
            super()._came(None if isinstance(result, Failure) and result.check(ConnectionDone) else result)

    return wrapping(Broken)
