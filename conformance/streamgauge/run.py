"""Running a plan: Hypothesis drives each check, each item ends in a verdict.

Strategy: every item is one ordinary Hypothesis test (`hypothesis_test`), so that whatever knows Hypothesis knows it
too. The settings are the caller's. No front end is known here.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import hypothesis
from hypothesis import HealthCheck, Phase, given
from hypothesis import strategies as st
from hypothesis.errors import Flaky
from hypothesis.reporting import with_reporter

from streamgauge.blame import attribute
from streamgauge.example import Enough, Tally, play
from streamgauge.interrupt import stop_if_asked
from streamgauge.plan import Item, Plan
from streamgauge.prerequisites import Judge, attribute_within
from streamgauge.repeatable import seed_alone
from streamgauge.replay import Replay
from streamgauge.subject import Subject
from streamgauge.verdict import Outcome, Report, Verdict
from streamgauge.violation import Violation, WrongUse

DEFAULT_EXAMPLES = 40
HEAVY_SHARE = 0.25
"""Of the usual number of examples, those that a heavy check gets."""
TRIES = 10
"""Times that a subject which acts differently in the same example is judged on with other draws."""
UNSTEADY = "not repeatable: the same example does not always act the same"
BITES = 2
"""Items that had to be ended after which the time for it is cut."""


_LEAP = 1_000_003
"""Between the seeds of such tries, so that none is one that a user takes next."""


@dataclass(frozen=True, slots=True)
class Options:
    """How a run is made.

    Attributes:
        examples: examples per item.
        seed: makes the run repeatable; the same seed gives the same verdicts and counterexamples.
        watchdog: seconds after which a wait that never becomes quiet is given up.
        stored: counterexamples of earlier runs by verdict id, replayed first.
        shrink: look for the smallest counterexample; without it the first one found is shown.
        guard: seconds of computing after which a subject that does not come back is stopped; 0 lets it. It needs the
            process's signals.
        bites: the items in which watchdog or guard had to end something; after a few of them both wait less.
    """

    examples: int = DEFAULT_EXAMPLES
    seed: int = 0
    watchdog: float = 20.0
    stored: Mapping[str, bytes] = field(default_factory=dict)
    shrink: bool = True
    guard: float = 0.0
    bites: list[str] = field(default_factory=list, compare=False)


def hypothesis_test(item: Item, subject: Subject, options: Options, tally: Tally) -> Callable[[], None]:
    """Make the Hypothesis test of an item; its settings are the profile in force, without a deadline.

    Args:
        item: the clause on its maker.
        subject: what is judged.
        options: watchdog and guard are taken from here; examples and seed are the caller's to set.
        tally: counts what was run.
    """

    def conforms(data: st.DataObject) -> None:
        play(item, subject, options.watchdog, options.guard, tally, data)

    name = f"{item.clause.id}_{item.on}" if item.on else item.clause.id
    conforms.__name__ = conforms.__qualname__ = re.sub(r"\W", "_", name)
    return given(data=st.data())(conforms)


def settings_for(
    item: Item, examples: int, base: hypothesis.settings | None = None, *, shrink: bool = True, **more: Any
) -> hypothesis.settings:
    """Adapt Hypothesis settings to an item: no deadline, no health check that measures time.

    Nor is there the phase that explains: it takes longer than all others, and what it finds stands in no report.

    Args:
        item: heavy checks get a quarter of the examples and are not shrunk.
        examples: the usual number of examples.
        base: the settings to start from; the profile in force by default.
        shrink: False leaves out that phase for other checks too.
        more: passed on.
    """
    base = base or hypothesis.settings()
    unwanted = {Phase.explain} | ({Phase.shrink} if item.check.heavy or not shrink else set())
    phases = [phase for phase in base.phases if phase not in unwanted]
    share = HEAVY_SHARE if item.check.heavy else item.check.examples
    count = max(1, round(examples * share))
    return hypothesis.settings(
        base,
        deadline=None,
        max_examples=count,
        phases=phases,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
        **more,
    )


def run_item(item: Item, subject: Subject, options: Options) -> Verdict:
    """Run one item with settings of the kit's own: no database, seeded."""
    shrink = options.shrink and not item.check.heavy
    tally = Tally(bounded=True, shrink=shrink, hurry=len(options.bites) >= BITES)
    replay = Replay(options.stored.get(item.id) or options.stored.get(item.clause.id, b""), tally.keep)
    base = hypothesis.settings(phases=tuple(Phase))
    settings = settings_for(item, options.examples, base, shrink=shrink, database=replay, print_blob=False)
    for number in range(TRIES):
        test = hypothesis_test(item, subject, options, tally)
        test = hypothesis.seed(options.seed + number * _LEAP)(test)  # before the settings: it turns the database off
        left = max(1, settings.max_examples - tally.examples)
        outcome, reason, violation = _judge(item, hypothesis.settings(settings, max_examples=left)(test), tally)
        if reason != UNSTEADY or tally.examples >= settings.max_examples:
            break
    if tally.stuck:
        options.bites.append(item.id)
    if violation is not None:
        violation.example = replay.best
        violation.smallest = shrink and not reason  # what is not repeatable cannot be shrunk
        violation.__traceback__ = violation.__context__ = None  # they hold every object of the example
    return Verdict(item.clause, item.on, outcome, reason, tally.examples, tally.exercised, violation, options.seed)


