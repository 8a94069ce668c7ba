"""A small stack: how much deeper a subject may go, whatever the limit in force is.

Strategy: the limit in force is the user's, and Hypothesis raises it while a test runs; so every example gets its own,
and a stream whose stack grows with the number of pieces is found with a thousand of them.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

LEVELS = 700
"""Levels of the stack that an example can do with."""


@contextmanager
def shallow() -> Iterator[None]:
    """Leave `LEVELS` levels of the stack, beyond those in use, to what is called inside the block.

    A call that needs more raises RecursionError.
    """
    before = sys.getrecursionlimit()
    frame = sys._getframe()  # noqa: SLF001 - the only way to count the levels in use
    depth = 0
    while frame is not None:
        depth += 1
        frame = frame.f_back  # type: ignore[assignment]
    sys.setrecursionlimit(depth + LEVELS)
    try:
        yield
    finally:
        sys.setrecursionlimit(before)
