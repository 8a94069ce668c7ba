"""The kit's producers, which write down what they are told, and what its consumers are made of.

Strategy: a recorder may act from inside a call, by a function that the check gives it; it compares nothing.
"""

from collections.abc import Callable

from twisted.internet.interfaces import IPullProducer, IPushProducer
from zope.interface import implementer

from streamgauge.bench import Bench
from streamgauge.checks.moves import Moves

RUNAWAY = 2_000
"""Calls of a producer after which it raises, so that a subject which calls for ever comes to an end."""


class Told:
    """What was called, in order.

    Attributes:
        told: the names of the methods called.
        on: what to do from inside a call of that name.
        most: calls after which it raises.
    """

    most = RUNAWAY

    def __init__(self, moves: Moves, name: str) -> None:
        self.told: list[str] = []
        self.on: dict[str, Callable[[], object]] = {}
        self._moves = moves
        moves.introduce(self, name)
        self.name = moves.name

    def count(self, what: str) -> int:
        """How often this was called."""
        return self.told.count(what)

    def hear(self, what: str, *given: object) -> None:
        """Record a call and do what is to be done inside it."""
        self.told.append(what)
        if len(self.told) > self.most:
            raise RuntimeError(f"{what}() is called again and again")
        self._moves.inside(what, self.on.get(what, _nothing), *given)


def _nothing() -> None:
    pass


class _Producer(Told):
    """The methods of both kinds of producers; a pull producer must not be told to pause, so that is recorded too."""

    def __init__(self, t: Bench, kind: str, interface: str) -> None:
        methods = "pauseProducing resumeProducing stopProducing"
        super().__init__(Moves(t, f"{kind} that records what it is told", methods, interface), "producer")

    def pauseProducing(self) -> None:
        """Hear it."""
        self.hear("pauseProducing")

    def resumeProducing(self) -> None:
        """Hear it."""
        self.hear("resumeProducing")

    def stopProducing(self) -> None:
        """Hear it."""
        self.hear("stopProducing")


@implementer(IPushProducer)
class Push(_Producer):
    """A push producer."""

    def __init__(self, t: Bench) -> None:
        super().__init__(t, "a push producer", "IPushProducer")


@implementer(IPullProducer)
class Pull(_Producer):
    """A pull producer."""

    def __init__(self, t: Bench) -> None:
        super().__init__(t, "a pull producer", "IPullProducer")
