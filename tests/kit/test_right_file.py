"""No false alarm: no clause rejects a right FileStream or mmapwrapper, however it is written."""

import os

import pytest

from streamgauge.plan import make_plan
from streamgauge.run import Options, run
from streamgauge.verdict import Outcome
from tests.kit.right_file import Copying, Mapping, subject

SEEDS = range(int(os.environ.get("STREAMGAUGE_SEEDS", "1")))
EXAMPLES = int(os.environ.get("STREAMGAUGE_EXAMPLES", "8"))
STEMS = ["stream", "bytestream", "file", "sendfile", "module"]
APART = {"module_25", "module_31"}
"""It adapts nothing, and no fresh interpreter can import it."""

KINDS = {"copying": (Copying, True), "mapping, its interfaces elsewhere": (Mapping, False)}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("kind", "interfaces"), KINDS.values(), ids=KINDS)
def test_other_right_files_conform(kind: type[Copying], interfaces: bool, seed: int) -> None:
    """Always a Deferred, copies, pieces of odd sizes, interfaces of its own: all of it is right."""
    report = run(make_plan(subject(kind, interfaces=interfaces), STEMS), Options(examples=EXAMPLES, seed=seed))
    wrong = report.having(Outcome.FAIL, Outcome.ERROR, Outcome.BLOCKED)
    assert [] == [f"{one.id}: {one.reason or one.violation}" for one in wrong if one.clause.id not in APART]
    assert {verdict.clause.id for verdict in report.verdicts} >= {"file_01", "file_55", "sendfile_16"}
