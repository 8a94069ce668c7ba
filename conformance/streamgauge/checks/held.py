"""What is still held of a long stream that was read and dropped.

Strategy: no clock. All pieces of the stream are one object, so whoever keeps one of them, or a view of it, shows in the
number of its references; whoever keeps copies shows in the memory that code outside the kit has taken, by tracemalloc,
since the first pieces were read: by then what is set up once is there, a reactor for one.
"""

import gc
import sys
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from streamgauge.answers import Data
from streamgauge.bench import Bench
from streamgauge.checks.copies import rough, traced
from streamgauge.checks.stream_parts import PIECE
from streamgauge.content import filler
from streamgauge.guard import of_others
from streamgauge.reader import Reader

COUNT: Final = 250
"""Pieces of a long stream: twice of what may be held of it."""

FIRST: Final = 10
"""Pieces that are read before memory counts."""

MOST: Final = 1 << 20
"""Bytes that may be held of a long stream: a block of half as many, and a copy of it."""

_LEAST: Final = 128
"""Bytes that a read gives at least, on the average: smaller pieces would take too many reads here."""


_BLOCK: Final = 1024
"""Bytes of the least block that counts: turns of a reactor leave many small ones, how many depends on the machine."""


class Held:
    """Counts what is held outside the kit of a stream in which `piece` comes again and again.

    Attributes:
        piece: the one piece; a script has to hold it in one step, which comes again and again.
    """

    def __init__(self, piece: bytes) -> None:
        self.piece = piece
        self._used = sys.getrefcount(self.piece)
        self._taken = 0

    def begin(self) -> None:
        """Leave out the memory that is taken by now."""
        self._taken = _taken()

    def little(self, t: Bench, given: int) -> None:
        """Ask that no more than a window is held of so many bytes that were given."""
        taken = _taken() - self._taken  # first: it collects what is garbage
        count = (sys.getrefcount(self.piece) - self._used) * PIECE + taken
        seen = f"more than {rough(count, MOST)} bytes are held of {given} that were given and dropped"
        t.true(count <= MOST, seen, f"at most {MOST} are held")


def _taken() -> int:
    """Count the memory that is taken for data: in large blocks, neither by the kit nor by the standard library.

    The latter takes some when a module is imported, or when the table of all interned strings grows.
    """
    gc.collect()
    blocks = [trace for trace in tracemalloc.take_snapshot().traces if trace.size >= _BLOCK]
    return sum(block.size for block in blocks if of_others(block.traceback[-1].filename))


@contextmanager
def held(piece: bytes = b"") -> Iterator[Held]:
    """Count what is held while a long stream, of this piece or any, is made and read in the block."""
    with traced():
        yield Held(piece or filler(PIECE))


def nothing_is_held(t: Bench, s: Reader, kept: Held) -> None:
    """Read a stream of `COUNT` pieces away, but not its end, and ask that no more than a window is held of it."""
    given = _read_away(t, s, FIRST * PIECE)
    kept.begin()
    given += _read_away(t, s, COUNT * PIECE - given) if given >= FIRST * PIECE else 0
    if given < COUNT * PIECE:
        t.lacks("it gives so small pieces that a long stream takes too many reads")
        return
    kept.little(t, given)


def _read_away(t: Bench, s: Reader, size: int) -> int:
    """Read at least so many bytes, unless the stream ends or it takes too long, and keep nothing.

    Returns:
        How many came.
    """
    given = 0
    for _ in range(size // _LEAST):
        if given >= size:
            break
        ticket = s.ask()
        answer = t.settle(ticket)
        if not isinstance(answer, Data):
            break
        given += len(answer.content)
        ticket.row.seen = f"{len(answer.content)} bytes"
        t.tickets.clear()
        del ticket, answer
    return given
