"""Where an error came up in the subject: what one line raises unasked, clause after clause, is one fault.

Strategy: an error is known by its line. One of Python itself, such as a missing attribute, is a crash, which nobody
meant, wherever in an example it came. What a `raise` statement raises is an answer: it counts if it is what was seen.
"""

import linecache
from traceback import walk_tb
from typing import Final

from twisted.python.failure import Failure

from streamgauge.guard import of_others

_FOREIGN: Final = ("builtins", "twisted.")
"""Modules whose objects lack an attribute where something else was expected, for whatever reason."""

CRASHES: Final = (AssertionError, AttributeError, LookupError, NameError, TypeError, ZeroDivisionError)


def place_of(error: BaseException, failure: Failure | None = None) -> str:
    """Name an error by its type and the line of the subject where it came up; empty if it came up elsewhere.

    Where a stack is full depends on how deep it was before, so such an error has no place.

    Args:
        error: what was raised.
        failure: the Failure that carried it, which may have taken the traceback.
    """
    return "" if isinstance(error, RecursionError) else _place(error, _line(error, failure))


def crash_of(error: BaseException, failure: Failure | None = None) -> str:
    """Give the place of an error that is a crash; empty for any other.

    Args:
        error: what was raised.
        failure: the Failure that carried it, which may have taken the traceback.
    """
    if not isinstance(error, CRASHES):
        return ""
    file, line = _line(error, failure)
    meant = linecache.getline(file, line).lstrip().startswith("raise")
    return "" if meant else _missing(error, file) or _place(error, (file, line))


def _missing(error: BaseException, file: str) -> str:
    """Name what an object of the subject's own classes lacks: each line that misses it meets the same fault."""
    kind = type(getattr(error, "obj", None))
    if not isinstance(error, AttributeError) or not of_others(file) or str(kind.__module__).startswith(_FOREIGN):
        return ""
    return f"AttributeError: a {kind.__qualname__} has no {error.name}"


def _place(error: BaseException, at: tuple[str, int]) -> str:
    file, line = at
    return f"{type(error).__name__} in line {line} of {file}" if of_others(file) else ""


def _line(error: BaseException, failure: Failure | None) -> tuple[str, int]:
    places = [(frame.f_code.co_filename, line) for frame, line in walk_tb(error.__traceback__)]
    if not places and failure is not None:
        places = [(frame[1], frame[2]) for frame in failure.frames]
    return places[-1] if places else (__file__, 0)
