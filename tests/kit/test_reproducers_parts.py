"""What reproducers copy: of each part the lines that a script needs, and nothing where plain statements will do."""

import re
from itertools import combinations

import pytest

from streamgauge import reproducer_parts
from streamgauge.checks import generator_parts, told_script
from streamgauge.plan import make_plan
from streamgauge.reproducer_copy import PARTS, pruned, source_of
from streamgauge.run import Options, run
from streamgauge.verdict import Outcome
from tests.broken import zoo

COPIED = [*(getattr(reproducer_parts, name) for name in PARTS), told_script.Told, generator_parts.Plan]
MOVES = {"returns", "executes", "steps"}
"""The kinds of moves of a `Told`: it has one of them if it has moves."""


@pytest.mark.parametrize("part", COPIED, ids=lambda part: part.__name__)
def test_whatever_lines_are_left_out_the_rest_is_python(part: type) -> None:
    """Of a part those lines are kept that are marked for nothing or for one of the features, and no mark."""
    text = source_of(part)
    marks = {word for found in re.findall(r"# for: ([\w' ]+)", text) for word in found.split()} - {"no_processes"}
    whole = pruned(text, frozenset(marks | {"no_processes"})).splitlines()
    assert len(whole) == len(text.rstrip().splitlines())
    assert "# for:" not in "\n".join(whole)
    for size in (0, 1, 2, 3):
        for features in map(frozenset, combinations(sorted(marks), size)):
            if "moves" in features and not features & MOVES:
                continue
            kept = pruned(text, features | {"no_processes"}).splitlines()
            compile("\n".join(kept), "part", "exec")
            assert set(kept) <= {*whole, ""}
            assert (len(kept) < len(whole)) is (features < marks)


def test_a_stream_that_reads_nothing_else_has_a_script_of_its_moves() -> None:
    """No helper is copied where plain statements show everything."""
    broken = next(one for one in zoo() if one.name == "changes_line_ends" and one.clause == "stream_02")
    report = run(make_plan(broken.build(), ["stream_02"]), Options())
    violation = report.having(Outcome.FAIL)[0].violation
    assert violation is not None
    assert violation.script.splitlines()[-5:] == [
        "s = Broken(b'\\r\\n')",
        "print('s.read()  ->', repr(s.read()))",
        "print('s.read()  ->', repr(s.read()))",
        "# seen:     the bytes read are b'\\n'",
        "# promised: the bytes read are b'\\r\\n'",
    ]
