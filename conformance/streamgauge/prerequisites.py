"""What the failures of a narrowed run build on: judged besides, so that the fault has its own name there too.

Strategy: who asks for one stem leaves out clauses that it builds on; a fault that these would name then has the names
of all that follow from it. So the prerequisites of what failed are judged, those of what fails among them next, and so
on. Only those that are at fault stand in the report; nobody asked for the others.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from streamgauge.blame import attribute, basics, causes
from streamgauge.plan import Item, Plan
from streamgauge.verdict import Outcome, Verdict

Judge = Callable[[Plan], Iterable[Verdict]]
"""Gives the verdicts of a plan's items, in its order."""


def attribute_within(whole: Plan, plan: Plan, found: Sequence[Verdict], judge: Judge) -> list[Verdict]:
    """Attribute the failures of a part of a plan as in a run of the whole.

    Args:
        whole: the plan of all that could be asked for.
        plan: the part that was run.
        found: verdicts of its items in its order; of the first ones, if the run was stopped.
        judge: judges further items.

    Returns:
        The verdicts of the part, and those of the prerequisites that are at fault, in the order of the whole.
    """
    verdicts = {verdict.id: verdict for verdict in found}
    builders: dict[str, str] = {}
    failed = [item for item in plan.items if item.id in verdicts and _fails(verdicts[item.id])]
    while failed:
        for item in failed:
            for needed in prerequisites(whole, item):
                if needed.id not in verdicts:
                    builders.setdefault(needed.id, item.id)
        more = tuple(item for item in whole.items if item.id in builders and item.id not in verdicts)
        verdicts |= {verdict.id: verdict for verdict in (judge(replace(whole, items=more)) if more else ())}
        failed = [item for item in more if _fails(verdicts[item.id])]
    judged = tuple(item for item in whole.items if item.id in verdicts)
    blamed = attribute(replace(whole, items=judged), [verdicts[item.id] for item in judged])
    return [_told(verdict, builders) for verdict in blamed if verdict.id not in builders or _at_fault(verdict)]


def prerequisites(plan: Plan, item: Item) -> list[Item]:
    """List the items of a plan whose failure can be the reason of an item's."""
    wanted = set(causes(plan, item))
    needed = [other for other in plan.items if not wanted.isdisjoint(_names(other)) and other is not item]
    return [*needed, *(other for other in basics(plan, item) if other not in needed)]


def _names(item: Item) -> set[tuple[str, str]]:
    return {(item.clause.id, item.on), (item.clause.stem, item.on)}


def _fails(verdict: Verdict) -> bool:
    return verdict.outcome in {Outcome.FAIL, Outcome.NOT_EXERCISED}


def _at_fault(verdict: Verdict) -> bool:
    return verdict.outcome in {Outcome.FAIL, Outcome.ERROR}


def _told(verdict: Verdict, builders: dict[str, str]) -> Verdict:
    """Tell of a clause that nobody asked for why it stands here."""
    if verdict.id not in builders or verdict.reason:
        return verdict
    return replace(verdict, reason=f"judged since {builders[verdict.id]} builds on it")
