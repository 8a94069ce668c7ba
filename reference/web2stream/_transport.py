"""The transport of a protocol that reads from one stream and writes to another.

Strategy: the output stream itself is the transport. It behaves as Twisted's own do where a protocol can
tell: `connectionLost` comes once, never from inside a call of the protocol, except as the answer to an error
of its own; the protocol's pauses, and an output that is not read, hold the input back; losing the connection
ends both sides. Beyond those it has `finish`, which ends the output alone.

The end of the input is the peer hanging up. The protocol gets `connectionLost`, and may still write until the
reader has read everything there is; then the output ends, even if `finish` was never called, as Twisted's own
protocols don't. A protocol that goes on for longer says so: by a registered producer (that isn't a protocol),
until which is unregistered the output stays open; or by providing IHalfCloseableProtocol, which gets
`readConnectionLost` instead, and `connectionLost` when it has finished. A failed output never looks complete,
except where the protocol was told of its input's failure and chose to `finish`.

An output that is not read stops the input: so two protocols that are connected to each other must not both
write a lot before they have read what the other wrote, as with any two that read and write in turn.

Empty chunks of the input are swallowed: no transport ever delivers one.
"""

from typing import Any

from twisted.internet.error import ConnectionAborted, ConnectionDone, ConnectionLost
from twisted.internet.interfaces import (
    IAddress,
    IHalfCloseableProtocol,
    IProtocol,
    IPushProducer,
    IReactorTime,
    ITransport,
)
from twisted.python.failure import Failure
from zope.interface import implementer

from web2stream._address import StreamAddress
from web2stream._flow import runningOr
from web2stream._input import Input
from web2stream.bytestream import plainBytes
from web2stream.producerstream import ProducerStream


