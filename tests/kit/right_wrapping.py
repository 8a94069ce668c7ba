"""Right streams that read another stream: passing on, delegating, in coroutines, reading ahead."""

from collections import deque
from typing import Any

from twisted.internet.defer import Deferred, fail, maybeDeferred, succeed
from twisted.python.failure import Failure

from tests.kit.right_later import BusyError
from tests.kit.right_pieces import Pieces
from web2stream.split import fallbackSplit


class Passing:
    """Passes on what its source gives; the plainest stream that wraps another."""

    def __init__(self, source: Any) -> None:
        self._source = source
        self._answer: Deferred[Any] | None = None
        self._over = False

    @property
    def length(self) -> Any:
        return 0 if self._over else self._source.length

    @property
    def waits(self) -> bool:
        return self._answer is not None

    def read(self) -> Any:
        if self._answer is not None:
            raise RuntimeError("a read is outstanding")
        if self._over:
            return None
        try:
            result = self._source.read()
        except Exception:
            self._over = True
            raise
        if isinstance(result, Deferred):
            answer: Deferred[Any] = Deferred()
            self._answer = answer
            result.addBoth(self._came)
            return answer
        self._over = result is None
        return result

    def _came(self, result: Any) -> None:
        answer, self._answer = self._answer, None
        if answer is None:
            return
        self._over = result is None or isinstance(result, Failure)
        answer.callback(result)

    def close(self) -> None:
        over, self._over = self._over, True
        answer, self._answer = self._answer, None
        if not over:
            self._source.close()
        if answer is not None:
            answer.callback(None)

    def split(self, point: int) -> Any:
        return fallbackSplit(self, point)


class Delegating:
    """Has a `read` of its own, and leaves everything else to what it wraps."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def read(self) -> Any:
        return self._inner.read()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


def delegating(data: bytes) -> Any:
    return Delegating(Pieces(data, 11))


def delegating_source(source: Any) -> Any:
    return Delegating(Passing(source))


class Async:
    """Reads its source in a coroutine that swallows empty pieces; an IStream only."""

    def __init__(self, source: Any) -> None:
        self._source = source
        self._reading: Deferred[Any] | None = None
        self._interrupt: BaseException | None = None
        self._closed = False

    async def _next(self) -> Any:
        while not self._closed:
            piece = await maybeDeferred(self._read_source)
            if piece is None or len(piece):
                return piece
        return None

    def _read_source(self) -> Any:
        try:
            return self._source.read()
        except (KeyboardInterrupt, SystemExit) as interrupt:  # a coroutine would make a failure of it
            self._interrupt = interrupt
            return None

    def read(self) -> Any:
        if self._reading is not None:
            raise BusyError("not before the other is answered")
        if self._closed:
            return succeed(None)
        answer: Deferred[Any] = Deferred()
        self._reading = answer
        Deferred.fromCoroutine(self._next()).addBoth(self._answered, answer)
        if self._interrupt is not None:
            raise self._interrupt
        return answer

    def _answered(self, result: Any, answer: Deferred[Any]) -> None:
        if self._reading is not answer:
            return
        self._reading = None
        if result is None or isinstance(result, Failure):
            self._closed = True
        answer.callback(result)

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            self._source.close()
        answer, self._reading = self._reading, None
        if answer is not None:
            answer.callback(None)


class Swallowing(Passing):
    """Loops over empty pieces that are there at once, and over those that come later."""

    def read(self) -> Any:
        while True:
            result = super().read()
            if result is None or isinstance(result, Deferred) or len(result):
                return result


class Padding(Passing):
    """Gives an empty piece behind each of its source's, whenever that came."""

    _padded = True

    def read(self) -> Any:
        self._padded = not self._padded or self._answer is not None or self._over
        return super().read() if self._padded else b""


class Prefetching:
    """Reads one piece ahead of its reader; what came of that waits till it is asked for."""

    def __init__(self, source: Any) -> None:
        self._source = source
        self._ahead: deque[Any] = deque()
        self._fetching = self._over = False
        self._answer: Deferred[Any] | None = None

    def read(self) -> Any:
        if self._answer is not None:
            raise RuntimeError("twice at once")
        if not self._ahead and not self._over:
            self._fetch()
        if self._ahead:
            piece = self._ahead.popleft()
            if piece is not None and not isinstance(piece, Failure):
                self._fetch()
            return fail(piece) if isinstance(piece, Failure) else piece
        if self._over:
            return None
        answer: Deferred[Any] = Deferred()
        self._answer = answer
        return answer

    def _fetch(self) -> None:
        if self._fetching or self._over:
            return
        self._fetching = True
        try:
            result = self._source.read()
        except Exception:
            result = Failure()
        except BaseException:
            self._fetching = False
            raise
        if isinstance(result, Deferred):
            result.addBoth(self._fetched)
        else:
            self._fetched(result)

    def _fetched(self, piece: Any) -> None:
        self._fetching = False
        if self._over:
            return
        self._over = piece is None or isinstance(piece, Failure)
        answer, self._answer = self._answer, None
        if answer is None:
            self._ahead.append(piece)
        else:
            answer.callback(piece)

    def close(self) -> None:
        self._ahead.clear()
        self._over = True
        self._source.close()
        answer, self._answer = self._answer, None
        if answer is not None:
            answer.callback(None)


class TenAhead(Prefetching):
    """Reads up to ten pieces ahead, as many as are there at once, from its making on."""

    AHEAD = 10

    def __init__(self, source: Any) -> None:
        super().__init__(source)
        self._fetch()

    def _fetch(self) -> None:
        while not self._fetching and not self._over and len(self._ahead) < self.AHEAD:
            super()._fetch()
