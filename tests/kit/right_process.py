"""A right ProcessStreamer that shares nothing with the reference: it feeds the process itself, and counts bytes.

Its outputs cut what comes into pieces of their own, always answer by Deferreds and hold the pipe back by size; `run`
answers at the process's exit, whatever is still to be read.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any

from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.error import ProcessDone
from twisted.internet.protocol import ProcessProtocol
from twisted.logger import Logger
from twisted.python import log
from zope.interface import implementer

from web2stream import IByteStream, fallbackSplit

PIECE, FULL, FEW = 5_000, 50_000, 10_000


@implementer(IByteStream)
class Queue:
    """One output."""

    length: int | None = None

    def __init__(self) -> None:
        self.pieces: deque[bytes] = deque()
        self.size = 0
        self.over = self.closed = self.paused = False
        self.reader: Deferred[bytes | None] | None = None
        self.pipe: Any = None

    def add(self, data: bytes) -> None:
        if self.closed:
            return
        self.pieces.extend(data[at : at + PIECE] for at in range(0, len(data), PIECE))
        self.size += len(data)
        if self.reader is not None:
            reader, self.reader = self.reader, None
            reader.callback(self._next())
        if self.size > FULL and self.pipe is not None and not self.paused:
            self.paused = True
            self.pipe.pauseProducing()

    def _next(self) -> bytes:
        piece = self.pieces.popleft()
        self.size -= len(piece)
        if self.paused and self.size < FEW and self.pipe is not None:
            self.paused = False
            self.pipe.resumeProducing()
        return piece

    def finish(self) -> None:
        self.over = True
        self.pipe = None
        if self.reader is not None:
            reader, self.reader = self.reader, None
            self.length = 0
            reader.callback(None)

    def read(self) -> "Deferred[bytes | None]":
        if self.reader is not None:
            raise RuntimeError("one read at a time")
        if self.pieces:
            return succeed(self._next())
        if self.over:
            self.length = 0
            return succeed(None)
        self.reader = Deferred()
        return self.reader

    def close(self) -> None:
        self.closed = True
        self.length = 0
        self.pieces.clear()
        pipe = self.pipe
        self.finish()
        if pipe is not None:
            pipe.stopProducing()

    def split(self, point: int) -> tuple[Any, Any]:
        return fallbackSplit(self, point)


class ProcessStreamer(ProcessProtocol):
    """The process's protocol, its input's producer and the object that the user has, in one."""

    def __init__(
        self, inputStream: Any, program: str, args: Sequence[str], env: Mapping[str, str] | None = None
    ) -> None:
        self.input = IByteStream(inputStream)
        self.outStream, self.errStream = Queue(), Queue()
        self.what = program, args, env or {}
        self.ran = self.takes = self.full = self.reading = False
        self.result: Deferred[None] | None = None

    @property
    def pipes(self) -> Any:
        process: Any = self.transport
        return process.pipes

    def run(self) -> "Deferred[None]":
        from twisted.internet import reactor

        if self.ran:
            return fail(RuntimeError("it was run"))
        self.ran = self.takes = True
        result: Deferred[None] = Deferred(self.cancelled)
        self.result = result
        spawning: Any = reactor
        try:
            spawning.spawnProcess(self, *self.what)
        except Exception as error:
            self.outStream.finish()
            self.errStream.finish()
            self.input.close()
            return fail(error)
        if self.takes:
            self.transport.registerProducer(self, True)  # type: ignore[union-attr]
            self.feed()
        return result

    # -- the input -----------------------------------------------------------------------------------------

    def pauseProducing(self) -> None:
        self.full = True

    def resumeProducing(self) -> None:
        self.full = False
        self.feed()

    def stopProducing(self) -> None:
        self.refused()

    def feed(self) -> None:
        while self.takes and not self.full and not self.reading:
            self.reading = True
            try:
                data = self.input.read()
            except Exception:
                log.err()
                self.ended()
            except BaseException:
                self.kill()
                raise
            else:
                if isinstance(data, Deferred):
                    data.addCallbacks(self.late, self.failed)
                else:
                    self.came(data)

    def late(self, data: Any) -> None:
        self.came(data)
        self.feed()

    def came(self, data: Any) -> None:
        self.reading = False
        if data is None:
            self.ended()
        elif self.takes and bytes(data):
            self.transport.write(bytes(data))  # type: ignore[union-attr]

    def failed(self, failure: Any) -> None:
        if self.takes:
            Logger().error("the input fails: {error}", error=failure.value)
            self.ended()

    def ended(self) -> None:
        process: Any = self.transport
        if self.takes:
            self.takes = False
            process.unregisterProducer()
            process.closeStdin()

    def refused(self) -> None:
        self.takes = False
        self.input.close()

    # -- the process ---------------------------------------------------------------------------------------

    def output(self, number: int) -> Queue:
        return self.outStream if number == 1 else self.errStream

    def connectionMade(self) -> None:
        for number in (1, 2):
            if self.output(number).closed:
                self.pipes[number].stopProducing()
            else:
                self.output(number).pipe = self.pipes[number]

    def childDataReceived(self, childFD: int, data: bytes) -> None:
        self.output(childFD).add(data)

    def childConnectionLost(self, childFD: int) -> None:
        if childFD == 0:
            self.refused()
        else:
            self.output(childFD).finish()

    def processExited(self, reason: Any) -> None:
        if 0 in self.pipes:
            self.pipes[0].loseConnection()
        self.refused()
        result, self.result = self.result, None
        if result is None:
            return
        if reason.check(ProcessDone):
            result.callback(None)
        else:
            result.errback(reason)

    def kill(self) -> None:
        process: Any = self.transport
        self.result = None
        process.signalProcess("KILL")
        self.refused()
        self.outStream.close()
        self.errStream.close()

    def cancelled(self, _: object) -> None:
        self.kill()
