"""The kit's producers, which write down what they are told, and what its consumers are made of.

Strategy: a recorder may act from inside a call, by a function that the check gives it; it compares nothing. What it did
from inside stands in the reproducer as the moves of its stand-in there (`producer_script`).
"""

from collections.abc import Callable

from twisted.internet.interfaces import IPullProducer, IPushProducer
from zope.interface import implementer

from streamgauge.bench import Bench
from streamgauge.checks import producer_script as script

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

    def __init__(self, t: Bench, kind: str, name: str, interface: str) -> None:
        self.told: list[str] = []
        self.on: dict[str, Callable[[], object]] = {}
        self.name = t.timeline.name(name)
        self._timeline = t.timeline
        self._interface = interface
        self._moves: dict[str, dict[int, list[str]]] = {}
        t.copy(script.Told)
        t.timeline.note(f"{self.name} is {kind} that records what it is told", " ")
        self._row = t.timeline.rows[-1]
        self._write_script()
        t.named(self.name, self)

    def count(self, what: str) -> int:
        """How often this was called."""
        return self.told.count(what)

    def hear(self, what: str) -> None:
        """Record a call and do what is to be done inside it."""
        self.told.append(what)
        self._timeline.note(f"{self.name}.{what}() is called")
        if len(self.told) > self.most:
            raise RuntimeError(f"{what}() is called again and again")
        if what not in self.on:
            return
        first = len(self._timeline.rows)
        number = self.count(what)
        try:
            self.on[what]()
        except BaseException as error:
            raised = f"RuntimeError('{self.name} fails here')" if isinstance(error, Exception) else repr(error)
            self._moved(what, number, [f"raise {raised}"])
            raise
        finally:
            self._moved(what, number, self._inside(first))

    def _inside(self, first: int) -> list[str]:
        """Take the moves made since row `first` out of the script: they are made from inside the call."""
        lines = []
        for row in self._timeline.rows[first:]:
            if row.code:
                lines.append(row.call)
                row.code = False
        return lines

    def _moved(self, what: str, number: int, lines: list[str]) -> None:
        if lines:
            calls = self._moves.setdefault(what, {})
            calls[number] = lines + calls.get(number, [])
            self._write_script()

    def _write_script(self) -> None:
        self._row.script = f"{self.name} = Told({self.name!r}, {self._interface!r}, {self._moves!r})"


class _Producer(Told):
    """The methods of both kinds of producers; a pull producer must not be told to pause, so that is recorded too."""

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
        super().__init__(t, "a push producer", "producer", "IPushProducer")


@implementer(IPullProducer)
class Pull(_Producer):
    """A pull producer."""

    def __init__(self, t: Bench) -> None:
        super().__init__(t, "a pull producer", "producer", "IPullProducer")
