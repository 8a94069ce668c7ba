"""Blame: which failures are faults, and which only follow from another one.

Strategy: pure values in, pure values out, after everything ran, so that order does not matter. A failed clause is
blocked if a clause it needs failed on the same part of the subject; else if that part cannot even be read, or if an
earlier clause met the same error; else if it is one of few that are left in a family of a port, or beside several
kinds of streams that cannot be read. Everything was run all the same.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import chain
from typing import Final

from streamgauge.clauses import catalogue
from streamgauge.plan import Item, Plan
from streamgauge.verdict import Outcome, Verdict

FEW: Final = 3
"""Clauses of one family that are told as one fault; more failures than a single fault makes are told one by one."""

WIDE: Final = 3
"""Families with failures of their own that tell of many faults: then none stands for others of its family."""

SEVERAL: Final = 2
"""Families in which one of the basics fails that tell of a fault in what they share."""

FOUNDATIONS: Final = frozenset({"memory", "producer"})
"""Families whose streams others are made of: bytes become a MemoryStream, what is written a ProducerStream."""

FAMILIES: Final = {
    "MemoryStream": "memory", "FileStream": "file", "sendfile": "file", "CompoundStream": "compound",
    "TruncaterStream": "split", "PostTruncaterStream": "split", "substream": "split", "ProducerStream": "producer",
    "generatorToStream": "generator", "connectStream": "consume", "BufferedStream": "buffered",
}  # fmt: skip
"""The stems to which the kinds of streams of a port belong, and those that belong to others."""

BASICS: Final = frozenset({"stream_01", "stream_02", "stream_03", "bytestream_01"})
"""Whatever else fails on a stream that breaks one of these follows from that: it cannot be read as every stream is."""

COUNTS: Final = frozenset({"bytestream_03", "bytestream_04", "bytestream_06"})
"""What is built on one of the foundations may count by its length."""


def attribute(plan: Plan, found: Sequence[Verdict]) -> list[Verdict]:
    """Turn failures, and clauses not reached, that follow from a prerequisite's failure into blocked ones.

    Args:
        plan: the plan that was run.
        found: verdicts of its items in its order; of the first ones, if the run was stopped.
    """
    failed = {verdict.id: verdict for verdict in found if verdict.outcome is Outcome.FAIL}
    wrong = [
        (item, verdict)
        for item, verdict in zip(plan.items, found, strict=False)
        if verdict.outcome in {Outcome.FAIL, Outcome.NOT_EXERCISED}
    ]
    built_on = {
        verdict.id: cause.id for item, verdict in wrong if (cause := _cause(plan, item, verdict, failed)) is not None
    }
    roots = {verdict.id: _root(verdict.id, built_on, list(failed)) for _, verdict in wrong}
    roots = _one_for_each_error(_on_basics(plan, roots, failed), failed)
    same = _guesses(plan, roots)
    certain, roots = roots, {one: same.get(root, root) for one, root in roots.items()}
    judged = [
        verdict if roots.get(verdict.id, verdict.id) == verdict.id else _blocked(verdict, certain[verdict.id], same)
        for verdict in found
    ]
    for index, verdict in enumerate(tuple(judged)):
        violation = verdict.violation
        if verdict.outcome is Outcome.FAIL and violation is not None and violation.clause != verdict.clause.id:
            _hand_over(plan, index, judged, failed, roots)
    return judged


def _blocked(verdict: Verdict, root: str, same: dict[str, str]) -> Verdict:
    reason = f"may be the same fault as {same[verdict.id]}" if verdict.id in same else f"blocked by {root}"
    return replace(verdict, outcome=Outcome.BLOCKED, reason=reason)


def _guesses(plan: Plan, roots: dict[str, str]) -> dict[str, str]:
    """Of the roots, give those that may be the same fault as another one, with that one."""
    few = _one_for_few(plan, roots)
    shared = _one_for_shared(plan, {one: few.get(root, root) for one, root in roots.items()})
    if shared:
        return {one: shared.get(first, first) for one, first in few.items()} | shared
    left = [item for item in reversed(plan.items) if roots.get(item.id) == item.id]
    families = {item.clause.id: _family(plan, item) for item in left}  # a law that several families break counts once
    return few if len({*families.values()} - {""}) < WIDE else {}


def _one_for_few(plan: Plan, roots: dict[str, str]) -> dict[str, str]:
    """Of the few roots in one family of a port, let the first clause stand for the others, which may be the same fault.

    Streams and functions of a port that serve one purpose share code, and a fault in it is met by clauses of which
    none follows from another. What costs too much is seldom what goes wrong.
    """
    families: dict[tuple[str, bool], list[Item]] = {}
    for item in plan.items:
        if roots.get(item.id) == item.id and (family := _family(plan, item)):
            families.setdefault((family, item.clause.profile == "cost"), []).append(item)
    few = [group for group in families.values() if len({item.clause.id for item in group}) <= FEW]
    return {item.id: group[0].id for group in few for item in group if item.clause.id != group[0].clause.id}


def _one_for_shared(plan: Plan, roots: dict[str, str]) -> dict[str, str]:
    """Where one of the basics fails in several families of a port, let it stand for the few other roots.

    Streams of two purposes that cannot be read share a part that is broken, and others may share it too. What one of
    the foundations lacks, or miscounts, is wrong wherever a port builds on it.
    """
    left = [item for item in plan.items if roots.get(item.id) == item.id]
    for clause in (*sorted(BASICS), *sorted(COUNTS)):
        broken = [item for item in left if item.clause.id == clause]
        others = [item for item in left if item.clause.id != clause]
        families = {_family(plan, item) for item in broken} - {""}
        shared = (len(families) >= SEVERAL and clause in BASICS) or families & FOUNDATIONS
        if shared and len({item.clause.id for item in others}) <= FEW:
            return {item.id: broken[0].id for item in others}
    return {}


def _family(plan: Plan, item: Item) -> str:
    """Name the stem whose page is about the stream or function that an item judges; empty if there is none."""
    if plan.subject.port is None or item.clause.stem in {"module", "history"}:
        return ""
    return FAMILIES.get(_kind(item.on) or item.clause.stem, item.clause.stem)


def _hand_over(
    plan: Plan, index: int, judged: list[Verdict], failed: dict[str, Verdict], roots: dict[str, str]
) -> None:
    """Fail the clause that a history names, if its own check passed; the history is blocked by it.

    A failure of a clause that builds on the named one says more than that, and one of a clause that it builds on
    explains it: then the history is blocked by that failure.
    """
    verdict = judged[index]
    assert verdict.violation is not None
    parts = _parts(plan.items[index])
    name = verdict.violation.clause
    named = [at for at, other in enumerate(judged) if other.clause.id == name and other.on in parts and at != index]
    above = (
        other.id
        for other in judged
        if other.outcome is Outcome.FAIL and other.on in parts and name in other.clause.needs
    )
    beneath = (_cause(plan, plan.items[at], judged[at], failed) for at in named)
    root = next(chain(above, (roots[cause.id] for cause in beneath if cause is not None)), None)
    if root is None and named:
        other = judged[named[0]]
        reason, root = f"found by {verdict.id}", other.id
        judged[named[0]] = replace(other, outcome=Outcome.FAIL, violation=verdict.violation, reason=reason)
    if root is not None:
        judged[index] = replace(verdict, outcome=Outcome.BLOCKED, reason=f"blocked by {root}")


def _parts(item: Item) -> list[str]:
    return list(dict.fromkeys((item.on, *item.check.on.split(), "")))


def causes(plan: Plan, item: Item) -> list[tuple[str, str]]:
    """List what an item of a plan builds on, as (clause id, part of the subject): its own parts first.

    What a law of streams finds on one way to make a kind of stream explains what others find on another. The twin of a
    function's clause may be a law of streams, on whatever kind of stream does not split by that function. Where the
    plan does not judge what it needs, since a partial port lacks the names for it, what that needs counts.
    """
    parts = _parts(item)
    kinds = {_kind(part) for part in parts if part}
    if item.maker:
        parts += dict.fromkeys(other.on for other in plan.items if other.on not in parts and _kind(other.on) in kinds)
    judged = {other.clause.id for other in plan.items}
    wanted = (*_closure(item.clause.needs, judged), *item.clause.twin.split())
    needed = [(clause, part) for clause in wanted for part in parts]
    if not kinds and item.clause.twin:
        laws = [other for other in plan.items if other.clause.id == item.clause.twin]
        needed += [(law.clause.id, law.on) for law in laws if not _follows(law, item)]
    if item.maker:
        needed += [(clause, "") for clause in item.maker.rests_on]
        needed += [(clause, "") for clause in item.maker.follows.get(item.clause.id, "").split()]
    return needed


def _follows(other: Item, item: Item) -> bool:
    return other.maker is not None and item.clause.id in chain.from_iterable(
        map(str.split, other.maker.follows.values())
    )


def _closure(needs: Iterable[str], judged: set[str]) -> list[str]:
    found = list(needs)
    for needed in found:  # the list grows meanwhile
        if needed not in judged and needed in catalogue():
            found += [more for more in catalogue()[needed].needs if more not in found]
    return found


def _cause(plan: Plan, item: Item, verdict: Verdict, failed: dict[str, Verdict]) -> Verdict | None:
    for clause, part in causes(plan, item):
        for cause in failed.values():
            if cause.on == part and cause is not verdict and clause in {cause.clause.id, cause.clause.stem}:
                return cause
    return None


def _root(start: str, built_on: dict[str, str], order: list[str]) -> str:
    """Find the failure at the root; of failures that build on each other, so that there is none, the first one."""
    path = [start]
    while (cause := built_on.get(path[-1])) is not None:
        if cause in path:
            return min(path[path.index(cause) :], key=order.index)
        path.append(cause)
    return path[-1]


def _on_basics(plan: Plan, roots: dict[str, str], failed: dict[str, Verdict]) -> dict[str, str]:
    """Of the roots, let those on a kind of stream that breaks one of the basics follow from the first such one."""
    broken = [one for one, verdict in failed.items() if verdict.clause.id in BASICS and roots[one] == one]
    basic = {_kind(failed[one].on): one for one in reversed(broken)}
    items = {item.id: item for item in plan.items}

    def founded(root: str) -> str:
        return next((basic[kind] for part in _parts(items[root]) if (kind := _kind(part)) in basic), root)

    return {one: founded(root) for one, root in roots.items()}


def basics(plan: Plan, item: Item) -> list[Item]:
    """List the items of the basics on the kinds of stream that an item uses; of a basic item, those before it."""
    kinds = {kind for part in _parts(item) if (kind := _kind(part))}
    found = [other for other in plan.items if other.clause.id in BASICS and _kind(other.on) in kinds]
    return found[: found.index(item)] if item in found else found


def _kind(part: str) -> str:
    """Name the kind of stream of which a part is one way to make it, as FileStream-mapped is of FileStream."""
    return part.partition("-")[0]


def _one_for_each_error(roots: dict[str, str], failed: dict[str, Verdict]) -> dict[str, str]:
    """Of the roots that met the same error of one line of the subject, let the first stand for all."""
    firsts: dict[str, str] = {}
    for verdict in failed.values():
        if verdict.violation is not None and verdict.violation.crash and roots[verdict.id] == verdict.id:
            firsts.setdefault(verdict.violation.crash, verdict.id)

    def stands_for(root: str) -> str:
        violation = failed[root].violation if root in failed else None
        return firsts.get(violation.crash, root) if violation is not None else root

    return {one: stands_for(root) for one, root in roots.items()}
