"""Right stream producers, none like the reference: in turns of the reactor, and one piece ahead."""

from typing import Any

from twisted.internet.defer import Deferred, maybeDeferred, succeed
from twisted.internet.error import ConnectionLost
from twisted.internet.interfaces import IPushProducer
from twisted.python.failure import Failure
from zope.interface import implementer

from tests.kit.right_producer import failure_of, later


@implementer(IPushProducer)
class Turns:
    """Takes a turn of the reactor for each piece; a consumer that refuses fails its Deferred."""

    def __init__(self, stream: Any, enforceStr: bool = True) -> None:
        self.stream, self.plain = stream, enforceStr
        self.paused = self.over = self.reading = False
        self.consumer: Any = None
        self.call: Any = None
        self.held: list[Any] = []

    def beginProducing(self, consumer: Any) -> Any:
        if self.stream is None:
            return succeed(None)
        self.done: Deferred[Any] = Deferred(lambda _: self.end(None, close=True, fire=False))
        self.consumer = consumer
        try:
            consumer.registerProducer(self, True)
        except Exception:
            self.consumer = None
            self.end(Failure(), close=True)
        self.soon()
        return self.done

    def soon(self) -> None:
        if self.call is None and not self.over:
            self.call = later(self.turn)

    def turn(self) -> None:
        self.call = None
        if self.over or self.paused or self.reading:
            return
        if self.held:
            self.handle(self.held.pop())
        else:
            self.reading = True
            maybeDeferred(self.stream.read).addBoth(self.came)

    def came(self, answer: Any) -> None:
        self.reading = False
        if self.paused:
            self.held.append(answer)
        elif not self.over:
            self.handle(answer)

    def handle(self, answer: Any) -> None:
        if answer is None:
            self.end(None)
        elif isinstance(answer, Failure):
            self.paused = True
            self.stopProducing(answer)
        else:
            try:
                self.consumer.write(memoryview(answer).tobytes() if self.plain else answer)
            except Exception:
                self.end(Failure(), close=True)
            self.soon()

    def pauseProducing(self) -> None:
        self.paused = True

    def resumeProducing(self) -> None:
        self.paused = False
        self.soon()

    def stopProducing(self, failure: Any = ConnectionLost) -> None:
        self.end(failure_of(failure), close=True)

    def end(self, result: Failure | None, *, close: bool = False, fire: bool = True) -> None:
        if self.over:
            return
        self.over = True
        if close:
            self.stream.close()
        if self.call is not None:
            self.call.cancel()
        if self.consumer is not None:
            try:
                self.consumer.unregisterProducer()
            except Exception:
                result = result or Failure()
        if fire:
            self.done.callback(result)


class Ahead(Turns):
    """Takes no turns, reads one piece ahead, and tells the end also to a consumer that has it paused."""

    looping = True

    def beginProducing(self, consumer: Any) -> Any:
        if self.stream is None:
            return succeed(None)
        self.done = Deferred(lambda _: self.end(None, close=True, fire=False))
        consumer.registerProducer(self, True)
        self.consumer = consumer
        if self.over:
            consumer.unregisterProducer()
        self.looping = False
        self.soon()
        return self.done

    def soon(self) -> None:
        if self.looping:
            return
        self.looping = True
        try:
            while not (self.over or self.paused):
                if not self.reading and not self.held:
                    self.fetch()
                elif self.held:
                    self.handle(self.held.pop())
                else:
                    return
        finally:
            self.looping = False

    def fetch(self) -> None:
        self.reading = True
        try:
            answer = self.stream.read()
        except Exception:
            answer = Failure()
        if isinstance(answer, Deferred):
            answer.addBoth(self.came)
        else:
            self.came(answer)

    def came(self, answer: Any) -> None:
        self.reading = False
        if self.over:
            return
        self.held.append(answer)
        if answer is None:
            self.end(None)
        else:
            self.soon()
