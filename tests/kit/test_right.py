"""No false alarm: no clause rejects a right stream, however it is written.

`STREAMGAUGE_SEEDS=20 STREAMGAUGE_EXAMPLES=40 pytest tests/kit/test_right.py` looks longer.
"""

import os
from collections.abc import Iterator

import pytest

from streamgauge.plan import make_plan
from streamgauge.run import Options, run
from streamgauge.target import subject
from streamgauge.verdict import NOT_GREEN, Exit
from tests.kit import right_workers
from tests.kit.right import RIGHT, Right
from tests.kit.right_readers import LazyFile

GENERIC = ("stream", "bytestream", "history")
SEEDS = range(int(os.environ.get("STREAMGAUGE_SEEDS", "1")))
EXAMPLES = int(os.environ.get("STREAMGAUGE_EXAMPLES", "8"))


@pytest.fixture(autouse=True)
def _no_thread_stays() -> Iterator[None]:
    yield
    right_workers.stop()


@pytest.mark.parametrize("right", RIGHT, ids=lambda right: right.make.__qualname__)
def test_a_right_stream_conforms(right: Right) -> None:
    """The report is green for every seed."""
    for seed in SEEDS:
        plan = make_plan(subject(right.make, **right.declared), GENERIC)
        report = run(plan, Options(examples=EXAMPLES, seed=seed))
        wrong = [f"{verdict.id}: {verdict.reason or verdict.violation}" for verdict in report.having(*NOT_GREEN)]
        assert [] == wrong, f"seed {seed}"
        assert report.exit is Exit.CONFORMS


def test_what_is_dropped_may_leave_a_file_to_python() -> None:
    """A history drops streams that have been read; no ResourceWarning about their files comes out of a run."""
    report = run(make_plan(subject(LazyFile.of), ["history_02"]), Options(examples=400))
    assert report.exit is Exit.CONFORMS
