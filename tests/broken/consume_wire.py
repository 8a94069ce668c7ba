"""A right transport for a protocol between two streams, in steps small enough to be made wrong one at a time."""

from contextlib import suppress
from typing import Any

from twisted.internet.address import IPv4Address
from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectionDone
from twisted.python.failure import Failure

from tests.broken.consume_parts import clock, enter
from web2stream.producer import ProducerStream


class Wire(ProducerStream):
    """A protocol's transport and output in one."""

    def __init__(self, stream: Any, protocol: Any, reactor: Any = None) -> None:
        super().__init__()
        self.stream = stream
        self.protocol = protocol
        self.reactor = reactor
        self.disconnecting = False
        self.over = self.lost = self.losing = self.paused = self.reading = False
        self.turn: Any = None
        self.kept: list[Any] = []

    @classmethod
    def connect(cls, inputStream: Any, factory: Any, reactor: Any = None) -> Any:
        protocol = factory.buildProtocol(None)
        if protocol is None:
            raise ConnectionRefusedError("no protocol")
        wire = cls(inputStream, protocol, reactor)
        wire.start()
        return wire

    def start(self) -> None:
        try:
            self.protocol.makeConnection(self)
        except Exception:
            self.broke(Failure())
            return
        self.go()

    # The input

    def go(self) -> None:
        self.turn = None
        if self.kept:
            self.came(self.kept.pop())
        elif not (self.over or self.reading or self.held()):
            self.reading = True
            self.answered(self.ask())

    def ask(self) -> Any:
        try:
            return self.stream.read()
        except Exception:
            return Failure()

    def answered(self, answer: Any) -> None:
        if isinstance(answer, Deferred):
            answer.addBoth(self.came)
        else:
            self.came(answer)

    def came(self, answer: Any) -> None:
        self.reading = False
        if self.over:
            return
        if self.held():
            self.kept = [answer]
        elif answer is None:
            self.inputEnded()
        elif isinstance(answer, Failure):
            self.inputFailed(answer)
        else:
            self.arrived(answer)

    def arrived(self, data: Any) -> None:
        try:
            self.give(data)
        except Exception:
            self.broke(Failure())
        else:
            self.next()

    def give(self, data: Any) -> None:
        if data:
            self.protocol.dataReceived(bytes(data))

    def held(self) -> bool:
        return self.paused or len(self.buffer) > self.bufferSize

    def next(self) -> None:
        if not (self.over or self.reading or self.turn or self.held()):
            self.turn = clock(self.reactor).callLater(0, self.go)

    def pauseProducing(self) -> None:
        self.paused = True

    def resumeProducing(self) -> None:
        self.paused = False
        self.next()

    def read(self) -> Any:
        result = super().read()
        self.next()
        return result

    # The ways to end

    def inputEnded(self) -> None:
        self.over = True
        self.lose(Failure(ConnectionDone()))

    def inputFailed(self, failure: Failure) -> None:
        self.stopInput()
        self.lose(failure)

    def broke(self, failure: Failure) -> None:
        super().finish(failure)
        self.stopInput()
        self.lose(failure)

    def lose(self, reason: Any) -> None:
        if self.lost:
            return
        self.lost = True
        try:
            self.protocol.connectionLost(reason)
        except Exception:
            self.finish(Failure())

    def stopInput(self) -> None:
        self.over = True
        turn, self.turn = self.turn, None
        if turn is not None and turn.active():
            turn.cancel()
        with suppress(Exception):
            self.stream.close()

    def loseConnection(self) -> None:
        if not self.disconnecting:
            self.disconnecting = True
            self.endOutput()
            self.stopInput()
            self.loseLater()

    def endOutput(self) -> None:
        self.losing = True
        if self.producer is None:
            self.finish()

    def unregisterProducer(self) -> None:
        super().unregisterProducer()
        if self.losing:
            self.endOutput()

    def loseLater(self) -> None:
        clock(self.reactor).callLater(0, self.lose, Failure(ConnectionDone()))

    def close(self) -> None:
        super().close()
        self.stopInput()
        self.loseLater()

    def getPeer(self) -> Any:
        return IPv4Address("TCP", "127.0.0.1", 1)

    getHost = getPeer


def wrong(*clauses: str) -> Any:
    """Register a kind of transport as broken for these clauses: the connectStream made of it."""

    def register(kind: type[Wire]) -> type[Wire]:
        for clause in clauses:
            enter(clause, kind, {"connectStream": kind.connect})
        return kind

    return register
