"""Right streams: written in as many ways as people write them, and none like the reference. No clause may reject one.

Strategy: each maker stands in the table `RIGHT` with what has to be declared of it. A stream here keeps every promise
and nothing else: what the contract leaves open is done differently by each.
"""

import asyncio
import io
import mmap
import os
import tempfile
import threading
from array import array
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from twisted.internet.defer import Deferred, fail, maybeDeferred, succeed
from twisted.python.failure import Failure
from zope.interface import Attribute, Interface, implementer

from web2stream.split import fallbackSplit


class Pieces:
    """Gives its data in pieces of one size, each made anew; splits by copying."""

    def __init__(self, data: bytes, size: int = 100, kind: Callable[[bytes], Any] = bytes) -> None:
        self._left = deque(data[at : at + size] for at in range(0, len(data), size))
        self._size, self._kind = size, kind
        self.length: int | None = len(data)

    def read(self) -> Any:
        if not self._left:
            return None
        piece = self._left.popleft()
        self.length = (self.length or 0) - len(piece)
        return self._kind(piece)

    def close(self) -> None:
        self._left.clear()
        self.length = 0

    def split(self, point: int) -> "tuple[Any, Any]":
        check(point, self.length)
        data = b"".join(self._left)
        return self._half(data[:point]), self._half(data[point:])

    def _half(self, data: bytes) -> "Pieces":
        return type(self)(data, self._size, self._kind)


def check(point: int, length: int | None) -> None:
    if not isinstance(point, int):
        raise TypeError("a point is an int")
    if point < 0 or (length is not None and point > length):
        raise ValueError("no such point")


def single_bytes(data: bytes) -> Any:
    return Pieces(data, 1)


def hundreds(data: bytes) -> Any:
    return Pieces(data, 100)


def bytearrays(data: bytes) -> Any:
    return Pieces(data, 4096, bytearray)


def views(data: bytes) -> Any:
    return Pieces(data, 70_000, memoryview)


def wide_items(data: bytes) -> Any:
    return Pieces(data, 4, lambda piece: array("I", piece) if len(piece) == 4 else piece)


def mapped(data: bytes) -> Any:
    def anonymous(piece: bytes) -> mmap.mmap:
        area = mmap.mmap(-1, len(piece))
        area[:] = piece
        return area

    return Pieces(data, 9000, anonymous)


def whole_at_once(data: bytes) -> Any:
    return Pieces(data, max(1, len(data)))


class EmptiesBetween(Pieces):
    """Gives an empty piece before each one with bytes in it, and one at the end."""

    empty = True

    def read(self) -> Any:
        if self.empty and self.length:
            self.empty = False
            return b""
        self.empty = True
        return super().read()


class Unknown(Pieces):
    """Does not know its length."""

    def __init__(self, data: bytes, size: int = 100, kind: Callable[[bytes], Any] = bytes) -> None:
        super().__init__(data, size, kind)
        self.length = None

    def read(self) -> Any:
        piece = super().read()
        self.length = 0 if piece is None else None
        return piece


class UnknownForEver(Unknown):
    """Never says a length but when it is closed, and makes halves that know theirs as far as they can."""

    def read(self) -> Any:
        piece = Pieces.read(self)
        if self.length != 0 or piece is not None:
            self.length = None
        return piece

    def split(self, point: int) -> tuple[Any, Any]:
        check(point, None)
        data = b"".join(self._left)
        return Pieces(data[:point]), UnknownForEver(data[point:])


class StreamOnly:
    """An IStream and no more."""

    def __init__(self, data: bytes) -> None:
        self._pieces: Iterator[bytes] = iter([data[:10], data[10:]])

    def read(self) -> bytes | None:
        return next(self._pieces, None)

    def close(self) -> None:
        self._pieces = iter(())


def closures(data: bytes) -> Any:
    """A stream without a class: functions in a namespace."""
    stream = SimpleNamespace(length=len(data))

    def read() -> bytes | None:
        nonlocal data
        piece, data = data[:1000], data[1000:]
        stream.length = len(data)
        return piece or None

    def close() -> None:
        nonlocal data
        data = b""
        stream.length = 0

    def split(point: int) -> tuple[Any, Any]:
        check(point, len(data))
        return closures(data[:point]), closures(data[point:])

    stream.read, stream.close, stream.split = read, close, split
    return stream


