"""What the entries become when the file is updated: they expect what the report found, no more and no less.

Strategy: each verdict is looked at with the entry that would judge it, so that the next run agrees. A reason is kept as
long as anything fails for which it was given.
"""

from collections.abc import Sequence
from dataclasses import replace

from streamgauge.expectations import Expectation, decisive, is_kind, kinds_of
from streamgauge.verdict import Outcome, Report, Verdict

_FAILING = (Outcome.FAIL, Outcome.BLOCKED, Outcome.XFAIL)
_PASSING = (Outcome.PASS, Outcome.XPASS)

Revised = tuple[int | None, Expectation]
"""An entry of the updated file, and its number in the old one, from 0; None for a new entry."""


def revise(entries: Sequence[Expectation], report: Report, subject: str) -> list[Revised]:
    """Tell what the entries become.

    Args:
        entries: all that the file has.
        report: what the run found, with or without expectations applied.
        subject: the target; entries about others are kept as they are.

    Returns:
        The entries that stay, in their order, and the new ones behind them.
    """
    ours = [entry for entry in entries if entry.subject in ("", subject)]
    judged = [(verdict, decisive(ours, verdict)) for verdict in report.verdicts]
    stay: list[Revised] = []
    come: list[Expectation] = []
    for index, entry in enumerate(entries):
        now, unlike = _revised(entry, [verdict for verdict, decides in judged if decides is entry])
        stay += [(index, first) for first in now[:1]]
        come += now[1:]
        come += _unexpected(unlike, subject)
    come += _unexpected([verdict for verdict, decides in judged if decides is None], subject)
    return stay + [(None, entry) for entry in come]


def _revised(entry: Expectation, verdicts: Sequence[Verdict]) -> tuple[list[Expectation], list[Verdict]]:
    """Tell what becomes of an entry, and which of its verdicts fail in another way."""
    failing = _failing(verdicts)
    passing = any(verdict.outcome in _PASSING for verdict in verdicts)
    if not failing:
        withdrawn = any(verdict.outcome is Outcome.NOT_CLAIMED and verdict.examples for verdict in verdicts)
        return ([] if passing or withdrawn else [entry]), []
    known = entry.kind and any(is_kind(verdict, entry.kind) for verdict in failing)
    kind = entry.kind if known else kinds_of(failing[0])[0]
    unlike = [verdict for verdict in failing if not is_kind(verdict, kind)]
    filled = [
        replace(entry, clause=verdict.id, kind=kind, example=_example(verdict) or entry.example)
        for verdict in failing
        if is_kind(verdict, kind)
    ]
    if not passing:  # then an entry about the whole clause holds for the whole of it
        filled = [replace(filled[0], clause=entry.clause)]
    return filled, unlike


def _unexpected(verdicts: Sequence[Verdict], subject: str) -> list[Expectation]:
    return [
        Expectation(verdict.id, kinds_of(verdict)[0], "not said yet", subject, example=_example(verdict))
        for verdict in _failing(verdicts)
    ]


def _failing(verdicts: Sequence[Verdict]) -> list[Verdict]:
    return [verdict for verdict in verdicts if verdict.outcome in _FAILING]


def _example(verdict: Verdict) -> bytes:
    return verdict.violation.example if verdict.violation is not None else b""
