"""Broken readers of streams: wrong callbacks, streams left open, swallowed interrupts."""

from contextlib import suppress
from typing import Any

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from tests.broken.consume_parts import Reading, fault


@fault("consume_06")
class CallbackErrorsLeak(Reading):
    """An error of the callback is raised by the call, or by the reactor's turn."""

    def came(self, data: Any) -> None:
        if self.done:
            return
        if data is None:
            self.ended()
            return
        self.give(data)
        self.later()


@fault("consume_06", "", "consume_40")
class CallbackErrorsSwallowed(Reading):
    """After an error of the callback it just reads on."""

    def broke(self, _: Failure) -> None:
        self.later()


@fault("consume_06", "", "consume_40")
class CallbackErrorsEnd(Reading):
    """An error of the callback looks like the end."""

    def broke(self, _: Failure) -> None:
        self.close()
        self.ended()


@fault("consume_06")
class StopIterationEnds(Reading):
    """A StopIteration of the callback is taken for the end."""

    def broke(self, failure: Failure) -> None:
        if failure.check(StopIteration):
            self.close()
            self.ended()
        else:
            super().broke(failure)


@fault("consume_10")
class FalseStops(Reading):
    """A callback that returns a false value other than None ends the reading."""

    def came(self, data: Any) -> None:
        super().came(data)
        if self.answer is not None and not self.answer and not self.done:
            self.ended()

    answer: object = None

    def give(self, data: Any) -> None:
        self.answer = self.callback(data)


@fault("consume_10")
class WaitsForTheCallback(Reading):
    """A Deferred that the callback returned is waited for."""

    answer: object = None

    def give(self, data: Any) -> None:
        self.answer = self.callback(data)

    def later(self) -> None:
        if isinstance(self.answer, Deferred):
            self.answer.addCallback(lambda _: super(WaitsForTheCallback, self).later())
        else:
            super().later()


@fault("consume_06")
class ValueErrorsEnd(Reading):
    """A ValueError of the callback looks like the end."""

    def broke(self, failure: Failure) -> None:
        if failure.check(ValueError):
            self.close()
            self.ended()
        else:
            super().broke(failure)


@fault("consume_10")
class MinusOneStops(Reading):
    """A callback that returns -1 ends the reading."""

    answer: object = None

    def give(self, data: Any) -> None:
        self.answer = self.callback(data)

    def later(self) -> None:
        if self.answer == -1:
            self.ended()
        else:
            super().later()


@fault("consume_11")
class BytesOnly(Reading):
    """It makes bytes of every piece."""

    def give(self, data: Any) -> None:
        super().give(bytes(data))


@fault("consume_11")
class LengthOfItems(Reading):
    """It skips what has no length."""

    def give(self, data: Any) -> None:
        if hasattr(data, "__len__"):
            super().give(data)


@fault("", "consume_109")
class Measures(Reading):
    """It adds up the lengths of what it discards."""

    size = 0

    def give(self, data: Any) -> None:
        self.size += len(data)
        super().give(data)


@fault("consume_14")
class ReadsOnceMore(Reading):
    """After the end it makes sure by reading once more."""

    def ended(self) -> None:
        super().ended()
        self.stream.read()


@fault("consume_14")
class RetriesFailures(Reading):
    """After a failed read it tries once more, in vain."""

    def failed(self, failure: Failure) -> None:
        super().failed(failure)
        with suppress(Exception):
            self.stream.read()


@fault("consume_15", "", "consume_57")
class GoesOnAfterFailure(Reading):
    """It reads on after the callback has failed; nobody hears of it."""

    broken = False

    def broke(self, failure: Failure) -> None:
        if not self.broken:
            self.broken = True
            self.fire(failure)
            self.later()
            self.close()

    def fire(self, result: Any) -> None:
        if not self.result.called:
            super().fire(result)


@fault("consume_19", "", "consume_57")
class FailedCallbacksLeaveOpen(Reading):
    """When the callback fails, the stream is left open."""

    def broke(self, failure: Failure) -> None:
        self.stop()
        self.fire(failure)


@fault("consume_20", "consume_34", "consume_58")
class ReadInterruptsSwallowed(Reading):
    """Whatever read raises becomes a failure."""

    def read(self) -> None:
        self.turn = None
        try:
            answer = self.stream.read()
        except BaseException:
            self.failed(Failure())
            return
        self.answered(answer)


@fault("consume_21", "", "consume_58")
class CallbackInterruptsSwallowed(Reading):
    """Whatever the callback raises becomes a failure."""

    def came(self, data: Any) -> None:
        try:
            super().came(data)
        except BaseException:
            self.broke(Failure())


@fault("consume_22", "", "consume_59")
class LeavesAFailure(Reading):
    """It keeps a second Deferred, whose failure nobody takes."""

    def fire(self, result: Any) -> None:
        if isinstance(result, Failure):
            Deferred().errback(Failure(result.value))
        super().fire(result)
