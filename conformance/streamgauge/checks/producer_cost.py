"""Checks of the clauses in specs/producer.md about cost: what a piece costs while others wait, and what is held.

Strategy: no clock. Python's own work is counted as the calls and lines that run outside the kit, and what it copies as
the memory that is taken, by tracemalloc. A step that looks at all the pieces that wait takes the square of their
number; the bounds stand far above what grows with the number and far below its square. What a single call into C looks
at without taking memory is not seen.
"""

from typing import Any, Final

from hypothesis import strategies as st
from twisted.internet.interfaces import IConsumer
from zope.interface import implementer

from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks.copies import Taken, bounded, traced
from streamgauge.checks.held import COUNT, FIRST, held
from streamgauge.checks.producer_parts import Pipe
from streamgauge.checks.stream_parts import PIECE
from streamgauge.checks.worked import counted
from streamgauge.guard import breathe
from streamgauge.script import Script, Step, When, whens

STREAM = "ProducerStream"

FEW: Final = 250
"""Pieces that wait at first; four times as many follow."""

SIZE: Final = 100
"""Bytes of a piece."""

BREATH: Final = 250
"""Reads in a row; a stream that gives its pieces in small parts is read long, and counting makes it slow."""


def _all(t: Bench, count: int, *length: int) -> tuple[int, Taken, int]:
    """Write so many pieces and then read them; give what that took, and in how many reads."""
    pipe = Pipe(t, *length)
    with traced() as taken, counted() as worked:
        for _ in range(count):
            pipe.write(b"x" * SIZE)
            taken.step()
        reads = 0
        while pipe.left and pipe.takes():
            if not reads % BREATH:
                breathe()
            taken.step()
            reads += 1
    pipe.empty()
    return worked.count, taken, reads


@check("producer_100", names=STREAM, on=STREAM, heavy=True, examples=0.1)
def many_wait(t: Bench) -> None:
    """Write many pieces, and then read them, with a declared length and without; count work and copies."""
    many = 4 * FEW
    for length in ((), (2 * many * SIZE,)):
        told = "with a length" if length else "without a length"
        few_worked, few_taken, _ = _all(t, FEW, *length)
        worked, taken, reads = _all(t, many, *length)
        t.true(
            worked <= 8 * few_worked,
            f"{told}, {many} pieces take {worked} lines of Python, {FEW} pieces {few_worked}",
            "four times as many pieces take about four times the work",
        )
        what = f"{told}, {many} pieces of {SIZE} bytes"
        bounded(t, taken, many * SIZE, max(many, reads), what, quarter=few_taken)


@implementer(IConsumer)
class Drops:
    """A consumer that counts the bytes that are written to it, and keeps nothing else."""

    def __init__(self) -> None:
        self.size = 0

    def write(self, data: "Any") -> None:
        """Count it."""
        self.size += memoryview(data).nbytes

    def registerProducer(self, producer: object, streaming: object) -> None:
        """Take any."""

    def unregisterProducer(self) -> None:
        """Let it go."""


@check("producer_105", names="StreamProducer", heavy=True)
def written_is_gone(t: Bench) -> None:
    """Produce many pieces into a consumer that drops them, and count what is held before the end comes."""
    with held() as kept:
        source = t.source(Script((Step(kept.piece, t.draw(whens())),) * COUNT, When.PENDING))
        source.on_read = lambda: kept.begin() if source.reads == FIRST else None
        consumer = t.part("consumer", Drops)
        producer = t.new("StreamProducer", source, t.draw(st.booleans()), label="producer")
        code = f"done = {t.text(producer)}.{t.code('beginProducing', (consumer,), {})}"
        t.begin(code, lambda: producer.beginProducing(consumer))
        t.run(lambda: consumer.size == COUNT * PIECE)
        t.equal(consumer.size, COUNT * PIECE, "bytes written:")
        kept.little(t, consumer.size)
