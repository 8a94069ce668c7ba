"""Broken connections: a transport that is none, errors of the protocol that get lost, nothing that holds back."""

from typing import Any

from twisted.internet.error import ConnectionAborted
from twisted.python.failure import Failure

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


@wrong("consume_74")
class LosingDrops(Wire):
    """loseConnection drops what has not been read."""

    def loseConnection(self) -> None:
        self.buffer.clear()
        super().loseConnection()


@wrong("consume_75")
class LosingLeavesInputOpen(Wire):
    """loseConnection reads no more, and leaves the input open."""

    def loseConnection(self) -> None:
        self.disconnecting = self.over = True
        self.finish()
        self.loseLater()


@wrong("consume_75")
class LosingReadsOn(Wire):
    """After loseConnection the input is read to its end, then closed."""

    def loseConnection(self) -> None:
        self.disconnecting = True
        self.finish()

    def inputEnded(self) -> None:
        self.stopInput()
        super().inputEnded()


@wrong("consume_76")
class LosingUntold(Wire):
    """After loseConnection the protocol is told nothing."""

    def loseConnection(self) -> None:
        self.disconnecting = True
        self.finish()
        self.stopInput()


@wrong("consume_76")
class LosingUnclean(Wire):
    """After loseConnection the reason is ConnectionAborted."""

    def loseConnection(self) -> None:
        super().loseConnection()
        self.lose(Failure(ConnectionAborted()))


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
class NoDisconnecting(Wire):
    """There is no disconnecting until the connection is lost."""

    def __getattribute__(self, name: str) -> Any:
        if name == "disconnecting" and not super().__getattribute__(name):
            raise AttributeError(name)
        return super().__getattribute__(name)

    def loseConnection(self) -> None:
        if not self.closed:
            self.disconnecting = True
            self.finish()
            self.stopInput()
            self.loseLater()


@wrong("consume_79")
class NeverPauses(Wire):
    """The producer is never paused."""

    def _holdBack(self) -> None:
        """Don't."""


@wrong("consume_79")
class PausesAgain(Wire):
    """The producer is paused by each write to a full output."""

    def write(self, data: Any) -> None:
        super().write(data)
        if len(self.buffer) > self.bufferSize + 1 and self.producer is not None:
            self.producer.pauseProducing()


@wrong("consume_80")
class NeverResumes(Wire):
    """A paused producer is never resumed."""

    def _ask(self) -> None:
        if not self.streamingProducer:
            super()._ask()


@wrong("consume_80")
class ResumesAtEachRead(Wire):
    """A producer is resumed by each read, paused or not."""

    def read(self) -> Any:
        if self.producer is not None and self.streamingProducer:
            self.producer.resumeProducing()
            self.producerPaused = False
        return super().read()


@wrong("consume_81")
class AsksOnce(Wire):
    """A pull producer is asked once, when it is registered."""

    asked = False

    def _ask(self) -> None:
        if self.streamingProducer or not self.asked:
            self.asked = self.producer is not None
            super()._ask()


@wrong("consume_82")
class PausingIgnored(Wire):
    """pauseProducing does nothing."""

    def pauseProducing(self) -> None:
        """Don't."""


@wrong("consume_82")
class ResumingForgets(Wire):
    """What came during a pause is lost."""

    def resumeProducing(self) -> None:
        self.kept = []
        super().resumeProducing()


@wrong("consume_82")
class NeverGoesOn(Wire):
    """resumeProducing does not go on."""

    def resumeProducing(self) -> None:
        """Don't."""


@wrong("consume_83")
class OutputUnbounded(Wire):
    """The input is read whether or not the output is."""

    def held(self) -> bool:
        return self.paused


@wrong("consume_84")
class ClosingReadsOn(Wire):
    """After the output was closed the input is read to its end, then closed."""

    def close(self) -> None:
        ProducerStream.close(self)

    def inputEnded(self) -> None:
        self.stopInput()
        super().inputEnded()


@wrong("consume_84")
class ClosingLeavesInputOpen(Wire):
    """After the output was closed the input is read no more, and left open."""

    def close(self) -> None:
        ProducerStream.close(self)
        self.over = True
        self.loseLater()


@wrong("consume_85")
class ClosingLeavesTheRead(Wire):
    """Closing the output leaves its outstanding read unanswered."""

    def close(self) -> None:
        self.deferred = None
        super().close()
