"""No false alarm: the generic clauses bear right streams that look odd."""

import os
from collections.abc import Callable
from typing import Any

import pytest

from streamgauge.plan import make_plan
from streamgauge.run import Options, run
from streamgauge.target import subject
from streamgauge.verdict import NOT_GREEN
from tests.kit.right_stream import Coalescing, FedByThread, Odd

SEEDS = range(int(os.environ.get("STREAMGAUGE_SEEDS", "1")))
EXAMPLES = int(os.environ.get("STREAMGAUGE_EXAMPLES", "12"))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("make", "wraps"), [(Odd, False), (FedByThread, False), (Coalescing, True)])
def test_an_odd_right_stream_conforms(make: Callable[[Any], Any], wraps: bool, seed: int) -> None:
    """The report is green, and at least the clauses of every stream were reached."""
    plan = make_plan(subject(make, wraps=wraps), ["stream", "bytestream"])
    report = run(plan, Options(examples=EXAMPLES, seed=seed))
    assert [] == [f"{verdict.id}: {verdict.reason or verdict.violation}" for verdict in report.having(*NOT_GREEN)]
    assert {"stream_02", "stream_05", "stream_12"} <= {v.clause.id for v in report.verdicts if v.exercised}
