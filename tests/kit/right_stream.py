"""More right streams: what the generic clauses must bear, however odd it looks.

Strategy: each differs from every stream of `right` in something that the contract leaves open: the objects themselves,
the kind of their lengths and halves, how much one piece holds, and when it comes.
"""

import ctypes
import threading
from collections import deque
from operator import index
from typing import Any

from twisted.internet.defer import Deferred, succeed
from twisted.python.failure import Failure

from tests.kit.right_pieces import check


class Count(int):
    """Somebody's own kind of int."""


class Odd:
    """False, without a hash and without an equal; its lengths are ints of its own kind, its halves come in a list."""

    __slots__ = ("_at", "_data", "_stop")
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, data: bytes, at: int = 0, stop: int | None = None) -> None:
        self._data, self._at = data, at
        self._stop = len(data) if stop is None else stop

    def __bool__(self) -> bool:
        return False

    def __len__(self) -> int:
        return 0

    def __eq__(self, other: object) -> bool:
        raise TypeError("nobody has to compare streams")

    @property
    def length(self) -> Count:
        return Count(self._stop - self._at)

    def read(self, size: int = 3001, *, hint: object = None) -> Any:
        if self._at >= self._stop:
            return succeed(hint)
        piece = self._data[self._at : min(self._stop, self._at + size)]
        self._at += len(piece)
        return (ctypes.c_char * len(piece)).from_buffer_copy(piece)

    def close(self) -> None:
        self._at = self._stop

    def split(self, point: int) -> "list[Odd]":
        check(index(point), self.length)
        middle = self._at + point
        return [Odd(self._data, self._at, middle), Odd(self._data, middle, self._stop)]


class FedByThread:
    """A thread feeds it from its making on, so that what is there when it is read differs from run to run."""

    def __init__(self, data: bytes) -> None:
        self.length = len(data)
        self._data, self._came = data, deque[bytes | None]()
        self._answer: Deferred[Any] | None = None
        self._over = False
        threading.Thread(target=self._feed, args=(data,), daemon=True).start()

    def _feed(self, data: bytes) -> None:
        from twisted.internet import reactor as running

        reactor: Any = running
        for at in range(0, len(data), 9000):
            reactor.callFromThread(self._got, data[at : at + 9000])
        reactor.callFromThread(self._got, None)

    def _got(self, piece: bytes | None) -> None:
        self._came.append(piece)
        self._serve()

    def _serve(self) -> None:
        if self._answer is None or not (self._came or self._over):
            return
        answer, self._answer = self._answer, None
        piece = None if self._over else self._came.popleft()
        self._over = piece is None
        self.length -= len(piece or b"")
        self._data = self._data[len(piece or b"") :]
        answer.callback(piece)

    def read(self) -> "Deferred[Any]":
        if self._answer is not None:
            raise RuntimeError("one read at a time")
        self._answer = answer = Deferred[Any]()
        self._serve()
        return answer

    def close(self) -> None:
        self.length, self._over, self._data = 0, True, b""
        self._serve()

    def split(self, point: int) -> "tuple[FedByThread, FedByThread]":
        check(point, self.length)
        data, self._over = self._data, True
        return FedByThread(data[:point]), FedByThread(data[point:])


class Coalescing:
    """Puts pieces together to 64 bytes or more, and gives what it has before a failure."""

    def __init__(self, source: Any) -> None:
        self._source, self._have = source, b""
        self._ending: list[Any] = []
        self._answer: Deferred[Any] | None = None
        self._over = False

    def read(self) -> "Deferred[Any]":
        if self._answer is not None:
            raise RuntimeError("one read at a time")
        self._answer = answer = Deferred[Any]()
        if self._over:
            self._give(None)
        elif self._ending:
            self._end(self._ending.pop())
        else:
            self._gather()
        return answer

    def _gather(self) -> None:
        while self._answer is not None:
            try:
                piece = self._source.read()
            except Exception:
                piece = Failure()
            except BaseException:
                self._answer = None
                raise
            if isinstance(piece, Deferred):
                came: list[Any] = []
                piece.addBoth(came.append)
                if not came:
                    piece.addCallback(self._later, came)
                    return
                piece = came[0]
            self._take(piece)

    def _later(self, _: Any, came: list[Any]) -> None:
        if self._answer is not None:
            self._take(came[0])
            self._gather()

    def _take(self, piece: Any) -> None:
        if piece is not None and not isinstance(piece, Failure):
            self._have += bytes(piece)
            if len(self._have) < 64:
                return
        elif not self._have:
            self._end(piece)
            return
        else:
            self._ending.append(piece)
        have, self._have = self._have, b""
        self._give(have)

    def _end(self, how: Any) -> None:
        self._over = True
        self._give(how)

    def _give(self, what: Any) -> None:
        answer, self._answer = self._answer, None
        if answer is not None:
            answer.callback(what)

    def close(self) -> None:
        if not self._over:
            self._over, self._have = True, b""
            self._source.close()
        self._give(None)
