"""Broken connections: told at the wrong time, or of the wrong end."""

from contextlib import suppress
from typing import Any

from twisted.internet.error import ConnectionAborted, ConnectionDone
from twisted.internet.interfaces import IHalfCloseableProtocol
from twisted.python.failure import Failure

from tests.broken.consume_wire import Wire, wrong
from web2stream.producer import ProducerStream


class Half(Wire):
    """A transport that tells a protocol which can bear it of the end of its input alone."""

    half = False

    def inputEnded(self) -> None:
        if IHalfCloseableProtocol.providedBy(self.protocol) and not self.closed:
            self.over = self.half = True
            self.tell()
        else:
            super().inputEnded()

    def tell(self) -> None:
        try:
            self.protocol.readConnectionLost()
        except Exception:
            self.broke(Failure())

    def finish(self, failure: Any = None) -> None:
        super().finish(failure)
        if self.half:
            self.whole()

    def whole(self) -> None:
        self.loseLater()


@wrong("consume_103")
class HalfClosedNeverLost(Half):
    """A protocol that was told of the end of its input alone is never told that the connection is lost."""

    def whole(self) -> None:
        """Don't."""


@wrong("consume_103")
class FinishedHalfClosedNeverLost(Half):
    """A protocol that has finished before is told of the end of its input alone, and then of nothing."""

    def inputEnded(self) -> None:
        if IHalfCloseableProtocol.providedBy(self.protocol):
            self.over = self.half = True
            self.tell()
        else:
            super().inputEnded()


@wrong("consume_103")
class HalfClosedLostTwice(Half):
    """A protocol that was half closed and finished is told twice that the connection is lost."""

    def whole(self) -> None:
        super().whole()
        self.protocol.connectionLost(Failure(ConnectionDone()))


@wrong("consume_103")
class HalfClosedTwice(Half):
    """A protocol that may be half closed is told twice of the end of its input."""

    def tell(self) -> None:
        super().tell()
        super().tell()


@wrong("consume_103")
class HalfClosedFails(Half):
    """A protocol that may be half closed is not told of the end of its input: the connection fails there."""

    def tell(self) -> None:
        self.broke(Failure(AttributeError("readConnectionLost")))


@wrong("consume_106")
class HalfClosedErrorHangs(Half):
    """An error of readConnectionLost is dropped, and the output hangs."""

    def tell(self) -> None:
        with suppress(Exception):
            self.protocol.readConnectionLost()


@wrong("consume_106")
class HalfClosedErrorIsAnEnd(Half):
    """After an error of readConnectionLost the output ends as if it were complete."""

    def broke(self, failure: Failure) -> None:
        if self.half:
            self.finish()
        super().broke(failure)


@wrong("consume_104")
class FinishingGoesOnReading(Wire):
    """finish reads the next piece of the input, and hands it over, before it returns."""

    giving = False

    def give(self, data: Any) -> None:
        self.giving = True
        super().give(data)
        self.giving = False

    def finish(self, failure: Any = None) -> None:
        super().finish(failure)
        if self.giving and not self.disconnecting:
            self.giving = False
            self.go()


class Abortable(Wire):
    """A transport that can be aborted."""

    def abortConnection(self) -> None:
        self.disconnecting = True
        ProducerStream.finish(self, Failure(ConnectionAborted()))
        self.stopInput()
        self.loseLater()


@wrong("consume_105")
class AbortingHangs(Abortable):
    """An aborted output neither ends nor fails."""

    def abortConnection(self) -> None:
        self.disconnecting = True
        self.stopInput()
        self.loseLater()


@wrong("consume_105")
class AbortingLeavesTheReader(Abortable):
    """A read of the output that waits when the connection is aborted is never answered."""

    def abortConnection(self) -> None:
        self.deferred = None
        super().abortConnection()


@wrong("consume_105")
class AbortingUntold(Abortable):
    """An aborted connection is not told to the protocol."""

    def abortConnection(self) -> None:
        self.disconnecting = True
        ProducerStream.finish(self, Failure(ConnectionAborted()))
        self.stopInput()


@wrong("consume_105")
class AbortingWaitsForTheReader(Abortable):
    """An aborted connection is told to the protocol when its output is read, which may be never."""

    waits = False

    def abortConnection(self) -> None:
        self.waits = len(self.buffer) > self.bufferSize
        super().abortConnection()

    def loseLater(self) -> None:
        if not self.waits:
            super().loseLater()

    def read(self) -> Any:
        if self.waits:
            self.waits = False
            self.loseLater()
        return super().read()


@wrong("consume_105")
class AbortingIsNotDisconnecting(Abortable):
    """disconnecting stays false when the connection is aborted."""

    def abortConnection(self) -> None:
        super().abortConnection()
        self.disconnecting = False


@wrong("consume_105")
class AbortingLeavesTheInputOpen(Abortable):
    """An aborted connection leaves its input open."""

    def abortConnection(self) -> None:
        self.disconnecting = self.over = True
        ProducerStream.finish(self, Failure(ConnectionAborted()))
        self.loseLater()
