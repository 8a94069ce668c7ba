"""Turning the real reactor until something happened, or nothing can happen any more.

Strategy: a hang is a fact, not a time: no delayed call, no call from a thread, no child process at work, no thread that
was not there before, no descriptor ready. A child that sleeps is no more at work than a Deferred that waits. Only where
one of these stays for ever does the watchdog end the wait, and it says so. The reactor is used only if somebody has
imported it; a reactor that somebody else runs is not started again, and one that was started here is put back so that
others can run it.
"""

import contextlib
import select
import sys
import threading
from collections.abc import Callable
from time import monotonic
from typing import Any, Final

from twisted.internet import process as twisted_process

from streamgauge.children import asleep

QUIET_TURNS: Final = 3
"""Turns in a row without anything ready after which nothing is going to come."""

ASLEEP_TURNS: Final = 12
"""The same while there are child processes, all of which have to be asleep in each of these turns."""

ENDLESS_TURNS: Final = 20_000
"""Turns in a row without anything to wait for after which a wait is given up as the watchdog would."""

DELAYED_TURNS: Final = 1_000
"""Turns for what an example left to happen, as far as delayed calls keep it alive."""

_TURN: Final = 0.01


class Pump:
    """The reactor, turned step by step.

    Attributes:
        gave_up: the watchdog had to end a wait.

    Args:
        watchdog: seconds after which a wait that never becomes quiet is given up.
    """

    def __init__(self, watchdog: float = 20.0) -> None:
        self.watchdog = watchdog
        self.gave_up = False
        self._started: Any = None
        self._calls_before = set(map(id, self._delayed()))
        self._threads_before = set(threading.enumerate())
        self._children_before = set(twisted_process.reapProcessHandlers)

    @property
    def reactor(self) -> Any:
        """The installed reactor, or None if nobody imported one."""
        module = sys.modules.get("twisted.internet.reactor")
        return None if module is None or not hasattr(module, "iterate") else module

    def _delayed(self) -> list[Any]:
        reactor = self.reactor
        return [] if reactor is None else list(reactor.getDelayedCalls())

    def _children(self) -> list[int]:
        return [pid for pid in twisted_process.reapProcessHandlers if pid not in self._children_before]

    def _ready(self) -> bool:
        reactor = self.reactor
        poll = select.poll()
        for kind, event in (("getReaders", select.POLLIN), ("getWriters", select.POLLOUT)):
            for selectable in getattr(reactor, kind, list)():
                with contextlib.suppress(Exception):
                    poll.register(selectable.fileno(), event)
        return bool(poll.poll(0))

    def busy(self) -> str:
        """Say what may still make something happen; empty when nothing can."""
        reactor = self.reactor
        alive = [t for t in threading.enumerate() if t not in self._threads_before and not _idle(t)]
        if alive:
            return f"thread {alive[0].name}"
        if reactor is None:
            return ""
        if any(id(call) not in self._calls_before for call in self._delayed()):
            return "a delayed call"
        if getattr(getattr(reactor, "threadpool", None), "working", ()):
            return "a thread of the reactor's pool"
        if getattr(reactor, "threadCallQueue", ()):
            return "a call from a thread"
        if not all(map(asleep, self._children())):
            return "a child process"
        return "a ready descriptor" if self._ready() else ""

    def turn(self, wait: float = 0.0) -> None:
        """Let the reactor do what is ready; wait up to `wait` seconds for a descriptor."""
        reactor = self.reactor
        if reactor is None:
            if wait:
                select.select([], [], [], wait)
            return
        if twisted_process.reapProcessHandlers:
            twisted_process.reapAllProcesses()
        foreign = sys.modules.get("pytest_twisted")
        if reactor.running and self._started is not reactor and foreign is not None:
            _turn_foreign(foreign, reactor, wait)
            return
        if not reactor.running:
            reactor.startRunning(installSignalHandlers=False)
            self._started = reactor
        reactor.iterate(wait)

    def until(self, done: Callable[[], bool]) -> str:
        """Turn until `done()`, or until nothing can happen any more.

        Args:
            done: asked after every turn.

        Returns:
            Empty when done; "quiet" when nothing is left that could make it so; "watchdog" when the wait was given up.
        """
        quiet = turns = 0
        limit = monotonic() + self.watchdog
        while not done():
            busy = self.busy()
            quiet = 0 if busy else quiet + 1
            if quiet > self._patience():
                return "quiet"
            wait = self._wait(busy)
            turns += not wait
            if monotonic() > limit or turns > ENDLESS_TURNS:
                self.gave_up = True
                return "watchdog"
            self.turn(wait)
        return ""

    def _patience(self) -> int:
        if self.reactor is None:
            return 0
        return ASLEEP_TURNS if self._children() else QUIET_TURNS

    def _wait(self, busy: str) -> float:
        """Say how long the next turn may wait, in seconds: not at all if nothing from outside could end the wait."""
        if busy in {"a delayed call", "a call from a thread"}:
            timeout = self.reactor.timeout()
            return min(_TURN, timeout) if timeout is not None else 0.0
        return _TURN if busy or self._children() or self._watched() else 0.0

    def _watched(self) -> bool:
        """Tell whether the reactor watches a descriptor other than those by which it wakes itself."""
        own = getattr(self.reactor, "_internalReaders", ())
        watched = [*getattr(self.reactor, "getReaders", list)(), *getattr(self.reactor, "getWriters", list)()]
        return any(selectable not in own for selectable in watched)

    def empty(self) -> None:
        """Turn until nothing can happen any more; calls that delay others for ever are cancelled after a while."""
        turns = 0

        def enough() -> bool:
            nonlocal turns
            turns += self.busy() in {"a delayed call", "a call from a thread"}
            return self.gave_up or turns > DELAYED_TURNS

        self.until(enough)
        for call in self._delayed():
            if id(call) not in self._calls_before and call.active():
                call.cancel()

    def stop(self) -> None:
        """Give the reactor back as it was found: not running, if it was started here."""
        started, self._started = self._started, None
        if started is not None and started.running:
            started.crash()


def _idle(thread: threading.Thread) -> bool:
    """A pool's worker that waits for work does not make anything happen by itself."""
    return thread.name.startswith("PoolThread-") or not thread.is_alive()


def _turn_foreign(plugin: Any, reactor: Any, wait: float) -> None:
    """Turn a reactor that a pytest plugin runs in a greenlet of its own: let the plugin block on one turn."""
    from twisted.internet.defer import Deferred

    deferred: Deferred[None] = Deferred()
    reactor.callLater(wait, deferred.callback, None)
    plugin.blockon(deferred)
