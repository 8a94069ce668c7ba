"""A byte stream as its reader sees it: it answers, and some day it stops, for good.

Strategy: one value says how the source stopped (its end, `close`, or its failure); once it is set the stream
is never asked again. Each answer is held against the length that the stream promised just before, so a source
that breaks its promise fails here instead of looking complete. It doesn't know what the data is for, and
leaves it to its one user to ask once at a time.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, Literal

from twisted.python.failure import Failure

from web2stream._flow import OPEN, WAITING, Mark, take
from web2stream._reply import shut
from web2stream.bytestream import byteCount
from web2stream.memory import byteView
from web2stream.split import fallbackSplit


class Source:
    """A stream to be read, which may lack `length`, `split` and `close`.

    Args:
        stream: the IByteStream.

    Attributes:
        stream: as given.
    """

    def __init__(self, stream: Any) -> None:
        self.stream = stream
        self._stopped: Literal[Mark.OPEN] | Failure | None = OPEN
        # Of the one read that is outstanding.
        self._promised: int | None
        self._later: Callable[[object], None]

    @property
    def length(self) -> int | None:
        """Bytes the stream has left: None if unknown, 0 once it stopped."""
        if self._stopped is not OPEN:
            return 0
        rest: int | None = getattr(self.stream, "length", None)
        return rest

    def ask(self, later: Callable[[object], None]) -> object:
        """Read once.

        Args:
            later: called once with the answer if it is not there yet; not called after `close`.

        Returns:
            A bytes-like object, None at the end, a Failure, or `WAITING`. A stream that ends before its
            length, or gives something that is not bytes, gives a Failure; of a piece that goes over the
            length the surplus is cut off, and the next answer is a Failure.
        """
        if self._stopped is not OPEN:
            return self._stopped
        self._promised = self.length
        self._later = later
        answer = take(self.stream.read, self._came)
        if answer is WAITING:
            return WAITING
        return self._judged(answer) if self._stopped is OPEN else self._stopped

    def split(self, point: int) -> tuple[Any, Any]:
        """Split the stream itself, by its own means if it has them."""
        halves: tuple[Any, Any] = getattr(self.stream, "split", partial(fallbackSplit, self.stream))(point)
        return halves

    def close(self) -> None:
        """Stop, whatever the stream still answers, and close it."""
        self._stopped = None
        shut(self.stream)

    def _came(self, answer: object) -> None:
        if self._stopped is OPEN:
            self._later(self._judged(answer))

    def _judged(self, answer: object) -> object:
        promised = self._promised
        if answer is None:
            missing = f"the source ended {promised} bytes before its length"
            self._stopped = Failure(RuntimeError(missing)) if promised else None
            return self._stopped
        if isinstance(answer, Failure):
            self._stopped = answer
            return answer
        try:
            count = byteCount(answer)  # type: ignore[arg-type]  # this is the check
        except Exception:
            self._stopped = Failure()
            return self._stopped
        if promised is None or count <= promised:
            return answer
        self._stopped = Failure(RuntimeError(f"the source ran {count - promised} bytes over its length"))
        return byteView(answer)[:promised]  # type: ignore[arg-type]
