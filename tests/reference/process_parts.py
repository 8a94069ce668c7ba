"""What the tests of ProcessStreamer share: processes and readers of both outputs, and nothing left behind."""

import contextlib
import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from twisted.internet.defer import Deferred

from tests.reactor import turnUntil
from tests.reference.script import errorLog
from web2stream.process import ProcessStreamer

PATH = {"PATH": os.environ["PATH"]}
PROGRAMS = "/bin/cat /bin/echo /bin/sh /usr/bin/env head sort tee"
MISSING = [name for name in PROGRAMS.split() if shutil.which(name) is None]

MARKS = [
    pytest.mark.skipif(bool(MISSING), reason=f"there is no {' '.join(MISSING)}"),
    pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="there is no /proc that tells what is left open"),
]


def descriptors() -> set[tuple[str, str]]:
    """Tell what is open, and what it leads to: a number may be used again."""
    found = set()
    for number in os.listdir("/proc/self/fd"):  # noqa: PTH208  numbers are wanted, not paths
        try:
            found.add((number, os.readlink(f"/proc/self/fd/{number}")))  # noqa: PTH115
        except OSError:
            continue
    return found


def endStrangers() -> None:
    """End and reap children that an earlier test of another module left in this process."""
    for task in Path("/proc/self/task").glob("*/children"):
        for child in task.read_text().split():
            with contextlib.suppress(ProcessLookupError, ChildProcessError):
                os.kill(int(child), signal.SIGKILL)
                os.waitpid(int(child), 0)


@pytest.fixture(autouse=True)
def logged() -> Iterator[list[BaseException]]:
    """Errors in the log. Descriptors and children must be gone in the end."""
    endStrangers()
    turnUntil(lambda: True)
    before = descriptors()
    with errorLog() as errors:
        yield errors
        turnUntil(lambda: descriptors() <= before)
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def shell(script: str, source: Any = b"") -> ProcessStreamer:
    return ProcessStreamer(source, "/bin/sh", ["sh", "-c", script], PATH)


class Reader:
    """Reads a stream to its end, as soon as something comes."""

    def __init__(self, stream: Any) -> None:
        self.stream = stream
        self.data = bytearray()
        self.isDone = False
        self._read()

    def _read(self) -> None:
        while not self.isDone:
            answer = self.stream.read()
            if isinstance(answer, Deferred):
                answer.addCallback(self._came)
                return
            self._take(answer)

    def _came(self, answer: Any) -> None:
        self._take(answer)
        self._read()

    def _take(self, answer: Any) -> None:
        if answer is None:
            self.isDone = True
        else:
            self.data += answer


def both(process: ProcessStreamer) -> list[Reader]:
    return [Reader(process.outStream), Reader(process.errStream)]


def contents(readers: list[Reader]) -> list[bytes]:
    turnUntil(lambda: all(reader.isDone for reader in readers))
    return [bytes(reader.data) for reader in readers]


def turns(count: int) -> None:
    """Turn the reactor some times, for what must not happen in any of them."""
    left = iter(range(count))
    turnUntil(lambda: next(left, None) is None)


ENDLESS = [b"x" * 10_000]


def childless() -> bool:
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return True
    return False
