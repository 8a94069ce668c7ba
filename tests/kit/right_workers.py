"""Right streams fed by a thread of their own that stays: it waits for the next read of any of them, for ever."""

import asyncio
import queue
import threading
from collections.abc import Callable
from functools import cache
from typing import Any

from tests.kit.right_later import Later

Job = Callable[[], object]


def _reactor() -> Any:
    from twisted.internet import reactor

    return reactor


def _worker(jobs: Any) -> Any:
    """Start a thread that does the jobs of a queue, one after the other."""

    def work() -> None:
        while True:
            jobs.get()()

    threading.Thread(target=work, daemon=True, name=type(jobs).__name__).start()
    return jobs


@cache
def _queue() -> Any:
    return _worker(queue.Queue())


@cache
def _simple_queue() -> Any:
    return _worker(queue.SimpleQueue())


@cache
def _loop() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, daemon=True, name="loop").start()
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
