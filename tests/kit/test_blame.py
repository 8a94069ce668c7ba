"""Blame: pure values in, pure values out."""

from dataclasses import replace
from types import ModuleType

import pytest

import web2stream
from streamgauge.blame import attribute
from streamgauge.plan import Plan, make_plan
from streamgauge.port import port_subject
from streamgauge.subject import Subject
from streamgauge.target import subject
from streamgauge.verdict import Outcome, Verdict
from streamgauge.violation import Violation
from web2stream import MemoryStream


def judged(**failing: str) -> dict[str, Verdict]:
    """Pretend that the clauses in `failing` failed, each with a violation of the clause it is given."""
    chosen: Subject = subject(MemoryStream, name="m")
    plan: Plan = make_plan(chosen, ["stream", "bytestream", "history"])
    found = [Verdict(item.clause, item.on, Outcome.PASS, examples=1, exercised=1) for item in plan.items]
    for index, verdict in enumerate(found):
        if named := failing.get(verdict.clause.id):
            violation = Violation(named, "seen", "promised")
            found[index] = replace(verdict, outcome=Outcome.FAIL, violation=violation)
    return {verdict.clause.id: verdict for verdict in attribute(plan, found)}


def test_what_follows_is_blocked() -> None:
    """A clause that needs a failed one is blocked by it, whatever the order."""
    verdicts = judged(stream_02="stream_02", bytestream_07="bytestream_07")
    assert (Outcome.FAIL, Outcome.BLOCKED) == (verdicts["stream_02"].outcome, verdicts["bytestream_07"].outcome)
    assert "blocked by stream_02[m]" == verdicts["bytestream_07"].reason


def test_what_does_not_follow_is_not() -> None:
    """Two faults that have nothing to do with each other are both named."""
    verdicts = judged(stream_12="stream_12", bytestream_05="bytestream_05")
    assert {Outcome.FAIL} == {verdicts["stream_12"].outcome, verdicts["bytestream_05"].outcome}


def test_a_history_fails_the_clause_it_names() -> None:
    """A history that breaks a clause whose own check passed hands its counterexample over."""
    verdicts = judged(history_01="stream_10")
    assert Outcome.FAIL is verdicts["stream_10"].outcome
    assert "found by history_01[m]" == verdicts["stream_10"].reason
    assert (Outcome.BLOCKED, "blocked by stream_10[m]") == (
        verdicts["history_01"].outcome,
        verdicts["history_01"].reason,
    )


def test_a_history_is_blocked_by_what_failed_before() -> None:
    """Where a clause of its stems failed, a history says nothing new."""
    verdicts = judged(stream_04="stream_04", history_01="stream_10")
    assert Outcome.PASS is verdicts["stream_10"].outcome
    assert "blocked by stream_04[m]" == verdicts["history_01"].reason


def _attributed(plan: Plan, broken: dict[str, str]) -> dict[str, Verdict]:
    """Attribute the failures of these verdicts, each of which has seen the clause broken that stands beside it."""
    found = [
        Verdict(item.clause, item.on, Outcome.FAIL, violation=Violation(broken[item.id], "seen", "promised"))
        if item.id in broken
        else Verdict(item.clause, item.on, Outcome.PASS, examples=1, exercised=1)
        for item in plan.items
    ]
    return {verdict.id: verdict for verdict in attribute(plan, found)}


@pytest.mark.parametrize("broken", [["split_07", "split_08"], ["split_08"]], ids=["both", "the second one alone"])
def test_twins_have_one_name(broken: list[str]) -> None:
    """Of two clauses that say the same of two orders the first one is named; the second one only by itself."""
    plan = make_plan(port_subject(web2stream), ["split_07", "split_08"])
    verdicts = _attributed(plan, {clause: clause for clause in broken})
    assert broken[:1] == [name for name, verdict in verdicts.items() if verdict.outcome is Outcome.FAIL]
    assert broken[1:] == [name for name, verdict in verdicts.items() if verdict.reason == "blocked by split_07"]


MANY = ["bytestream_10[BufferedStream]", "buffered_07", "buffered_14", "buffered_27"]
SHARED = [f"bytestream_10[{kind}]" for kind in ("MemoryStream", "CompoundStream", "BufferedStream")]
THREE = ["bytestream_10[BufferedStream]", "buffered_18", "memory_05", "file_25"]


