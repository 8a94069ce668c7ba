"""How a stream here answers a read, and how it closes what it read from.

Strategy: a read is answered through a `Reply`, whether the answer is known before `read` returns or comes
later; the stream's one loop need not know which. `shut` closes a stream without letting that one's mistakes
stop whoever must close more. Nothing here reads.
"""

from collections.abc import Callable
from typing import Any

from twisted.internet.defer import Deferred
from twisted.logger import Logger
from twisted.python.failure import Failure

from web2stream._flow import WAITING

_log = Logger()


class Reply:
    """The answer to one read: what is known when `read` returns is returned or raised, else it fires later.

    Attributes:
        deferred: what the reader waits for; None as long as it need not wait.
    """

    __slots__ = ("_answer", "deferred")

    def __init__(self) -> None:
        self._answer: object = WAITING
        self.deferred: Deferred[Any] | None = None

    @property
    def isGiven(self) -> bool:
        """Whether there is an answer that `read` hasn't returned yet."""
        return self._answer is not WAITING

    def give(self, answer: object) -> None:
        """Answer: data, None, or a `Failure`.

        Once; only as long as `read` hasn't returned the answer may be replaced.
        """
        if self.deferred is None:
            self._answer = answer
        else:
            self.deferred.callback(answer)

    def outcome(self, cancel: Callable[[], None]) -> object:
        """Say what `read` returns; called once, at its end.

        Args:
            cancel: called when the reader cancels its Deferred, which then fails with CancelledError:
                it must not answer.

        Returns:
            The answer, or a Deferred of it.

        Raises:
            Exception: the answer is a `Failure`: its exception.
        """
        if self._answer is WAITING:
            self.deferred = Deferred(lambda _: cancel())
            return self.deferred
        if isinstance(self._answer, Failure):
            self._answer.raiseException()
        return self._answer


def shut(stream: Any) -> None:
    """Close a stream, if it can be closed.

    A `close` that raises an Exception breaks its promise; it is logged, for the caller has nobody to tell
    and more to close.
    """
    try:
        close = getattr(stream, "close", None)
        if close is not None:
            close()
    except Exception:
        _log.failure("a stream's close must not raise")
