"""The time that a wait has spent, and when it has spent all that the watchdog gives it.

Strategy: no turn counts for longer than it should have taken: on a busy machine everybody waits longer, the children
too. So a wait is measured three ways: by its turns, by those in which only somebody outside could help, and by the
wall, which has the last word.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Final

TURN: Final = 0.01
"""Seconds that a turn may wait for something that is at work."""

_ENDLESS: Final = 20_000
"""Turns with nothing to wait for after which a wait has lasted for ever."""

_STARVED: Final = 10
"""Seconds of the wall for each second of the watchdog."""

_OUTSIDE: Final = 4
"""How much sooner a wait ends in which nothing is at work here, and only somebody outside could be."""


class Spent:
    """What one wait has spent.

    Args:
        watchdog: seconds that it has.
    """

    def __init__(self, watchdog: float) -> None:
        self._watchdog = watchdog
        self._limit = monotonic() + watchdog * _STARVED
        self._waited = self._outside = 0.0
        self._turns = 0

    @property
    def all(self) -> bool:
        """Whether nothing is left."""
        waited = max(self._waited, _OUTSIDE * self._outside)
        return waited > self._watchdog or self._turns > _ENDLESS or monotonic() > self._limit

    @contextmanager
    def turn(self, wait: float, *, rests: bool) -> Iterator[float]:
        """Count what the turn inside takes, and give how long it may wait.

        Args:
            wait: seconds that it may wait; 0 if there is nothing to wait for.
            rests: nothing is at work here; somebody outside could be.
        """
        before = monotonic()
        yield wait
        spent = min(wait or TURN, monotonic() - before)
        self._turns += not wait
        self._waited += spent
        self._outside = self._outside + spent if rests else 0.0
