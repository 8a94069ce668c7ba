"""Crashes: errors of Python itself in a line of the subject, which nobody meant.

Strategy: a missing attribute or a wrong index is known by the line where it came up. Clauses that meet the same crash
have met the same fault. What a `raise` statement raises is an answer and no crash.
"""

import linecache
from traceback import walk_tb
from typing import Final

from twisted.python.failure import Failure

from streamgauge.guard import of_others

CRASHES: Final = (AssertionError, AttributeError, LookupError, NameError, TypeError, ZeroDivisionError)


def crash_of(error: BaseException, failure: Failure | None = None) -> str:
    """Name the crash that an error is: its type and where it came up; empty if it is none.

    Args:
        error: what was raised.
        failure: the Failure that carried it, which may have taken the traceback.
    """
    if not isinstance(error, CRASHES):
        return ""
    places = [(frame.f_code.co_filename, line) for frame, line in walk_tb(error.__traceback__)]
    if not places and failure is not None:
        places = [(frame[1], frame[2]) for frame in failure.frames]
    if not places:
        return ""
    file, line = places[-1]
    if not of_others(file) or linecache.getline(file, line).lstrip().startswith("raise"):
        return ""
    return f"{type(error).__name__} in line {line} of {file}"
