"""Threads that a subject started: whether they make anything happen, and how a process ends that they would keep.

Strategy: a thread is idle that waits for work in a pool, or without a limit of time for something that another thread
or a child process has to do. Others rest where they are found still look after look, which is learned once, and sooner
where another thread rested. One that the system is about to run is never idle. Python waits for every thread before a
process ends; the kit's own processes do not, once everything was judged.
"""

import concurrent.futures.thread
import gc
import os
import select
import selectors
import subprocess
import sys
import threading
from pathlib import Path
from time import monotonic
from types import FrameType
from typing import Final, TypeAlias
from weakref import WeakKeyDictionary, WeakSet

_WORKER: Final = concurrent.futures.thread.__file__

_WAITS: Final = frozenset({threading.__file__, selectors.__file__})
"""Where the standard library waits, with a `timeout`: for a condition, a queue's next item, a loop's next call."""

_TASKS: Final = Path("/proc/self/task")

_PARTING: Final = 1.0
"""Seconds that all threads together get to come to their end, before the process leaves without them."""


_STILL: Final = 100
"""Looks in a row that find a thread waiting in one place, after which it is taken to rest there."""

_STILL_AGAIN: Final = 10
"""The same, where another thread was found to rest."""

_LOOKS: Final = 3
"""Looks that find a thread computing, after which it is taken to do so for ever, for nobody here."""

_HERE_BEFORE: Final = WeakSet(threading.enumerate())
"""The threads of whoever runs the kit, a worker of pytest-xdist for one: no subject had been loaded."""

Place: TypeAlias = tuple[tuple[int, int], ...]
"""Where a thread is: the code and the instruction of each of its frames."""

_rests: WeakKeyDictionary[threading.Thread, set[Place]] = WeakKeyDictionary()
"""The places where threads were found to rest."""

_resting: set[Place] = set()
"""All these places: many subjects start a thread for each stream, which waits where the last one waited."""


def others() -> list[threading.Thread]:
    """List the other threads, but for those of the reactor's pool, which says itself whether they work."""
    return [
        thread
        for thread in threading.enumerate()
        if thread is not threading.current_thread() and not thread.name.startswith("PoolThread-")
    ]


class Watch:
    """Looks at the other threads, again and again. What computes already when it is made counts for nothing."""

    def __init__(self) -> None:
        self._still: dict[threading.Thread, tuple[Place, int]] = {}
        self._computing = {thread for thread in others() if _runs(thread)}
        for _ in range(_LOOKS - 1):
            if self._computing:
                select.select([], [], [], 0.001)
                self._computing = {thread for thread in self._computing if _runs(thread)}

    def working(self) -> str:
        """Name a thread that may make something happen by itself; empty if none does."""
        return next((thread.name for thread in others() if not self._idle(thread)), "")

    def asleep(self) -> bool:
        """Tell whether a thread rests where nobody here is known to wake it: it may wake by itself."""
        frames = [_frame(thread) for thread in others() if thread not in {*self._computing, *_HERE_BEFORE}]
        return any(frame is not None and not _waits(frame) for frame in frames)

    def _idle(self, thread: threading.Thread) -> bool:
        frame = _frame(thread)
        if frame is None or thread in self._computing:
            return True
        if _runs(thread):
            self._still.pop(thread, None)
            return False
        return _waits(frame) or self._rests(thread, _place(frame))

    def _rests(self, thread: threading.Thread, place: Place) -> bool:
        known = _rests.setdefault(thread, set())
        before, looks = self._still.get(thread, (place, 0))
        self._still[thread] = place, looks + 1 if before == place else 1
        if self._still[thread][1] > (_STILL_AGAIN if place in _resting else _STILL):
            known.add(place)
            _resting.add(place)
        return place in known


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
    frame = _frame(thread)
    return frame is not None and _is_worker(frame)


def _is_worker(frame: FrameType) -> bool:
    return frame.f_code.co_name == "_worker" and frame.f_code.co_filename == _WORKER


def _waits(frame: FrameType) -> bool:
    file = frame.f_code.co_filename
    unlimited = file in _WAITS and frame.f_locals.get("timeout", 0) in {None, -1}
    return unlimited or file == subprocess.__file__ or _is_worker(frame)


def _runs(thread: threading.Thread) -> bool:
    """Ask the system whether the thread computes, or could."""
    try:
        stat = (_TASKS / str(thread.native_id) / "stat").read_text()
    except OSError:
        return False
    return stat.rpartition(") ")[2].startswith("R")


def _place(frame: FrameType | None) -> Place:
    place = []
    while frame is not None:
        place.append((id(frame.f_code), frame.f_lasti))
        frame = frame.f_back
    return tuple(place)


def _frame(thread: threading.Thread) -> FrameType | None:
    return _frames().get(thread.ident or 0)


def _frames() -> dict[int, FrameType]:
    """Give what each thread is at; without the collector, which deadlocks some versions of Python in there."""
    collects = gc.isenabled()
    gc.disable()
    try:
        return sys._current_frames()  # noqa: SLF001 - there is no other way to look
    finally:
        if collects:
            gc.enable()
