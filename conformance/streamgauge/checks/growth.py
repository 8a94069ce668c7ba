"""What must not grow with a stream: a window of any fixed size is bounded."""

from collections.abc import Callable
from typing import Final

from streamgauge.bench import Bench

TIMES: Final = 8
"""How many times as many pieces the longer stream has."""


def does_not_grow(t: Bench, count: int, measure: Callable[[int], int], most: int, what: str) -> None:
    """Ask that little is held of a stream, or of one that is several times as long not nearly as much more.

    Args:
        t: the bench of the example.
        count: pieces of the stream.
        measure: makes a stream of so many pieces, uses it, and gives what is held of it.
        most: what may be held however short the stream is.
        what: what was measured, with its unit.
    """
    t.exercised = True
    held = measure(count)
    if held <= most:
        return
    more = measure(TIMES * count)
    t.true(
        more <= TIMES // 2 * held,
        f"of {count} pieces {held} {what}, of {TIMES * count} {more}",
        f"at most {most}, or a number that does not grow with the stream",
    )


def given_so_far(t: Bench) -> int:
    """Count the bytes that all sources have given."""
    return sum(source.given for source in t.sources)
