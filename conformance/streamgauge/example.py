"""One example of one check: played, and whatever ends it turned into a verdict's stuff.

Strategy: a subject may raise anything, anywhere, also where no check expects it. What comes out of the subject's code,
or of what it gave, is a violation of the clause on trial; only what comes out of the kit's own code is the kit's fault.
"""

from collections.abc import Iterable
from typing import Final

from hypothesis import strategies as st

from streamgauge.bench import Bench
from streamgauge.children import one_process
from streamgauge.crash import crash_of, place_of
from streamgauge.descriptors import spare
from streamgauge.guard import KIT, Runaway, guard, of_others
from streamgauge.interrupt import by_a_check
from streamgauge.plan import Item
from streamgauge.pump import Pump
from streamgauge.stack import shallow
from streamgauge.subject import Subject
from streamgauge.timeline import show
from streamgauge.violation import Violation, WrongUse

SHRINKS: Final = 500
"""Examples after the first failing one, within which the smallest has to be found."""

MOVES: Final = 50_000
"""Moves of the kit in all these examples."""

IMPATIENT: Final = 5
"""By this the time of watchdog and guard is divided where they have bitten already."""


class Enough(BaseException):
    """The counterexample found has to do: to look for a smaller one would take too long."""


class Tally:
    """Counts the examples of one item, and keeps its counterexample.

    Attributes:
        examples: how many were run.
        exercised: how many reached the law.
        lacking: what the subject lacks, and need not have, where an example could not reach the law for that.
        last: the last violation seen.
        best: the violation of the smallest example seen, if the runner calls `keep` when it finds a smaller one.
        ended: nothing smaller than the counterexample found was looked for any more.
        stuck: the watchdog had to end a wait, or a guard the subject itself.

    Args:
        bounded: stop looking for a smaller counterexample after a while.
        shrink: False stops at the first one.
        hurry: wait less from the start.
    """

    def __init__(self, *, bounded: bool = False, shrink: bool = True, hurry: bool = False) -> None:
        self.examples = 0
        self.exercised = 0
        self.lacking = ""
        self.last: Violation | None = None
        self.best: Violation | None = None
        self.stuck = self.ended = False
        self.hurry = hurry
        self._bounded = bounded
        self._calls = SHRINKS if shrink else 0
        self._moves = MOVES

    def keep(self) -> None:
        """Take the last violation for the smallest example's."""
        self.best = self.last

    def begin(self) -> None:
        """Count an example.

        Raises:
            Enough: there is a counterexample, and looking for a smaller one has taken long enough.
        """
        over = self.stuck or self._calls <= 0 or self._moves <= 0
        if self._bounded and self.last is not None and over:
            self.ended = True
            raise Enough
        self.examples += 1

    def end(self, bench: Bench) -> None:
        """Count what an example has done."""
        self.exercised += bench.exercised
        self.lacking = self.lacking or bench.lacking
        self.stuck = self.stuck or bench.pump.gave_up
        if self.last is not None:
            self._calls -= 1
            self._moves -= len(bench.timeline.rows)


def play(item: Item, subject: Subject, watchdog: float, seconds: float, tally: Tally, data: st.DataObject) -> None:
    """Play one example.

    Args:
        item: the clause on its maker.
        subject: what is judged.
        watchdog: seconds after which a wait that never becomes quiet is given up.
        seconds: of computing after which the subject is stopped; 0 lets it.
        tally: counts what was run.
        data: Hypothesis's source of draws.

    Raises:
        Violation: the clause is broken.
    """
    tally.begin()
    spare()
    if tally.stuck or tally.hurry:
        watchdog, seconds = watchdog / IMPATIENT, seconds / IMPATIENT
    bench = Bench(item.clause.id, data, Pump(watchdog), item.maker, subject.port, subject.imports)
    try:
        with guard(seconds, "computing, or blocked, until it was stopped"):  # how long differs from run to run
            _act(item, bench)
    except Violation as violation:
        if violation.clause == (tally.last or violation).clause:
            tally.last = violation
            raise
        # Another clause's violation: leaving it alone keeps the counterexample from slipping to it.
    except Runaway as runaway:
        tally.stuck = True
        tally.last = bench.violation(f"the subject does not come back: {runaway}", "every call of it comes back")
        raise tally.last from None
    finally:
        _finish(bench, seconds, tally)


def _finish(bench: Bench, seconds: float, tally: Tally) -> None:
    try:
        with guard(seconds), one_process():
            bench.release()
    except Runaway:
        tally.stuck = True
    finally:
        bench.close()
        tally.end(bench)


def _act(item: Item, bench: Bench) -> None:
    try:
        with shallow(), one_process():
            item.check.body(bench)
            bench.finish()
    except (Violation, Runaway, WrongUse):
        raise
    except BaseException as error:
        if type(error).__module__.startswith("hypothesis.") or not from_subject(error, bench.given):
            raise
        violation = bench.violation(f"the subject raises {show(error)}", "nothing but what the clause allows")
        violation.crash = crash_of(error) or violation.crash or place_of(error)
        raise violation from None


def from_subject(error: BaseException, given: Iterable[object] = ()) -> bool:
    """Tell whether an error is the subject's: raised in code of others, or by what the subject gave.

    Args:
        error: what was raised, with its traceback.
        given: the objects that the subject gave.
    """
    if isinstance(error, RecursionError | MemoryError | SystemExit):
        return True
    if isinstance(error, KeyboardInterrupt):
        return by_a_check(error)
    trace, foreign = error.__traceback__, False
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        foreign = of_others(name) or (foreign and not name.startswith(KIT))
        trace = trace.tb_next
    if isinstance(error, AttributeError) and not type(error.obj).__module__.startswith("streamgauge."):
        foreign = foreign or any(error.obj is one for one in given)
    return foreign
