"""Stopping the command: an interrupt from the keyboard, the system's request to end, or a terminal that is gone.

Strategy: all are the same KeyboardInterrupt, so that what was made is cleaned up on the way out. A subject that
swallows it (Twisted makes a failure of it inside a Deferred's callback, the interpreter forgets it in a destructor,
which it would print) only gets as far as the end of its item.
"""

import contextlib
import signal
import sys
import threading
from collections.abc import Iterator
from types import FrameType
from typing import Final

BY_THE_CHECK: Final = "by the check"
"""The argument of a KeyboardInterrupt that a check raises: wherever it comes out, it does not stop the command."""

_asked = threading.Event()


@contextlib.contextmanager
def stoppable() -> Iterator[None]:
    """Raise KeyboardInterrupt inside for SIGINT, SIGTERM and SIGHUP; in the main thread only, where signals arrive.

    Who ignores SIGHUP, as `nohup` does for what it starts, wants the command to go on.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    numbers = [signal.SIGINT, signal.SIGTERM]
    hangup = getattr(signal, "SIGHUP", None)  # not on Windows
    if hangup is not None and signal.getsignal(hangup) is not signal.SIG_IGN:
        numbers.append(hangup)
    handlers = [signal.signal(number, _ask) for number in numbers]
    hook = sys.unraisablehook
    _asked.clear()
    try:
        sys.unraisablehook = lambda what: None if isinstance(what.exc_value, KeyboardInterrupt) else hook(what)
        yield
    finally:
        sys.unraisablehook = hook
        _asked.clear()
        for number, handler in zip(numbers, handlers, strict=True):
            signal.signal(number, handler)


def _ask(number: int, frame: FrameType | None) -> None:
    del number, frame
    _asked.set()
    raise KeyboardInterrupt


def by_a_check(error: BaseException) -> bool:
    """Tell whether an interrupt is one that a check raised inside the subject."""
    return isinstance(error, KeyboardInterrupt) and error.args == (BY_THE_CHECK,)


def stop_if_asked() -> None:
    """Raise the KeyboardInterrupt again that a subject swallowed."""
    if _asked.is_set():
        raise KeyboardInterrupt