@implementer(ITransport, IPushProducer)
class _StreamTransport(ProducerStream):
    """A protocol's output stream, and its transport.

    Args:
        protocol: the protocol to serve.
        inputStream: what it reads.
        reactor: gives the turns; None for the running one.

    Attributes:
        connected: True until the connection is lost.
        disconnected: True from then on.
        disconnecting: True once the protocol has asked for that.
    """

    def __init__(self, protocol: Any, inputStream: Any, reactor: IReactorTime | None) -> None:
        super().__init__()
        self.connected = True
        self.disconnected = False
        self.disconnecting = False
        self._protocol = protocol
        self._reactor = reactor
        self._reader = Input(inputStream, self._received, self._inputEnded, reactor)
        self._pausedByProtocol = False
        self._pausedByOutput = False
        self._inputOver = False
        self._halfClosed = False
        self._losing = False
        self._told = False

    def start(self) -> None:
        """Connect the protocol and begin to read."""
        try:
            self._protocol.makeConnection(self)
        except Exception:
            self._broken()
            return
        except BaseException:
            self._reader.stop()
            raise
        if not self._inputOver:
            self._reader.run()

    # ITransport, and what Twisted's transports have besides

    def loseConnection(self) -> None:
        """Stop the input, and end the output after what was written, once no producer is registered."""
        if not self.disconnecting:
            self.disconnecting = True
            self._stopInput()
            self._settle()

    def abortConnection(self) -> None:
        """Stop the input and fail the output, unless it has ended, dropping what has not been read."""
        failure = Failure(ConnectionAborted())
        self.disconnecting = True
        self._loseLater(failure)
        self._stopInput()
        if not self.closed:
            self._fail(failure)
            try:
                self._endEarly()
            finally:
                self._answer(failure)

    def getPeer(self) -> IAddress:
        """Give a StreamAddress."""
        return StreamAddress()

    def getHost(self) -> IAddress:
        """Give a StreamAddress."""
        return StreamAddress()

    # IPushProducer: the input, as its protocol sees it

    def pauseProducing(self) -> None:
        """Read the input no more until `resumeProducing`."""
        self._pausedByProtocol = True
        self._reader.hold()

    def resumeProducing(self) -> None:
        """Go on reading the input, in the next turn of the reactor, unless the output is too full."""
        self._pausedByProtocol = False
        self._holdOrGo()

    def stopProducing(self) -> None:
        """Do what `loseConnection` does."""
        self.loseConnection()

    # ProducerStream, with an input that goes with it

    def finish(self, failure: Failure | BaseException | None = None) -> None:
        """End the output; the input goes on.

        Args:
            failure: what the reader gets after the data; None for an ordinary end.
        """
        super().finish(failure)
        self._pausedByOutput = False
        self._holdOrGo()
        if self._halfClosed:
            self._loseLater(Failure(ConnectionDone()))

    def unregisterProducer(self) -> None:
        """Forget the producer; if only it kept the output open, the output ends."""
        super().unregisterProducer()
        self._settle()

    def close(self) -> None:
        """End the output early and stop the input; the protocol then loses its connection."""
        reason = ConnectionDone() if self.closed else ConnectionLost()
        super().close()
        self._stopInput()
        self._loseLater(Failure(reason))

    def _ask(self) -> None:
        if not self.buffer:
            self._pausedByOutput = False
            self._holdOrGo()
        super()._ask()
        self._settle()

    def _answer(self, result: bytes | Failure | None) -> None:
        # It may bring input at once, which no protocol expects while it is in `write`: that waits for a turn.
        self._reader.hold()
        try:
            super()._answer(result)
        finally:
            self._holdOrGo()

    def _holdBack(self) -> None:
        self._pausedByOutput = True
        self._reader.hold()
        super()._holdBack()

    def _holdOrGo(self) -> None:
        if not (self._pausedByProtocol or self._pausedByOutput):
            self._reader.letGo()

    # The ways a connection ends

    def _received(self, data: Any) -> None:
        chunk = plainBytes(data)
        if chunk:
            try:
                self._protocol.dataReceived(chunk)
            except Exception:
                self._broken()

    def _broken(self) -> None:
        """Take the protocol's own error."""
        failure = Failure()
        # Before it can `finish` in connectionLost: what a broken protocol wrote is not complete.
        self.finish(failure)
        self._stopInput()
        self._failed(failure)

    def _failed(self, failure: Failure) -> None:
        self._inputOver = True
        self._lose(failure)
        self.finish(failure)
        self._stopProducer()

    def _inputEnded(self, failure: Failure | None) -> None:
        if failure is not None:
            self._failed(failure)
            return
        self._inputOver = True
        if IHalfCloseableProtocol.providedBy(self._protocol) and not self.closed:
            self._halfClosed = True
            try:
                self._protocol.readConnectionLost()
            except BaseException as error:
                self._broken()
                if not isinstance(error, Exception):
                    raise
            return
        self._lose(Failure(ConnectionDone()))
        self._settle()

    def _stopInput(self) -> None:
        self._inputOver = True
        self._reader.stop()

    def _settle(self) -> None:
        """End the output if nobody is going to write any more."""
        if not (self.disconnecting or self._told):
            return
        if IProtocol.providedBy(self.producer):
            # It registered itself to be paused, and may never unregister; transports tell it to stop.
            self._stopProducer()
        if self.producer is not None and not self.closed:
            return
        if self.disconnecting:
            self.finish()
            self._loseLater(Failure(ConnectionDone()))
        elif self.deferred is not None:
            self.finish()

    def _loseLater(self, reason: Failure) -> None:
        if not (self._losing or self.disconnected):
            self._losing = True
            runningOr(self._reactor).callLater(0, self._lose, reason)

    def _lose(self, reason: Failure) -> None:
        if self.disconnected:
            return
        self.connected = False
        self.disconnected = True
        try:
            self._protocol.connectionLost(reason)
        except BaseException as error:
            self.finish(Failure())
            self._stopProducer()
            if not isinstance(error, Exception):
                raise
        self._told = True
