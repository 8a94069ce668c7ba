"""Streams that stand between a source and its reader: one that hides all but `read`, others with odd Deferreds."""

from collections.abc import Callable
from typing import Any, Final

from twisted.internet.defer import Deferred, succeed


class OnlyRead:
    """A stream that has `read` and nothing else."""

    __slots__ = ("read",)

    def __init__(self, stream: "Any") -> None:
        self.read = stream.read


class Subclassed:
    """A stream whose Deferreds are of a class of their own; in everything else it is its source."""

    class Later(Deferred):  # type: ignore[type-arg]  # a script has no more imports than Deferred
        """One class for all: Twisted keeps every subclass of Deferred, and looks through them at each callback."""

    def __init__(self, stream: "Any") -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> "Any":
        return getattr(self._stream, name)

    def read(self) -> object:
        """Read, and exchange the Deferred."""
        answer = self._stream.read()
        return self.exchanged(answer) if isinstance(answer, Deferred) else answer

    def exchanged(self, answer: "Deferred[object]") -> object:
        """Give a Deferred that fires when this one does."""
        later = self.Later()
        answer.chainDeferred(later)
        return later


class Chained(Subclassed):
    """A stream whose Deferreds were called, and wait for others."""

    def exchanged(self, answer: "Deferred[object]") -> object:
        """Give a Deferred that was called, and waits for this one."""
        return succeed(None).addCallback(lambda _: answer)


WAYS: Final[tuple[Callable[[Any], Any] | None, ...]] = (None, Subclassed, Chained)
"""Ways to stand between a source and its reader that change nothing for a right reader."""