class IStream(Interface):
    """Somebody's own interface."""

    def read() -> object:
        """Read."""

    def close() -> None:
        """Close."""


class IByteStream(IStream):
    """Somebody's own interface of byte streams."""

    length = Attribute("bytes remaining")

    def split(point: int) -> object:  # noqa: N805 - an interface has no self
        """Split."""


@implementer(IByteStream)
class Declaring(Pieces):
    """Says what it is by an interface of its own."""


class LazyFile:
    """Opens its file when it is first read, and closes it at the end; halves are windows of the same path."""

    def __init__(self, path: str, start: int, stop: int) -> None:
        self._path, self._at, self._stop = path, start, stop
        self._file: io.BufferedReader | None = None

    @classmethod
    def of(cls, data: bytes) -> "LazyFile":
        handle, path = tempfile.mkstemp()
        with os.fdopen(handle, "wb") as out:
            out.write(data)
        stream = cls(path, 0, len(data))
        stream._guard = _Remover(path)
        return stream

    _guard: "_Remover"

    @property
    def length(self) -> int:
        return self._stop - self._at

    def read(self) -> bytes | None:
        if self._at >= self._stop:
            self.close()
            return None
        if self._file is None:
            self._file = open(self._path, "rb")  # noqa: PTH123, SIM115
        self._file.seek(self._at)
        data = self._file.read(min(self.length, 30_000))
        self._at += len(data)
        return data

    def close(self) -> None:
        self._at = self._stop
        if self._file is not None:
            self._file.close()
            self._file = None

    def split(self, point: int) -> "tuple[LazyFile, LazyFile]":
        check(point, self.length)
        halves = (
            LazyFile(self._path, self._at, self._at + point),
            LazyFile(self._path, self._at + point, self._stop),
        )
        for half in halves:
            half._guard = self._guard
        self.close()
        return halves


@dataclass
class _Remover:
    """Removes a file when nothing needs it any more."""

    path: str

    def __del__(self) -> None:
        with suppress(OSError):
            os.remove(self.path)  # noqa: PTH107


class Buffered:
    """Reads Python's own buffered file object, whose `read1` gives what it likes."""

    def __init__(self, data: bytes) -> None:
        self._file = io.BufferedReader(io.BytesIO(data))
        self.length = len(data)

    def read(self) -> bytes | None:
        data = b"" if self._file.closed else self._file.read1(3000)
        self.length -= len(data)
        return data or None

    def close(self) -> None:
        self._file.close()
        self.length = 0

    def split(self, point: int) -> "tuple[Buffered, Buffered]":
        check(point, self.length)
        data = self._file.read()
        return Buffered(data[:point]), Buffered(data[point:])


class Asyncio:
    """Reads a fed asyncio.StreamReader; the coroutine is driven by Twisted or by hand."""

    by_hand = False

    def __init__(self, data: bytes) -> None:
        self._loop = asyncio.new_event_loop()
        self._reader = asyncio.StreamReader(loop=self._loop)
        self._reader.feed_data(data)
        self._reader.feed_eof()
        self._loop.close()
        self.length: int = len(data)

    async def _read(self) -> bytes | None:
        data = await self._reader.read(500)
        self.length -= len(data)
        return data or None

    def read(self) -> Any:
        if self.length == 0:
            return None
        if not self.by_hand:
            return Deferred.fromCoroutine(self._read())
        try:
            self._read().send(None)
        except StopIteration as stop:
            return stop.value
        raise AssertionError("a fed reader does not wait")

    def close(self) -> None:
        self.length = 0

    def split(self, point: int) -> tuple[Any, Any]:
        check(point, self.length)
        data = bytes(self._reader._buffer)  # type: ignore[attr-defined]
        return type(self)(data[:point]), type(self)(data[point:])


class AsyncioByHand(Asyncio):
    """The same, without a Deferred."""

    by_hand = True


