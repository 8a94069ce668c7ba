"""Judging where somebody else has a reactor too: a test runner, a loop, the port itself. In processes of their own."""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.kit.command import streamgauge

CLAUSES = ("process_06", "consume_02", "producer_09", "generator_03")
"""Some that need processes, turns of the reactor and Deferreds."""

LAUNCH = "import os, sys; sys.path.insert(0, os.getcwd()); "


def python(folder: Path, *arguments: str) -> str:
    """Run Python in a folder and give its output; it has to end well."""
    done = subprocess.run(
        [sys.executable, *arguments], cwd=folder, env={**os.environ}, capture_output=True, text=True, check=False
    )
    assert 0 == done.returncode, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.mark.skipif(find_spec("pytest_twisted") is None, reason="pytest-twisted is not installed: see the extra 'test'")
@pytest.mark.parametrize("reactor", ["default", "asyncio"])
def test_beside_pytest_twisted(pytester: pytest.Pytester, reactor: str) -> None:
    """Under pytest-twisted, which runs each test in its reactor, the items pass; the user's tests do, before and after.

    A TestCase is run outside of that reactor, and may judge too.
    """
    users = """
        import pytest_twisted
        from twisted.internet import reactor, task

        @pytest_twisted.inlineCallbacks
        def test_waits():
            yield task.deferLater(reactor, 0)
            assert reactor.running
        """
    few = "from hypothesis import settings\nsettings.register_profile('few', max_examples=3)\n"
    pytester.makeconftest(few + "settings.load_profile('few')\n")
    case = f"""
        import unittest
        import streamgauge

        test_kit = streamgauge.conformance("web2stream", clauses={CLAUSES})

        class Case(unittest.TestCase):
            def test_judges(self):
                streamgauge.check_stream("web2stream", clauses={CLAUSES}, examples=3)
        """
    pytester.makepyfile(test_a=users, test_b=case, test_c=users)
    result = pytester.runpytest_subprocess("-p", "no:randomly", f"--reactor={reactor}")
    result.assert_outcomes(passed=2 + len(CLAUSES) + 1)


@pytest.mark.parametrize("reactor", ["default", "asyncio"])
def test_under_trial(tmp_path: Path, reactor: str) -> None:
    """A trial test may judge before the reactor runs, while it runs, and in a call that came from a thread."""
    (tmp_path / "test_trial.py").write_text(
        f"""
import streamgauge
from twisted.internet import reactor, task, threads
from twisted.trial.unittest import TestCase

def judge():
    streamgauge.check_stream("web2stream", clauses={CLAUSES}, examples=3)

class Case(TestCase):
    def test_standing(self):
        judge()

    async def test_running(self):
        await task.deferLater(reactor, 0)
        judge()
        await task.deferLater(reactor, 0)

    async def test_after_a_thread(self):
        self.assertEqual(5, await threads.deferToThread(lambda: 5))
        judge()
        self.assertEqual(5, await threads.deferToThread(lambda: 5))

    async def test_in_a_thread(self):
        with self.assertRaises(streamgauge.WrongUse):
            await threads.deferToThread(judge)

    async def test_users_own(self):
        await task.deferLater(reactor, 0)
""",
        encoding="utf-8",
    )
    output = python(
        tmp_path, "-c", f"{LAUNCH}from twisted.scripts.trial import run; run()", f"--reactor={reactor}", "test_trial"
    )
    assert "PASSED (successes=5)" in output


@pytest.mark.parametrize("install", ["", "asyncioreactor.install(asyncio.get_running_loop())"])
def test_inside_an_asyncio_loop(tmp_path: Path, install: str) -> None:
    """A coroutine may judge, whether its loop drives the reactor or not; the loop goes on as if nothing had been."""
    code = f"""
import asyncio, streamgauge
from twisted.internet import asyncioreactor

async def judge():
    {install}
    streamgauge.check_stream("web2stream", clauses={CLAUSES}, examples=3)

async def main():
    others = [asyncio.sleep(0, number) for number in range(20)]
    print((await asyncio.gather(*others[:10], judge(), *others[10:], asyncio.to_thread(str, 1)))[-2:])

asyncio.run(main())
"""
    assert "[19, '1']" in python(tmp_path, "-c", code)


@pytest.mark.parametrize("kind", ["asyncioreactor", "pollreactor", "selectreactor"])
def test_a_port_that_installs_a_reactor(tmp_path: Path, kind: str) -> None:
    """A port may install a reactor of its choice when it is imported."""
    lines = [f"from twisted.internet import {kind}", f"{kind}.install()", "from web2stream import *"]
    (tmp_path / "chooses.py").write_text("\n".join(lines), encoding="utf-8")
    chosen = [argument for clause in CLAUSES for argument in ("--clause", clause)]
    done = streamgauge(tmp_path, "run", "chooses", "--examples", "5", *chosen)
    assert (0, "") == (done.returncode, done.stderr), done.stdout
    assert f"passed {len(CLAUSES)} clauses" in done.stdout


THREADS = """
import threading
from twisted.internet.threads import deferToThread


class Pooled:
    def __init__(self, data):
        self.data = data

    def read(self):
        data, self.data = self.data, b""
        return deferToThread(lambda: data or None)

    def close(self):
        self.data = b""


class Kept(Pooled):
    def __init__(self, data):
        super().__init__(data)
        threading.Thread(target=threading.Event().wait).start()

    def read(self):
        data, self.data = self.data, b""
        return data or None


def pooled(data):
    return Pooled(data)


def kept(data):
    return Kept(data)
"""


@pytest.mark.parametrize("maker", ["pooled", "kept"])
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_threads_do_not_keep_the_command_from_its_end(maker: str, jobs: str, tmp_path: Path) -> None:
    """Neither the reactor's thread pool, which waits for work, nor a thread that never ends."""
    (tmp_path / "threads.py").write_text(THREADS, encoding="utf-8")
    done = streamgauge(
        tmp_path,
        "run",
        f"threads:{maker}",
        "--clause",
        "stream_02",
        "--examples",
        "3",
        "--jobs",
        jobs,
        "--watchdog",
        "1",
    )
    assert (0, f"{maker} conforms: 1 pass (seed 0)") == (done.returncode, done.stdout.splitlines()[-1]), done.stderr


def test_the_thread_pool_does_not_keep_pytest_from_its_end(pytester: pytest.Pytester) -> None:
    """It is stopped with the example that started it."""
    pytester.makepyfile(threads=THREADS)
    pytester.makepyfile(test_threads="import streamgauge, threads\ntest_it = streamgauge.conformance(threads.pooled)\n")
    result = pytester.runpytest_subprocess("-p", "no:twisted", "-k", "stream_02")
    assert 1 == result.parseoutcomes()["passed"]
