"""No false alarm: no clause about buffered streams rejects a right one, however it is written."""

import os
from typing import Any

import pytest

from streamgauge.plan import make_plan
from streamgauge.run import Options, run
from streamgauge.verdict import NOT_GREEN, Outcome
from tests.broken import port
from tests.kit.right_buffered import Historical, InBits, Lists, Sips
from tests.kit.right_buffered_turns import Turns, Unsteady

SEEDS = range(int(os.environ.get("STREAMGAUGE_SEEDS", "1")))
EXAMPLES = int(os.environ.get("STREAMGAUGE_EXAMPLES", "8"))


@pytest.mark.parametrize("stream", [Lists, InBits, Turns])
def test_other_right_buffered_streams_conform(stream: Any) -> None:
    """Every clause of the stem holds for every seed, and so do those of every stream and byte stream."""
    subject = port(BufferedStream=stream)
    for seed in SEEDS:
        report = run(make_plan(subject, ["buffered", "stream", "bytestream"]), Options(examples=EXAMPLES, seed=seed))
        wrong = [f"{verdict.id}: {verdict.reason or verdict.violation}" for verdict in report.having(*NOT_GREEN)]
        assert [] == wrong, f"seed {seed}"
        assert {verdict.clause.id for verdict in report.verdicts} >= {"buffered_01", "buffered_67", "stream_02"}


def test_much_that_comes_in_small_pieces_is_read_to_its_end() -> None:
    """A stream of ten thousand pieces is no endless one."""
    plan = make_plan(port(BufferedStream=Sips), ["buffered_26", "buffered_32", "buffered_33", "buffered_61"])
    report = run(plan, Options(examples=40))
    assert [] == [verdict.id for verdict in report.having(*NOT_GREEN)]


def test_without_close_nothing_is_claimed_about_closing() -> None:
    """The historical one had none, and conforms all the same."""
    report = run(make_plan(port(BufferedStream=Historical), ["buffered"]), Options(examples=EXAMPLES))
    assert [] == [f"{verdict.id}: {verdict.reason or verdict.violation}" for verdict in report.having(*NOT_GREEN)]
    lacking = {verdict.clause.id: verdict.reason for verdict in report.having(Outcome.NOT_CLAIMED)}
    closing = [*range(45, 50), *range(62, 65)]
    assert {f"buffered_{number}": "does not offer BufferedStream.close" for number in closing} == lacking


def test_what_never_acts_twice_alike_is_judged() -> None:
    """When an answer comes is nobody's business; examples go on, with other draws, until there are enough."""
    report = run(make_plan(port(BufferedStream=Unsteady), ["history_05"]), Options(examples=EXAMPLES * 5))
    assert [] == [f"{verdict.id}: {verdict.reason or verdict.violation}" for verdict in report.having(*NOT_GREEN)]
    assert report.verdicts[0].examples >= EXAMPLES * 5
