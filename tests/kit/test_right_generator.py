"""No false alarm: no clause about generators rejects a right conversion, however it is written."""

import os
from typing import Any

import pytest

from streamgauge.plan import make_plan
from streamgauge.run import Options, run
from streamgauge.verdict import NOT_GREEN
from tests.broken import port
from tests.broken.generator_parts import conversion
from tests.broken.generator_wrong import Passing
from tests.kit.right_generator import Lenient, ahead, converted
from tests.kit.right_late import late

SEEDS = range(int(os.environ.get("STREAMGAUGE_SEEDS", "1")))
EXAMPLES = int(os.environ.get("STREAMGAUGE_EXAMPLES", "12"))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("convert", [converted, late, conversion(Passing), conversion(Lenient), ahead])
def test_other_right_conversions_conform(convert: Any, seed: int) -> None:
    """Drivers that throw failures into the generator, close it, give Deferreds always, start late or run ahead."""
    subject = port(generatorToStream=convert)
    report = run(make_plan(subject, ["generator", "stream"]), Options(examples=EXAMPLES, seed=seed))
    assert [] == [f"{verdict.id}: {verdict.reason or verdict.violation}" for verdict in report.having(*NOT_GREEN)]
    assert {verdict.clause.id for verdict in report.verdicts} >= {"generator_01", "generator_44"}
