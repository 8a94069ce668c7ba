"""What the checks of the consume stem draw and measure: scripts in given manners, moves, the depth of the stack."""

from functools import cache
from traceback import walk_stack

from hypothesis import strategies as st

from streamgauge.answers import Answer, Failed
from streamgauge.bench import Bench
from streamgauge.checks.consume_through import OnlyRead
from streamgauge.checks.consume_ways import Run, begin
from streamgauge.content import EDGES, contents, filler
from streamgauge.script import Script, SourceError, Step, When

READY = (When.NOW, When.FIRED)
"""Manners in which an answer is there at once."""

LATER = (When.FIRED, When.PENDING)
"""Manners in which an answer is a Deferred."""

GROWTH = 40
"""Levels that a stack may grow over the `MANY` pieces after the first; one level for each would be more."""

MANY = 120
"""Pieces after which a stack that grows with each of them shows."""


def moves(t: Bench, count: int) -> None:
    """Let this many things happen: a pending read that is fired, else a turn of the reactor."""
    for _ in range(count):
        if pending := t.pending():
            pending[0].fire()
        else:
            t.turn()


def comes_back(t: Bench, answer: Answer, error: BaseException) -> None:
    """Ask for this error through the Deferred, not raised by the call.

    Python makes a RuntimeError of a StopIteration that passes a generator or a coroutine.
    """
    promised = f"the Deferred fails with {error!r}"
    t.expect(answer, error, *[RuntimeError] * isinstance(error, StopIteration), promised=promised)
    t.true(isinstance(answer, Failed) and not answer.sync, str(answer), promised)


def source_error() -> SourceError:
    """The error that a failing script fails with."""
    return SourceError("the source fails here")


def depth() -> int:
    """Count the levels of the stack."""
    return sum(1 for _ in walk_stack(None))


class Depths:
    """Measures the stack each time it is called."""

    def __init__(self) -> None:
        self.seen: list[int] = []

    def __call__(self) -> None:
        """Measure."""
        self.seen.append(depth())

    def growth(self) -> int:
        """Levels between the tenth call and the last; 0 for fewer calls."""
        return self.seen[-1] - self.seen[9] if len(self.seen) > 9 else 0


def many(*whens: When, data: bytes = b"x", count: int = MANY) -> Script:
    """Write a script of many pieces, in these manners by turns."""
    return Script(tuple(Step(data, whens[at % len(whens)]) for at in range(count)))


@cache
def plain(*whens: When, min_chunks: int = 0, large: bool = False, end: When | None = None) -> st.SearchStrategy[Script]:
    """Draw a script without failures and without empty pieces, whose answers come in these manners.

    Args:
        whens: the manners.
        min_chunks: fewest pieces.
        large: admit large pieces; every other script then has one that is larger than any buffer on the way.
        end: how the end comes; drawn from `whens` by default.
    """
    when = st.sampled_from(whens)
    steps = st.lists(
        st.builds(Step, contents(8, large=large, min_size=1), when), min_size=min_chunks, max_size=min_chunks + 5
    )
    last = when if end is None else st.just(end)
    drawn = st.builds(lambda steps, last, known: Script(tuple(steps), last, known), steps, last, st.booleans())
    if not large:
        return drawn
    huge = filler(EDGES[-1])
    return drawn | st.builds(lambda when, last: Script((Step(huge, when), Step(b"!", when)), last), when, last)


@cache
def failing(*whens: When, before: tuple[When, ...] = tuple(When)) -> st.SearchStrategy[Script]:
    """Draw a script of pieces that ends in a failure in one of these manners; `before` are the pieces' manners.

    If its length is known, it says at the failure that there are some bytes more, or none.
    """

    def build(script: Script, when: When, lie: int) -> Script:
        return Script((*script.steps, Step(None, when)), script.end, script.known, lie)

    return st.builds(build, plain(*before), st.sampled_from(whens), st.sampled_from([0, 3]))


def cancel_then_fail(t: Bench, name: str) -> None:
    """Cancel a reading of a stream that cannot be closed, and whose outstanding read then fails."""
    run = begin(t, name, Script((Step(None, When.PENDING),)), through=OnlyRead)
    run.cancel()
    t.run()


def cancel_inside_write(t: Bench, name: str) -> None:
    """Cancel a reading into a file from inside a write, let happen what still can, and look at the stream."""
    run = Run(t, name, t.source(t.draw(plain(*When, min_chunks=3, end=When.PENDING))))
    at = t.draw(st.integers(2, len(run.source.script.steps)))
    writes: list[int] = []
    then: list[int] = []
    ended: list[bool] = []

    def on_write() -> None:
        writes.append(run.source.reads)
        if len(writes) == at and run.started and run.cancel():
            then[:] = [run.source.reads, len(writes)]
            ended.append(run.source.finished and run.source.pending is None)

    run.out.on_write = on_write
    run.start()
    t.run()
    moves(t, 4)
    now = [run.source.reads, len(writes)]
    t.equal(now, then or now, "[reads, writes] after cancelling inside a write:")
    t.true(run.source.closes or all(ended), "the stream is open", "cancelling closes the stream")
