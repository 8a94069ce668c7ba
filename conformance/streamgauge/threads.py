"""Threads that a subject started: whether they make anything happen, and how a process ends that they would keep.

Strategy: a thread that waits for work in a pool is idle. Python waits for every other one before a process ends; the
kit's own processes do not, once everything was judged.
"""

import concurrent.futures.thread
import gc
import os
import sys
import threading
from time import monotonic
from types import FrameType
from typing import Final

_WORKER: Final = concurrent.futures.thread.__file__

_PARTING: Final = 1.0
"""Seconds that all threads together get to come to their end, before the process leaves without them."""


def idle(thread: threading.Thread) -> bool:
    """Tell whether a thread makes nothing happen by itself: it is this one, has ended, or waits for work in a pool."""
    if thread is threading.current_thread() or thread.name.startswith("PoolThread-") or not thread.is_alive():
        return True
    return _serves_executor(thread)


def leave(code: int) -> None:
    """End the process, without its threads, if one would keep it for ever; come back if none does.

    Args:
        code: the exit code.
    """
    until = monotonic() + _PARTING
    for thread in _keepers():
        thread.join(max(0.0, until - monotonic()))
    if _keepers():
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _keepers() -> list[threading.Thread]:
    """List the threads that Python would wait for; those of executors end when it asks them to."""
    return [
        thread
        for thread in threading.enumerate()
        if thread not in {threading.current_thread(), threading.main_thread()}
        and not thread.daemon
        and not _serves_executor(thread)
    ]


def _serves_executor(thread: threading.Thread) -> bool:
    frame = _frames().get(thread.ident or 0)
    return frame is not None and frame.f_code.co_name == "_worker" and frame.f_code.co_filename == _WORKER


def _frames() -> dict[int, FrameType]:
    """Give what each thread is at; without the collector, which deadlocks some versions of Python in there."""
    collects = gc.isenabled()
    gc.disable()
    try:
        return sys._current_frames()  # noqa: SLF001 - there is no other way to look
    finally:
        if collects:
            gc.enable()
