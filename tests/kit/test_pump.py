"""Waiting: when a wait is over, and when it is given up."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from queue import SimpleQueue
from socket import socketpair
from threading import Event, Thread

import pytest
from twisted.internet import reactor
from twisted.internet.abstract import FileDescriptor

from streamgauge.guard import Runaway, guard
from streamgauge.pump import Pump


class Looking(Pump):
    """Counts its turns."""

    turns = 0

    def turn(self, wait: float = 0.0) -> None:
        self.turns += 1
        super().turn(wait)


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
    monkeypatch.setattr("streamgauge.spent.monotonic", lambda: next(seconds) / 10)
    pump = Working(watchdog=2.0)
    assert "" == pump.until(lambda: pump.turns > 50)
    assert not pump.gave_up


def test_a_wait_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is at work for ever keeps nobody for ever, by its turns or by the wall's clock."""
    for pace, most in ((100, 250), (1, 15)):
        seconds = count()
        monkeypatch.setattr("streamgauge.spent.monotonic", lambda pace=pace, seconds=seconds: next(seconds) / pace)
        pump = Working(watchdog=2.0)
        assert "watchdog" == pump.until(lambda: False)
        assert pump.gave_up
        assert pump.turns <= most


def test_a_guard_counts_each_turn_for_itself() -> None:
    """Many turns that compute a little are no call that does not come back; one that never ends is."""

    class Computing(Working):
        most = 20

        def turn(self, wait: float = 0.0) -> None:
            super().turn(wait)
            for _ in range(self.most):
                sum(range(100_000))

    pump = Computing(watchdog=600.0)
    with guard(0.5):
        assert "" == pump.until(lambda: pump.turns >= 50)
    pump.most = 10**9
    with pytest.raises(Runaway), guard(0.5):
        pump.until(lambda: False)


def test_a_worker_that_waits_for_work_makes_nothing_happen() -> None:
    """The threads of an executor keep nobody waiting, unless they work."""
    pump = Pump()
    go, started = Event(), Event()

    def work() -> None:
        started.set()
        go.wait(60)

    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(work)
        started.wait()
        assert "thread" in pump.busy()
        go.set()
        done.result()
        assert "quiet" == pump.until(lambda: False)


def test_a_thread_that_stays_is_at_rest_where_it_was_before() -> None:
    """Where it waits is learned once; given work, it is at work until it is back there."""
    jobs: SimpleQueue[Event | None] = SimpleQueue()
    ready, started = Event(), Event()

    def work() -> None:
        ready.set()
        while (job := jobs.get()) is not None:
            started.set()
            job.wait(60)

    thread = Thread(target=work, daemon=True)
    thread.start()
    ready.wait()
    assert "quiet" == Pump(watchdog=20.0).until(lambda: False)
    pump = Pump(watchdog=20.0)
    assert "" == pump.busy()
    job = Event()
    jobs.put(job)
    started.wait()
    assert "thread" in pump.busy()
    job.set()
    assert "quiet" == pump.until(lambda: False)
    jobs.put(None)
    thread.join()


def test_where_one_thread_rests_the_next_one_is_found_sooner(monkeypatch: pytest.MonkeyPatch) -> None:
    """A subject that starts a thread for each stream is not watched for as long each time."""
    monkeypatch.setattr("streamgauge.threads._resting", set())
    jobs: SimpleQueue[None] = SimpleQueue()
    looks = []
    for _ in range(2):
        ready = Event()
        thread = Thread(target=lambda at: (at.set(), jobs.get()), args=[ready])
        thread.start()
        ready.wait()
        pump = Looking()
        assert "quiet" == pump.until(lambda: False)
        looks.append(pump.turns)
        jobs.put(None)
        thread.join()
    assert looks[1] * 4 < looks[0]


def test_a_thread_that_waits_for_another_makes_nothing_happen() -> None:
    """A wait without a limit of time ends by what somebody else does; one with a limit ends by itself."""
    pump = Pump(watchdog=5.0)
    first, second = Event(), Event()
    threads = [Thread(target=first.wait), Thread(target=second.wait, args=[60])]
    for thread in threads:
        thread.start()
    while "thread" not in pump.busy():
        pump.turn(0.01)
    second.set()
    threads[1].join()
    assert "quiet" == pump.until(lambda: False)
    first.set()
    threads[0].join()


def test_a_child_that_twisted_does_not_know_is_at_work(tmp_path: Path) -> None:
    """It may be watched by a descriptor of somebody's own."""
    pump = Pump()
    end = tmp_path / "end"
    code = "import os, sys\nwhile not os.path.exists(sys.argv[1]): pass"
    with subprocess.Popen([sys.executable, "-c", code, str(end)]) as child:
        assert "a child process" == pump.busy() or pump.reactor is None
        end.touch()
        child.wait()
        assert "a child process" != pump.busy()


def test_what_may_come_from_outside_is_waited_for() -> None:
    """A socket that is watched, whose other end may be anywhere, ends a wait for an answer by the watchdog only."""
    near, far = socketpair()
    with near, far:
        watched = FileDescriptor()
        watched.fileno = near.fileno  # type: ignore[method-assign]
        pump = Pump(watchdog=0.1)
        reactor.addReader(watched)
        try:
            assert "quiet" == pump.until(lambda: False)
            assert "watchdog" == pump.until(lambda: False, outside=True)
        finally:
            reactor.removeReader(watched)
            pump.stop()


def test_a_thread_that_sleeps_may_bring_an_answer() -> None:
    """At rest in a wait with an end, it is nothing that happens, but may make something happen."""
    go = Event()
    thread = Thread(target=go.wait, args=(600,), daemon=True)
    thread.start()
    assert "quiet" == Pump(watchdog=20.0).until(lambda: False)
    assert "watchdog" == Pump(watchdog=0.1).until(lambda: False, outside=True)
    go.set()
    thread.join()
