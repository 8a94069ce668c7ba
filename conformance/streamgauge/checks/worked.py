"""Counting Python's own work: the calls and lines that run outside the kit. What one call into C does is not seen."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from streamgauge.guard import KIT


class Worked:
    """Counts the calls and lines that run outside the kit.

    Attributes:
        count: so many, so far.
    """

    def __init__(self) -> None:
        self.count = 0

    def called(self, frame: FrameType, event: str, argument: Any) -> Any:
        """Count a call; leave the kit's own alone."""
        if frame.f_code.co_filename.startswith(KIT):
            return None
        return self.goes_on(frame, event, argument)

    def goes_on(self, frame: FrameType, event: str, argument: Any) -> Any:
        """Count a line."""
        del frame, event, argument
        self.count += 1
        return self.goes_on


@contextmanager
def following(follow: Callable[[FrameType, str, Any], Any]) -> Iterator[None]:
    """Trace the block by this function; whoever traced before goes on afterwards."""
    before = sys.gettrace()
    sys.settrace(follow)
    try:
        yield
    finally:
        sys.settrace(before)


@contextmanager
def counted() -> Iterator[Worked]:
    """Count the work done in the block."""
    worked = Worked()
    with following(worked.called):
        yield worked
