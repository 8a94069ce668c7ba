"""The reproducer: a kit-free Python script that shows a violation with the subject alone.

Strategy: the rows of the timeline that carry code are the script; what they use beside the subject is copied
(`reproducer_copy`).
"""

import re
from collections.abc import Mapping
from typing import Final

from streamgauge.answers import Waiting
from streamgauge.reproducer_copy import PARTS, copied, head
from streamgauge.reproducer_lines import GIVEN, Names, assigned, flat, is_long, lines_of, manner_of
from streamgauge.timeline import Row, Timeline

SAME: Final = 3
"""How often the same line stands in a script, at most; more of it is a loop."""

REPEATS: Final = 10_000
"""How often a script does the same, at most."""

TURNS: Final = 400
"""The same where it turns the reactor, which takes a while."""


def reproducer(
    timeline: Timeline, imports: Mapping[str, str], seen: str, promised: str, extra: Mapping[str, str] | None = None
) -> str:
    """Write the script.

    Args:
        timeline: the rows of the example.
        imports: for each name that a row may use of the subject, the line that imports it.
        seen: what the kit saw, for the last comment.
        promised: what may come, likewise.
        extra: source text of further parts that rows use, by name.

    Returns:
        Python code. A row that cannot run outside the kit stands in it as a comment.
    """
    extra = extra or {}
    names = Names({*GIVEN, *imports, *extra})
    rows = [row for row in timeline.rows if (row.script or row.code) and not row.nested]
    manner = manner_of(rows)
    risky = _risky(rows, promised, races=timeline.races)
    lines = [line for row in rows for line in lines_of(row, names, manner, tries=any(row is one for one in risky))]
    if (timeline.races or _may_wait(rows, names)) and not lines[-1].startswith("turn("):
        lines.append("turn()")
    lines += timeline.last
    moves = "\n".join([*_folded(lines), f"# seen:     {flat(seen)}", f"# promised: {flat(promised)}"])
    names.used |= _mentioned(lines, {*PARTS, *imports, *extra})
    names.used |= {"written"} if any(map(is_long, rows)) else set()
    parts = copied(names.used, moves, extra, split=timeline.splits or timeline.races, processes=timeline.races)
    needed = sorted({imports[name] for name in names.used if name in imports})
    text = "\n".join([*head("\n".join([*parts, moves])), *needed, "", *parts, moves])
    return re.sub(r"\n{4,}", "\n\n\n", text.lstrip()) + "\n"


def _risky(rows: list[Row], promised: str, *, races: bool) -> list[Row]:
    """Find the calls that may raise: all where something is raised that ends a program.

    Else the last, if a right stream has to refuse it, or it has no answer, or nothing else is to be seen.
    """
    calls = [row for row in rows if row.code]
    if any(re.search("KeyboardInterrupt|SystemExit", row.script) for row in rows):
        return calls
    silent = all(row.script or assigned(row.call) is not None for row in rows)
    raises = re.search("Error|Exit|Interrupt|raise", promised)
    return calls[-1:] if silent or raises or any(races or row.seen is None for row in calls[-1:]) else []


def _may_wait(rows: list[Row], names: Names) -> bool:
    """Tell whether something may come when the reactor is turned, of a right stream too."""
    return "Told" in names.used or any(row.late and isinstance(row.seen, Waiting | None) for row in rows)


def _mentioned(lines: list[str], names: set[str]) -> set[str]:
    """Find the names that stand in the moves of a `Told`, which are text."""
    moves = " ".join(line for line in lines if " = Told(" in line)
    return names.intersection(re.findall(r"\w+", moves)) if moves else set()


def _folded(lines: list[str]) -> list[str]:
    """Write what comes again and again, a line or two in turns, as a loop, and cut short what has no end."""
    folded: list[str] = []
    at = 0
    while at < len(lines):
        size, count = max(((size, _repeats(lines, at, size)) for size in (1, 2)), key=lambda found: found[1])
        most = REPEATS if not any(line.startswith("turn(") for line in lines[at : at + size]) else TURNS
        if count > SAME and lines[at][0] != "#":
            body = "\n".join(lines[at : at + size]).replace("\n", "\n    ")
            folded.append(f"for _ in range({min(count, most)}):\n    {body}")
            folded += [f"# and so on, {count - most} times more"] if count > most else []
            at += size * count
        else:
            folded.append(lines[at])
            at += 1
    return folded


def _repeats(lines: list[str], at: int, size: int) -> int:
    """Count how often the lines from here on stand here one after the other."""
    count = 1
    while lines[at + count * size : at + (count + 1) * size] == lines[at : at + size]:
        count += 1
    return count
