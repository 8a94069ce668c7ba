"""The reproducer: a kit-free Python script that shows a violation with the subject alone.

Strategy: the rows of the timeline that carry code are the script; what they use beside the subject is copied from
`reproducer_parts`, which imports nothing of the kit.
"""

import ast
import builtins
import inspect
import re
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any, Final

from streamgauge import reproducer_parts
from streamgauge.answers import Data, Failed, Returned, Waiting
from streamgauge.timeline import Row, Timeline

SHORT: Final = 48
"""Bytes of data that a script prints whole."""

SAME: Final = 3
"""How often the same line stands in a script, at most; more of it is a loop."""

REPEATS: Final = 10_000
"""How often a script does the same, at most."""

TURNS: Final = 500
"""The same where it turns the reactor, which takes a while."""

DEPTH: Final = 20
"""How deep a script calls from inside callbacks."""

_PARTS = ("filler", "open_file", "SourceError", "Source")
_TURN = """def turn(until=None):
    from twisted.internet import process, reactor
    if not reactor.running:
        reactor.startRunning(installSignalHandlers=False)
    for _ in range(20):
        if getattr(until, "called", until is not None):
            return
        process.reapAllProcesses()
        reactor.iterate(0.05 if process.reapProcessHandlers else 0.001)
"""


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
    names = _Names({*GIVEN, *imports, *(extra or {})})
    rows = [row for row in timeline.rows if (row.script or row.code) and not row.nested]
    parted = _PARTED.union(extra or ())
    plain = all(_is_plain(row, parted) for row in rows) and any(_shown(row.call) != row.call for row in rows)
    # What came back from nowhere, or has to be refused by a right stream, must not end the script.
    plain = plain and _came_back(rows[-1]) and "Error" not in promised
    lines = [_line(row, names, plain=plain) for row in rows]
    if not plain and ("Told" in names.used or any(row.late for row in rows)) and lines[-1] != "turn()":
        lines.append("turn()")
        names.used.add("turn")
    names.used |= _mentioned(lines, {*_PARTS, *imports, *(extra or {})})
    lines += timeline.last
    needed = sorted({imports[name] for name in names.used if name in imports})
    parts = [] if plain else [*_copied(names.used, extra or {}), *_STEPPING]
    moves = [*_folded(lines), f"# seen:     {_flat(seen)}", f"# promised: {_flat(promised)}"]
    text = [*([] if plain else _head("\n".join([*parts, *moves]))), *needed, "", *parts, *moves]
    return re.sub(r"\n{4,}", "\n\n\n", "\n".join(text).lstrip()) + "\n"


class _Names:
    """The names that lines may use: those known so far, and those used."""

    def __init__(self, known: set[str]) -> None:
        self.used: set[str] = set()
        self._known = known

    def allow(self, code: str) -> bool:
        """Tell whether code runs with what is known; then it is used, and what it makes is known from here on."""
        names = _names(code)
        if names is None or not names[0] <= self._known:
            return False
        self.used |= names[0]
        self._known |= names[1]
        return True


def _line(row: Row, names: _Names, *, plain: bool) -> str:
    """Write a row as a line of the script."""
    code = row.script or row.call
    if not names.allow(code):
        return f"# left out, since it needs the kit: {_flat(code)}"
    if row.script or plain:
        return code if row.script else _shown(code)
    inside = _inside(row, names)
    return f"step({code!r}, {inside!r})" if inside else f"step({code!r})"


def _mentioned(lines: list[str], names: set[str]) -> set[str]:
    """Find the names that stand in the moves of a `Told`, which are text."""
    moves = " ".join(line for line in lines if " = Told(" in line)
    return names.intersection(re.findall(r"\w+", moves)) if moves else set()


def _inside(row: Row, names: _Names, depth: int = 0) -> list[tuple[str, list[Any]]]:
    """The calls made inside the callback that answered a row, each with those inside its own, `DEPTH` levels deep."""
    within = row.inside if depth < DEPTH else []
    return [(inner.call, _inside(inner, names, depth + 1)) for inner in within if names.allow(inner.call)]


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


def _is_plain(row: Row, parted: frozenset[str]) -> bool:
    """Tell whether a plain statement shows a row: it needs none of the parts, and brings no error or Deferred."""
    data = row.seen
    error = isinstance(data, Failed | Waiting) or (isinstance(data, Returned) and data.is_error)
    short = not isinstance(data, Data) or (isinstance(data.value, bytes) and len(data.content) <= SHORT)
    known = _names(row.call)
    alone = known is not None and not known[0] & parted
    return alone and short and not (row.script or row.late or row.inside or error)


def _came_back(row: Row) -> bool:
    """Tell whether a row has its answer; a statement has none of its own."""
    return row.seen is not None or _shown(row.script or row.call) == (row.script or row.call)


def _shown(code: str) -> str:
    """Write a statement as it stands, and an expression, or a split, so that what came is printed."""
    statement = ast.parse(code).body[-1]
    if isinstance(statement, ast.Expr):
        return f"print({code + '  ->'!r}, repr({code}))"
    if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Tuple):
        return f"{code}\nprint({code + '  ->'!r}, {ast.unparse(statement.targets[0])})"
    return code


def _imported(code: str) -> frozenset[str]:
    """The names that a block of imports defines."""
    nodes = (node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.alias))
    return frozenset(node.asname or node.name for node in nodes)


_HEAD = """import atexit
import io
import os
import tempfile
from array import array
from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.task import deferLater
from zope.interface import directlyProvides, providedBy"""


def _head(text: str) -> list[str]:
    """Give the imports that a script's text needs."""
    words = set(re.findall(r"\w+", text))
    lines = []
    for line in _HEAD.splitlines():
        source, _, names = line.rpartition("import ")
        wanted = [name for name in names.split(", ") if name in words]
        lines += [f"{source}import {', '.join(wanted)}"] if wanted else []
    return lines


_PARTED = frozenset(_PARTS) | _imported(_HEAD)
"""Names for which a script needs more than the subject."""

GIVEN = frozenset(dir(builtins)) | frozenset(_PARTS) | _imported(_HEAD) | {"step", "turn", "written"}
"""Names that a script has without defining them."""


@lru_cache(2000)
def _names(code: str) -> tuple[frozenset[str], frozenset[str]] | None:
    """The names a line needs, and those it defines; None if it is no Python."""
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError):
        return None
    nodes = list(ast.walk(tree))
    inner = {node.arg for node in nodes if isinstance(node, ast.arg)}
    made = {node.id for node in nodes if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)}
    made |= {node.asname or node.name for node in nodes if isinstance(node, ast.alias)}
    made |= {node.name for node in nodes if isinstance(node, ast.ClassDef | ast.FunctionDef)}
    needed = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    return frozenset(needed - inner - made), frozenset(made)


_source = cache(inspect.getsource)  # it reads and scans a file, and shrinking asks for it hundreds of times

_STEPPING = (_source(reproducer_parts.written), "", _source(reproducer_parts.step), "")
"""What a script has to hold to show errors, Deferreds and large data."""


def _copied(used: set[str], extra: Mapping[str, str]) -> list[str]:
    wanted = set(used) | ({"SourceError"} if "Source" in used else set())
    parts = [_source(getattr(reproducer_parts, name)) + "\n" for name in _PARTS if name in wanted]
    parts += [text + "\n" for name, text in extra.items() if name in used - set(_PARTS)]
    return parts + ([_TURN + "\n"] if "turn" in used else [])


def _flat(text: str) -> str:
    return " ".join(text.splitlines())
