"""A right connection, written quite differently from the reference: its transport and its output are two things.

The output answers by Deferreds only, in pieces of its own size; the protocol is called from turns alone.
"""

from collections import deque
from contextlib import suppress
from typing import Any

from twisted.internet.address import UNIXAddress
from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.error import ConnectionDone
from twisted.python.failure import Failure

from tests.broken.consume_parts import clock


class Output:
    """What a protocol wrote, a hundred bytes at a time, by Deferreds only."""

    length = None

    def __init__(self, ended: Any) -> None:
        self.chunks: deque[bytes] = deque()
        self.finished = False
        self.failure: Failure | None = None
        self.waiting: Deferred[Any] | None = None
        self.emptied: Any = lambda: None
        self._ended = ended

    def read(self) -> Any:
        if self.waiting is not None:
            raise RuntimeError("one at a time")
        if self.chunks:
            chunk = self.chunks.popleft()
            if len(chunk) > 100:
                self.chunks.appendleft(chunk[100:])
            return succeed(chunk[:100])
        if self.finished:
            return fail(self.failure) if self.failure is not None else succeed(None)
        waiting: Deferred[Any] = Deferred(lambda _: self.close())
        self.waiting = waiting
        self.emptied()
        return waiting

    def put(self, data: bytes) -> None:
        if self.finished or not data:
            return
        self.chunks.append(data)
        self._serve()

    def end(self, failure: Failure | None = None) -> None:
        if not self.finished:
            self.finished, self.failure = True, failure
            self._serve()

    def _serve(self) -> None:
        if self.waiting is not None and (self.chunks or self.finished):
            waiting, self.waiting = self.waiting, None
            self.read().chainDeferred(waiting)

    def close(self) -> None:
        self.chunks.clear()
        self.failure = None
        self.end()
        self._ended()


class Transport:
    """The transport of a protocol: what it is told it does in turns."""

    disconnecting = False
    holds = 8

    def __init__(self, stream: Any, protocol: Any, reactor: Any) -> None:
        self.out = Output(self.loseConnection)
        self.out.emptied = self._emptied
        self._stream, self._protocol, self._reactor = stream, protocol, reactor
        self._paused = self._told = self._reading = self._stopped = self._resting = False
        self._kept: list[Any] = []
        self._producer: Any = None

    def start(self) -> None:
        try:
            self._protocol.makeConnection(self)
        except Exception:
            self._broken()
        else:
            self._next()

    def write(self, data: bytes) -> None:
        self.out.put(bytes(data))
        if self._full() and self._producer is not None and not self._resting:
            self._resting = True
            self._producer.pauseProducing()

    def writeSequence(self, data: Any) -> None:
        self.write(b"".join(data))

    def finish(self) -> None:
        self.out.end()
        self._go()

    def getPeer(self) -> Any:
        return UNIXAddress("peer")

    def getHost(self) -> Any:
        return UNIXAddress("host")

    def loseConnection(self) -> None:
        self.disconnecting = True
        self._endOutput()
        self._stop()
        self._turn(self._lose, Failure(ConnectionDone()))

    def pauseProducing(self) -> None:
        self._paused = True

    def resumeProducing(self) -> None:
        self._paused = False
        self._go()

    def registerProducer(self, producer: Any, streaming: bool) -> None:
        self._producer = producer if streaming else Asked(producer, self)
        self._producer.resumeProducing() if not streaming else None

    def unregisterProducer(self) -> None:
        self._producer = None
        if self.disconnecting:
            self._endOutput()

    def _endOutput(self) -> None:
        if self._producer is None:
            self.out.end()

    def _turn(self, call: Any, *args: Any) -> None:
        clock(self._reactor).callLater(0, call, *args)

    def _full(self) -> bool:
        return len(self.out.chunks) > self.holds

    def _emptied(self) -> None:
        if self._resting and self._producer is not None:
            self._resting = False
            self._producer.resumeProducing()
        self._go()

    def _go(self) -> None:
        if not self._reading:
            self._turn(self._next)

    def _next(self) -> None:
        if self._stopped or self._reading or self._paused or (self._full() and not self.out.finished):
            return
        if self._kept:
            self._took(self._kept.pop())
            return
        self._reading = True
        try:
            answer = self._stream.read()
        except Exception:
            answer = Failure()
        if isinstance(answer, Deferred):
            answer.addBoth(self._came)
        else:
            self._came(answer)

    def _came(self, answer: Any) -> None:
        self._reading = False
        self._kept.append(answer)
        self._turn(self._next)

    def _took(self, answer: Any) -> None:
        if isinstance(answer, Failure) or answer is None:
            self._stop()
            self._lose(answer or Failure(ConnectionDone()))
            return
        try:
            if data := memoryview(answer).tobytes():
                self._protocol.dataReceived(data)
        except Exception:
            self._broken()
        else:
            self._turn(self._next)

    def _broken(self) -> None:
        failure = Failure()
        self.out.end(failure)
        self._stop()
        self._lose(failure)

    def _stop(self) -> None:
        if not self._stopped:
            self._stopped = True
            with suppress(Exception):
                self._stream.close()

    def _lose(self, reason: Failure) -> None:
        if not self._told:
            self._told = True
            try:
                self._protocol.connectionLost(reason)
            except Exception:
                self.out.end(Failure())


class Tight(Transport):
    """Reads no more of the input while two pieces wait to be read."""

    holds = 1


class Asked:
    """A pull producer, asked in each turn while there is room."""

    def __init__(self, producer: Any, transport: Transport) -> None:
        self._producer, self._transport = producer, transport

    def pauseProducing(self) -> None: ...

    def resumeProducing(self) -> None:
        transport = self._transport
        if transport._producer is self and not transport._full():
            self._producer.resumeProducing()
            transport._turn(self.resumeProducing)


def connect_stream(inputStream: Any, factory: Any, reactor: Any = None, kind: type[Transport] = Transport) -> Output:
    """Connect a protocol; the first read is made inside the call, and its data given in a turn."""
    protocol = factory.buildProtocol(addr=None)
    if protocol is None:
        raise ConnectionRefusedError("no protocol")
    transport = kind(inputStream, protocol, reactor)
    transport.start()
    return transport.out
