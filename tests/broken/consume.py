"""Broken readers of streams: wrong data, wrong ends, wrong turns; the same faults for nobody and for a file."""

from typing import Any

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from tests.broken import (
    consume_cancel,
    consume_connect,
    consume_ends,
    consume_errors,
    consume_file,
    consume_flow,
    consume_held,
    consume_output,
    consume_pace,
    consume_raising,
    consume_raw,
    consume_stream,
    consume_told,
    consume_transport,
    consume_turns,
)
from tests.broken.consume_parts import Reading, fault

__all__ = [
    "consume_cancel",
    "consume_connect",
    "consume_ends",
    "consume_errors",
    "consume_file",
    "consume_flow",
    "consume_held",
    "consume_output",
    "consume_pace",
    "consume_raising",
    "consume_raw",
    "consume_stream",
    "consume_told",
    "consume_transport",
    "consume_turns",
]


@fault("consume_01", "", "consume_37")
class EachPieceTwice(Reading):
    """Each piece is handed over twice."""

    def give(self, data: Any) -> None:
        super().give(data)
        super().give(data)


@fault("consume_01", "", "consume_37")
class FirstPieceLost(Reading):
    """The first piece is read and forgotten."""

    first = True

    def give(self, data: Any) -> None:
        if self.first:
            self.first = False
        else:
            super().give(data)


@fault("consume_01", "", "consume_37")
class StopsAfterMany(Reading):
    """No more than a hundred pieces are handed over."""

    count = 0

    def give(self, data: Any) -> None:
        self.count += 1
        if self.count <= 100:
            super().give(data)


@fault("consume_01")
class HalfPieces(Reading):
    """Pieces are cut off after 8192 bytes."""

    def give(self, data: Any) -> None:
        super().give(data[:8192])


@fault("consume_02", "consume_25", "consume_37")
class DeferredAsData(Reading):
    """A Deferred is taken for a piece."""

    def answered(self, answer: Any) -> None:
        self.came(answer)


@fault("consume_02", "", "consume_37")
class LateDataLost(Reading):
    """What a pending read gives is lost: the next one is made when it comes."""

    def answered(self, answer: Any) -> None:
        if isinstance(answer, Deferred) and not answer.called:
            answer.addCallbacks(lambda data: self.ended() if data is None else self.skip(), self.failed)
        else:
            super().answered(answer)

    def skip(self) -> None:
        self.later()


@fault("", "consume_25")
class StopsAfterTheFirst(Reading):
    """One piece is read, then the end is announced."""

    def later(self) -> None:
        self.ended()


@fault("consume_03", "consume_26", "consume_38")
class NeverFires(Reading):
    """The Deferred does not fire at the end."""

    def ended(self) -> None:
        self.stop()


@fault("consume_03", "consume_26", "consume_38")
class FiresWithACount(Reading):
    """The Deferred fires with the number of pieces."""

    count = 0

    def give(self, data: Any) -> None:
        self.count += 1
        super().give(data)

    def ended(self) -> None:
        self.stop()
        self.fire(self.count)


@fault("consume_03", "consume_26", "consume_38")
class FiresEarly(Reading):
    """The Deferred fires with the first piece, and reading goes on."""

    def give(self, data: Any) -> None:
        if not self.result.called:
            self.fire(None)
        super().give(data)

    def fire(self, result: Any) -> None:
        if not self.result.called:
            super().fire(result)

    def closeFile(self) -> None:
        """Leave it open: there is more to come."""


@fault("consume_03")
class EndAsData(Reading):
    """The None of the end is handed to the callback too."""

    def ended(self) -> None:
        self.callback(None)
        super().ended()


@fault("consume_04", "consume_27", "consume_39")
class RaisedErrorsLeak(Reading):
    """An error raised by read is raised by the call, or by the reactor's turn."""

    def read(self) -> None:
        self.turn = None
        self.answered(self.stream.read())


@fault("consume_04", "consume_27", "consume_39")
class RaisedErrorsEnd(Reading):
    """An error raised by read looks like the end."""

    def read(self) -> None:
        self.turn = None
        try:
            answer = self.stream.read()
        except Exception:
            self.close()
            answer = None
        self.answered(answer)


@fault("consume_05", "consume_27", "consume_39")
class FailuresHang(Reading):
    """A failed Deferred of a read is not looked at."""

    def answered(self, answer: Any) -> None:
        if isinstance(answer, Deferred):
            answer.addCallbacks(self.came, lambda _: self.close())
        else:
            super().answered(answer)


@fault("consume_05", "consume_27", "consume_39")
class FailuresEnd(Reading):
    """A failed Deferred of a read looks like the end."""

    def answered(self, answer: Any) -> None:
        if isinstance(answer, Deferred):
            answer.addErrback(lambda _: self.close())
        super().answered(answer)


@fault("consume_02", "", "consume_37")
class OneKindOfDeferred(Reading):
    """A Deferred of a subclass is taken for a piece."""

    def answered(self, answer: Any) -> None:
        if type(answer) is Deferred:
            super().answered(answer)
        else:
            self.came(answer)


@fault("consume_02", "consume_25", "consume_37")
class TakesTheResult(Reading):
    """The result of a Deferred that was called is taken without a look at whether it waits for another."""

    def answered(self, answer: Any) -> None:
        if isinstance(answer, Deferred) and answer.called and not isinstance(answer.result, Failure):
            self.came(answer.result)
        else:
            super().answered(answer)
