"""How one row of a timeline becomes lines of a reproducer, and which names those may use.

Strategy: a script says what came in the simplest manner that does for all of its rows: it prints values; or it shows
what comes late, too; or, where something is called from inside a callback, `step` runs every line.
"""

import ast
import builtins
from collections.abc import Sequence
from enum import Enum
from functools import lru_cache
from typing import Any, Final

from streamgauge.answers import Data, Failed, Returned, Waiting
from streamgauge.reproducer_copy import HEAD, PARTS, STEPS
from streamgauge.timeline import Row

PRINTED: Final = 48
"""Bytes of data that a script prints whole."""

DEPTH: Final = 20
"""How deep a script calls from inside callbacks."""


class Manner(Enum):
    """How a script says what came: how it writes code whose value is to be seen."""

    PRINT = "print({said!r}, repr({code}))"
    SHOW = "show({label!r}, {code})"
    STEP = "step({code!r}{inside})"


def manner_of(rows: Sequence[Row]) -> Manner:
    """Choose the simplest manner in which a script can say what came in these rows."""
    if any(row.inside or STEPS.search(row.script) for row in rows):
        return Manner.STEP
    late = any(row.late or isinstance(row.seen, Waiting) or "step.given" in row.script for row in rows)
    return Manner.SHOW if late or any(map(is_long, rows)) else Manner.PRINT


class Names:
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


def lines_of(row: Row, names: Names, manner: Manner, *, tries: bool = False) -> list[str]:
    """Write a row as lines of the script.

    Args:
        row: the row.
        names: what it may use; what it uses and makes is added.
        manner: how the script says what came.
        tries: it may raise, or nothing of it is to be seen else.
    """
    code = row.script or row.call
    if not names.allow(code):
        return [f"# left out, since it needs the kit: {flat(code)}"]
    if row.script:
        return [code.replace("step.given", "show.given") if manner is Manner.SHOW else code]
    inside = _inside(row, names) if row.inside else []
    tries = tries or isinstance(row.seen, Failed)
    given = assigned(code)
    if given is None or (tries and manner is Manner.STEP):
        lines = [_said(f"({code})" if _is_bare(code) else code, manner, inside, label=code)]
    elif given and (row.late or "," in given or not isinstance(row.seen, Returned | Failed | None)):
        lines = [code, _said(given, manner, inside, label=code)]
    else:
        lines = [code, f"print({code!r})"] if tries else [code]
    return [_tried(code, lines)] if tries and manner is not Manner.STEP else lines


def _said(code: str, manner: Manner, inside: list[tuple[str, list[Any]]], label: str) -> str:
    """Write code so that what comes of it is seen, under this label if it is not the code itself that runs."""
    more = f", {inside!r}" if inside else ""
    return manner.value.format(code=code, label=label, said=label + "  ->", inside=more)


def _tried(code: str, lines: list[str]) -> str:
    """Write lines so that an error that they raise is printed."""
    body = "\n    ".join("\n".join(lines).splitlines())
    return f"try:\n    {body}\nexcept BaseException as error:\n    print({code + '  -> raises'!r}, repr(error))"


def _inside(row: Row, names: Names, depth: int = 0) -> list[tuple[str, list[Any]]]:
    """The calls made inside the callback that answered a row, each with those inside its own, `DEPTH` levels deep."""
    within = row.inside if depth < DEPTH else []
    return [(inner.call, _inside(inner, names, depth + 1)) for inner in within if names.allow(inner.call)]


def is_long(row: Row) -> bool:
    """Tell whether the repr of what came is not what the timeline shows."""
    data = row.seen
    if isinstance(data, Data):
        return not isinstance(data.value, bytes) or len(data.content) > PRINTED
    return isinstance(data, Returned) and data.is_error


@lru_cache(2000)
def assigned(code: str) -> str | None:
    """Give the names that a line assigns; "" if it is a statement that assigns none, None if it is an expression."""
    try:
        statement = ast.parse(code).body[-1]
    except (SyntaxError, ValueError, IndexError):  # IndexError: it is a comment
        return ""
    if isinstance(statement, ast.Expr):
        return None
    target = statement.targets[0] if isinstance(statement, ast.Assign) else None
    return ast.unparse(target) if isinstance(target, ast.Name | ast.Tuple) else ""


@lru_cache(2000)
def _is_bare(code: str) -> bool:
    """Tell whether an expression is a tuple without its brackets."""
    statement = ast.parse(code).body[-1]
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Tuple) and code[0] != "("


def _imported(code: str) -> frozenset[str]:
    """The names that a block of imports defines."""
    nodes = (node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.alias))
    return frozenset(node.asname or node.name for node in nodes)


GIVEN = frozenset(dir(builtins)) | frozenset(PARTS) | _imported(HEAD)
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


def flat(text: str) -> str:
    """Write a text in one line."""
    return " ".join(text.splitlines())
