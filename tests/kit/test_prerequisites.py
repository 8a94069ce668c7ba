"""Narrowed runs: a fault has the name there that it has in the whole run, though nobody asked for its clause."""

from pathlib import Path
from typing import Any

import pytest

from streamgauge import ConformanceError, check_stream
from streamgauge.plan import Plan, make_plan
from streamgauge.run import Options, run
from streamgauge.verdict import Outcome, Report
from tests.broken import port
from tests.kit.command import streamgauge
from web2stream import ProducerStream

DOUBLES = """
import web2stream


class ProducerStream(web2stream.ProducerStream):
    written = 0

    def write(self, data):
        self.written += 1
        for _ in range(1 + (self.written == 2)):
            super().write(data)
"""
"""A module whose ProducerStream doubles the second piece."""


class Doubling(ProducerStream):
    """Doubles the second piece."""

    written = 0

    def write(self, data: Any) -> None:
        self.written += 1
        for _ in range(1 + (self.written == 2)):
            super().write(data)


def _run(*clauses: str) -> Report:
    subject = port(ProducerStream=Doubling)
    return run(make_plan(subject, clauses), Options(examples=8), whole=make_plan(subject))


def _failed(report: Report) -> dict[str, str]:
    return {verdict.id: verdict.reason for verdict in report.having(Outcome.FAIL)}


@pytest.mark.parametrize("clause", ["producer", "producer_04"])
def test_what_a_stem_builds_on_is_named(clause: str) -> None:
    """Of a fault that every clause of a stem meets, the clause that it breaks is told, and no other."""
    report = _run(clause)
    assert list(_failed(report)) == ["stream_02[ProducerStream]"]
    assert _failed(report)["stream_02[ProducerStream]"].startswith("judged since producer_")
    asked = make_plan(port(ProducerStream=Doubling), [clause])
    told = {verdict.id for verdict in report.verdicts}
    assert told == {item.id for item in asked.items} | {verdict.id for verdict in asked.left_out} | {*_failed(report)}


def test_the_whole_run_names_the_same() -> None:
    """What is judged besides changes no name, and nothing where it is asked for."""
    assert _failed(_run("producer", "stream")) == {"stream_02[ProducerStream]": ""}


def test_nothing_is_judged_besides_what_passes() -> None:
    """Where nothing failed, nothing more is judged."""

    def judge(plan: Plan) -> Any:
        raise AssertionError(f"{len(plan.items)} items")

    subject = port("ProducerStream")
    report = run(make_plan(subject, ["producer_04"]), Options(examples=8), whole=make_plan(subject), judge=judge)
    assert [Outcome.PASS] == [verdict.outcome for verdict in report.verdicts]


def test_a_failure_that_builds_on_nothing_wrong_stands_alone() -> None:
    """Prerequisites that pass are in no report."""

    class Broken(ProducerStream):
        def unregisterProducer(self) -> None:
            pass

    subject = port(ProducerStream=Broken)
    report = run(make_plan(subject, ["producer_23"]), Options(examples=8), whole=make_plan(subject))
    assert {"producer_23": ""} == _failed(report)
    assert 1 == len(report.verdicts)


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_the_command_names_it_with_any_number_of_processes(tmp_path: Path, jobs: str) -> None:
    """The command tells of the clause that is broken, and why it was judged."""
    (tmp_path / "doubles.py").write_text(DOUBLES)
    asked = ("--clause", "producer_04", "--clause", "producer_05", "--examples", "8", "--jobs", jobs)
    done = streamgauge(tmp_path, "run", "doubles", *asked)
    assert 1 == done.returncode
    assert "\nstream_02[ProducerStream]: " in done.stdout
    assert "note:      judged since producer_04 builds on it" in done.stdout
    assert "blocked       producer_04" in done.stdout


def test_check_stream_names_it() -> None:
    """So does the function for any test runner."""
    with pytest.raises(ConformanceError) as caught:
        check_stream(port(ProducerStream=Doubling), clauses=["producer_04"], examples=8)
    assert ["stream_02[ProducerStream]"] == list(_failed(caught.value.report))
