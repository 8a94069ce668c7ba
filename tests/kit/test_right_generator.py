"""No false alarm: no clause about generators rejects a right conversion, however it is written."""

import os

import pytest

from streamgauge.plan import make_plan
from streamgauge.run import Options, run
from streamgauge.verdict import NOT_GREEN
from tests.broken import port
from tests.kit.right_generator import converted

SEEDS = range(int(os.environ.get("STREAMGAUGE_SEEDS", "2")))
EXAMPLES = int(os.environ.get("STREAMGAUGE_EXAMPLES", "12"))


@pytest.mark.parametrize("seed", SEEDS)
def test_another_right_conversion_conforms(seed: int) -> None:
    """A driver that throws failures into the generator and always gives Deferreds keeps every clause."""
    subject = port(generatorToStream=converted)
    report = run(make_plan(subject, ["generator", "stream"]), Options(examples=EXAMPLES, seed=seed))
    assert [] == [f"{verdict.id}: {verdict.reason or verdict.violation}" for verdict in report.having(*NOT_GREEN)]
    assert {verdict.clause.id for verdict in report.verdicts} >= {"generator_01", "generator_44"}
