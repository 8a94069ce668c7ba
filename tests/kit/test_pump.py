"""Waiting: when a wait is over, and when it is given up."""

from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Event

import pytest

from streamgauge.pump import Pump


class Working(Pump):
    """Something is always at work, and nobody hears of it."""

    turns = 0

    def busy(self) -> str:
        return "a child process"

    def turn(self, wait: float = 0.0) -> None:
        self.turns += 1


def test_a_busy_machine_does_not_end_a_wait_early(monkeypatch: pytest.MonkeyPatch) -> None:
    """Turns that take long by the wall's clock count for as long as they should have taken."""
    seconds = count()
    monkeypatch.setattr("streamgauge.pump.monotonic", lambda: next(seconds) / 10)
    pump = Working(watchdog=2.0)
    assert "" == pump.until(lambda: pump.turns > 50)
    assert not pump.gave_up


def test_a_wait_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is at work for ever keeps nobody for ever, by its turns or by the wall's clock."""
    for pace, most in ((100, 250), (1, 15)):
        seconds = count()
        monkeypatch.setattr("streamgauge.pump.monotonic", lambda pace=pace, seconds=seconds: next(seconds) / pace)
        pump = Working(watchdog=2.0)
        assert "watchdog" == pump.until(lambda: False)
        assert pump.gave_up
        assert pump.turns <= most


def test_a_worker_that_waits_for_work_makes_nothing_happen() -> None:
    """The threads of an executor keep nobody waiting, unless they work."""
    pump = Pump()
    go, started = Event(), Event()

    def work() -> None:
        started.set()
        go.wait()

    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(work)
        started.wait()
        assert "thread" in pump.busy()
        go.set()
        done.result()
        assert "quiet" == pump.until(lambda: False)
