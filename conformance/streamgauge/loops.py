"""The asyncio loop beneath a reactor: one turn of it, and what it has before it.

Strategy: a loop that stands still turns once by its public methods. One that is running, with us inside one of its
calls, has no public way to go on, so two of its own parts are used (`_run_once`, `_ready`), which every loop of the
standard library has had; where they are missing the user is told. The calls that the loop has begun to work off up
there must be there still, in number, when it goes on: they are made up by calls of nothing.
"""

# ruff: noqa: SLF001 - of asyncio's underscored names some are documented, for those who run loops; of the others see above

import asyncio
from asyncio import Handle
from typing import Any, Final
from weakref import WeakSet

from streamgauge.violation import WrongUse

_MADE_UP: Final[WeakSet[Handle]] = WeakSet()


class Loop:
    """What an asyncio loop has before it, and a turn of it.

    Args:
        loop: the loop; running or not.
    """

    def __init__(self, loop: Any) -> None:
        self._loop = loop
        self._begun = len(getattr(loop, "_ready", ())) if loop.is_running() else 0
        self._before = self._timers()

    def turn(self) -> None:
        """Do what is ready.

        Raises:
            WrongUse: the loop runs, and can't be turned from inside.
        """
        if self._loop.is_running():
            self._inside()
        else:
            self._outside()

    def _outside(self) -> None:
        other = asyncio._get_running_loop()
        asyncio._set_running_loop(None)  # of a thread's loops one may run; the other one waits for us to come back
        try:
            self._loop.call_soon(self._loop.stop)
            self._loop.run_forever()
        finally:
            asyncio._set_running_loop(other)

    def _inside(self) -> None:
        loop = self._loop
        if not (hasattr(loop, "_run_once") and hasattr(loop, "_ready")):
            raise WrongUse(
                f"a {type(loop).__name__} that runs can't be turned from inside: judge while it does not run"
            )
        task = asyncio.current_task(loop)
        if task is not None:
            asyncio.tasks._leave_task(loop, task)
        _MADE_UP.add(loop.call_soon(_nothing))  # with nothing to call it would wait
        try:
            loop._run_once()
        finally:
            if task is not None:
                asyncio.tasks._enter_task(loop, task)
            while len(loop._ready) < self._begun:
                _MADE_UP.add(loop.call_soon(_nothing))

    def ready(self) -> bool:
        """Tell whether the next turn calls something."""
        return any(handle not in _MADE_UP for handle in getattr(self._loop, "_ready", ()))

    def _timers(self) -> list[Any]:
        return [handle for handle in getattr(self._loop, "_scheduled", ()) if not handle.cancelled()]

    def timers(self, but: object) -> list[Any]:
        """List what waits for its time, but for one, and for what was there before."""
        return [timer for timer in self._timers() if timer is not but and not any(timer is o for o in self._before)]

    def wait(self, but: object) -> float:
        """Say in how many seconds the first of these timers is due."""
        due: float = min(timer.when() for timer in self.timers(but)) - self._loop.time()
        return max(0.0, due)


def _nothing() -> None:
    pass
