"""Ending a subject that does not come back: an endless loop, a call that blocks, memory without bounds.

Strategy: only the command's own process is guarded, in its main thread, since signals and limits are the process's.
The clock is the processor's, so that a busy machine changes no verdict; the wall's stands behind it for calls that
block. Each turn of the reactor has its own time. The error is raised where the subject is, again and again if the
subject swallows it, until the kit has it.
"""

import contextlib
import os
import signal
import sys
import sysconfig
import threading
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, Final

import hypothesis

KIT: Final = str(Path(__file__).resolve().parent) + os.sep
"""Where the kit's own code lies."""

_OWN: Final = (KIT, str(Path(hypothesis.__file__).parent) + os.sep)
_STDLIB: Final = sysconfig.get_path("stdlib") + os.sep

_BLOCKED: Final = 10
"""Seconds of the wall for each second of computing: time that passes only when a call blocks."""

_AGAIN: Final = 0.0005
"""Seconds of the wall until the next strike at a subject that swallowed one."""

_MEMORY: Final = 4 << 30
"""Most bytes of data that the command's process may hold."""


_limits: dict[int, float] = {}
"""Seconds by timer, as long as a guard is set that did not strike."""


class Runaway(BaseException):
    """The subject was stopped, since it would not have come back by itself; the message says what it did."""


def of_others(file: str) -> bool:
    """Tell whether code in this file is neither the kit's, nor Hypothesis's, nor the standard library's."""
    return not file.startswith((*_OWN, "<frozen ")) and (not file.startswith(_STDLIB) or "site-packages" in file)


@contextlib.contextmanager
def guard(seconds: float, told: str = "") -> Iterator[None]:
    """Raise Runaway in code of others that runs inside when it has computed for so long.

    Args:
        seconds: of the processor; 0 guards nothing.
        told: the error's message, where it must not tell for how long; that it does by default.
    """
    if not (seconds and hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()):
        yield
        return
    home = sys._getframe(2).f_code  # noqa: SLF001 - of the function with the `with`
    what = told or f"computing for {seconds:g} seconds, or blocked for {seconds * _BLOCKED:g}"
    strike = _striker(what, home)
    alarms = ((signal.SIGVTALRM, signal.ITIMER_VIRTUAL, 1), (signal.SIGALRM, signal.ITIMER_REAL, _BLOCKED))
    handlers = [signal.signal(number, strike) for number, _, _ in alarms]
    _limits.update({timer: seconds * factor for _, timer, factor in alarms})
    breathe()
    try:
        yield
    finally:
        _limits.clear()
        for (number, timer, _), handler in zip(alarms, handlers, strict=True):
            signal.setitimer(timer, 0)
            signal.signal(number, handler)


def breathe() -> None:
    """Start the clocks of a guard anew: the kit itself waits, turn by turn, and knows for how long."""
    for timer, seconds in _limits.items():
        signal.setitimer(timer, seconds)


def _striker(what: str, home: CodeType) -> Any:
    def strike(number: int, frame: FrameType | None) -> None:
        del number
        _limits.clear()
        signal.setitimer(signal.ITIMER_REAL, _AGAIN)
        while frame is not None and frame.f_code is not home:
            if of_others(frame.f_code.co_filename):
                raise Runaway(what)
            frame = frame.f_back

    return strike


def bound_memory() -> None:
    """Let growth without bounds end as MemoryError where it happens, before the machine suffers."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_DATA)
        soft = _MEMORY if most == resource.RLIM_INFINITY else min(_MEMORY, most)
        resource.setrlimit(resource.RLIMIT_DATA, (soft, most))
