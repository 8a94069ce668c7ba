"""Right streams with odd beginnings and ends: blocks of a size, a wide window, halves that begin with nothing."""

from typing import Any

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure
from zope.interface import implementer

from tests.kit.right_wrapping import Passing, TenAhead
from web2stream import IByteStream, fallbackSplit


class Blocks:
    """Gives multiples of sixteen bytes, as a cipher does, and the rest at the end; a failure takes the rest away."""

    def __init__(self, source: Any) -> None:
        self._inner = Passing(source)
        self._held = b""

    def read(self) -> Any:
        try:
            piece = self._inner.read()
        except Exception:
            if not self._inner.waits:  # else it is an overlap that is refused
                self._held = b""
            raise
        return piece.addCallbacks(self._block, self._lost) if isinstance(piece, Deferred) else self._block(piece)

    def _block(self, piece: Any) -> Any:
        held, self._held = self._held, b""
        if piece is None:
            return held or None
        held += bytes(piece)
        whole = len(held) - len(held) % 16
        self._held = held[whole:]
        return held[:whole]

    def _lost(self, failure: Failure) -> Failure:
        self._held = b""
        return failure

    def close(self) -> None:
        self._held = b""
        self._inner.close()


class HundredAhead(TenAhead):
    """Reads up to a hundred pieces ahead."""

    AHEAD = 100


@implementer(IByteStream)
class Leading:
    """A half that gives an empty piece before anything else."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner
        self._begun = False

    @property
    def length(self) -> Any:
        return self._inner.length

    def read(self) -> Any:
        if self._begun:
            return self._inner.read()
        self._begun = True
        return b""

    def split(self, point: int) -> Any:
        self._begun = True
        return tuple(map(Leading, self._inner.split(point)))

    def close(self) -> None:
        self._begun = True
        self._inner.close()


def leadingSplit(stream: Any, point: int) -> Any:
    """Split into halves that begin with an empty piece."""
    return tuple(map(Leading, fallbackSplit(stream, point)))
