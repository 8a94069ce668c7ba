"""No false alarm: no clause about processes rejects a right ProcessStreamer that is written differently."""

import os
from pathlib import Path
from typing import Any

import pytest
from twisted.internet import process

from streamgauge.plan import make_plan
from streamgauge.run import Options, run
from streamgauge.verdict import NOT_GREEN
from tests.broken import port
from tests.kit import right_process
from tests.kit.right_process import ProcessStreamer

SEEDS = range(int(os.environ.get("STREAMGAUGE_SEEDS", "1")))
EXAMPLES = int(os.environ.get("STREAMGAUGE_EXAMPLES", "16"))


@pytest.mark.parametrize("seed", SEEDS)
def test_another_right_process_streamer_conforms(seed: int) -> None:
    """Every clause of the stem is kept."""
    subject = port(plus="MemoryStream", ProcessStreamer=ProcessStreamer)
    report = run(make_plan(subject, ["process"]), Options(examples=EXAMPLES, seed=seed))
    assert [] == [f"{verdict.id}: {verdict.reason or verdict.violation}" for verdict in report.having(*NOT_GREEN)]
    assert {verdict.clause.id for verdict in report.verdicts} >= {"process_01", "process_57"}


def test_output_may_come_in_small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """An output of forty thousand pieces is no endless one."""
    monkeypatch.setattr(right_process, "PIECE", 7)
    subject = port(plus="MemoryStream", ProcessStreamer=ProcessStreamer)
    report = run(make_plan(subject, ["process_02", "process_09"]), Options(examples=4))
    assert [] == [verdict.id for verdict in report.having(*NOT_GREEN)]


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc to know when a process has ended")
def test_a_process_may_end_before_its_parent_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """A parent that is kept waiting after the fork finds a process that has ended, or waits for its input."""
    register = process.registerReapProcessHandler

    def late(pid: int, handler: Any) -> None:
        while Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "SZ":
            os.sched_yield()
        register(pid, handler)  # type: ignore[no-untyped-call]

    monkeypatch.setattr(process, "registerReapProcessHandler", late)
    report = run(make_plan(port(plus="MemoryStream ProcessStreamer"), ["process"]), Options(examples=8))
    assert [] == [f"{verdict.id}: {verdict.reason or verdict.violation}" for verdict in report.having(*NOT_GREEN)]
