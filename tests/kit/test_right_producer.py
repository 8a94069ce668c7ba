"""No false alarm: no clause about the bridges rejects a right one, however it is written."""

import os
from typing import Any

import pytest

from streamgauge.plan import make_plan
from streamgauge.run import Options, run
from streamgauge.verdict import NOT_GREEN
from tests.broken import port
from tests.kit.right_producer import Awakes, Eager, Halved, Joined
from tests.kit.right_producer_reads import Ahead, Turns

SEEDS = range(int(os.environ.get("STREAMGAUGE_SEEDS", "1")))
EXAMPLES = int(os.environ.get("STREAMGAUGE_EXAMPLES", "8"))


@pytest.mark.parametrize(("stream", "producer"), [(Eager, Ahead), (Joined, Turns), (Halved, Ahead), (Awakes, Ahead)])
def test_other_right_bridges_conform(stream: Any, producer: Any) -> None:
    """Every clause of the stem holds for every seed, and so do those of every stream."""
    subject = port(ProducerStream=stream, StreamProducer=producer)
    for seed in SEEDS:
        report = run(make_plan(subject, ["producer", "stream"]), Options(examples=EXAMPLES, seed=seed))
        wrong = [f"{verdict.id}: {verdict.reason or verdict.violation}" for verdict in report.having(*NOT_GREEN)]
        assert [] == wrong, f"seed {seed}"
        assert {verdict.clause.id for verdict in report.verdicts} >= {"producer_01", "producer_99", "stream_02"}
