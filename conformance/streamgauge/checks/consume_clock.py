"""Checks of the clauses in specs/consume.md about a reactor that is given."""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st
from twisted.internet.task import Clock

from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks.consume_draw import READY, many, moves
from streamgauge.checks.consume_peer import Link, waiting_input
from streamgauge.checks.consume_ways import begin, each
from streamgauge.checks.look import takes_a
from streamgauge.script import Script

NAME = "connectStream"
PIECES = 4
"""Pieces of a byte each."""


def _script(t: Bench) -> Script:
    return many(*t.draw(st.permutations(READY)), count=PIECES)


def _clock(t: Bench) -> Any:
    """Make a Clock that takes calls from threads as well, as a reactor does."""
    lines = ["from twisted.internet.task import Clock", "clock = Clock()"]
    lines.append("clock.callFromThread = lambda call, *args: clock.callLater(0, call, *args)")
    t.timeline.note("clock is Twisted's", "\n".join(lines))
    clock: Any = Clock()
    clock.callFromThread = lambda call, *args: clock.callLater(0, call, *args)
    return t.named("clock", clock)


def _turned_by_the_clock(t: Bench, clock: Any, name: str, passed: Callable[[], int]) -> None:
    """Let all happen but turns of the clock, which passes nothing on, then those too; `passed` counts the bytes."""
    had = passed()
    moves(t, 12)
    t.equal(passed() - had, 0, "bytes passed on in turns of another reactor than the one given:")
    _turns(t, clock, 8 * PIECES)
    t.equal(passed(), PIECES, f"bytes that {name} passed on in the turns of the clock:")


def _turns(t: Bench, clock: Any, count: int) -> None:
    """Advance the clock to its next call, so many times."""
    for _ in range(count):
        due = [call.getTime() - clock.seconds() for call in clock.getDelayedCalls()]
        wait = max(0, min(due, default=0))
        t.call(f"clock.advance({wait})", clock.advance, wait)


@each("consume_96", "consume_100", "consume_101", examples=0.2)
def takes_a_reactor(t: Bench, name: str) -> None:
    """Where a `reactor` is taken, give a clock: only its turns count."""
    if takes_a(t, name, "reactor"):
        clock = _clock(t)
        run = begin(t, name, _script(t), reactor=clock)
        _turned_by_the_clock(t, clock, name, lambda: len(b"".join(run.arrived())))


@check("consume_102", names=NAME, examples=0.3)
def connection_takes_a_reactor(t: Bench) -> None:
    """Where a `reactor` is taken, give a clock: only its turns count, for the input and for a lost connection."""
    if not takes_a(t, NAME, "reactor"):
        return
    clock = _clock(t)
    if t.draw(st.booleans()):
        link = Link(t, _script(t))
        link.connect(reactor=clock).out.ask()
        _turned_by_the_clock(t, clock, NAME, lambda: len(link.peer.content))
        return
    link = waiting_input(t)
    link.peer.on_lost = lambda _: None
    link.connect(reactor=clock)
    link.tell("loseConnection")
    told = len(link.peer.reasons)
    t.run()
    t.equal(len(link.peer.reasons), told, "without a turn of the clock, calls of connectionLost:")
    _turns(t, clock, 12)
    t.equal(len(link.peer.reasons), 1, "after turns of the clock, calls of connectionLost:")
