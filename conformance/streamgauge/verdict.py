"""Verdicts: what became of each clause, and what the whole run says.

Strategy: values only. A run is green when every claimed clause passed or failed as expected; nothing is swallowed.
"""

from collections import Counter
from dataclasses import dataclass, field
from enum import Enum, IntEnum

from streamgauge.clauses import Clause
from streamgauge.violation import Violation


class Exit(IntEnum):
    """Exit codes of the command."""

    CONFORMS = 0
    DOES_NOT = 1
    WRONG_USE = 2
    KIT_ERROR = 3
    INTERRUPTED = 130


class Outcome(Enum):
    """What became of one clause on one subject."""

    PASS = "pass"
    FAIL = "fail"
    XFAIL = "xfail"
    XPASS = "xpass"
    BLOCKED = "blocked"
    NOT_EXERCISED = "not-exercised"
    NOT_CLAIMED = "not-claimed"
    UNTESTABLE = "untestable"
    ERROR = "error"


NOT_GREEN = frozenset({Outcome.FAIL, Outcome.XPASS, Outcome.BLOCKED, Outcome.NOT_EXERCISED, Outcome.ERROR})
NOT_RUN = frozenset({Outcome.NOT_CLAIMED, Outcome.UNTESTABLE})


def address(clause: Clause, on: str) -> str:
    """Write a clause and the part of the subject it is judged on as one id."""
    return f"{clause.id}[{on}]" if on else clause.id


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of one clause on one maker or port.

    Attributes:
        clause: the clause.
        on: name of the maker or port.
        outcome: what became of it.
        reason: why, where the outcome alone does not tell.
        examples: examples that were run.
        exercised: examples that reached the law.
        violation: the counterexample of a failed or blocked clause.
        seed: reproduces the run of this item.
    """

    clause: Clause
    on: str
    outcome: Outcome
    reason: str = ""
    examples: int = 0
    exercised: int = 0
    violation: Violation | None = None
    seed: int | None = None

    @property
    def id(self) -> str:
        """The address of this verdict: clause id and, in brackets, what it was judged on."""
        return address(self.clause, self.on)


@dataclass(frozen=True, slots=True)
class Report:
    """Everything a run found out.

    Attributes:
        subject: its name.
        verdicts: in the order of the plan.
        missing: historical names that a port lacks.
        notes: remarks on expectations that match nothing and the like; each makes the run not green.
        seed: the run's seed.
        examples: the number of examples asked for.
        stopped: it was interrupted; the verdicts are those that there were by then.
    """

    subject: str
    verdicts: tuple[Verdict, ...]
    missing: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    seed: int = 0
    examples: int = 0
    stopped: bool = False
    counts: Counter[Outcome] = field(init=False)

    def __post_init__(self) -> None:
        """Count the outcomes once."""
        object.__setattr__(self, "counts", Counter(verdict.outcome for verdict in self.verdicts))

    @property
    def exit(self) -> Exit:
        """The exit code this run deserves."""
        if self.stopped:
            return Exit.INTERRUPTED
        if self.counts[Outcome.ERROR]:
            return Exit.KIT_ERROR
        if self.notes or any(self.counts[outcome] for outcome in NOT_GREEN):
            return Exit.DOES_NOT
        return Exit.CONFORMS

    def having(self, *outcomes: Outcome) -> list[Verdict]:
        """The verdicts with one of these outcomes."""
        return [verdict for verdict in self.verdicts if verdict.outcome in outcomes]
