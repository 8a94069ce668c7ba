"""A ProducerStream seen from both sides, and the producers that write into it.

Strategy: a move made from inside a call cannot fail the example: what it raises is kept, and said by `sound`. What was
written and not yet read is kept too, in whatever pieces it is then read.
"""

from collections.abc import Sequence
from typing import Any

from twisted.python.failure import Failure
from zope.interface.verify import verifyObject

from streamgauge.answers import Answer, Data, Endless, Failed
from streamgauge.bench import Bench
from streamgauge.checks.told import Pull, Push, Told
from streamgauge.reader import Reader
from streamgauge.script import Step, When
from streamgauge.ticket import Ticket
from streamgauge.timeline import show

LIMIT = 5
"""Chunks that may wait in a ProducerStream before it pauses its producer: the historical `bufferSize`."""

READS = 200
"""Reads, of those that bring nothing, after which what a check has written must have come."""


def provides(t: Bench, interface: Any, name: str, value: object) -> None:
    """Verify an object against an interface of Twisted."""
    code = f"verifyObject({interface.__name__}, {name})"
    seen = t.call(code, verifyObject, interface, value)
    t.timeline.rows[-1].script = (
        f"from twisted.internet.interfaces import {interface.__name__}\n"
        f"from zope.interface.verify import verifyObject\nstep({code!r})"
    )
    t.true(not isinstance(seen, Failed), f"verifyObject {seen}", f"{name} provides {interface.__name__}")


def failure_of(t: Bench, error: Exception) -> Failure:
    """Make a Failure that has a name in the timeline."""
    code = f"failure = Failure({show(error)})"
    t.timeline.note(code, f"from twisted.python.failure import Failure\n{code}")
    return t.named("failure", Failure(error))


class Pipe:
    """A ProducerStream, its writer's side and its reader.

    Attributes:
        reader: the reader.
        left: the pieces written and not yet read.
    """

    def __init__(self, t: Bench, *args: object, **kwargs: Any) -> None:
        self.t = t
        self.reader: Reader = t.reader(t.new("ProducerStream", *args, **kwargs))
        self.left: list[bytes] = []
        self._errors: list[str] = []
        self._count = 0
        self._asked: Ticket | None = None

    def tell(self, method: str, *args: object) -> Answer:
        """Call a method of the writer's side; an error is kept for `sound`."""
        code = f"{self.reader.name}.{self.t.code(method, args, {})}"
        answer = self.t.call(code, lambda: getattr(self.reader.stream, method)(*args))
        if isinstance(answer, Failed):
            self._errors.append(f"{code} {answer}")
        return answer

    def sound(self) -> None:
        """Ask that no call of the writer's side raised."""
        self.t.true(not self._errors, "; ".join(self._errors), "the call raises nothing")

    def register(self, producer: Told) -> None:
        """Register a producer as what it is."""
        self.tell("registerProducer", producer, not isinstance(producer, Pull))

    def write(self, data: bytes) -> None:
        """Write a piece."""
        self.left.append(data)
        self.tell("write", data)

    def fill(self, count: int) -> None:
        """Write this many pieces, each different from the others."""
        for _ in range(count):
            self._count += 1
            self.write(b"%d;" % self._count)

    def ask(self) -> Ticket:
        """Read without waiting, except for what an earlier read is about to get; what comes is crossed off then.

        An earlier read that waits on is given again.
        """
        self._catch_up()
        if self._asked is not None and self._asked.waiting:
            return self._asked
        self._asked = self.reader.ask(inside=self._cross)
        return self._asked

    def _catch_up(self) -> None:
        """Let an earlier read get what was written for it."""
        if self.left and self._asked is not None and self._asked.waiting:
            self.t.settle(self._asked)

    def read(self) -> Answer:
        """Read and wait for the answer."""
        return self.t.settle(self.ask())

    def _cross(self, answer: Answer) -> None:
        """Cross off what a read gave from what is left, in whatever pieces it came."""
        count = len(answer.content) if isinstance(answer, Data) else 0
        while self.left and count >= len(self.left[0]):
            count -= len(self.left.pop(0))
        if count and self.left:
            self.left[0] = self.left[0][count:]

    def takes(self) -> bool:
        """Read and wait for the answer; tell whether that took some of what is left."""
        before = sum(map(len, self.left))
        self.read()
        return sum(map(len, self.left)) < before

    def empty(self, leave: int = 0) -> None:
        """Read until nothing waits, or no more than `leave` pieces do, in whatever parts they come."""
        self.sound()
        self._catch_up()
        answer: Answer = Endless(READS)
        reads = READS + sum(map(len, self.left))
        for _ in range(reads):
            if len(self.left) <= leave:
                return
            answer = self.read()
            if not isinstance(answer, Data):
                break
        self.t.violate(f"a read gives {answer}", f"it gives {show(self.left[0])}, which was written")

    def content(self, promised: bytes, last: Any = None) -> None:
        """Read to the end and compare: these bytes, and then the end or this error."""
        self.sound()
        drained = self.reader.drain(READS)
        self.t.equal(drained.content, promised, "the bytes read are")
        self.t.expect(drained.last, last)


class Puller(Pull):
    """A pull producer that answers each time it is asked: with a piece, and after the last one with `finish`.

    Pieces that come at once are written from inside `resumeProducing`; the others and the end when the kit fires them.
    """

    def __init__(self, t: Bench, pipe: Pipe, steps: Sequence[Step]) -> None:
        super().__init__(t)
        self.pending: object = None
        self._pipe = pipe
        self._steps = list(steps)
        t.sources.append(self)
        self.on["resumeProducing"] = self._asked

    def _asked(self) -> None:
        if self._steps and self.pending is None and self._steps[0].when is not When.PENDING:
            self._pipe.write(self._steps.pop(0).data or b"")
        else:
            self.pending = self

    def fire(self) -> None:
        """Write the piece that was asked for, or finish."""
        self.pending = None
        if self._steps:
            self._pipe.write(self._steps.pop(0).data or b"")
        else:
            self._pipe.tell("unregisterProducer")
            self._pipe.tell("finish")

    def close(self) -> None:
        """Write no more."""
        self._steps, self.pending = [], None


class Pusher(Push):
    """A push producer: the kit fires each piece, and after the last one `finish`; if it heeds, never while paused."""

    def __init__(self, t: Bench, pipe: Pipe, pieces: Sequence[bytes], *, heeds: bool) -> None:
        super().__init__(t)
        self._pipe = pipe
        self._pieces: list[bytes | None] = [*pieces, None]
        self._heeds = heeds
        t.sources.append(self)

    @property
    def pending(self) -> object:
        """Something to write, or None."""
        paused = self._heeds and bool(self.told) and self.told[-1] == "pauseProducing"
        return self if self._pieces and not paused else None

    def fire(self) -> None:
        """Write a piece, or finish."""
        piece = self._pieces.pop(0)
        if piece is None:
            self._pipe.tell("unregisterProducer")
            self._pipe.tell("finish")
        else:
            self._pipe.write(piece)

    def close(self) -> None:
        """Write no more."""
        self._pieces = []
