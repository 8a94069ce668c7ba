"""Where an error came up in the subject: what one line raises unasked, clause after clause, is one fault.

Strategy: an error is known by its line. One of Python itself, such as a missing attribute, is a crash, which nobody
meant, wherever in an example it came. What a `raise` statement raises is an answer: it counts if it is what was seen.
"""

import linecache
from traceback import walk_tb
from typing import Final

from twisted.python.failure import Failure

from streamgauge.guard import of_others

CRASHES: Final = (AssertionError, AttributeError, LookupError, NameError, TypeError, ZeroDivisionError)


def place_of(error: BaseException, failure: Failure | None = None) -> str:
    """Name an error by its type and the line of the subject where it came up; empty if it came up elsewhere.

    Args:
        error: what was raised.
        failure: the Failure that carried it, which may have taken the traceback.
    """
    file, line = _line(error, failure)
    return f"{type(error).__name__} in line {line} of {file}" if of_others(file) else ""


def crash_of(error: BaseException, failure: Failure | None = None) -> str:
    """Give the place of an error that is a crash; empty for any other.

    Args:
        error: what was raised.
        failure: the Failure that carried it, which may have taken the traceback.
    """
    meant = linecache.getline(*_line(error, failure)).lstrip().startswith("raise")
    return place_of(error, failure) if isinstance(error, CRASHES) and not meant else ""


def _line(error: BaseException, failure: Failure | None) -> tuple[str, int]:
    places = [(frame.f_code.co_filename, line) for frame, line in walk_tb(error.__traceback__)]
    if not places and failure is not None:
        places = [(frame[1], frame[2]) for frame in failure.frames]
    return places[-1] if places else (__file__, 0)