@pytest.mark.parametrize(
    ("failing", "named"),
    [
        (["bytestream_10[BufferedStream]", "buffered_18"], ["bytestream_10[BufferedStream]"]),
        (["bytestream_10[BufferedStream]", "memory_05"], ["bytestream_10[BufferedStream]", "memory_05"]),
        (["buffered_07", "buffered_56"], ["buffered_07", "buffered_56"]),
        (MANY, sorted(MANY)),
        (["bytestream_10[BufferedStream]", "buffered_18", "memory_05"], ["bytestream_10[BufferedStream]", "memory_05"]),
        (THREE, sorted(THREE)),
        ([*SHARED, "memory_05"], SHARED),
    ],
    ids=[
        "one family",
        "two families",
        "cost",
        "more than a fault makes",
        "one of two families",
        "three families",
        "a law",
    ],
)
def test_few_failures_of_one_family_are_told_as_one(failing: list[str], named: list[str]) -> None:
    """The first clause stands for the others, which say so; where many or several families fail, each for itself."""
    plan = make_plan(port_subject(web2stream), ["bytestream_10", "memory", "buffered", "file_25"])
    verdicts = _attributed(plan, {name: name.partition("[")[0] for name in failing})
    assert sorted(named) == sorted(name for name, verdict in verdicts.items() if verdict.outcome is Outcome.FAIL)
    blocked = {verdicts[name].reason for name in failing if name not in named}
    assert blocked <= {f"may be the same fault as {named[0]}"}


UNREADABLE = ["stream_03[CompoundStream]", "stream_03[TruncaterStream]"]


@pytest.mark.parametrize(
    ("failing", "named"),
    [
        ([*UNREADABLE, "consume_02", "process_05"], UNREADABLE),
        ([*UNREADABLE[1:], "consume_02"], [*UNREADABLE[1:], "consume_02"]),
        (["stream_01[MemoryStream]", "consume_02"], ["stream_01[MemoryStream]"]),
        (["stream_03[ProducerStream]", "consume_02", "process_05"], ["stream_03[ProducerStream]"]),
        ([*UNREADABLE, *MANY], [*UNREADABLE, *MANY]),
    ],
    ids=["two kinds", "one kind", "of bytes", "of what is written", "more than a fault makes"],
)
def test_what_streams_of_two_families_share_is_one_fault(failing: list[str], named: list[str]) -> None:
    """Two kinds of streams that cannot be read stand for what else fails, unless that is much."""
    wanted = ["stream_01", "stream_03", "bytestream_10", "buffered", "consume_02", "process_05"]
    plan = make_plan(port_subject(web2stream), wanted)
    verdicts = _attributed(plan, {name: name.partition("[")[0] for name in failing})
    assert sorted(named) == sorted(name for name, verdict in verdicts.items() if verdict.outcome is Outcome.FAIL)
    blocked = {verdicts[name].reason for name in failing if name not in named}
    assert blocked <= {f"may be the same fault as {named[0]}"}


def test_what_follows_from_a_guess_names_what_it_follows_from() -> None:
    """That its root may be the same fault as another one is said of the root alone."""
    wanted = [*UNREADABLE, "bytestream_15[MemoryStream]", "bytestream_09[MemoryStream]"]
    plan = make_plan(port_subject(web2stream), ["stream_03", "bytestream"])
    verdicts = _attributed(plan, {name: name.partition("[")[0] for name in wanted})
    assert "may be the same fault as stream_03[CompoundStream]" == verdicts["bytestream_15[MemoryStream]"].reason
    assert "blocked by bytestream_15[MemoryStream]" == verdicts["bytestream_09[MemoryStream]"].reason


def test_a_history_says_less_than_a_clause_that_builds_on_what_it_names() -> None:
    """The clause that failed tells in which case the other one is broken."""
    plan = make_plan(port_subject(web2stream), ["stream_04", "producer_37", "history_01"])
    broken = {"producer_37": "producer_37", "history_01[ProducerStream]": "stream_04"}
    verdicts = _attributed(plan, broken)
    assert ["producer_37"] == [name for name, verdict in verdicts.items() if verdict.outcome is Outcome.FAIL]
    assert "blocked by producer_37" == verdicts["history_01[ProducerStream]"].reason


@pytest.mark.parametrize("beneath", ["bytestream_07", "bytestream_09"])
def test_a_history_follows_from_what_the_clause_it_names_builds_on(beneath: str) -> None:
    """Nobody can say what the named clause would show, where one that it needs failed on the same stream."""
    plan = make_plan(port_subject(web2stream), ["bytestream", "history_01", "history_03"])
    broken = {f"{beneath}[CompoundStream]": beneath, "history_03": "bytestream_23"}
    verdicts = _attributed(plan, broken)
    assert [f"{beneath}[CompoundStream]"] == [v.id for v in verdicts.values() if v.outcome is Outcome.FAIL]
    assert f"blocked by {beneath}[CompoundStream]" == verdicts["history_03"].reason


def test_the_root_is_named() -> None:
    """What is blocked by a blocked clause names the failure behind both."""
    verdicts = judged(stream_02="stream_02", bytestream_07="bytestream_07", bytestream_11="bytestream_11")
    assert "blocked by stream_02[m]" == verdicts["bytestream_11"].reason


