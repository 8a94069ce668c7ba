"""Failures stand together at the end of a report, however many clauses they block."""

from pathlib import Path

import pytest

import streamgauge
from streamgauge.api import ConformanceError
from tests.kit.command import streamgauge as command
from tests.kit.test_words import Plain

CRASH = "from mine import Stream\n\n\nclass Crash(Stream):\n    def read(self):\n        raise OSError('no')\n"
CLAUSES = "stream_01", "stream_02", "stream_04", "stream_10"


@pytest.mark.parametrize("more", [(), ("-v",)])
def test_the_lines_of_failures_come_last(tmp_path: Path, more: tuple[str, ...]) -> None:
    """What is blocked, or passes, stands above what fails, each in the order of the plan; then the failures, whole."""
    (tmp_path / "crash.py").write_text(CRASH)
    chosen = [part for clause in CLAUSES for part in ("--clause", clause)]
    rows = command(tmp_path, "run", "crash:Crash", "--examples", "10", *chosen, *more).stdout.splitlines()
    end = rows.index("")
    told = [tuple(row.split()[:2]) for row in rows[:end]]
    passed = [("pass", "stream_01[Crash]")] if more else []
    blocked = [("blocked", "stream_04[Crash]"), ("blocked", "stream_10[Crash]")]
    assert [*passed, *blocked, ("FAIL", "stream_02[Crash]")] == told[: len(passed) + 3]
    assert rows[end + 1].startswith("stream_02[Crash]: ")


class Crash(Plain):
    """A stream that cannot be read."""

    def read(self) -> object:
        """Fail."""
        raise OSError("no")


def test_a_raised_report_ends_with_the_failures() -> None:
    """The library says what is blocked first, too."""
    with pytest.raises(ConformanceError) as raised:
        streamgauge.check_stream(Crash, clauses=CLAUSES, examples=10)
    told = str(raised.value)
    assert -1 < told.index("stream_04[Crash]: blocked: ") < told.index("stream_02[Crash]: The data")
