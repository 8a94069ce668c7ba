"""Blame: which failures are faults, and which only follow from another one.

Strategy: pure values in, pure values out, after everything ran, so that order does not matter. A failed clause is
blocked if a clause it needs failed on the same part of the subject; everything was run all the same.
"""

from collections.abc import Sequence

from streamgauge.plan import Item, Plan
from streamgauge.verdict import Outcome, Verdict


def attribute(plan: Plan, found: Sequence[Verdict]) -> list[Verdict]:
    """Turn failures that follow from a prerequisite's failure into blocked ones.

    Args:
        plan: the plan that was run.
        found: verdicts of its items in its order; of the first ones, if the run was stopped.
    """
    failed = {(verdict.clause.id, verdict.on): verdict for verdict in found if verdict.outcome is Outcome.FAIL}
    return [
        verdict if verdict.outcome is not Outcome.FAIL else _judge(item, verdict, failed)
        for item, verdict in zip(plan.items, found, strict=False)
    ]


def causes(item: Item) -> list[tuple[str, str]]:
    """List what an item builds on, as (clause id, part of the subject)."""
    parts = list(dict.fromkeys((item.on, *item.check.on.split(), "")))
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
                return Verdict(
                    verdict.clause, verdict.on, Outcome.BLOCKED, f"blocked by {cause.id}",
                    verdict.examples, verdict.exercised, verdict.violation, verdict.seed,
                )  # fmt: skip
    return verdict
