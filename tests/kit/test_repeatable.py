"""The same seed draws the same, whatever has been imported, and a failure is told alike in each run."""

import contextlib
from pathlib import Path

import hypothesis
import pytest
from hypothesis import strategies as st

from streamgauge.plan import make_plan
from streamgauge.repeatable import seed_alone
from streamgauge.run import Options, run
from streamgauge.verdict import Outcome
from tests.broken import zoo
from tests.kit.command import streamgauge


def drawn(around: contextlib.AbstractContextManager[None]) -> list[int]:
    """Draw numbers with a fixed seed."""
    values: list[int] = []

    @hypothesis.seed(0)
    @hypothesis.settings(max_examples=300, database=None)
    @hypothesis.given(st.integers(0, 10**12))
    def test(value: int) -> None:
        values.append(value)

    with around:
        test()
    return values


def test_constants_of_other_modules_change_no_draw(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Inside, an import of a module full of numbers changes nothing; outside it does."""
    plain, alone = drawn(contextlib.nullcontext()), drawn(seed_alone())
    (tmp_path / "beside_the_subject.py").write_text(f"NUMBERS = {list(range(10**9, 10**9 + 500))}\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    __import__("beside_the_subject")
    assert alone == drawn(seed_alone())
    assert plain != drawn(contextlib.nullcontext())


@pytest.mark.parametrize("before", ["", "from twisted.internet import reactor"])
def test_a_timeline_does_not_tell_whether_a_reactor_was_imported(tmp_path: Path, before: str) -> None:
    """A stream that never answers reads the same, whatever was judged before it."""
    (tmp_path / "hangs.py").write_text(
        f"{before}\nimport mine\nfrom twisted.internet.defer import Deferred\n\n\n"
        "class Hangs(mine.Stream):\n    def read(self):\n        return Deferred()\n"
    )
    told = streamgauge(tmp_path, "run", "hangs:Hangs", "--clause", "stream_03").stdout
    timeline = told.partition("timeline (smallest found):")[2].partition("promised:")[0]
    assert ["s = Hangs(b'')", "s.read() -> a Deferred that never fires: nothing is scheduled any more"] == [
        " ".join(row.split()) for row in timeline.splitlines() if row.strip()
    ]


@pytest.mark.parametrize("name", ["CutShort", "DropsWhatWaits", "StartsAgain", "CancelLeavesIt"])
def test_a_process_is_told_of_alike_in_each_run(name: str) -> None:
    """When its exit or its output comes is chance, and so is the name of a temporary folder."""
    broken = next(one for one in zoo() if one.clause.startswith("process_") and one.name == name)
    first, second = (
        run(make_plan(broken.build(), [broken.clause]), Options(examples=40)).having(Outcome.FAIL)[0].violation
        for _ in range(2)
    )
    assert first is not None
    assert second is not None
    assert (first.timeline, first.script) == (second.timeline, second.script)
