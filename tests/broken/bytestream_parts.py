"""Right halves and windows, from which one thing is taken away."""

from typing import Any

from twisted.internet.defer import Deferred, fail

from tests.kit.right_pieces import Pieces, check
from tests.kit.right_wrapping import Delegating
from web2stream.split import fallbackSplit


class Window:
    """A right stream over shared bytes: the raw material for wrong splits."""

    def __init__(self, data: bytes, start: int = 0, stop: int | None = None) -> None:
        self.data, self.start = data, start
        self.stop = len(data) if stop is None else stop

    @property
    def length(self) -> Any:
        return self.stop - self.start

    def read(self) -> Any:
        piece = self.data[self.start : min(self.start + 100, self.stop)]
        self.start += len(piece)
        return piece or None

    def close(self) -> None:
        self.start = self.stop

    def split(self, point: int) -> Any:
        check(point, self.length)
        middle = self.start + point
        return type(self)(self.data, self.start, middle), type(self)(self.data, middle, self.stop)


class Half(Delegating):
    """A half of a right split, for one thing to be changed."""

    other: Any = None

    def close(self) -> Any:
        return self._inner.close()

    def split(self, point: int) -> Any:
        return self._inner.split(point)


def halved(half: type[Half], stream: Any, point: int) -> Any:
    """Split rightly, and give halves of this kind that know each other."""
    before, after = map(half, fallbackSplit(stream, point))
    before.other, after.other = after, before
    return before, after


class StreamWithSplit:
    """No more than read, close and split."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def read(self) -> bytes | None:
        data, self._data = self._data, b""
        return data or None

    def close(self) -> None:
        self._data = b""

    def split(self, point: int) -> Any:
        check(point, len(self._data))
        return Pieces(self._data[:point]), Pieces(self._data[point:])


class Quiet(Half):
    """A half that ends, wherever its source fails or ends early; which half, the subclass says."""

    affected = True

    def read(self) -> Any:
        try:
            result = self._inner.read()
        except RuntimeError:
            raise
        except Exception as error:
            return self.quiet(error)
        if isinstance(result, Deferred):
            result.addErrback(lambda failure: self.quiet(failure.value))
        return result

    def quiet(self, error: Exception) -> Any:
        return None if self.affected else fail(error)
