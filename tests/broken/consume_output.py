"""Broken connections: wrong outputs, wrong turns, swallowed interrupts."""

from typing import Any

from twisted.internet.error import ConnectionDone
from twisted.python import log
from twisted.python.failure import Failure

from tests.broken.consume_parts import clock
from tests.broken.consume_wire import Wire, wrong


@wrong("consume_71")
class WritesTwice(Wire):
    """Everything written comes twice."""

    def write(self, data: Any) -> None:
        super().write(data)
        super().write(data)


@wrong("consume_71")
class GreetingLost(Wire):
    """What is written when the connection is made is lost."""

    ready = False

    def write(self, data: Any) -> None:
        if self.ready:
            super().write(data)

    def go(self) -> None:
        self.ready = True
        super().go()


@wrong("consume_72")
class FinishIgnored(Wire):
    """finish does nothing."""

    def finish(self, failure: Any = None) -> None:
        if failure is not None or self.disconnecting:
            super().finish(failure)


@wrong("consume_72")
class FinishDrops(Wire):
    """finish drops what has not been read."""

    def finish(self, failure: Any = None) -> None:
        if failure is None and not self.disconnecting:
            self.buffer.clear()
        super().finish(failure)


@wrong("consume_72")
class FinishFails(Wire):
    """finish ends the output with ConnectionDone."""

    def finish(self, failure: Any = None) -> None:
        super().finish(failure if failure is not None or self.disconnecting else ConnectionDone())


@wrong("consume_72")
class FinishIsNotTheEnd(Wire):
    """What is written after finish comes too."""

    def write(self, data: Any) -> None:
        if self.closed and not (self.disconnecting or self.failed or self.lost):
            self.buffer.append(bytes(data))
        else:
            super().write(data)


@wrong("consume_91")
class ResumingReads(Wire):
    """resumeProducing reads, also while a read is outstanding."""

    def resumeProducing(self) -> None:
        self.reading = False
        super().resumeProducing()


@wrong("consume_91")
class ResumingStarts(Wire):
    """resumeProducing inside makeConnection starts the reading, which then starts once more."""

    def next(self) -> None:
        if not (self.over or self.reading or self.turn or self.held()):
            self.turn = clock(self.reactor).callLater(0, self.goOn)

    def goOn(self) -> None:
        self.reading = False
        self.go()


@wrong("consume_91")
class ReadsInEveryTurn(Wire):
    """It reads in every turn, whether the last answer has come or not."""

    def answered(self, answer: Any) -> None:
        super().answered(answer)
        self.reading = False
        self.next()


@wrong("consume_91")
class ReadsInsideRead(Wire):
    """A resume inside the input's read reads once more, before that one has returned."""

    def go(self) -> None:
        self.turn = None
        if self.kept:
            self.came(self.kept.pop())
        elif not (self.over or self.reading or self.held()):
            answer = self.ask()
            self.reading = True
            self.answered(answer)

    def resumeProducing(self) -> None:
        super().resumeProducing()
        self.go()


@wrong("consume_92")
class ReadsOnAtOnce(Wire):
    """It reads on without a turn, each time deeper."""

    def next(self) -> None:
        if not (self.over or self.reading or self.held()):
            self.go()


@wrong("consume_113")
class KeepsItsInput(Wire):
    """Every piece of the input stays in a list."""

    def came(self, answer: Any) -> None:
        self.__dict__.setdefault("pieces", []).append(answer)
        super().came(answer)


@wrong("consume_113")
class KeepsItsOutput(Wire):
    """All that is written is gathered once more."""

    def write(self, data: Any) -> None:
        self.__dict__.setdefault("written", bytearray()).extend(data)
        super().write(data)


@wrong("consume_93")
class InterruptsSwallowed(Wire):
    """Whatever makeConnection raises becomes a failure."""

    def start(self) -> None:
        try:
            super().start()
        except BaseException:
            self.broke(Failure())


@wrong("consume_93")
class DataInterruptsSwallowed(Wire):
    """Whatever dataReceived raises becomes a failure."""

    def arrived(self, data: Any) -> None:
        try:
            super().arrived(data)
        except BaseException:
            self.broke(Failure())


@wrong("consume_94")
class LogsFailures(Wire):
    """It logs the errors that it tells the protocol."""

    def lose(self, reason: Any) -> None:
        if not reason.check(ConnectionDone):
            log.err(reason)
        super().lose(reason)


@wrong("consume_97")
class LastWordsLost(Wire):
    """What is written when the connection is lost is dropped."""

    def write(self, data: Any) -> None:
        if not self.lost:
            super().write(data)
