"""Turning the real reactor until something happened, or nothing can happen any more.

Strategy: a hang is a fact, not a time: no delayed call, no call from a thread, no child process at work, no thread that
does anything, no descriptor ready. A child that sleeps is no more at work than a Deferred that waits. Only where
one of these stays for ever does the watchdog end the wait, and it says so. The reactor is used only if somebody has
imported it; how it is turned depends on who runs it, see `turning`.
"""

import select
import sys
from collections.abc import Callable
from typing import Any, Final

from twisted.internet import process as twisted_process

from streamgauge.children import asleep, children
from streamgauge.guard import breathe
from streamgauge.loops import Loop
from streamgauge.spent import TURN, Spent
from streamgauge.threads import Watch, others
from streamgauge.turning import Way, descriptor_ready, find_way, loop_of

QUIET_TURNS: Final = 3
"""Turns in a row without anything ready after which nothing is going to come."""

ASLEEP_TURNS: Final = 12
"""The same while there are child processes, all of which have to be asleep in each of these turns."""

DELAYED_TURNS: Final = 1_000
"""Turns for what an example left to happen, as far as delayed calls keep it alive."""

_GLANCE: Final = 0.001
"""Seconds in which a thread that was given work can take it: it needs the interpreter for that."""

_SOON: Final = frozenset({"a delayed call", "a call from a thread", "a call of the event loop"})
"""What no descriptor has to tell of."""


class Pump:
    """The reactor, turned step by step.

    Attributes:
        gave_up: the watchdog had to end a wait.
        note: called before each turn of `until` in which something can happen.

    Args:
        watchdog: seconds after which a wait that never becomes quiet is given up.
    """

    def __init__(self, watchdog: float = 20.0) -> None:
        self.watchdog = watchdog
        self.gave_up = False
        self.note: Callable[[], object] = _nothing
        self._way: Way | None = None
        self._loop: Loop | None = None
        self._begun = self._queued() if self.reactor is not None and self.reactor.running else 0
        self._calls_before = self._delayed()
        self._threads = Watch()
        self._children_before = children()
        self._pool_before = self._pool
        self._asyncio()

    @property
    def reactor(self) -> Any:
        """The installed reactor, or None if nobody imported one."""
        module = sys.modules.get("twisted.internet.reactor")
        return None if module is None or not hasattr(module, "iterate") else module

    @property
    def _pool(self) -> Any:
        """The reactor's thread pool, or None if nobody used it."""
        return getattr(self.reactor, "threadpool", None)

    def _delayed(self) -> list[Any]:
        reactor = self.reactor
        return [] if reactor is None else list(reactor.getDelayedCalls())

    def _new_calls(self) -> list[Any]:
        return [call for call in self._delayed() if not any(call is before for before in self._calls_before)]

    def _queued(self) -> int:
        return len(getattr(self.reactor, "threadCallQueue", ()))

    def _asyncio(self) -> Loop | None:
        """Give the asyncio loop that drives the reactor, if one does."""
        if self._loop is None and (loop := loop_of(self.reactor)) is not None:
            self._loop = Loop(loop)
        return self._loop

    @property
    def _own_timer(self) -> object:
        """The timer of an asyncio loop by which the reactor makes its delayed calls."""
        return getattr(self.reactor, "_timerHandle", None)

    def _children(self) -> frozenset[int]:
        return children() - self._children_before

    def busy(self) -> str:
        """Say what may still make something happen; empty when nothing can."""
        reactor = self.reactor
        if working := self._threads.working():
            return f"thread {working}"
        if reactor is None:
            return ""
        if self._new_calls():
            return "a delayed call"
        if getattr(self._pool, "working", ()):
            return "a thread of the reactor's pool"
        if self._queued() > self._begun:
            return "a call from a thread"
        loop = self._asyncio()
        if loop is not None and loop.ready():
            return "a call of the event loop"
        if loop is not None and loop.timers(self._own_timer):
            return "a timer of the event loop"
        if not all(map(asleep, self._children())):
            return "a child process"
        return "a ready descriptor" if descriptor_ready(reactor) else ""

    def turn(self, wait: float = 0.0) -> None:
        """Let the reactor do what is ready; wait up to `wait` seconds for a descriptor."""
        reactor = self.reactor
        if reactor is None:
            if wait:
                select.select([], [], [], wait)
            return
        if twisted_process.reapProcessHandlers:
            twisted_process.reapAllProcesses()
        if self._way is None:
            self._way = find_way(reactor, self._asyncio(), self._begun)
        self._way.turn(wait)

    def until(self, done: Callable[[], bool], *, outside: bool = False) -> str:
        """Turn until `done()`, or until nothing can happen any more.

        Args:
            done: asked after every turn.
            outside: wait for what may come from outside this process, or from a thread that sleeps, too.

        Returns:
            Empty when done; "quiet" when nothing is left that could make it so; "watchdog" when the wait was given up.
        """
        quiet, spent = 0, Spent(self.watchdog)
        while not done():
            if busy := self.busy():
                self.note()
            rests = outside and not busy and self._from_outside()
            quiet = 0 if busy or rests else quiet + 1
            if quiet > self._patience():
                return "quiet"
            if spent.all:
                self.gave_up = True
                return "watchdog"
            breathe()
            with spent.turn(self._wait(busy), rests=rests) as wait:
                self.turn(wait)
        return ""

    def _patience(self) -> int:
        if self.reactor is None:
            return 0
        return ASLEEP_TURNS if self._children() else QUIET_TURNS

    def _wait(self, busy: str) -> float:
        """Say how long the next turn may wait, in seconds: not at all if nothing from outside could end the wait."""
        if busy in _SOON:
            timeout = self.reactor.timeout()
            return min(TURN, timeout) if timeout is not None else 0.0
        if busy == "a timer of the event loop":
            assert self._loop is not None
            return min(TURN, self._loop.wait(self._own_timer))
        if busy or self._children() or self._watched():
            return TURN
        return _GLANCE if others() else 0.0

    def _watched(self) -> bool:
        """Tell whether the reactor watches a descriptor other than those by which it wakes itself."""
        own = getattr(self.reactor, "_internalReaders", ())
        watched = [*getattr(self.reactor, "getReaders", list)(), *getattr(self.reactor, "getWriters", list)()]
        return any(selectable not in own for selectable in watched)

    def _from_outside(self) -> bool:
        return self._watched() or bool(self._children()) or self._threads.asleep()

    def empty(self) -> None:
        """Turn until nothing can happen any more; calls that delay others for ever are cancelled after a while."""
        turns = 0
        self.note = _nothing

        def enough() -> bool:
            nonlocal turns
            turns += self.busy() in {*_SOON, "a timer of the event loop"}
            return self.gave_up or turns > DELAYED_TURNS

        self.until(enough)
        timers = self._loop.timers(self._own_timer) if self._loop is not None else []
        for call in (*filter(_active, self._new_calls()), *timers):
            call.cancel()

    def stop(self) -> None:
        """Give the reactor back as it was found: not running, if it was started here, and without a thread pool.

        Nobody else would stop that: its threads, which wait for work, would keep the process from its end.
        """
        way, self._way = self._way, None
        if way is not None:
            way.stop()
        pool = self._pool
        if pool is not None and pool is not self._pool_before and not self.reactor.running and not pool.working:
            self.reactor._stopThreadPool()  # noqa: SLF001 - there is no other way, and trial goes it too


def _nothing() -> None:
    pass


def _active(call: Any) -> bool:
    return bool(call.active())
