"""What several checks of byte streams share."""

from hypothesis import strategies as st

from streamgauge.answers import Answer, Data, Returned
from streamgauge.bench import Bench
from streamgauge.reader import Reader
from streamgauge.script import SourceError
from streamgauge.stack import LEVELS
from streamgauge.ticket import Ticket
from streamgauge.timeline import show

ERROR = SourceError("the source fails here")

OWED = 3
"""Bytes that a failing source has promised beyond those it gave."""

SPLITS = LEVELS + 100
"""Nested splits at which the stack overflows, if each takes a level."""


def a_point(t: Bench, size: int) -> int:
    """Draw a split point: the edges first."""
    return t.draw(st.one_of(st.sampled_from([0, size, size // 2]), st.integers(0, size)))


def number(length: object) -> int | None:
    """Give the plain number that a length is; None if it is none (whether it may be is bytestream_15's matter)."""
    return int(length) if isinstance(length, int) and not isinstance(length, bool) and length >= 0 else None


def well_formed(length: object) -> bool:
    """Tell whether this is what a length may be: None or an int >= 0."""
    return length is None or number(length) is not None


def counts(t: Bench, length: object, promised: int, what: str) -> None:
    """Compare a length, if it is a number."""
    t.true(number(length) in {None, promised}, f"{what} {show(length)}", f"{what} {promised}")


def gives(t: Bench, half: Reader, content: bytes) -> None:
    """Read a half to its end: it has to give this content, and then None."""
    drained = half.drain()
    t.equal(drained.content, content, f"{half.name} gives")
    t.expect(drained.last, None, promised=f"{half.name} ends after its last byte")


def interleave(t: Bench, halves: tuple[Reader, Reader], order: list[int]) -> tuple[list[bytes], list[Answer]]:
    """Read both halves to their ends: first asking in the given order without waiting, then before, then after."""
    got: list[bytes] = [b"", b""]
    ended: dict[int, Answer] = {}
    outstanding: dict[int, Ticket] = {}

    def settle(which: int) -> None:
        answer = t.settle(outstanding.pop(which))
        if isinstance(answer, Data):
            got[which] += answer.content
        else:
            ended[which] = answer

    for which in order:
        if which in outstanding and (which == 0 or 0 in ended):
            settle(which)
        elif which not in outstanding and which not in ended:
            outstanding[which] = halves[which].ask()
    for which in (0, 1):
        for _ in range(t.patience()):
            if which in ended:
                break
            if which not in outstanding:
                outstanding[which] = halves[which].ask()
            settle(which)
    return got, [ended.get(which, Returned("no end")) for which in (0, 1)]
