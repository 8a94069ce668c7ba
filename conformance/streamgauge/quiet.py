"""Keeping a command's run to itself: its log, its folders, and what it holds in memory.

Strategy: for a command's own process only, never for a user's test run.
"""

import gc
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from hypothesis.configuration import set_hypothesis_home_dir
from twisted.logger import ILogObserver, LogEvent, globalLogBeginner
from zope.interface import implementer


@implementer(ILogObserver)
class _Ignore:
    def __call__(self, event: LogEvent) -> None:
        del event


def quiet_twisted() -> None:
    """Start logging into nothing."""
    globalLogBeginner.beginLoggingTo([_Ignore()], redirectStandardIO=False, discardBuffer=True)


@contextmanager
def no_folder() -> Iterator[None]:
    """Let Hypothesis keep what it keeps in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="streamgauge-", ignore_cleanup_errors=True) as folder:
        set_hypothesis_home_dir(folder)
        yield


@contextmanager
def stays() -> Iterator[None]:
    """Make `os._exit` an exit like any other in this process, whose code would pass for a verdict."""
    process, leave = os.getpid(), os._exit

    def end(status: int) -> NoReturn:
        if os.getpid() != process:
            leave(status)  # a child's, which has no other way to end
        raise SystemExit(status)

    os._exit = end
    try:
        yield
    finally:
        os._exit = leave


@contextmanager
def same_folder() -> Iterator[None]:
    """Come back to the working directory, wherever the subject went: reports and expectations lie there."""
    folder = os.getcwd()  # noqa: PTH109 - os.chdir takes strings
    try:
        yield
    finally:
        os.chdir(folder)


def settle_heap() -> None:
    """Let collections of garbage pass over what is loaded by now: modules stay to the end, and checks collect often."""
    gc.collect()
    gc.freeze()
