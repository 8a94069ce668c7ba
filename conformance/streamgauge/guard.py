"""Ending a subject that does not come back: an endless loop, a call that blocks, memory without bounds.

Strategy: only the command's own process is guarded, in its main thread, since signals and limits are the process's.
The clock is the processor's, so that a busy machine changes no verdict; the wall's stands behind it for calls that
block. The error is raised where the subject is, and if the subject swallows it, on every further line of it, until the
kit has it.
"""

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any, Final, Never

_KIT: Final = str(Path(__file__).resolve().parent) + os.sep
_BLOCKED: Final = 5
"""Seconds of the wall for each second of computing: time that passes only when a call blocks."""

_MEMORY: Final = 4 << 30
"""Most bytes of data that the command's process may hold."""


class Runaway(BaseException):
    """The subject was stopped, since it would not have come back by itself; the message says what it did."""


@contextlib.contextmanager
def guard(seconds: float) -> Iterator[None]:
    """Raise Runaway in what runs inside when it has computed for so long.

    Args:
        seconds: of the processor; 0 guards nothing.
    """
    if not (seconds and hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()):
        yield
        return
    tracer = sys.gettrace()
    strike = _striker(f"computing for {seconds:g} seconds, or blocked for {seconds * _BLOCKED:g}")
    alarms = ((signal.SIGVTALRM, signal.ITIMER_VIRTUAL, 1), (signal.SIGALRM, signal.ITIMER_REAL, _BLOCKED))
    handlers = [signal.signal(number, strike) for number, _, _ in alarms]
    for _, timer, factor in alarms:
        signal.setitimer(timer, seconds * factor)
    try:
        yield
    finally:
        sys.settrace(tracer)
        for (number, timer, _), handler in zip(alarms, handlers, strict=True):
            signal.setitimer(timer, 0)
            signal.signal(number, handler)


def _striker(what: str) -> Any:
    def again(frame: FrameType, event: str, argument: object) -> Any:
        del event, argument
        return None if frame.f_code.co_filename.startswith(_KIT) else stop()

    def stop() -> Never:
        raise Runaway(what)

    def strike(number: int, frame: FrameType | None) -> None:
        del number
        while frame is not None:
            if not frame.f_code.co_filename.startswith(_KIT):
                frame.f_trace = again
            frame = frame.f_back
        sys.settrace(again)
        stop()

    return strike


def bound_memory() -> None:
    """Let growth without bounds end as MemoryError where it happens, before the machine suffers."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_DATA)
        soft = _MEMORY if most == resource.RLIM_INFINITY else min(_MEMORY, most)
        resource.setrlimit(resource.RLIMIT_DATA, (soft, most))
