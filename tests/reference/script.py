"""A stream that answers what a test wrote down for it."""

import gc
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from twisted.internet.defer import Deferred
from twisted.python import log
from twisted.python.failure import Failure
from zope.interface import implementer

from web2stream.bytestream import IByteStream
from web2stream.split import fallbackSplit


@implementer(IByteStream)
class Script:
    """Answers each read with the next of `answers`; then None.

    An exception is raised, a callable is called for its result, anything else is the answer itself.
    `close` fires an outstanding Deferred with None.

    Attributes:
        reads: how often it was read.
        closes: how often it was closed.
    """

    def __init__(self, answers: Iterable[object], length: int | None = None) -> None:
        self.length = length
        self.reads = self.closes = 0
        self._answers = iter(answers)
        self._last: object = None

    def read(self) -> object:
        self.reads += 1
        if self.closes:
            return None
        answer = next(self._answers, None)
        if isinstance(answer, BaseException):
            raise answer
        if callable(answer):
            answer = answer()
        if isinstance(answer, Deferred):
            answer.addCallback(self._counted)
        else:
            self._counted(answer)
        self._last = answer
        return answer

    def split(self, point: int) -> tuple[Any, Any]:
        return fallbackSplit(self, point)

    def _counted(self, answer: object) -> object:
        if self.length is not None and isinstance(answer, bytes):
            self.length -= len(answer)
        return answer

    def close(self) -> None:
        self.closes += 1
        self.length = 0
        if isinstance(self._last, Deferred) and not self._last.called:
            self._last.callback(None)


class Seen:
    """What a Deferred fired with, in order.

    Attributes:
        values: each result, or the exception of each failure.
    """

    def __init__(self, deferred: Any = None, then: Callable[[object], object] | None = None) -> None:
        self.values: list[Any] = []
        self._then = then
        if deferred is not None:
            self.watch(deferred)

    def watch(self, deferred: Any) -> None:
        assert isinstance(deferred, Deferred)
        deferred.addBoth(self._came)

    def _came(self, result: object) -> None:
        self.values.append(result.value if isinstance(result, Failure) else result)
        if self._then is not None:
            self._then(result)


def now(answer: object) -> Any:
    """Give the answer of a read that needs not wait; the exception if it failed."""
    if not isinstance(answer, Deferred):
        return answer
    (value,) = Seen(answer).values
    return value


def drain(stream: Any) -> list[Any]:
    """Read everything from a stream that never has to wait."""
    return list(iter(lambda: now(stream.read()), None))


@contextmanager
def errorLog() -> Iterator[list[BaseException]]:
    """Give the errors logged so far; who expects some takes them out, for in the end there must be none.

    Raises:
        AssertionError: errors are left, also those of abandoned Deferreds.
    """
    errors: list[BaseException] = []

    def observe(event: Any) -> None:
        if event.get("isError"):
            errors.append(event["failure"].value if "failure" in event else RuntimeError(event))

    log.addObserver(observe)
    try:
        yield errors
        gc.collect(1)  # what the test made is young; all of the heap would take long
    finally:
        log.removeObserver(observe)
    assert errors == []


def depth() -> int:
    """Count the levels of the stack below the caller."""
    frame = sys._getframe()
    count = 0
    while frame.f_back is not None:
        frame = frame.f_back
        count += 1
    return count