@pytest.mark.parametrize(
    ("failing", "named"),
    [
        ({"split_35", "bytestream_10[TruncaterStream]", "bytestream_10[ProducerStream]"}, {"split_35"}),
        ({"split_35", "bytestream_10[CompoundStream]"}, {"bytestream_10[CompoundStream]"}),
        ({"split_32", "bytestream_10[CompoundStream]"}, {"split_32", "bytestream_10[CompoundStream]"}),
        ({"split_31", "bytestream_07[CompoundStream-unknown]"}, {"split_31"}),
        ({"split_31", "bytestream_10[ProducerStream]"}, {"split_31", "bytestream_10[ProducerStream]"}),
    ],
)
def test_a_split_follows_from_fallback_split_law_by_law(failing: set[str], named: set[str]) -> None:
    """A fault of fallbackSplit hides what the streams that use it show of the same law, and nothing else."""
    plan = make_plan(port_subject(web2stream), ["split", "bytestream", "compound"])
    found = [
        Verdict(item.clause, item.on, Outcome.FAIL, violation=Violation(item.clause.id, "seen", "promised"))
        if item.id in failing
        else Verdict(item.clause, item.on, Outcome.PASS, examples=1, exercised=1)
        for item in plan.items
    ]
    assert failing == {verdict.id for verdict in found if verdict.outcome is Outcome.FAIL}
    assert named == {verdict.id for verdict in attribute(plan, found) if verdict.outcome is Outcome.FAIL}


def test_failures_that_build_on_each_other_leave_one() -> None:
    """Clauses that need each other and fail together are not all blocked: the first one is the fault."""
    chosen = subject(MemoryStream, name="m")
    plan = make_plan(chosen, ["stream_02", "stream_05"])
    one, other = (
        replace(item, clause=replace(item.clause, needs=(needed,)))
        for item, needed in zip(plan.items, ("stream_05", "stream_02"), strict=True)
    )
    found = [
        Verdict(item.clause, item.on, Outcome.FAIL, violation=Violation(item.clause.id, "seen", "promised"))
        for item in (one, other)
    ]
    first, second = attribute(replace(plan, items=(one, other)), found)
    assert (Outcome.FAIL, Outcome.BLOCKED) == (first.outcome, second.outcome)


def test_what_is_not_judged_hides_no_cause() -> None:
    """compound_04 builds on compound_01, which a port without MemoryStream does not claim, and that on stream_02."""
    module = ModuleType("partial")
    module.CompoundStream = web2stream.CompoundStream  # type: ignore[attr-defined]
    plan = make_plan(port_subject(module), ["stream", "compound"])
    assert "compound_01" not in {item.clause.id for item in plan.items}
    failing = {"stream_02[CompoundStream]", "compound_04"}
    found = [Verdict(item.clause, item.on, Outcome.FAIL if item.id in failing else Outcome.PASS) for item in plan.items]
    outcomes = {verdict.id: verdict.reason for verdict in attribute(plan, found)}
    assert "blocked by stream_02[CompoundStream]" == outcomes["compound_04"]


def test_what_fails_on_a_stream_that_cannot_be_read_follows_from_that() -> None:
    """stream_12 builds on nothing; where the data are wrong it is blocked all the same, on that kind only."""
    failing = {"stream_02[CompoundStream]", "stream_12[CompoundStream-unknown]", "stream_12[FileStream]", "module_08"}
    plan = make_plan(port_subject(web2stream), ["stream", "module"])
    found = [Verdict(item.clause, item.on, Outcome.FAIL if item.id in failing else Outcome.PASS) for item in plan.items]
    verdicts = {verdict.id: verdict for verdict in attribute(plan, found)}
    assert "blocked by stream_02[CompoundStream]" == verdicts["stream_12[CompoundStream-unknown]"].reason
    assert Outcome.FAIL is verdicts["stream_12[FileStream]"].outcome
    assert Outcome.FAIL is verdicts["module_08"].outcome
    assert Outcome.PASS is verdicts["stream_04[CompoundStream]"].outcome


def crashed(*crashes: str) -> dict[str, Verdict]:
    """Pretend that the first clauses of `stream` that build on nothing failed, each with one of these crashes."""
    plan = make_plan(subject(MemoryStream, name="m"), ["stream_12", "bytestream_05", "bytestream_15"])
    found = []
    for item, crash in zip(plan.items, crashes, strict=True):
        violation = Violation(item.clause.id, "seen", "promised")
        violation.crash = crash
        found.append(Verdict(item.clause, item.on, Outcome.FAIL, violation=violation))
    return {verdict.clause.id: verdict for verdict in attribute(plan, found)}


def test_the_first_of_those_that_met_one_crash_stands_for_all() -> None:
    verdicts = crashed("IndexError in line 3", "IndexError in line 4", "IndexError in line 3")
    assert [Outcome.FAIL, Outcome.FAIL, Outcome.BLOCKED] == [verdict.outcome for verdict in verdicts.values()]
    assert "blocked by stream_12[m]" == verdicts["bytestream_15"].reason


def test_no_crash_is_nothing_in_common() -> None:
    assert {Outcome.FAIL} == {verdict.outcome for verdict in crashed("", "", "").values()}
