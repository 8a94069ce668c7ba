"""Broken readers of streams: wrong cancelling."""

from typing import Any

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from tests.broken.consume_parts import FileSide, Reading, fault


class Giving(Reading):
    """Unbroken; it knows when its callback runs."""

    giving = False

    def give(self, data: Any) -> None:
        self.giving = True
        try:
            super().give(data)
        finally:
            self.giving = False


@fault("", "consume_32", "consume_55")
@fault("consume_16")
class CannotBeCancelled(Reading):
    """Cancelling does nothing but fail the Deferred."""

    def cancelled(self) -> None:
        """Go on."""

    def fire(self, result: Any) -> None:
        if not self.result.called:
            super().fire(result)


@fault("consume_16", "consume_32", "consume_55")
class CancellingOnlyCloses(Reading):
    """Cancelling closes the stream, and goes on reading it."""

    def stop(self) -> None:
        """Don't."""

    def fire(self, result: Any) -> None:
        if not self.result.called:
            super().fire(result)


@fault("consume_98", "", "consume_55")
class DeafWhileGiving(Giving):
    """Cancelling has no effect while the callback runs."""

    def cancelled(self) -> None:
        if not self.giving:
            super().cancelled()

    def fire(self, result: Any) -> None:
        if not self.result.called:
            super().fire(result)


@fault(file="consume_55")
class CancellingWritesTheRest(FileSide):
    """Cancelled inside a write that took a part, it writes the rest, and closes the file then."""

    writing = False

    def give(self, data: Any) -> None:
        self.writing = True
        try:
            super().give(data)
            while self.done and self.rest:
                super().give(self.rest)
        finally:
            self.writing = False
        if self.done:
            self.closeFile()

    def closeFile(self) -> None:
        if not self.writing:
            super().closeFile()


@fault("consume_112")
class CancelledAndFailed(Reading):
    """A callback that cancels and then raises has the Deferred fired a second time."""

    def give(self, data: Any) -> None:
        try:
            super().give(data)
        except Exception:
            self.done = False  # as if it had not been cancelled
            raise


@fault("consume_17", "consume_32", "consume_55")
class CancellingLeavesOpen(Reading):
    """Cancelling stops the reading and leaves the stream open."""

    def cancelled(self) -> None:
        self.stop()


@fault("consume_98", "", "consume_55")
class CancellingInsideLeavesOpen(Giving):
    """Cancelling from inside the callback leaves the stream open."""

    def cancelled(self) -> None:
        self.stop()
        if not self.giving:
            self.close()


@fault("consume_16", "consume_32", "consume_55")
class CancellingTrustsTheClose(Reading):
    """While a read is outstanding cancelling closes the stream, no more: what still comes is handed over."""

    waiting = False

    def answered(self, answer: Any) -> None:
        self.waiting = isinstance(answer, Deferred) and not answer.called
        super().answered(answer)

    def came(self, data: Any) -> None:
        self.waiting = False
        super().came(data)

    def cancelled(self) -> None:
        if self.waiting:
            self.close()
        else:
            super().cancelled()

    def fire(self, result: Any) -> None:
        if not self.result.called:
            super().fire(result)


@fault("consume_22", "", "consume_59")
class FailureAfterCancelling(Reading):
    """When the outstanding read fails after cancelling, nobody takes its failure."""

    def answered(self, answer: Any) -> None:
        if isinstance(answer, Deferred):
            answer.addCallbacks(self.came, self.failedLate)
        else:
            super().answered(answer)

    def failedLate(self, failure: Failure) -> Failure | None:
        if self.done:
            return failure
        self.failed(failure)
        return None
