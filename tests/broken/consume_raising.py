"""Broken connections: errors of the protocol that get lost."""

from typing import Any

from twisted.internet.error import ConnectionDone
from twisted.python.failure import Failure

from tests.broken.consume_wire import Wire, wrong
from web2stream.producer import ProducerStream


@wrong("consume_86")
class RaisingUntold(Wire):
    """A protocol that raises is told nothing."""

    def broke(self, failure: Failure) -> None:
        self.finish(failure)
        self.stopInput()


@wrong("consume_86")
class RaisingLooksClean(Wire):
    """A protocol that raises is told ConnectionDone."""

    def broke(self, failure: Failure) -> None:
        self.finish(failure)
        self.stopInput()
        self.lose(Failure(ConnectionDone()))


@wrong("consume_86")
class RaisingTellsNoError(Wire):
    """A protocol that raises is told a Failure that holds the data instead of an error."""

    def broke(self, failure: Failure) -> None:
        self.finish(failure)
        self.stopInput()
        self.lose(Failure(b"what was being received"))  # type: ignore[arg-type]


@wrong("consume_86")
class MakeConnectionLeaks(Wire):
    """An error of makeConnection is raised by connectStream."""

    def start(self) -> None:
        self.protocol.makeConnection(self)
        self.go()


@wrong("consume_87")
class RaisingHangs(Wire):
    """After a protocol raised the output stays open."""

    def broke(self, failure: Failure) -> None:
        self.stopInput()
        self.lose(failure)


@wrong("consume_87")
class RaisingEnds(Wire):
    """After a protocol raised the output ends as if it were complete."""

    def broke(self, failure: Failure) -> None:
        self.finish()
        self.stopInput()
        self.lose(failure)


@wrong("consume_88")
class RaisingLeavesInputOpen(Wire):
    """After a protocol raised the input is left open."""

    def broke(self, failure: Failure) -> None:
        self.over = True
        self.finish(failure)
        self.lose(failure)


@wrong("consume_88")
class RaisingReadsOn(Wire):
    """After a protocol raised it is given the rest of the input, which is then closed."""

    def broke(self, failure: Failure) -> None:
        self.finish(failure)
        self.lose(failure)
        self.next()

    def inputEnded(self) -> None:
        self.stopInput()
        super().inputEnded()


@wrong("consume_89")
class LosingErrorsSwallowed(Wire):
    """An error of connectionLost is dropped, and the output stays open."""

    def lose(self, reason: Any) -> None:
        if not self.lost:
            self.lost = True
            try:
                self.protocol.connectionLost(reason)
            except Exception:
                self.over = True


@wrong("consume_90")
class FactoryErrorsSwallowed(Wire):
    """An error of buildProtocol gives an output that stays open."""

    @classmethod
    def connect(cls, inputStream: Any, factory: Any, reactor: Any = None) -> Any:
        try:
            return super().connect(inputStream, factory, reactor)
        except Exception:
            return ProducerStream()


@wrong("consume_90")
class RefusalsHang(Wire):
    """A factory that gives no protocol gives an output that stays open."""

    @classmethod
    def connect(cls, inputStream: Any, factory: Any, reactor: Any = None) -> Any:
        protocol = factory.buildProtocol(None)
        if protocol is None:
            return ProducerStream()
        wire = cls(inputStream, protocol, reactor)
        wire.start()
        return wire


@wrong("consume_90")
class RefusalsGiveNothing(Wire):
    """A factory that gives no protocol gives None instead of an output, and closes the input."""

    @classmethod
    def connect(cls, inputStream: Any, factory: Any, reactor: Any = None) -> Any:
        try:
            return super().connect(inputStream, factory, reactor)
        except ConnectionRefusedError:
            inputStream.close()
            return None


@wrong("consume_90")
class RefusalsLeaveInputOpen(Wire):
    """A factory that gives no protocol gives an output that fails, and an input that nobody closes."""

    @classmethod
    def connect(cls, inputStream: Any, factory: Any, reactor: Any = None) -> Any:
        try:
            return super().connect(inputStream, factory, reactor)
        except Exception as error:
            refused = ProducerStream()
            refused.finish(error)
            return refused


@wrong("consume_110")
class LeavesAndIsLostTwice(Wire):
    """A protocol that has lost the connection and then raises is told so for both."""

    def lose(self, reason: Any) -> None:
        if self.disconnecting:
            self.lost = False
        super().lose(reason)


@wrong("consume_95")
class FalseWhenEmpty(Wire):
    """The transport counts as false, since its output is empty."""

    def __len__(self) -> int:
        return 0