class Fired(Pieces):
    """Answers every read by a Deferred that has fired already, of a class of its own."""

    class Answer(Deferred[Any]):
        pass

    def read(self) -> Any:
        answer = self.Answer()
        answer.callback(super().read())
        return answer


class ClosesLater(Pieces):
    """Its close gives a Deferred, as newer interfaces do."""

    def close(self) -> Any:
        super().close()
        return succeed(None)


class BusyError(RuntimeError):
    """A read too early; somebody's own name for it."""


class Later:
    """Answers every read later, through whatever `schedule` calls."""

    def __init__(self, data: bytes, schedule: Callable[[Callable[[], None]], object]) -> None:
        self._data, self._schedule = data, schedule
        self._answer: Deferred[Any] | None = None

    @property
    def length(self) -> int:
        return len(self._data)

    def read(self) -> Any:
        if self._answer is not None:
            raise BusyError("one at a time")
        answer: Deferred[Any] = Deferred()
        self._answer = answer
        self._schedule(lambda: self._deliver(answer))
        return answer

    def _deliver(self, answer: Deferred[Any]) -> None:
        if answer is self._answer:
            self._answer = None
            piece, self._data = self._data[:20_000], self._data[20_000:]
            answer.callback(piece or None)

    def close(self) -> None:
        self._data = b""
        answer, self._answer = self._answer, None
        if answer is not None:
            answer.callback(None)

    def split(self, point: int) -> "tuple[Later, Later]":
        check(point, self.length)
        return Later(self._data[:point], self._schedule), Later(self._data[point:], self._schedule)


def by_delayed_call(data: bytes) -> Any:
    def schedule(deliver: Callable[[], None]) -> object:
        from twisted.internet import reactor

        return reactor.callLater(0, deliver)

    return Later(data, schedule)


def by_thread(data: bytes) -> Any:
    def schedule(deliver: Callable[[], None]) -> object:
        from twisted.internet import reactor as running

        reactor: Any = running
        thread = threading.Thread(target=lambda: reactor.callFromThread(deliver))
        thread.start()
        return thread

    return Later(data, schedule)


def by_pool(data: bytes) -> Any:
    def schedule(deliver: Callable[[], None]) -> object:
        from twisted.internet.threads import deferToThread

        return deferToThread(len, data).addCallback(lambda _: deliver())

    return Later(data, schedule)


def closing_it_takes_time(data: bytes) -> Any:
    stream: Any = by_delayed_call(data)
    close = stream.close

    def close_later() -> Any:
        from twisted.internet import reactor

        close()
        done: Deferred[None] = Deferred()
        reactor.callLater(0, done.callback, None)
        return done

    stream.close = close_later
    return stream


class Passing:
    """Passes on what its source gives; the plainest stream that wraps another."""

    def __init__(self, source: Any) -> None:
        self._source = source
        self._answer: Deferred[Any] | None = None
        self._over = False

    @property
    def length(self) -> Any:
        return 0 if self._over else self._source.length

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

    def __init__(self, source: Any) -> None:
        super().__init__(source)
        self._fetch()

    def _fetch(self) -> None:
        while not self._fetching and not self._over and len(self._ahead) < 10:
            super()._fetch()


@dataclass(frozen=True)
class Right:
    """A right stream: its maker and what is declared of it."""

    make: Callable[[Any], Any]
    declared: dict[str, Any] = field(default_factory=dict)


_WRAPS = {"wraps": True}
RIGHT = [
    *map(
        Right,
        [
            single_bytes, hundreds, bytearrays, views, wide_items, mapped, whole_at_once, EmptiesBetween, Unknown,
            UnknownForEver, StreamOnly, closures, Declaring, LazyFile.of, Buffered, Asyncio, AsyncioByHand, Fired,
            ClosesLater, by_delayed_call, by_thread, by_pool, closing_it_takes_time, delegating,
        ],
    ),
    *(Right(make, _WRAPS) for make in [Passing, delegating_source, Async, Swallowing, Prefetching, TenAhead]),
]  # fmt: skip
