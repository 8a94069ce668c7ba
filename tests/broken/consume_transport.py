"""Broken connections: a transport that is none."""

from typing import Any

from twisted.internet.error import ConnectionAborted, ConnectionDone
from twisted.python.failure import Failure

from tests.broken.consume_parts import clock
from tests.broken.consume_wire import Wire, wrong
from web2stream.producer import ProducerStream


@wrong("consume_73")
class NoWriteSequence(Wire):
    """There is no writeSequence."""

    writeSequence: Any = property()


@wrong("consume_73")
class WritesAList(Wire):
    """writeSequence takes a list only."""

    def writeSequence(self, data: Any) -> None:
        for at in range(len(data)):
            self.write(data[at])


@wrong("consume_73")
class WritesBackwards(Wire):
    """writeSequence writes the last piece first."""

    def writeSequence(self, data: Any) -> None:
        super().writeSequence(reversed(list(data)))


@wrong("consume_74")
class LosingLeavesOutput(Wire):
    """loseConnection stops the input and tells the protocol; the output stays open."""

    def loseConnection(self) -> None:
        self.disconnecting = True
        self.stopInput()
        self.loseLater()

    def endOutput(self) -> None:
        pass


@wrong("consume_74")
class LosingDrops(Wire):
    """loseConnection drops what has not been read."""

    def loseConnection(self) -> None:
        self.buffer.clear()
        super().loseConnection()


@wrong("consume_74")
class ProducerKeepsItOpen(Wire):
    """loseConnection has no effect on the output while a producer is registered, nor when it has unregistered."""

    def unregisterProducer(self) -> None:
        ProducerStream.unregisterProducer(self)


@wrong("consume_74")
class LettingGoLeavesTheRead(Wire):
    """After loseConnection a read that waits while a producer unregisters is not answered; a later one is."""

    def unregisterProducer(self) -> None:
        ProducerStream.unregisterProducer(self)

    def read(self) -> Any:
        if self.losing and self.producer is None:
            self.finish()
        return super().read()


@wrong("consume_74")
class LosingLeavesTheRead(Wire):
    """loseConnection does not answer a read that waits, unless a producer is registered."""

    def loseConnection(self) -> None:
        if self.deferred is None or self.producer is not None:
            super().loseConnection()
        else:
            self.disconnecting = True
            self.stopInput()
            self.loseLater()


@wrong("consume_75")
class LosingLeavesInputOpen(Wire):
    """loseConnection reads no more, and leaves the input open."""

    def loseConnection(self) -> None:
        self.disconnecting = self.over = True
        self.endOutput()
        self.loseLater()


@wrong("consume_75")
class LosingReadsOn(Wire):
    """After loseConnection the input is read to its end, then closed."""

    def loseConnection(self) -> None:
        self.disconnecting = True
        self.endOutput()

    def inputEnded(self) -> None:
        self.stopInput()
        super().inputEnded()


@wrong("consume_76")
class LosingUntold(Wire):
    """After loseConnection the protocol is told nothing."""

    def loseConnection(self) -> None:
        self.disconnecting = True
        self.endOutput()
        self.stopInput()


@wrong("consume_76")
class LosingToldToTheReader(Wire):
    """After loseConnection the protocol is told when the end of its output has been read."""

    ends = False

    def loseLater(self) -> None:
        self.ends = True

    def read(self) -> Any:
        result = super().read()
        if self.ends and result is None:
            super().loseLater()
        return result

    def close(self) -> None:
        super().close()
        super().loseLater()


@wrong("consume_76")
class LosingUnclean(Wire):
    """After loseConnection the reason is ConnectionAborted."""

    def loseConnection(self) -> None:
        super().loseConnection()
        self.lose(Failure(ConnectionAborted()))


@wrong("consume_76")
class EachLosingTold(Wire):
    """Each loseConnection is told to the protocol."""

    def loseConnection(self) -> None:
        if self.disconnecting:
            clock(self.reactor).callLater(0, self.told)
        super().loseConnection()

    def told(self) -> None:
        self.lost = False
        self.lose(Failure(ConnectionDone()))


@wrong("consume_77")
class NoPeer(Wire):
    """getPeer gives None."""

    def getPeer(self) -> Any:
        return None


@wrong("consume_77")
class NoHost(Wire):
    """There is no getHost."""

    getHost: Any = property()


@wrong("consume_78")
class NeverDisconnecting(Wire):
    """disconnecting stays False."""

    disconnecting: Any = property(lambda _: False, lambda *_: None)

    def loseConnection(self) -> None:
        if not self.closed:
            super().loseConnection()


@wrong("consume_78")
class FinishDisconnects(Wire):
    """disconnecting is true from finish on."""

    def finish(self, failure: Any = None) -> None:
        super().finish(failure)
        self.disconnecting = True

    def loseConnection(self) -> None:
        if not self.over:
            self.endOutput()
            self.stopInput()
            self.loseLater()


@wrong("consume_78")
class NoDisconnecting(Wire):
    """There is no disconnecting until the connection is lost."""

    def __getattribute__(self, name: str) -> Any:
        if name == "disconnecting" and not super().__getattribute__(name):
            raise AttributeError(name)
        return super().__getattribute__(name)

    def loseConnection(self) -> None:
        if not self.closed:
            self.disconnecting = True
            self.endOutput()
            self.stopInput()
            self.loseLater()
