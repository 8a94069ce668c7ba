"""The timeline of one example: what was called and what came back, in order.

Strategy: every move of the kit writes one row when it is made and completes it when the answer is there, so the rows
of a failing example read as a program with its output. Rows that carry code make the reproducer. Nothing here judges.
"""

import os
import re
from dataclasses import dataclass, field
from typing import Final

from streamgauge.children import end_copy
from streamgauge.content import brief

LONG: Final = 400
"""Characters of an event beyond which its middle is left out."""

SHOWN: Final = 12
"""Rows of a long timeline that are written of its start, and of its end."""

_ADDRESS: Final = re.compile(r" at 0x[0-9A-Fa-f]+|(?<=['\"])[^'\"]*/streamgauge-\w+/")
_DEPTH: Final = re.compile(r"(maximum recursion depth exceeded) .*")


@dataclass(slots=True)
class Row:
    """One move.

    Attributes:
        call: the move, as code if `code`.
        seen: what came, written only when the row is; None until it is known.
        late: it came by a Deferred.
        later: that had not fired yet when the call came back.
        code: False for an event that the kit did not call.
        script: code that makes a `note` row happen in a reproducer.
        inside: the rows of calls made from inside the callback that brought the answer.
        nested: it stands in the `inside` of another row.
        asked: it is followed, since its answer may come later.
        awaited: the kit has waited for what came.
    """

    call: str
    seen: object = None
    late: bool = False
    later: bool = False
    code: bool = True
    script: str = ""
    inside: "list[Row]" = field(default_factory=list)
    nested: bool = False
    asked: bool = False
    awaited: bool = False

    def answer(self, *, races: bool = False) -> str:
        """Write what came; where it `races`, only what the kit has waited for, and not whether it came at once."""
        if races and self.asked:
            return str(self.seen) if self.awaited or getattr(self.seen, "sync", False) else ""
        if self.seen is None:
            return "a Deferred, waiting" if self.late else ""
        seen = str(self.seen)
        if not self.late or seen.startswith("a Deferred"):
            return seen
        return f"a Deferred, later: {seen}" if self.later else f"a Deferred: {seen}"


class Timeline:
    """The rows of one example.

    Attributes:
        rows: in the order in which they were begun.
        last: lines for the end of a script, which show what the kit's helpers have kept.
        races: processes take part. What they bring about comes sooner or later from run to run, so events that the kit
            did not cause are left out, and the reactor is turned wherever the kit waits.
        splits: the subject has split a source.
    """

    def __init__(self) -> None:
        self._process = os.getpid()
        self.rows: list[Row] = []
        self.last: list[str] = []
        self.races = False
        self.splits = False
        self._names: dict[str, int] = {}

    def call(self, text: str) -> Row:
        """Add a move of the kit, given as code; a copy of its process makes none."""
        end_copy(self._process)
        row = Row(text)
        self.rows.append(row)
        return row

    def note(self, text: str, script: str = "", *, splits: bool = False) -> None:
        """Add an event that the kit did not call, such as a source being closed; `script` makes it happen."""
        self.splits |= splits
        if script or not self.races:
            self.rows.append(Row(text, code=False, script=script))

    def nest(self, row: Row, first: int) -> None:
        """Say that the calls from the row of this number on were made inside the callback that answered `row`."""
        for made in self.rows[first:]:
            if made.code and not made.nested:
                made.nested = True
                row.inside.append(made)

    def turned(self, script: str = "turn()") -> None:
        """Add that the reactor was turned, by this code in a reproducer; once for turns in a row, the widest."""
        if not self.rows or not self.rows[-1].script.startswith("turn("):
            self.note("the reactor is turned", script)
        elif script == "turn()":
            self.rows[-1].script = script

    def happens(self) -> None:
        """Add that the reactor was turned because something could happen."""
        if not self.races:
            self.turned()

    def waits(self, script: str = "turn()") -> None:
        """Add that the kit waits, by this code in a reproducer."""
        if self.races:
            self.turned(script)

    def name(self, stem: str) -> str:
        """Give a name not used in this example yet."""
        count = self._names[stem] = self._names.get(stem, 0) + 1
        return stem if count == 1 else f"{stem}{count}"

    def render(self) -> str:
        """Write the rows in two columns; of a long timeline its start and its end."""
        rows = self.rows
        if (count := len(rows) - 2 * SHOWN) > 0:
            left_out = Row(f"... {count} {'move' if count == 1 else 'moves'} ...", code=False)
            rows = [*rows[:SHOWN], left_out, *rows[-SHOWN:]]
        width = min(44, max((len(row.call) for row in rows), default=0))
        lines = []
        for row in rows:
            text = row.call if row.code else f"  # {_cut(row.call)}"
            seen = row.answer(races=self.races)
            lines.append(f"{text:<{width}}  -> {seen}" if seen else text)
        return _ADDRESS.sub("", "\n".join(lines))  # a move may name a temporary folder too


def _cut(text: str) -> str:
    """Leave out the middle of a text that is too long to be read."""
    return text if len(text) <= LONG else f"{text[: LONG - 100]} ... {text[-100:]}"


def show(value: object) -> str:
    """Write a value for a timeline: bytes shortened, all else by its repr, in one line of at most 120 characters.

    What differs from run to run is left out: the address of an object, the folder of a temporary file, and what was
    done when the stack was full.
    """
    if isinstance(value, bytes):
        return brief(value)
    if isinstance(value, BaseException):
        if len(value.args) == 1 and type(value.args[0]) in (int, float, bytes):
            return f"{type(value).__name__}({show(value.args[0])})"
        try:
            text = _DEPTH.sub(r"\1", _ADDRESS.sub("", str(value)))
        except (Exception, SystemExit, GeneratorExit) as error:  # a subject's str may be broken too
            text = f"whose str raises {type(error).__name__}"
        return f"{type(value).__name__}({text[:80]!r})" if text else type(value).__name__
    try:
        text = _ADDRESS.sub("", " ".join(repr(value).splitlines()))
    except (Exception, SystemExit, GeneratorExit) as error:  # and its repr
        text = f"<{type(value).__name__} whose repr raises {type(error).__name__}>"
    return text if len(text) <= 120 else text[:117] + "..."
