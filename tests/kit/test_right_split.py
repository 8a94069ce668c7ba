"""No false alarm: no clause about splitting or composing rejects a right stream, however it is written."""

import os

import pytest

from streamgauge.plan import make_plan
from streamgauge.run import Options, run
from streamgauge.subject import Subject
from streamgauge.verdict import NOT_GREEN
from tests.broken import port
from tests.kit.right_compound import CompoundStream
from tests.kit.right_holding import leadingSplit
from tests.kit.right_late import Padded
from tests.kit.right_split import fallbackSplit, substream

SEEDS = range(int(os.environ.get("STREAMGAUGE_SEEDS", "1")))
EXAMPLES = int(os.environ.get("STREAMGAUGE_EXAMPLES", "8"))


def wrong(subject: Subject, seed: int, *stems: str) -> list[str]:
    """Judge by these stems and say what is not green."""
    report = run(make_plan(subject, stems), Options(examples=EXAMPLES, seed=seed))
    return [f"{verdict.id}: {verdict.reason or verdict.violation}" for verdict in report.having(*NOT_GREEN)]


@pytest.mark.parametrize("seed", SEEDS)
def test_parts_by_absolute_positions_conform(seed: int) -> None:
    """Halves that are ranges, answer by Deferreds in small pieces and read ahead keep every clause."""
    subject = port(fallbackSplit=fallbackSplit, substream=substream)
    assert [] == wrong(subject, seed, "split", "bytestream")


@pytest.mark.parametrize("seed", SEEDS)
def test_halves_that_begin_with_nothing_conform(seed: int) -> None:
    """An empty piece is no end, no failure and nothing that was kept."""
    assert [] == wrong(port(fallbackSplit=leadingSplit), seed, "split", "bytestream", "stream")


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("kind", [CompoundStream, Padded])
def test_a_compound_of_copies_conforms(kind: type[CompoundStream], seed: int) -> None:
    """A compound that copies, answers by Deferreds and refuses to be revived, and one that pads, keep every clause."""
    subject = port("MemoryStream FileStream fallbackSplit", CompoundStream=kind)
    assert [] == wrong(subject, seed, "compound")