def _judge(item: Item, test: Callable[[], None], tally: Tally) -> tuple[Outcome, str, Violation | None]:
    try:
        with with_reporter(lambda _: None), seed_alone():
            test()
    except Violation as violation:
        return Outcome.FAIL, "", violation
    except (Enough, Flaky):
        if tally.ended:
            return Outcome.FAIL, "", tally.best or tally.last
        if tally.last is None:
            return (Outcome.PASS if tally.exercised else Outcome.NOT_EXERCISED), UNSTEADY, None
        return Outcome.FAIL, "not repeatable: the same example does not always fail", tally.last
    except WrongUse:
        raise
    except Exception as error:
        return Outcome.ERROR, _where(error), None
    if tally.exercised:
        return Outcome.PASS, "", None
    return *unreached(item, tally), None


def unreached(item: Item, tally: Tally) -> tuple[Outcome, str]:
    """Judge a clause that no example reached: not green if all it is about was declared, else withdrawn.

    What an example found lacking, and need not be there, was never declared.
    """
    if tally.lacking:
        return Outcome.NOT_CLAIMED, tally.lacking
    found = item.check.wants & item.maker.detected if item.maker else frozenset()
    if found:
        return Outcome.NOT_CLAIMED, f"never seen: {', '.join(sorted(found))}; declare the ability to claim it"
    return Outcome.NOT_EXERCISED, f"claimed, but no example of {tally.examples} reached the law"


def _where(error: BaseException) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f" ({trace.tb_frame.f_code.co_filename}:{trace.tb_lineno})" if trace else ""
    return f"{type(error).__name__}: {error}{place}"


def in_turn(plan: Plan, options: Options, begin: Callable[[Item], None] = lambda _: None) -> Iterator[Verdict]:
    """Judge the items of a plan one after the other, in this process.

    Args:
        plan: what to run.
        options: examples, seed, watchdog.
        begin: called with each item before it runs.

    Yields:
        The verdicts, in the order of the plan.
    """
    for item in plan.items:
        begin(item)
        verdict = run_item(item, plan.subject, options)
        stop_if_asked()
        yield verdict


def run(
    plan: Plan,
    options: Options | None = None,
    verdicts: Iterable[Verdict] | None = None,
    *,
    first: bool = False,
    whole: Plan | None = None,
    judge: Judge | None = None,
) -> Report:
    """Run all of a plan.

    Args:
        plan: what to run.
        options: examples, seed, watchdog.
        verdicts: those of the plan's items, in its order; judged in turn by default.
        first: stop at the first failure.
        whole: the plan of which this one is a part; what failures build on is then judged besides.
        judge: how that is done; in turn by default.

    Raises:
        KeyboardInterrupt: it was interrupted before there was a verdict; later the report says so.
    """
    options = options or Options()
    found: list[Verdict] = []
    judged: list[Verdict] | None = None
    notes: tuple[str, ...] = ()
    try:
        for verdict in in_turn(plan, options) if verdicts is None else verdicts:
            found.append(verdict)
            if first and verdict.outcome is Outcome.FAIL:
                break
        if whole is not None:
            judged = attribute_within(whole, plan, found, judge or partial(in_turn, options=options))
    except KeyboardInterrupt:
        if not found:
            raise
        notes = (f"interrupted after {len(found)} of {len(plan.items)} verdicts; the other items were not judged",)
    judged = attribute(plan, found) if judged is None else judged
    subject = plan.subject
    seen = (*judged, *plan.left_out)
    return Report(subject.name, seen, subject.missing, notes, options.seed, options.examples, bool(notes))
