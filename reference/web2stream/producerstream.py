"""ProducerStream: what producers write, as a stream of bytes.

Strategy: a queue between two parties, and one rule each way. A reader that finds nothing waits, and asks the
producer for more; a writer that finds more than `bufferSize` chunks waiting has it held back. How it is told
stands in `_producerside`.

Everything written is kept as plain bytes, so nobody can change it afterwards. The length, if there is one, is
a promise: data past it is cut off, and the stream ends there, its producer told to stop; an end before it is
a RuntimeError after the data. (Historically neither was looked at.) It is counted when data is delivered, so
it may be set at any time before.

Obeys: history_04, module_14
"""

from collections import deque
from collections.abc import Iterable

from twisted.internet.defer import Deferred, fail
from twisted.internet.interfaces import IConsumer
from twisted.python.failure import Failure
from zope.interface import implementer

from web2stream._producerside import ProducerSide
from web2stream.bytestream import Buffer, IByteStream, plainBytes
from web2stream.simple import checkCount
from web2stream.split import SplitByReading


@implementer(IByteStream, IConsumer)
class ProducerStream(ProducerSide, SplitByReading):
    """A consumer for one producer at a time, and the stream of what it is given.

    Data may also be written by anybody, without a producer.

    Args:
        length: bytes that will be written in all, or None if unknown.

    Attributes:
        bufferSize: most chunks that may wait before a push producer is paused.
        buffer: the chunks that wait.
        length: bytes not yet read, or None if unknown; 0 after the end, a failure and `close`.
        closed: True once nothing more is accepted.
        failed: True once `failure` is set.
        failure: what the reader gets after the data.
        deferred: the outstanding read, or None.

    Raises:
        ValueError: `length` is negative.
        TypeError: `length` is no integer.

    Obeys: producer_01, producer_02, producer_03, producer_04, producer_05, producer_08, producer_12, producer_29,
    producer_48, producer_94, producer_95, producer_99, producer_106
    """

    bufferSize = 5

    def __init__(self, length: int | None = None) -> None:
        super().__init__()
        self.buffer: deque[bytes] = deque()
        self.length = None if length is None else checkCount("length", length)
        self.closed = False
        self.failed = False
        self.failure: Failure | None = None
        self.deferred: Deferred[bytes | None] | None = None

    # The writer's side

    def write(self, data: Buffer) -> None:
        """Give data to the reader, or keep it until it reads. Ignored once the stream is closed.

        Args:
            data: any bytes-like object; it may be changed afterwards.

        Raises:
            TypeError: `data` is not bytes-like.

        Obeys: producer_06, producer_09, producer_10, producer_11, producer_16, producer_17, producer_30, producer_43,
        producer_45, producer_100
        """
        chunk = plainBytes(data)
        if self.closed:
            return
        if self.deferred is not None:
            self._answer(self._deliver(chunk))
            return
        self.buffer.append(chunk)
        if len(self.buffer) > self.bufferSize:
            self._holdBack()

    def writeSequence(self, data: Iterable[Buffer]) -> None:
        """Write several pieces as one chunk.

        Args:
            data: bytes-like objects.

        Raises:
            TypeError: one of them is not bytes-like.
        """
        self.write(b"".join(map(plainBytes, data)))

    def finish(self, failure: Failure | BaseException | None = None) -> None:
        """End the stream after what has been written. Ignored once the stream is closed.

        Args:
            failure: what every read after the data shall fail with; None for an ordinary end.

        Obeys: producer_31, producer_32, producer_33, producer_42, producer_46
        """
        if self.closed:
            return
        self.closed = True
        if failure is not None:
            self._fail(failure if isinstance(failure, Failure) else Failure(failure))
        if self.deferred is not None:
            self._answer(self._end())

    # The reader's side

    def read(self) -> object:
        """Give the next chunk.

        Returns:
            bytes; None at the end; or a Deferred of one of these. Cancelling it closes the stream. After the
            data of a stream that failed, every read is a failed Deferred.

        Raises:
            RuntimeError: another read is outstanding.

        Obeys: producer_13, producer_14, producer_15, producer_19, producer_20, producer_41, producer_44, producer_47,
        producer_49, producer_50, producer_51, producer_96, producer_97, producer_102, producer_104
        """
        if self.deferred is not None:
            raise RuntimeError("another read of this stream is outstanding")
        if self.buffer:
            result = self._deliver(self.buffer.popleft())
        elif self.closed:
            result = self._end()
        else:
            waiting = self.deferred = Deferred(self._cancelled)
            try:
                self._ask()
            except BaseException:
                self.deferred = None
                raise
            return waiting
        return fail(result) if isinstance(result, Failure) else result

    def close(self) -> None:
        """End the stream early: drop the data, tell the producer to stop.

        An outstanding read fires with None. An error of the producer's `stopProducing` is dropped.

        Obeys: producer_34, producer_35, producer_36, producer_37, producer_38, producer_39, producer_40, producer_103
        """
        self.failed = False
        self.failure = None
        try:
            self._endEarly()
        finally:
            self._answer(None)

    # What both sides need

    def _answer(self, result: bytes | Failure | None) -> None:
        waiting, self.deferred = self.deferred, None
        if waiting is None:
            return
        if isinstance(result, Failure):
            waiting.errback(result)
        else:
            waiting.callback(result)

    def _deliver(self, chunk: bytes) -> bytes | Failure | None:
        """Count a chunk that goes to the reader, and hold the stream to its length."""
        if self.length is None:
            return chunk
        if len(chunk) <= self.length:
            self.length -= len(chunk)
            return chunk
        chunk = chunk[: self.length]
        self._endEarly()
        return chunk or self._end()

    def _end(self) -> Failure | None:
        if self.length and not self.failed:
            self._fail(Failure(RuntimeError(f"the stream ended {self.length} bytes before its length")))
        self.length = 0
        return self.failure

    def _fail(self, failure: Failure) -> None:
        self.failed = True
        self.failure = failure

    def _endEarly(self) -> None:
        """Drop what is buffered, and the producer."""
        self.closed = True
        self.buffer.clear()
        self.length = 0
        self._stopProducer()

    def _cancelled(self, _: object) -> None:
        self.deferred = None
        self.close()
