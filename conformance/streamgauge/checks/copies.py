"""Counting copies: how much memory a task of many steps takes, step by step.

Strategy: no clock. Copies are counted as the memory that is taken while a call works, by tracemalloc: the sum of its
peaks over all the steps of a task. A task that copies what it holds at every step takes the square of its size; the
bound stands far above what grows with the size and far below its square.
"""

import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager

from streamgauge.bench import Bench

STEP = 12_000
"""Bytes of memory that one step of a task may take besides copies of data: its Deferreds, frames and rows."""


class Taken:
    """Adds up the memory that each step takes, at its highest.

    Attributes:
        total: bytes so far.
    """

    def __init__(self) -> None:
        self.total = 0
        self._base = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()

    def step(self) -> None:
        """End one step and begin the next."""
        now, peak = tracemalloc.get_traced_memory()
        self.total += peak - self._base
        self._base = now
        tracemalloc.reset_peak()


@contextmanager
def traced() -> Iterator[Taken]:
    """Count the memory taken; a trace that runs already is left running."""
    running = tracemalloc.is_tracing()
    if not running:
        tracemalloc.start()
    try:
        yield Taken()
    finally:
        if not running:
            tracemalloc.stop()


def bounded(t: Bench, taken: Taken, size: int, steps: int, what: str, quarter: Taken | None = None) -> None:
    """Ask that a task of this size in this many steps took no more than a multiple of both.

    A step may be dear for reasons of its own, such as a thread for each piece: where it is known what a `quarter` of
    the task took, little more than four times as much is enough, too.
    """
    most = enough = 16 * size + STEP * steps
    if quarter is not None:
        enough = max(most, 4 * quarter.total + 16 * size + STEP * steps // 6)
    t.true(
        taken.total <= enough,
        f"{what} took more than {rough(taken.total, most)} bytes of memory, step by step",
        f"at most {most}: a multiple of {size} bytes and {steps} steps",
    )


def rough(measured: int, most: int) -> int:
    """Give a number below what was measured, and not below what is allowed, that is the same in every run.

    What is measured of memory differs by some bytes from run to run.
    """
    return max(most, 1 << max(0, measured.bit_length() - 1))
