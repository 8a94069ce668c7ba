"""Right bridges between streams and producers, none like the reference.

Strategy: what the contract leaves open is done differently by each: when a producer is resumed, in which pieces and in
which turn data is read, how far a stream is read ahead, whether an end is told to who is paused.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IConsumer
from twisted.python.failure import Failure
from zope.interface import implementer

from web2stream.bytestream import IByteStream
from web2stream.split import fallbackSplit


def later(function: Callable[[], None]) -> Any:
    """Call in the reactor's next turn."""
    from twisted.internet import reactor as running

    reactor: Any = running
    return reactor.callLater(0, function)


def failure_of(error: Any) -> Failure | None:
    """Make a Failure of an error, its class or a Failure; None stays None."""
    if error is None or isinstance(error, Failure):
        return error
    return Failure(error() if isinstance(error, type) else error)


@implementer(IByteStream, IConsumer)
class Eager:
    """Resumes as soon as the last piece is read; raises what it fails with, once; a cancelled read is as never made."""

    bufferSize = 5

    def __init__(self, length: int | None = None) -> None:
        if length is not None and length < 0:
            raise ValueError("less than nothing")
        self.length = length
        self.waiting: list[bytes] = []
        self.asked: Deferred[Any] | None = None
        self.closed = False
        self.error: Failure | None = None
        self.producer: Any = None
        self.streaming = self.held = False

    def write(self, data: Any) -> None:
        if self.closed:
            return
        self.waiting.append(memoryview(data).tobytes())
        if self.asked is not None:
            self.answer()
        elif len(self.waiting) > self.bufferSize:
            self.hold()

    def hold(self) -> None:
        if self.producer is not None and self.streaming and not self.held:
            self.held = True
            self.producer.pauseProducing()

    def answer(self) -> None:
        asked, self.asked = self.asked, None
        if asked is not None:
            asked.callback(self.take())

    def take(self) -> Any:
        """Give the next piece; with none left the end or the failure."""
        if not self.waiting:
            error, self.error = self.error, None
            if error is None and self.length:
                error = Failure(ValueError("too few bytes"))
            self.length = 0
            return error
        piece = self.piece()
        if self.length is not None and len(piece) > self.length:
            piece = piece[: self.length]
            self.drop()
            self.error = Failure(ValueError("too many bytes"))
            return piece or self.take()
        if self.length is not None:
            self.length -= len(piece)
        return piece

    def piece(self) -> bytes | bytearray:
        return self.waiting.pop(0)

    def finish(self, failure: Any = None) -> None:
        if not self.closed:
            self.closed = True
            self.error = failure_of(failure)
            self.answer()

    def registerProducer(self, producer: Any, streaming: bool) -> None:
        if self.producer is not None:
            raise RuntimeError("one at a time")
        if self.closed:
            producer.stopProducing()
            return
        self.producer, self.streaming, self.held = producer, streaming, False
        self.go_on()

    def unregisterProducer(self) -> None:
        self.producer = None

    def go_on(self) -> None:
        if self.producer is None or self.closed or (self.streaming and not self.held):
            return
        self.held = False
        try:
            self.producer.resumeProducing()
        except Exception:
            self.finish(Failure())

    def read(self) -> Any:
        if self.asked is not None:
            raise RuntimeError("one at a time")
        if self.waiting or self.closed:
            answer = self.take()
            if not self.waiting and self.streaming:
                self.go_on()
            if isinstance(answer, Failure):
                answer.raiseException()
            return answer
        return self.wait()

    def wait(self) -> Any:
        asked = self.asked = Deferred(self.cancelled)
        try:
            self.go_on()
        except BaseException:
            self.asked = None
            raise
        return asked

    def cancelled(self, _: object) -> None:
        self.asked = None

    def drop(self) -> None:
        self.closed, self.length, self.error = True, 0, None
        self.waiting.clear()
        producer, self.producer = self.producer, None
        if producer is not None:
            with suppress(Exception):
                producer.stopProducing()

    def close(self) -> None:
        self.drop()
        asked, self.asked = self.asked, None
        if asked is not None:
            asked.callback(None)

    def split(self, point: int) -> Any:
        if not isinstance(point, int):
            raise TypeError("a point is an int")
        if point < 0 or (self.length is not None and point > self.length):
            raise ValueError("no such point")
        return fallbackSplit(self, point)


class Joined(Eager):
    """Answers each read in a later turn, with all that has come till then as one bytearray; a cancel closes it.

    A producer that is registered while too much waits is paused at once.
    """

    called = False

    def write(self, data: Any) -> None:
        before = self.closed or self.asked is None
        super().write(data)
        if not before and len(self.waiting) > self.bufferSize + 1:
            self.hold()

    def registerProducer(self, producer: Any, streaming: bool) -> None:
        super().registerProducer(producer, streaming)
        if len(self.waiting) > self.bufferSize:
            self.hold()

    def piece(self) -> bytes | bytearray:
        joined = bytearray().join(self.waiting)
        self.waiting.clear()
        return joined

    def answer(self) -> None:
        if not self.called:
            self.called = True
            later(self.turned)

    def turned(self) -> None:
        self.called = False
        if self.waiting or self.closed:
            super().answer()

    def read(self) -> Any:
        if self.asked is not None:
            raise RuntimeError("one at a time")
        if not self.waiting and not self.closed:
            return self.wait()
        self.asked = Deferred(self.cancelled)
        self.answer()
        return self.asked

    def cancelled(self, _: object) -> None:
        self.asked = None
        self.close()


class Halved(Eager):
    """Gives each piece by halves, and those by halves; a read that waits at a close is answered a turn later."""

    def piece(self) -> bytes | bytearray:
        piece = self.waiting.pop(0)
        half = (len(piece) + 1) // 2
        if piece[half:]:
            self.waiting.insert(0, piece[half:])
        return piece[:half]

    def close(self) -> None:
        self.drop()
        later(self.answer)


class Awakes(Eager):
    """Resumes a push producer in a turn of its own, if nothing waits by then; ends when it has given its length."""

    soon = over = False

    def read(self) -> Any:
        given = self.length == 0 and not self.waiting and self.error is None and self.asked is None
        self.over = self.over or given
        return None if self.over else super().read()

    def go_on(self) -> None:
        if not self.streaming:
            super().go_on()
        elif not self.soon:
            self.soon = True
            later(self.awake)

    def awake(self) -> None:
        self.soon = False
        if not self.waiting:
            super().go_on()
