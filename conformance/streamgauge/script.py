"""Scripts: what a scripted source does, read by read, and how Hypothesis draws one.

Strategy: one generator for all stems; a check narrows it by arguments and never filters what was drawn. A script is a
plain value that prints as the code that makes it, so that a counterexample can be read.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cache
from itertools import groupby
from typing import Final

from hypothesis import strategies as st

from streamgauge.content import ALPHABET, EDGES, brief, contents, filler

SHORT: Final = 8
"""Bytes of each piece of a script that has many."""


class When(Enum):
    """When a read is answered: at once, by a fired Deferred, or by a Deferred which the kit fires later."""

    NOW = "now"
    FIRED = "fired"
    PENDING = "pending"


class SourceError(Exception):
    """The error of a source that fails because its script says so."""


@dataclass(frozen=True, slots=True)
class Step:
    """The answer to one read.

    Attributes:
        data: the bytes given, or None for a failure with `SourceError`.
        when: how the answer comes.
    """

    data: bytes | None
    when: When = When.NOW

    def __repr__(self) -> str:
        data = "FAIL" if self.data is None else brief(self.data)
        return data if self.when is When.NOW else f"{self.when.value} {data}"


@dataclass(frozen=True, slots=True)
class Script:
    """Everything a scripted source will do.

    Attributes:
        steps: the answers in order; after a failing one the same failure comes again.
        end: how the final None comes.
        known: True if the source tells its `length`.
        lie: bytes that the told length promises beyond those that come before the end or the failure; negative
            if more bytes come than it tells.
    """

    steps: tuple[Step, ...]
    end: When = When.NOW
    known: bool = True
    lie: int = 0
    data: bytes = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Join the bytes that come before the first failure, once."""
        pieces = []
        for step in self.steps:
            if step.data is None:
                break
            pieces.append(step.data)
        object.__setattr__(self, "data", b"".join(pieces))

    @property
    def fails(self) -> bool:
        """True if a read of this source fails before its end."""
        return any(step.data is None for step in self.steps)

    @property
    def waits(self) -> bool:
        """True if an answer comes by a Deferred that is not fired yet."""
        return self.end is When.PENDING or any(step.when is When.PENDING for step in self.steps)

    def code(self) -> str:
        """Write the call that makes such a source in a reproducer."""
        steps = _listed(
            f"({'None' if step.data is None else brief(step.data)}, {step.when.value!r})" for step in self.steps
        )
        end = "" if self.end is When.NOW else f", end={self.end.value!r}"
        length = f", length={len(self.data) + self.lie}" if self.known else ""
        return f"Source({steps}{end}{length})"

    def told(self, name: str) -> str:
        """Write what a source of this script does for a timeline."""
        end = "" if self.end is When.NOW else f", end={self.end.value}"
        length = "" if self.known else ", length unknown"
        if self.known and self.lie:
            more = f"{self.lie} more" if self.lie > 0 else f"{-self.lie} fewer"
            length = f", length {len(self.data) + self.lie}: {more} than it gives"
        return f"{name} gives {_listed(map(repr, self.steps))}{end}{length}"

    def long(self, pieces: int) -> "Script":
        """Make the script that gives these pieces over and over, the first bytes of each, until there are so many."""
        if not pieces or not self.steps:
            return self
        short = tuple(replace(step, data=step.data and step.data[:SHORT]) for step in self.steps)
        return replace(self, steps=short * (1 + pieces // len(short)))

    @classmethod
    def of(cls, *chunks: bytes, when: When = When.NOW, known: bool = True) -> "Script":
        """Make the script that gives these chunks, all in one manner."""
        return cls(tuple(Step(chunk, when) for chunk in chunks), end=when, known=known)


def _listed(items: Iterable[str]) -> str:
    """Write a list in Python, what comes many times in a row as a product."""
    parts = []
    for item, same in groupby(items):
        count = len(list(same))
        parts += [f"*{count} * [{item}]"] if count > 3 else [item] * count
    return f"[{', '.join(parts)}]"


@cache
def chunks(max_chunks: int = 6, *, empty: bool = True) -> st.SearchStrategy[list[bytes]]:
    """Draw the pieces in which a content comes; `empty` admits empty pieces."""
    piece = contents(8, large=False, min_size=0 if empty else 1)
    return st.lists(piece, max_size=max_chunks)


@cache
def counts() -> st.SearchStrategy[int]:
    """Draw how many pieces a script is to have at least: as a rule it has few, but some streams count them."""
    return st.sampled_from([0, 0, 0, 300])


@cache
def whens(*, pending: bool = True) -> st.SearchStrategy[When]:
    """Draw how one answer comes; the simplest is at once."""
    return st.sampled_from(list(When) if pending else [When.NOW, When.FIRED])


@cache
def scripts(
    *,
    max_chunks: int = 6,
    empty: bool = True,
    fails: bool = False,
    known: bool | None = None,
    min_chunks: int = 0,
    large: bool | int = False,
) -> st.SearchStrategy[Script]:
    """Draw a script, in a single draw: one byte for its manner and one for each step, 0 being the simplest.

    Args:
        max_chunks: most data answers.
        empty: admit empty chunks.
        fails: end with a failing read instead of None.
        known: fix whether the length is told; None draws it.
        min_chunks: fewest data answers.
        large: admit pieces of the sizes in `EDGES`; a number keeps them to that many bytes.
    """
    pieces = _pieces(empty=empty, largest=EDGES[-1] if large is True else large)
    manner = tuple(When)

    def spell(drawn: bytes) -> Script:
        first, *rest = drawn
        steps = [Step(pieces[code // 3], manner[code % 3]) for code in rest]
        if fails:
            steps.append(Step(None, manner[first // 3 % 3]))
        told = first // 9 % 2 == 0 if known is None else known
        return Script(tuple(steps), end=manner[first % 3], known=told)

    return st.binary(min_size=1 + min_chunks, max_size=1 + max_chunks).map(spell)


def _pieces(*, empty: bool, largest: int) -> list[bytes]:
    """List the 86 pieces that one byte of a drawn script can stand for, the simplest first."""
    single = [b"a", b"0", *(bytes([letter]) for letter in b"\r\n\x00\xff 1"), b"\r\n"]
    pairs = [bytes([one, other]) for one in b"a\r\n\x00\xff" for other in b"b\r\n\x00\xff"]
    longer = [
        bytes(ALPHABET[(number * 7 + at * (1 + number % 5)) % len(ALPHABET)] for at in range(3 + number % 6))
        for number in range(86)
    ]
    pieces = [piece for piece in dict.fromkeys([*single, *pairs, *longer]) if piece]
    for at in range(1, 86, 7) if empty else ():
        pieces.insert(at, b"")
    fillers = [filler(size) for size in EDGES if 2 < size <= largest]
    return pieces[: 86 - len(fillers)] + fillers
