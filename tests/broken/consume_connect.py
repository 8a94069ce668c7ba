"""Broken connections: a protocol that is told the wrong things, or whose output is wrong."""

from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectionDone, ConnectionLost
from twisted.python.failure import Failure

from tests.broken.consume_parts import clock
from tests.broken.consume_wire import Wire, wrong


@wrong("consume_62")
class BuildsTwice(Wire):
    """buildProtocol is called twice."""

    @classmethod
    def connect(cls, inputStream: Any, factory: Any, reactor: Any = None) -> Any:
        factory.buildProtocol(None)
        return super().connect(inputStream, factory, reactor)


@wrong("consume_62")
class BuildsForAnAddress(Wire):
    """buildProtocol is called with the stream for an address."""

    @classmethod
    def connect(cls, inputStream: Any, factory: Any, reactor: Any = None) -> Any:
        wire = cls(inputStream, factory.buildProtocol(inputStream), reactor)
        wire.start()
        return wire


@wrong("consume_62")
class CallsItsProtocol(Wire):
    """The protocol is made by the factory's `protocol`, past buildProtocol."""

    @classmethod
    def connect(cls, inputStream: Any, factory: Any, reactor: Any = None) -> Any:
        wire = cls(inputStream, factory.protocol(), reactor)
        wire.start()
        return wire


@wrong("consume_63")
class ConnectsTwice(Wire):
    """makeConnection is called twice."""

    def start(self) -> None:
        self.protocol.makeConnection(self)
        super().start()


@wrong("consume_63")
class ConnectsForTheFirstData(Wire):
    """makeConnection is called when the first answer has come, and after its data."""

    def start(self) -> None:
        self.go()

    def came(self, answer: Any) -> None:
        if self.protocol.transport is None:
            if isinstance(answer, bytes):
                self.protocol.transport = self
                self.give(answer)
                answer = b""
            try:
                self.protocol.makeConnection(self)
            except Exception:
                self.broke(Failure())
        super().came(answer)


@wrong("consume_63")
class ConnectsInATurn(Wire):
    """makeConnection is called in a turn of its own, after the call."""

    def start(self) -> None:
        clock(self.reactor).callLater(0, super().start)


@wrong("consume_64")
class DataTwice(Wire):
    """Each piece is given twice."""

    def give(self, data: Any) -> None:
        super().give(data)
        super().give(data)


@wrong("consume_64")
class ManyAreTooMany(Wire):
    """The input counts as over after a hundred pieces."""

    count = 0

    def came(self, answer: Any) -> None:
        self.count += 1
        super().came(answer if self.count <= 100 else None)


@wrong("consume_64")
class LateDataLost(Wire):
    """What a pending read gives is lost."""

    def answered(self, answer: Any) -> None:
        if isinstance(answer, Deferred) and not answer.called:
            answer.addCallback(lambda data: None if data is None else b"")
        super().answered(answer)


@wrong("consume_64")
class FinishStopsTheInput(Wire):
    """finish stops the input as well."""

    def finish(self, failure: Any = None) -> None:
        super().finish(failure)
        if not (self.over or self.disconnecting):
            self.inputEnded()
            self.stopInput()


@wrong("consume_65")
class CutsLargePieces(Wire):
    """Large pieces are given 8 KiB at a time."""

    def give(self, data: Any) -> None:
        for at in range(0, len(data), 8192):
            super().give(data[at : at + 8192])


@wrong("consume_65")
class InHalves(Wire):
    """Each piece is given in two halves."""

    def give(self, data: Any) -> None:
        half = (len(data) + 1) // 2
        super().give(data[:half])
        super().give(data[half:])


@wrong("consume_65")
class Gathers(Wire):
    """Pieces are gathered, and given two at a time."""

    gathered = b""

    def give(self, data: Any) -> None:
        if self.gathered:
            data, self.gathered = self.gathered + bytes(data), b""
            super().give(data)
        else:
            self.gathered = bytes(data)

    def inputEnded(self) -> None:
        try:
            super().give(self.gathered)
        except Exception:
            self.broke(Failure())
        else:
            super().inputEnded()


@wrong("consume_66")
class AsRead(Wire):
    """The protocol is given what was read."""

    def give(self, data: Any) -> None:
        if data:
            self.protocol.dataReceived(data)


@wrong("consume_67")
class EmptyIsTheEnd(Wire):
    """An empty piece is taken for the end."""

    def came(self, answer: Any) -> None:
        super().came(answer or None)


@wrong("consume_68")
class NeverLost(Wire):
    """At the end the output is finished, and connectionLost is not called."""

    def inputEnded(self) -> None:
        self.over = True
        self.finish()


@wrong("consume_68")
class LostTwice(Wire):
    """At the end connectionLost is called twice."""

    def inputEnded(self) -> None:
        super().inputEnded()
        self.lost = False
        super().inputEnded()


@wrong("consume_68")
class LostBeforeTheLast(Wire):
    """connectionLost is called when the last piece was read, then it is given."""

    def came(self, answer: Any) -> None:
        if self.stream.length == 0 and isinstance(answer, bytes) and not self.over and not self.held():
            self.inputEnded()
            self.over = False
        super().came(answer)


@wrong("consume_69")
class BareReason(Wire):
    """At the end the reason is a bare ConnectionDone."""

    def inputEnded(self) -> None:
        self.over = True
        self.lose(ConnectionDone())


@wrong("consume_69")
class UncleanReason(Wire):
    """At the end the reason is ConnectionLost."""

    def inputEnded(self) -> None:
        self.over = True
        self.lose(Failure(ConnectionLost()))


@wrong("consume_70")
class FailureIsTheEnd(Wire):
    """A failing input looks like its end."""

    def inputFailed(self, _: Failure) -> None:
        super().inputFailed(Failure(ConnectionDone()))


@wrong("consume_70")
class FailureUnseen(Wire):
    """A failing input is closed, and the protocol told nothing."""

    def inputFailed(self, _: Failure) -> None:
        self.stopInput()
        self.finish()


@wrong("consume_70")
class RaisedReadsLeak(Wire):
    """An error raised by the input's read is not caught."""

    def ask(self) -> Any:
        return self.stream.read()
