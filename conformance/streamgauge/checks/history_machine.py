"""What the machines behind whole histories share: moves that are drawn from those that are possible.

Strategy: a machine holds the subject, a model of it and a method for each move. It draws one possible move after the
other, so that a short history is a full one, and looks after each of them at what must hold all the time.
"""

from typing import Final

from hypothesis import strategies as st

from streamgauge.answers import Answer, Data, End
from streamgauge.bench import Bench
from streamgauge.script import SourceError

SHORTEST: Final = 6
LONGEST: Final = 16
"""Moves of a history; short ones are what other clauses are about."""

BROKEN = SourceError("the source fails here")
"""The error of a scripted source."""

FAILS: Final = st.sampled_from([False, False, False, True])
"""Whether a source fails: a history that goes on shows more."""


class Machine:
    """Something that moves are made on, each a method of its own."""

    def __init__(self, t: Bench) -> None:
        self.t = t

    def can(self, move: str) -> bool:
        """Tell whether a move is possible now."""
        del move
        return True

    def sound(self) -> None:
        """Look at what shows after every move."""

    def play(self, *moves: str, least: int = SHORTEST, most: int = LONGEST) -> None:
        """Make a drawn number of drawn moves, each one of those that are possible; more likely one named twice."""
        for _ in range(self.t.draw(st.integers(least, most))):
            possible = [move for move in moves if self.can(move)]
            if not possible:
                return
            getattr(self, self.t.draw(st.sampled_from(possible)))()
            self.sound()


def next_of(t: Bench, answer: Answer, owed: bytes) -> tuple[bytes, bool]:
    """Compare one answer with the bytes that are owed; give what is owed after it, and whether it was the end."""
    if isinstance(answer, Data):
        t.true(owed.startswith(answer.content), f"a read gives {answer}", f"the next of {t.text(owed)}")
        return owed[len(answer.content) :], False
    t.true(isinstance(answer, End) and not owed, f"a read gives {answer}", f"the next of {t.text(owed)}, then None")
    return b"", True
