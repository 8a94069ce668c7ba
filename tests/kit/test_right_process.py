"""No false alarm: no clause about processes rejects a right ProcessStreamer that is written differently."""

import os

import pytest

from streamgauge.plan import make_plan
from streamgauge.run import Options, run
from streamgauge.verdict import NOT_GREEN
from tests.broken import port
from tests.kit import right_process
from tests.kit.right_process import ProcessStreamer

SEEDS = range(int(os.environ.get("STREAMGAUGE_SEEDS", "1")))


@pytest.mark.parametrize("seed", SEEDS)
def test_another_right_process_streamer_conforms(seed: int) -> None:
    """Every clause of the stem is kept."""
    subject = port(plus="MemoryStream", ProcessStreamer=ProcessStreamer)
    report = run(make_plan(subject, ["process"]), Options(seed=seed))
    assert [] == [f"{verdict.id}: {verdict.reason or verdict.violation}" for verdict in report.having(*NOT_GREEN)]
    assert {verdict.clause.id for verdict in report.verdicts} >= {"process_01", "process_57"}


def test_output_may_come_in_small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """An output of forty thousand pieces is no endless one."""
    monkeypatch.setattr(right_process, "PIECE", 7)
    subject = port(plus="MemoryStream", ProcessStreamer=ProcessStreamer)
    report = run(make_plan(subject, ["process_02", "process_09"]), Options(examples=4))
    assert [] == [verdict.id for verdict in report.having(*NOT_GREEN)]
