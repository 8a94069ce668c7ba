"""The global reactor, turned by hand until a Deferred fires."""

from collections.abc import Callable
from typing import Any

from twisted.internet import process
from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

_TURNS = 20_000
"""More than any test needs: one that waits in vain ends here."""


def turnUntil(happened: Callable[[], bool]) -> None:
    """Turn the reactor until `happened` says so.

    Raises:
        AssertionError: it never does.
    """
    from twisted.internet import reactor

    theReactor: Any = reactor
    if not theReactor.running:
        theReactor.startRunning(installSignalHandlers=False)
    for _ in range(_TURNS):
        if happened():
            return
        process.reapAllProcesses()
        theReactor.iterate(0.001)
    raise AssertionError("the reactor turned and turned, and nothing happened")


def waitFor(deferred: "Deferred[Any]") -> Any:
    """Turn the reactor until the Deferred fires, and give its result or raise its failure."""
    results: list[Any] = []
    deferred.addBoth(results.append)
    turnUntil(lambda: bool(results))
    if isinstance(results[0], Failure):
        results[0].raiseException()
    return results[0]
