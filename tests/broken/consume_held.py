"""Broken connections: pauses, producers and ends that meet."""

from typing import Any

from twisted.internet.error import ConnectionDone
from twisted.internet.interfaces import IPushProducer
from twisted.python.failure import Failure
from zope.interface import implementer

from tests.broken.consume_parts import clock
from tests.broken.consume_wire import Wire, wrong
from web2stream.producer import ProducerStream


@wrong("consume_64")
class FinishedWhileFull(Wire):
    """Finished while its output is full, it never reads the input again."""

    stuck = False

    def finish(self, failure: Any = None) -> None:
        self.stuck = self.stuck or super().held()
        super().finish(failure)

    def held(self) -> bool:
        return self.stuck or super().held()


@wrong("consume_67")
class EmptyBufferIsTheEnd(Wire):
    """An empty buffer that is no bytes is taken for the end."""

    def came(self, answer: Any) -> None:
        super().came(answer if answer or isinstance(answer, bytes) else None)


@wrong("consume_74")
class LosingCutsTheProducer(Wire):
    """loseConnection ends the output at once, whatever its producer still writes."""

    def endOutput(self) -> None:
        self.finish()


@wrong("consume_75")
class ProducerKeepsInputOpen(Wire):
    """loseConnection stops the input only where no producer is registered."""

    def loseConnection(self) -> None:
        if self.producer is None:
            super().loseConnection()
        elif not self.disconnecting:
            self.disconnecting = self.over = True
            self.endOutput()
            self.loseLater()


@wrong("consume_76")
class ProducerLeavesUntold(Wire):
    """loseConnection is told to the protocol only where no producer is registered."""

    def loseLater(self) -> None:
        if self.producer is None:
            super().loseLater()


@wrong("consume_82")
class EmptiedOutputResumes(Wire):
    """Reading the last of the output lets a paused input go on."""

    def read(self) -> Any:
        if len(self.buffer) == 1:
            self.paused = False
        return super().read()


@wrong("consume_83")
class ProducerHangsTheInput(Wire):
    """While a producer is registered, reading the output does not let the input go on."""

    def read(self) -> Any:
        return super().read() if self.producer is None else ProducerStream.read(self)


@wrong("consume_84")
class PausedInputStaysOpen(Wire):
    """Closing the output leaves an input open that the protocol has paused."""

    def close(self) -> None:
        if self.paused:
            ProducerStream.close(self)
            self.over = True
            clock(self.reactor).callLater(0, self.lose, Failure(ConnectionDone()))
        else:
            super().close()


@wrong("consume_95")
@implementer(IPushProducer)
class OnceProduced(Wire):
    """Once a producer was registered, losing the connection waits for the next one to unregister."""

    had = False

    def registerProducer(self, producer: Any, streaming: bool) -> None:
        self.had = True
        super().registerProducer(producer, streaming)

    def endOutput(self) -> None:
        self.losing = True
        if not self.had:
            self.finish()

    def unregisterProducer(self) -> None:
        self.had = not self.losing
        super().unregisterProducer()

    def stopProducing(self) -> None:
        self.loseConnection()


@wrong("consume_97")
class LettingGoEndsIt(Wire):
    """A producer that unregisters when the input is over ends the output."""

    def unregisterProducer(self) -> None:
        super().unregisterProducer()
        if self.over:
            self.finish()


@wrong("consume_97")
class FinishedByTheInput(Wire):
    """The end of the input finishes the output."""

    def inputEnded(self) -> None:
        super().inputEnded()
        self.finish()
