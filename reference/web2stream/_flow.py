"""How every stream here asks another one for data.

Strategy: a read may answer now, later, or not at all; each user of a stream would otherwise write the same
four cases. `take` folds them into one: a value or a `Failure` at once, or `WAITING` and one call later. Users
loop over `take` instead of chaining callbacks, so the stack stays flat however many answers come at once.
Nothing here knows what a stream is beyond a callable that reads.
"""

from collections.abc import Callable
from enum import Enum
from typing import Final, TypeVar, cast

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

T = TypeVar("T")


class Mark(Enum):
    """What is no answer, and no end of a stream."""

    WAITING = "waiting"
    NOTHING = "nothing"
    OPEN = "open"


WAITING: Final = Mark.WAITING
"""The answer comes later."""

NOTHING: Final = Mark.NOTHING
"""There is no answer, nor is one to come: nothing was asked."""

OPEN: Final = Mark.OPEN
"""The stream has not stopped."""


def isDeferred(value: object) -> bool:
    """Tell whether `value` is a Deferred.

    The exact type is tested first: `isinstance` on Deferred goes through ABCMeta and is slow.
    """
    return type(value) is Deferred or isinstance(value, Deferred)


def take(read: Callable[[], object], later: Callable[[object], None]) -> object:
    """Read once and say what came, without leaving a fired Deferred to be unwrapped.

    Args:
        read: called once, without arguments; a stream's `read`.
        later: called once with the value or the `Failure` if the answer is not there yet.

    Returns:
        What was read (data or None); a `Failure` if reading failed now (only an `Exception` becomes one:
        KeyboardInterrupt and SystemExit pass); or `WAITING`, and then `later` is called when it comes.
    """
    try:
        result = read()
    except Exception:
        return Failure()
    if not isDeferred(result):
        return result
    assert isinstance(result, Deferred)
    answer: object = WAITING
    inside = True

    def came(value: object) -> None:
        nonlocal answer
        if inside:
            answer = value
        else:
            later(value)

    result.addBoth(came)
    inside = False
    return answer


def runningOr(reactor: T | None) -> T:
    """Give the reactor that was given, or for None the running global one, which has every interface asked for."""
    if reactor is None:
        # Importing it installs it; that is for the program to decide, and so not done at import time.
        from twisted.internet import reactor as running

        return cast("T", running)
    return reactor
