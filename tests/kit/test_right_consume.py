"""No false alarm: no clause about reading to the end rejects a right reader, however it is written."""

import os

import pytest

from streamgauge.plan import make_plan
from streamgauge.run import Options, run
from streamgauge.verdict import NOT_GREEN
from tests.broken import port
from tests.broken.consume_parts import Reading, family
from tests.broken.consume_wire import Wire

SEEDS = range(int(os.environ.get("STREAMGAUGE_SEEDS", "2")))
EXAMPLES = int(os.environ.get("STREAMGAUGE_EXAMPLES", "12"))


@pytest.mark.parametrize("seed", SEEDS)
def test_other_right_readers_conform(seed: int) -> None:
    """The parts that the broken readers are made from, unbroken, keep every clause of the stem."""
    subject = port(**family(Reading), connectStream=Wire.connect)
    report = run(make_plan(subject, ["consume"]), Options(examples=EXAMPLES, seed=seed))
    assert [] == [f"{verdict.id}: {verdict.reason or verdict.violation}" for verdict in report.having(*NOT_GREEN)]
    assert {verdict.clause.id for verdict in report.verdicts} >= {"consume_01", "consume_96"}
