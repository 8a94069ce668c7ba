"""Right streams fed by a thread of their own that stays: it waits for the next read of any of them, until `stop`."""

import asyncio
import queue
import threading
from collections.abc import Callable
from functools import cache
from typing import Any

from tests.kit.right_later import Later

Job = Callable[[], object]

_started: list[tuple[threading.Thread, Job]] = []
"""The threads, and how each is told to end."""


def _reactor() -> Any:
    from twisted.internet import reactor

    return reactor


def _worker(jobs: Any) -> Any:
    """Start a thread that does the jobs of a queue, one after the other."""

    def work() -> None:
        while (job := jobs.get()) is not None:
            job()

    _start(work, type(jobs).__name__, lambda: jobs.put(None))
    return jobs


def _start(work: Job, name: str, end: Callable[[], object]) -> None:
    thread = threading.Thread(target=work, daemon=True, name=name)
    thread.start()
    _started.append((thread, end))


def stop() -> None:
    """End the threads: beside one, whatever it does, the kit's waits take a while, those of other tests too."""
    while _started:
        thread, end = _started.pop()
        end()
        thread.join()
    for made in (_queue, _simple_queue, _loop):
        made.cache_clear()


@cache
def _queue() -> Any:
    return _worker(queue.Queue())


@cache
def _simple_queue() -> Any:
    return _worker(queue.SimpleQueue())


@cache
def _loop() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()

    def work() -> None:
        loop.run_forever()
        loop.close()

    _start(work, "loop", lambda: loop.call_soon_threadsafe(loop.stop))
    return loop


def by_queue(data: bytes) -> Any:
    return Later(data, lambda deliver: _queue().put(lambda: _reactor().callFromThread(deliver)))


def by_simple_queue(data: bytes) -> Any:
    return Later(data, lambda deliver: _simple_queue().put(lambda: _reactor().callFromThread(deliver)))


def by_loop_in_a_thread(data: bytes) -> Any:
    """The loop answers in a turn of its own."""

    async def answer(deliver: Job) -> None:
        await asyncio.sleep(0)
        _reactor().callFromThread(deliver)

    return Later(data, lambda deliver: asyncio.run_coroutine_threadsafe(answer(deliver), _loop()))
