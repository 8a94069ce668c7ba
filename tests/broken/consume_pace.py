"""Broken readers of streams: wrong turns, empty pieces taken for the end, too much read or held."""

from typing import Any

from twisted.internet.defer import Deferred
from twisted.python import log
from twisted.python.failure import Failure

from tests.broken.consume_parts import Reading, clock, fault


@fault("consume_07", "consume_28", "consume_51")
class FirstReadLater(Reading):
    """The first read is made in the reactor's next turn."""

    def run(self) -> Any:
        self.later()
        return self.result


@fault("consume_08", "consume_29", "consume_52")
class AllAtOnce(Reading):
    """It reads on at once, without a turn of the reactor."""

    def later(self) -> None:
        self.go()


@fault("consume_08", "consume_29", "consume_52")
class TwoInATurn(Reading):
    """It gives the reactor a turn after every other piece only."""

    even = False

    def later(self) -> None:
        self.even = not self.even
        if self.even and not self.done:
            self.go()
        else:
            super().later()


@fault("consume_08", "consume_29", "consume_52")
class ReadsOnAfterWaiting(Reading):
    """After a piece that was waited for it reads on at once."""

    late = False

    def answered(self, answer: Any) -> None:
        self.late = isinstance(answer, Deferred) and not answer.called
        super().answered(answer)

    def later(self) -> None:
        if self.late and not self.done:
            self.late = False
            self.go()
        else:
            super().later()


@fault("consume_09", "consume_30", "consume_53")
class AsksForTheLength(Reading):
    """It looks at the stream's length first."""

    def run(self) -> Any:
        if self.stream.length != 0 or not self.done:
            self.read()
        return self.result


@fault("consume_09", "consume_30", "consume_53")
class ClosesWithoutAsking(Reading):
    """It closes the stream without looking whether it can."""

    def close(self) -> None:
        self.stream.close()


@fault("consume_12", "consume_31", "consume_54")
class EmptyIsTheEnd(Reading):
    """An empty piece is taken for the end."""

    def came(self, data: Any) -> None:
        super().came(data or None)


@fault("consume_12", "consume_31", "consume_54")
class WaitsAfterEmpty(Reading):
    """After an empty piece nothing is read any more."""

    def later(self) -> None:
        if self.more:
            super().later()

    more = True

    def came(self, data: Any) -> None:
        self.more = bool(data)
        super().came(data)


@fault("consume_13")
class ReadsInEveryTurn(Reading):
    """It reads in every turn, whether the last answer has come or not."""

    def answered(self, answer: Any) -> None:
        super().answered(answer)
        if isinstance(answer, Deferred) and not answer.called:
            self.later()


@fault("consume_23", "consume_35", "consume_60")
class EmptyPiecesNest(Reading):
    """From the tenth piece on, it reads on without a turn after an empty one, each time deeper."""

    pieces = 0

    def came(self, data: Any) -> None:
        self.pieces += 1
        if data == b"" and self.pieces > 9 and not self.done:
            self.read()
        else:
            super().came(data)


@fault("consume_24", "", "consume_61")
class ReadsAhead(Reading):
    """It holds four hundred pieces before it hands one over."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.held: list[Any] = []

    def give(self, data: Any) -> None:
        self.held.append(data)
        if len(self.held) > 400:
            self.handOver()

    def handOver(self) -> None:
        super().give(self.held.pop(0))
        while getattr(self, "rest", b""):
            super().give(self.rest)

    def ended(self) -> None:
        self.emptied(super().ended)

    def failed(self, failure: Failure) -> None:
        self.emptied(lambda: super(ReadsAhead, self).failed(failure))

    def emptied(self, then: Any) -> None:
        if self.done or not self.held:
            then()
            return
        try:
            self.handOver()
        except Exception:
            self.broke(Failure())
            return
        self.turn = clock(self.reactor).callLater(0, self.emptied, then)


@fault("consume_107", "consume_36", "consume_108")
class KeepsAll(Reading):
    """It keeps every piece."""

    kept: list[Any]

    def give(self, data: Any) -> None:
        self.kept = [*getattr(self, "kept", []), data]
        super().give(data)


@fault("consume_22", "", "consume_59")
class LogsFailures(Reading):
    """It logs the errors that it also gives back."""

    def fire(self, result: Any) -> None:
        if isinstance(result, Failure):
            log.err(result)
        super().fire(result)
