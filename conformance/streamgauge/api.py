"""The kit as a library: judge a stream from any test runner.

Strategy: thin. `check_stream` runs a plan and raises what is wrong; `Suite` is what a test runner turns into tests, one
for each clause.
"""

import unittest
from collections.abc import Callable, Iterable
from typing import Any

from streamgauge.plan import Plan, make_plan, words_of
from streamgauge.report_text import failure, failures_last, summary
from streamgauge.run import DEFAULT_EXAMPLES, Options, run
from streamgauge.subject import Subject
from streamgauge.target import load, subject
from streamgauge.verdict import NOT_GREEN, Outcome, Report
from streamgauge.violation import WrongUse


class ConformanceError(AssertionError):
    """The subject does not conform; the message is the report, `report` the value behind it."""

    def __init__(self, message: str, report: Report) -> None:
        super().__init__(message)
        self.report = report


def as_subject(target: object, **declared: Any) -> Subject:
    """Take a Subject, a `package.module:maker` or `package.module` string, a module, or a maker.

    Args:
        target: what is to be judged.
        declared: passed to `subject` for a maker: name, wraps, can, cannot, imports.

    Raises:
        WrongUse: it cannot be judged.
    """
    if isinstance(target, Subject):
        return target
    if isinstance(target, str):
        return load(target)
    if type(target).__name__ == "module":
        return load(str(getattr(target, "__name__", "")))
    return subject(target, **declared)  # type: ignore[arg-type]


def check_stream(
    target: object,
    *,
    clauses: Iterable[str] = (),
    profiles: Iterable[str] = (),
    examples: int = DEFAULT_EXAMPLES,
    seed: int = 0,
    **declared: Any,
) -> Report:
    """Judge an implementation; for any test runner.

    Args:
        target: a maker `make(data: bytes) -> stream`, a Subject, a module, or `package.module[:maker]`.
        clauses: clause ids or stems; all by default.
        profiles: core, compat, robust, cost; all by default.
        examples: examples per clause.
        seed: the same seed gives the same verdicts and counterexamples.
        declared: for a maker, what `subject` takes: its `name` in the report, `wraps=True` if it takes a source stream,
            `can` and `cannot` for abilities, `imports` for reproducers.

    Returns:
        The report, if the subject conforms.

    Raises:
        ConformanceError: it does not (an AssertionError).
        WrongUse: the target cannot be judged, a clause or profile does not exist, or a number is none.
    """
    if not isinstance(examples, int) or examples < 1:
        raise WrongUse(f"examples={examples!r}; expected a whole number, 1 or more")
    if not isinstance(seed, int):
        raise WrongUse(f"seed={seed!r}; expected a whole number")
    judged, kept = as_subject(target, **declared), words_of(profiles)
    plan, whole = make_plan(judged, clauses, kept), make_plan(judged, profiles=kept)
    report = run(plan, Options(examples, seed), whole=whole)
    if report.exit:
        raise ConformanceError(describe(report), report)
    return report


def describe(report: Report) -> str:
    """Write every failure of a report, and its summary."""
    parts = []
    for verdict in failures_last(report.having(*NOT_GREEN)):
        if verdict.outcome is Outcome.FAIL:
            more = f", examples={report.examples}" if report.examples != DEFAULT_EXAMPLES else ""
            again = f"check_stream(..., clauses=[{verdict.clause.id!r}], seed={report.seed}{more})"
            parts.append(failure(verdict, again))
        else:
            parts.append(f"{verdict.id}: {verdict.outcome.value}: {verdict.reason}")
    return "\n\n".join(["", *parts, summary(report)])


class Suite:
    """The clauses of one subject as tests, for a test runner to collect.

    Args:
        target: what `check_stream` takes.
        clauses: clause ids or stems; all by default.
        profiles: profiles; all by default.
        declared: what `check_stream` takes for a maker.

    Attributes:
        pytestmark: the marks that pytest was told to put on the suite, or on the target.
    """

    def __init__(
        self, target: object, *, clauses: Iterable[str] = (), profiles: Iterable[str] = (), **declared: Any
    ) -> None:
        self._target = target
        self._clauses = tuple(words_of(clauses))
        self._profiles = tuple(words_of(profiles))
        self._declared = declared
        self._plans: tuple[Plan, Plan] | None = None
        self.__name__ = "suite"  # pytest marks only what can be called and has a name
        self.pytestmark: list[Any] = list(getattr(target, "pytestmark", ()))

    def __call__(self) -> None:
        """Judge the subject, as `check_stream` does.

        Raises:
            ConformanceError: it does not conform.
            WrongUse: it cannot be judged.
        """
        check_stream(self._target, clauses=self._clauses, profiles=self._profiles, **self._declared)

    def __set_name__(self, owner: type, name: str) -> None:
        """Refuse a place where no test runner finds a suite."""
        if issubclass(owner, unittest.TestCase):
            place = f"{owner.__name__}.{name}"
            raise WrongUse(f"{place} is found by no runner; in a TestCase call check_stream in a method")

    def plans(self) -> tuple[Plan, Plan]:
        """Make the plan, once, and that of all clauses of the profiles, of which it is a part.

        Raises:
            WrongUse: the target cannot be judged.
        """
        if self._plans is None:
            chosen = as_subject(self._target, **self._declared)
            plan = make_plan(chosen, self._clauses, self._profiles)
            self._plans = plan, make_plan(chosen, profiles=self._profiles)
        return self._plans


def conformance(target: object = None, **options: Any) -> Any:
    """Make a test suite of a maker: assign the result to a test's name, or use it as a decorator.

    Args:
        target: what `check_stream` takes.
        options: what `Suite` takes.

    Returns:
        A `Suite`, which the pytest plugin collects as one test for each clause; a decorator if no target is given.
    """
    if target is None:
        decorate: Callable[[object], Suite] = lambda make: Suite(make, **options)  # noqa: E731
        return decorate
    return Suite(target, **options)
