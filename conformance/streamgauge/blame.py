"""Blame: which failures are faults, and which only follow from another one.

Strategy: pure values in, pure values out, after everything ran, so that order does not matter. A failed clause is
blocked if a clause it needs failed on the same part of the subject; everything was run all the same.
"""

from collections.abc import Sequence
from dataclasses import replace

from streamgauge.plan import Item, Plan
from streamgauge.verdict import Outcome, Verdict


def attribute(plan: Plan, found: Sequence[Verdict]) -> list[Verdict]:
    """Turn failures, and clauses not reached, that follow from a prerequisite's failure into blocked ones.

    Args:
        plan: the plan that was run.
        found: verdicts of its items in its order; of the first ones, if the run was stopped.
    """
    failed = {(verdict.clause.id, verdict.on): verdict for verdict in found if verdict.outcome is Outcome.FAIL}
    judged = [
        _judge(item, verdict, failed) if verdict.outcome in {Outcome.FAIL, Outcome.NOT_EXERCISED} else verdict
        for item, verdict in zip(plan.items, found, strict=False)
    ]
    for index, (item, verdict) in enumerate(zip(plan.items, tuple(judged), strict=False)):
        violation = verdict.violation
        if verdict.outcome is Outcome.FAIL and violation is not None and violation.clause != verdict.clause.id:
            _hand_over(item, index, judged)
    return judged


def _hand_over(item: Item, index: int, judged: list[Verdict]) -> None:
    """Fail the clause that a history names, if its own check passed; the history is blocked by it."""
    verdict = judged[index]
    assert verdict.violation is not None
    for at, other in enumerate(judged):
        if other.clause.id == verdict.violation.clause and other.on in _parts(item) and at != index:
            reason = f"found by {verdict.id}"
            judged[at] = replace(other, outcome=Outcome.FAIL, violation=verdict.violation, reason=reason)
            judged[index] = replace(verdict, outcome=Outcome.BLOCKED, reason=f"blocked by {other.id}")
            return


def _parts(item: Item) -> list[str]:
    return list(dict.fromkeys((item.on, *item.check.on.split(), "")))


def causes(item: Item) -> list[tuple[str, str]]:
    """List what an item builds on, as (clause id, part of the subject)."""
    parts = _parts(item)
    needed = [(clause, part) for clause in item.clause.needs for part in parts]
    if item.maker:
        needed += [(clause, "") for clause in item.maker.rests_on]
    if item.maker and item.maker.splits_by and "split" in item.check.wants:
        needed += [(clause, part) for clause in item.maker.splits_by.split() for part in parts]
    return needed


def _judge(item: Item, verdict: Verdict, failed: dict[tuple[str, str], Verdict]) -> Verdict:
    for clause, part in causes(item):
        for (failed_id, failed_on), cause in failed.items():
            if failed_on == part and cause is not verdict and clause in {failed_id, cause.clause.stem}:
                return replace(verdict, outcome=Outcome.BLOCKED, reason=f"blocked by {cause.id}")
    return verdict
