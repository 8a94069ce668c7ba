"""Keeping a command's run to itself: its log, its folder, and what it holds in memory.

Strategy: for a command's own process only, never for a user's test run.
"""

import gc
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

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
    with tempfile.TemporaryDirectory(prefix="streamgauge-") as folder:
        set_hypothesis_home_dir(folder)
        yield


def settle_heap() -> None:
    """Let collections of garbage pass over what is loaded by now: modules stay to the end, and checks collect often."""
    gc.collect()
    gc.freeze()
