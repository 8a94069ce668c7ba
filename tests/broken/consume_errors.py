"""Broken readers of streams: errors of reading that look like the end."""

from typing import Any

from twisted.internet.defer import CancelledError, Deferred
from twisted.python.failure import Failure

from tests.broken.consume_parts import Reading, fault


@fault("consume_04")
class EndOfFileErrors(Reading):
    """An EOFError that read raises is taken for the end."""

    def read(self) -> None:
        self.turn = None
        try:
            answer = self.stream.read()
        except EOFError:
            self.close()
            answer = None
        except Exception:
            self.failed(Failure())
            return
        self.answered(answer)


@fault("consume_05")
class CancelledReadsEnd(Reading):
    """A read that somebody else cancelled is taken for the end."""

    def answered(self, answer: Any) -> None:
        if isinstance(answer, Deferred):
            answer.addErrback(self.failedLate)
        super().answered(answer)

    def failedLate(self, failure: Failure) -> Failure | None:
        if failure.check(CancelledError):
            self.close()
            return None
        return failure
