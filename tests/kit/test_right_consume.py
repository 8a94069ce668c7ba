"""No false alarm: no clause about reading to the end rejects a right reader, however it is written."""

import os
from functools import partial
from typing import Any

import pytest

from streamgauge.plan import make_plan
from streamgauge.run import Options, run
from streamgauge.verdict import NOT_GREEN
from tests.broken import port
from tests.broken.consume_parts import Reading, family, intoFile
from tests.broken.consume_wire import Wire
from tests.kit.right_connect import Tight, connect_stream
from tests.kit.right_consume import read_and_discard, read_into_file, read_stream
from tests.kit.right_late import Gathers, SlowWire, Waits, late_output

SEEDS = range(int(os.environ.get("STREAMGAUGE_SEEDS", "1")))
EXAMPLES = int(os.environ.get("STREAMGAUGE_EXAMPLES", "12"))


RIGHT = {
    "the parts of the broken ones, unbroken": {**family(Reading), "connectStream": Wire.connect},
    "a turn for everything, Deferreds only, a transport of its own": {
        "readStream": read_stream,
        "readAndDiscard": read_and_discard,
        "readIntoFile": read_into_file,
        "connectStream": connect_stream,
    },
    "a while between pieces": {**family(Waits), "connectStream": SlowWire.connect},
    "an output of which two pieces may wait": {"connectStream": partial(connect_stream, kind=Tight)},
    "an output that is read a turn later": {"connectStream": late_output},
    "writes of two pieces": {"readIntoFile": intoFile(Gathers)},
}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("names", RIGHT.values(), ids=RIGHT)
def test_other_right_readers_conform(names: dict[str, Any], seed: int) -> None:
    """Every clause of the stem is kept."""
    subject = port(**names)
    report = run(make_plan(subject, ["consume"]), Options(examples=EXAMPLES, seed=seed))
    assert [] == [f"{verdict.id}: {verdict.reason or verdict.violation}" for verdict in report.having(*NOT_GREEN)]
    assert {verdict.clause.id for verdict in report.verdicts} >= {"consume_40", "consume_101"}
