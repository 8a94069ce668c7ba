"""A StreamProducer between a scripted source and a recording consumer: what the checks of that class act with.

Strategy: as in `producer_parts`, the recorders compare nothing, may act from inside a call, and keep what that raises.
"""

from collections.abc import Callable
from typing import Any

from twisted.internet.interfaces import IConsumer
from zope.interface import implementer

from streamgauge.answers import Answer, Failed, content_of
from streamgauge.bench import Bench
from streamgauge.checks.moves import Moves
from streamgauge.checks.told import Told
from streamgauge.script import Script
from streamgauge.ticket import Ticket
from streamgauge.timeline import show


@implementer(IConsumer)
class Consumer(Told):
    """A consumer that keeps what is written to it.

    Attributes:
        given: the objects written.
        pieces: a copy of their bytes.
        producers: what was registered, with the `streaming` told.
        registered: True while a producer is.
    """

    most = 20_000

    def __init__(self, t: Bench) -> None:
        methods = "write registerProducer unregisterProducer finish"
        super().__init__(Moves(t, "a consumer that records what it is told", methods, "IConsumer"), "consumer")
        self.given: list[object] = []
        self.pieces: list[bytes] = []
        self.producers: list[tuple[object, object]] = []
        self.registered = False

    @property
    def content(self) -> bytes:
        """Everything written."""
        return b"".join(self.pieces)

    def write(self, data: object) -> None:
        """Keep it."""
        content = content_of(data)
        self.given.append(data)
        self.pieces.append(f"<{show(data)}>".encode() if content is None else content)
        self.hear("write", data)

    def registerProducer(self, producer: object, streaming: object) -> None:
        """Keep who it was."""
        self.producers.append((producer, streaming))
        self.registered = True
        self.hear("registerProducer", producer, streaming)

    def unregisterProducer(self) -> None:
        """Hear it."""
        self.registered = False
        self.hear("unregisterProducer")

    def finish(self) -> None:
        """Hear it; a consumer need not have this, and nobody but its owner may call it."""
        self.hear("finish")


class Bridge:
    """A StreamProducer, its source and its consumer.

    Args:
        t: the bench.
        script: what the source does.
        args: passed on to StreamProducer after the source.
        kwargs: likewise.

    Attributes:
        name: how the timeline calls the producer.
        done: the Deferred that `beginProducing` gave, from `begin` on.
    """

    done: Ticket

    def __init__(self, t: Bench, script: Script, *args: object, **kwargs: Any) -> None:
        self.t = t
        self.source = t.source(script)
        self.consumer = Consumer(t)
        self.producer = t.new("StreamProducer", self.source, *args, label="producer", **kwargs)
        self.name = t.text(self.producer)
        self._errors: list[str] = []

    def begin(self) -> Ticket:
        """Begin producing."""
        self.done = self.t.begin(
            f"done = {self.name}.{self.t.code('beginProducing', (self.consumer,), {})}",
            lambda: self.producer.beginProducing(self.consumer),
        )
        return self.done

    def tell(self, method: str, *args: object) -> Answer:
        """Call a method of the producer; an error is kept for `sound`."""
        code = f"{self.name}.{self.t.code(method, args, {})}"
        answer = self.t.call(code, lambda: getattr(self.producer, method)(*args))
        if isinstance(answer, Failed):
            self._errors.append(f"{code} {answer}")
        return answer

    def sound(self) -> None:
        """Ask that no call of the producer raised."""
        self.t.true(not self._errors, "; ".join(self._errors), "the call raises nothing")

    def fire(self, count: int) -> None:
        """Let the source answer this often, as long as it is asked."""
        for _ in range(count):
            if self.source.pending is not None:
                self.source.fire()

    def hold(self, answers: int) -> None:
        """Pause, let the source answer this often, as long as it is asked, and resume."""
        self.tell("pauseProducing")
        self.fire(answers)
        self.tell("resumeProducing")

    def end(self) -> Answer:
        """Wait until the Deferred has an answer, and the source nothing more to give."""
        answer = self.t.settle(self.done)
        while self.source.pending is not None:
            self.source.fire()
        self.sound()
        return answer

    def free(self) -> None:
        """Let happen what can without the source, until the stream is closed and the consumer let go."""
        self.t.pump.until(lambda: bool(self.source.closes and self.consumer.count("unregisterProducer")))

    def complete(self) -> None:
        """Wait for the end and compare: all that the source gives was written, and the Deferred gave None."""
        answer = self.end()
        self.t.equal(self.consumer.content, self.source.script.data, "the bytes written are")
        self.t.expect(answer, None, promised="the Deferred gives None")


def at(count: int, move: Callable[[], object]) -> Callable[[], None]:
    """Make a move in the `count`-th call only, counted from 1."""
    calls = 0

    def called() -> None:
        nonlocal calls
        calls += 1
        if calls == count:
            move()

    return called
