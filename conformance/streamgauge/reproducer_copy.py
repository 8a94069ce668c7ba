"""What a reproducer copies of the kit: the parts it uses, and of these the lines that it needs.

Strategy: whether a script needs a line of a part is read off the script itself: off its moves, and the helpers of its
check. A stream that was mended may ask for more than the broken one did: a feature is there if the moves could come to
it.
"""

import inspect
import re
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Final

from streamgauge import reproducer_parts

PARTS: Final = ("filler", "open_file", "SourceError", "Source", "written", "show", "step", "turn")
"""The parts, in the order in which they stand in a script."""

_FEATURES: Final = {
    "pending": r"'pending'|\bfire\b",
    "fired": r"'fired'",
    "fails": r"\(None, '|\bSourceError\b",
    "errors": r"\.errors\b",
    "chained": r"\.chained\b",
    "once": r"\.once\b",
    "wrap": r"\.wrap\b",
    "length": r"\blength\b",
    "split": r"\bsubstream\(|[sS]plit\((?!\))|'split'",
    "methods": r"\bTold\('\w+', '\w",
    "moves": r"\bTold\('\w+', '[^']*', \{['\"]",
    "returns": r"\bTold\(.*['\"]return ",
    "executes": r"\bTold\(.*['\"](raise|transport =) ",
    "steps": r"\bTold\('\w+', '[^']*', \{.*(\[|['\"], )['\"](?!return |raise |transport = )",
}
"""The features by which lines of parts are chosen, and how a script shows that it uses them."""

STEPS: Final = re.compile(rf"\bstep\(|{_FEATURES['steps']}")
"""A line that needs `step`."""

_LARGE: Final = re.compile(r"\bfiller\(|\.wrap\b|\b(bytearray|memoryview|array|mmap)\b")
"""Moves that may bring what the timeline does not show by its repr."""

HEAD: Final = """import atexit
import io
import os
import tempfile
from array import array
from functools import partial
from twisted.internet import interfaces, process, reactor
from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.task import deferLater
from zope.interface import directlyProvides, providedBy"""
"""The imports from which a script takes those that its text needs."""

_FOR: Final = re.compile(r"  # (?:for: ([\w' ]+)|noqa.*|type: ignore.*)$")

source_of = cache(inspect.getsource)  # it reads and scans a file, and shrinking asks for it hundreds of times


def copied(used: set[str], moves: str, extra: Mapping[str, str], *, split: bool, processes: bool) -> list[str]:
    """Give the parts that a script needs, each with the lines that it needs.

    Args:
        used: the names of parts that its moves use.
        moves: its moves.
        extra: source text of further parts, by name.
        split: the subject has split a source.
        processes: the subject may start processes.
    """
    helpers = [text for name, text in extra.items() if name in used and name not in PARTS]
    features = _features(moves, "\n".join(helpers), split=split, processes=processes)
    texts = [pruned(text, features) for text in helpers]
    written = "written" in used or _LARGE.search(moves)
    if not written:
        texts = [_by_repr(text) for text in texts]
    for name in reversed(PARTS):  # a part uses only those before it
        called = rf"\b{name}\b" if name[0].isupper() else rf"\b{name}\(|\({name},"
        if name in used or any(re.search(called, text) for text in [*texts, moves]):
            part = pruned(source_of(getattr(reproducer_parts, name)), features)
            texts.insert(0, part if written else _by_repr(part))
    return [text + "\n" for text in texts]


def _by_repr(text: str) -> str:
    """Let a part write what came by its repr, which is what the timeline shows of little data."""
    return re.sub(r"\bwritten([(,])", r"repr\1", text)


def _features(moves: str, helpers: str, **others: bool) -> frozenset[str]:
    text = f"{moves}\n{helpers}"
    found = {name for name, sign in _FEATURES.items() if re.search(sign, text)}
    found |= set(re.findall(r"'\w+'", moves))
    found |= {name if wanted else f"no_{name}" for name, wanted in others.items()}
    return frozenset(found if "directlyProvides(" in text else found | {"adapted"})


@lru_cache(500)
def pruned(text: str, features: frozenset[str]) -> str:
    """Leave out the lines of a part, and the blocks below them, that are for other features only."""
    kept: list[str] = []
    left_out: int | None = None
    for line in text.splitlines():
        depth = len(line) - len(line.lstrip())
        if line and (left_out is None or depth <= left_out):
            mark = _FOR.search(line)
            wanted = mark and mark[1]
            left_out = depth if wanted and features.isdisjoint(wanted.split()) else None
        if left_out is None or (not line and kept[-1]):
            kept.append(_FOR.sub("", line))
    return "\n".join(kept).rstrip()


def head(text: str) -> list[str]:
    """Give the imports that a script's text needs."""
    words = set(re.findall(r"\w+", re.sub(r'""".*?"""', "", text, flags=re.DOTALL)))
    lines = []
    for line in HEAD.splitlines():
        source, _, names = line.rpartition("import ")
        wanted = [name for name in names.split(", ") if name in words]
        lines += [f"{source}import {', '.join(wanted)}"] if wanted else []
    return lines
