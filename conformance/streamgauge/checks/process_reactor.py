"""Checks of the clauses in specs/process.md about a reactor that is given."""

from typing import Any

from zope.interface import directlyProvides, providedBy

from streamgauge.bench import Bench
from streamgauge.checks.look import takes_a
from streamgauge.checks.process_parts import ECHO, NAME, Process, on_process
from streamgauge.script import Script


class Passing:
    """A reactor that passes everything on to another one.

    Args:
        reactor: the other one.

    Attributes:
        asked: names of what it was asked for.
    """

    def __init__(self, reactor: "Any") -> None:
        self.asked: list[str] = []
        self._reactor = reactor
        directlyProvides(self, *providedBy(reactor))

    def __getattr__(self, name: str) -> "Any":
        """Pass it on."""
        self.asked.append(name)
        return getattr(self._reactor, name)


@on_process("process_60")
def takes_a_reactor(t: Bench) -> None:
    """Where a `reactor` is taken, give one that passes everything on to the running one."""
    if not takes_a(t, NAME, "reactor"):
        return
    from twisted.internet import reactor

    t.copy(Passing)
    t.timeline.note("given passes everything on", "from twisted.internet import reactor\ngiven = Passing(reactor)")
    given = t.named("given", Passing(reactor))
    p = Process(t, ECHO, Script.of(b"input"), reactor=given).run()
    p.gives(p.out, b"input")
    t.true(given.asked, "given was asked for nothing", "the given reactor is used")
