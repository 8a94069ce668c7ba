"""Broken readers of streams: what stops them that should not, errors that become others, reactors not asked."""

from typing import Any

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from tests.broken.consume_parts import FileSide, Reading, clock, enter, family, fault
from tests.broken.consume_wire import Wire


@fault("consume_12", "consume_31", "consume_54")
class EmptyBufferIsTheEnd(Reading):
    """An empty buffer that is no bytes is taken for the end."""

    def came(self, data: Any) -> None:
        super().came(data if data or isinstance(data, bytes) else None)


@fault("consume_04", "consume_27", "consume_39")
class StopsAtLengthZero(Reading):
    """A stream that says nothing is left is not read to its end."""

    def later(self) -> None:
        if getattr(self.stream, "length", None) == 0 and not (self.done or getattr(self, "rest", b"")):
            self.ended()
        else:
            super().later()


@fault("consume_08", "consume_29", "consume_52")
class EmptiesWithoutATurn(Reading):
    """After an empty piece the next is read at once."""

    def came(self, data: Any) -> None:
        self.empty = data is not None and not data
        super().came(data)

    def later(self) -> None:
        if not self.empty:
            super().later()
        elif not self.done:
            self.go()


@fault("consume_10")
class FailureReturned(Reading):
    """A callback that returns a Failure has failed."""

    def give(self, data: Any) -> None:
        result = self.callback(data)
        if isinstance(result, Failure):
            result.raiseException()


@fault("", "", "consume_38")
class FiresWithClosing(FileSide):
    """The Deferred fires with what closing the file gave."""

    def fire(self, result: Any) -> None:
        try:
            closed = self.out.close()
        except Exception:
            closed, result = None, result or Failure()
        Reading.fire(self, closed if result is None else result)


class ReactorIgnored(Reading):
    """A reactor that was given is not used."""

    def __init__(self, stream: Any, callback: Any, _: Any = None) -> None:
        super().__init__(stream, callback)


class ReactorIgnoredOnce(Reading):
    """A reactor that was given is not used after data that were waited for."""

    waited = False

    def answered(self, answer: Any) -> None:
        self.waited = isinstance(answer, Deferred)
        super().answered(answer)

    def later(self) -> None:
        if not self.done:
            self.turn = clock(None if self.waited else self.reactor).callLater(0, self.go)


class InputIgnoresReactor(Wire):
    """The input is read in turns of another reactor than the one given."""

    def next(self) -> None:
        if not (self.over or self.reading or self.turn or self.held()):
            self.turn = clock(None).callLater(0, self.go)


class LosingIgnoresReactor(Wire):
    """connectionLost, after loseConnection, is called by another reactor than the one given."""

    def loseLater(self) -> None:
        given, self.reactor = self.reactor, None
        super().loseLater()
        self.reactor = given


READERS = {"consume_96": "readStream", "consume_100": "readAndDiscard", "consume_101": "readIntoFile"}

for clause, name in READERS.items():
    for kind in (ReactorIgnored, ReactorIgnoredOnce):
        enter(clause, kind, {name: family(kind)[name]})

for transport in (InputIgnoresReactor, LosingIgnoresReactor):
    enter("consume_102", transport, {"connectStream": transport.connect})
