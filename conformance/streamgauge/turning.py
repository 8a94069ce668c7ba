"""One turn of a reactor, whoever runs it: nobody yet, a plugin beside us, or somebody further up on our own stack.

Strategy: a reactor that stands still is started here, and given back standing still. One that runs is never started or
stopped: a plugin that runs it in a greenlet of its own is asked to let it turn; a reactor in one of whose calls we are
turns once more inside that call, and the calls that it had begun to work off there are put back as they were.
"""

import contextlib
import select
import sys
from typing import Any, Protocol

from twisted.internet.base import ReactorBase
from twisted.internet.defer import Deferred
from twisted.internet.error import ReactorNotRestartable
from twisted.python import threadable

from streamgauge.loops import Loop
from streamgauge.violation import WrongUse


def loop_of(reactor: Any) -> Any:
    """Give the asyncio loop that drives a reactor, or None."""
    return getattr(reactor, "_asyncioEventloop", None)


def descriptor_ready(reactor: Any, wait: float = 0.0) -> bool:
    """Tell whether a descriptor that the reactor watches is ready, now or within `wait` seconds."""
    selector = getattr(loop_of(reactor), "_selector", None)  # it watches for others than the reactor too
    if selector is not None:
        return bool(selector.select(wait))
    poll = select.poll()
    for kind, event in (("getReaders", select.POLLIN), ("getWriters", select.POLLOUT)):
        for selectable in getattr(reactor, kind, list)():
            with contextlib.suppress(Exception):
                poll.register(selectable.fileno(), event)
    return bool(poll.poll(wait * 1000))


class Way(Protocol):
    """How a reactor is turned."""

    def turn(self, wait: float) -> None:
        """Let the reactor do what is ready; wait up to `wait` seconds for a descriptor."""

    def stop(self) -> None:
        """Give the reactor back as it was found."""


def find_way(reactor: Any, loop: Loop | None, begun: int) -> Way:
    """Find how the reactor can be turned from here.

    Args:
        reactor: the installed one.
        loop: the asyncio loop that drives it, if one does.
        begun: calls from threads that it has begun to work off, if we are in one of its calls.

    Raises:
        WrongUse: it can't.
    """
    if not reactor.running:
        return Own(reactor, loop)
    if not threadable.isInIOThread():
        raise WrongUse("the reactor runs in another thread: judge in that one, or while the reactor does not run")
    plugin = sys.modules.get("pytest_twisted")
    runs = getattr(getattr(plugin, "_instances", None), "gr_twisted", None)
    if plugin is not None and runs is not None and plugin.greenlet.getcurrent() is not runs:
        return Beside(reactor, plugin)
    return Inside(reactor, loop, begun)


class Own:
    """A reactor that nobody runs: it is started here."""

    def __init__(self, reactor: Any, loop: Loop | None) -> None:
        self._reactor = reactor
        self._loop = loop
        with contextlib.suppress(ReactorNotRestartable):  # one that was stopped for good still turns
            reactor.startRunning(installSignalHandlers=False)

    def turn(self, wait: float) -> None:
        """Turn it."""
        _turn(self._reactor, self._loop, wait)

    def stop(self) -> None:
        """Stop it, so that others can run it."""
        if self._reactor.running:
            # Not the reactor's own `crash`: that of asyncio's would stop a loop too, later, which somebody else runs.
            ReactorBase.crash(self._reactor)


class Inside:
    """A reactor that is running, and waits for us to come back."""

    def __init__(self, reactor: Any, loop: Loop | None, begun: int) -> None:
        self._reactor = reactor
        self._loop = loop
        self._begun = begun

    def turn(self, wait: float) -> None:
        """Turn it within its own turn."""
        queue = getattr(self._reactor, "threadCallQueue", [])
        begun = queue[: self._begun]  # it counts them off when we have come back, and must not call them twice
        del queue[: self._begun]
        try:
            _turn(self._reactor, self._loop, wait)
        finally:
            queue[:0] = begun

    def stop(self) -> None:
        """Leave it running."""


class Beside:
    """A reactor that a pytest plugin runs in a greenlet: let the plugin block on one turn."""

    def __init__(self, reactor: Any, plugin: Any) -> None:
        self._reactor = reactor
        self._plugin = plugin

    def turn(self, wait: float) -> None:
        """Wait for a turn that the plugin lets it make."""
        descriptor_ready(self._reactor, wait)
        deferred: Deferred[None] = Deferred()
        self._reactor.callLater(0, deferred.callback, None)
        self._plugin.blockon(deferred)

    def stop(self) -> None:
        """Leave it running."""


def _turn(reactor: Any, loop: Loop | None, wait: float) -> None:
    if loop is None:
        reactor.iterate(wait)
        return
    if wait:
        descriptor_ready(reactor, wait)
    loop.turn()
