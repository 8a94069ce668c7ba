"""A right BufferedStream, unlike the reference: coroutines over pieces that are never joined, a search by windows."""

from collections import deque
from collections.abc import Coroutine
from operator import index
from typing import Any, Final

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from web2stream import BufferedStream, MemoryStream, fallbackSplit

_CRLF: Final = b"\r\n"


def counted(size: Any) -> int | None:
    """Check a size."""
    if size is not None and (size := index(size)) < 0:
        raise ValueError("a size is not negative")
    return None if size is None else int(size)


def cut(stream: Any, point: int) -> Any:
    """Split a stream, whatever it can do itself."""
    return stream.split(point) if hasattr(stream, "split") else fallbackSplit(stream, point)


class Promised:
    """A source that is held to the length it told."""

    def __init__(self, stream: Any) -> None:
        self.stream, self.dry = stream, False

    @property
    def length(self) -> int | None:
        return 0 if self.dry else getattr(self.stream, "length", None)

    def read(self) -> Any:
        self.left = self.length
        return None if self.dry else self.stream.read()

    def kept(self, piece: Any) -> bytes | Failure | None:
        """Give what of an answer may be used: bytes, None or a failure."""
        if isinstance(piece, Failure):
            self.dry = True
            return piece
        data = b"" if piece is None else bytes(memoryview(piece))
        self.dry = piece is None or (self.left is not None and len(data) > self.left)
        if piece is None:
            return Failure(ValueError("the source ended early")) if self.left else None
        return data[: self.left]


class Lists:
    """It has a close; what is there already is answered by a fired Deferred."""

    def __init__(self, stream: Any) -> None:
        self.stream, self.source = stream, Promised(stream)
        self.pieces: deque[memoryview] = deque()
        self.call: Deferred[Any] | None = None
        self.closed = False

    @property
    def held(self) -> int:
        return sum(map(len, self.pieces))

    @property
    def length(self) -> int | None:
        known = self.source.length
        return 0 if self.closed else None if known is None else known + self.held

    def readExactly(self, size: Any = None) -> "Deferred[bytes]":
        return self.begin(self.exactly(counted(size)))

    def readline(self, delimiter: Any = _CRLF, size: Any = None) -> "Deferred[bytes]":
        return self.begin(self.line(bytes(delimiter), counted(size)))

    def read(self) -> "Deferred[bytes | None]":
        return self.begin(self.piece())

    def begin(self, work: Coroutine[Any, Any, Any]) -> "Deferred[Any]":
        if self.call is not None:
            work.close()
            raise RuntimeError("one call at a time")
        call = self.call = Deferred(lambda _: self.close())
        passing: list[BaseException] = []

        async def guarded() -> Any:
            try:
                return await work
            except Exception as error:
                return Failure(error)
            except BaseException as error:
                passing.append(error)

        Deferred.fromCoroutine(guarded()).addBoth(self.answer, call)
        if passing:
            self.call = None
            raise passing[0]
        return call

    def answer(self, value: Any, call: "Deferred[Any]") -> None:
        if self.call is call:
            self.call = None
            call.callback(value)

    async def more(self) -> bool:
        """Have another piece; tell whether there was one."""
        try:
            piece = None if self.closed else self.source.read()
            piece = await piece if isinstance(piece, Deferred) else piece
        except Exception as error:
            piece = Failure(error)
        data = None if self.closed else self.source.kept(piece)
        if isinstance(data, Failure):
            data.raiseException()
        if data:
            self.pieces.append(memoryview(data))
        return data is not None

    def take(self, size: int | None) -> bytes:
        taken = []
        while self.pieces and size != 0:
            piece = self.pieces.popleft()
            taken.append(piece[:size])
            if size is not None:
                if len(piece) > size:
                    self.pieces.appendleft(piece[size:])
                size -= len(taken[-1])
        return b"".join(taken)

    async def exactly(self, size: int | None) -> bytes:
        held = self.held if size else 0
        while size is None or held < size:
            before = len(self.pieces)
            if not await self.more():
                break
            held += len(self.pieces[-1]) if len(self.pieces) > before else 0
        return self.take(size)

    async def line(self, delimiter: bytes, size: int | None) -> bytes:
        """Search the pieces a window at a time, each with the end of the one before."""
        seen, number, at, tail = 0, 0, 0, b""
        while size is None or seen < size:
            if number == len(self.pieces):
                if not await self.more():
                    break
                continue
            part = self.pieces[number][at : at + 1000]
            window = tail + part[: None if size is None else size - seen]
            place = window.find(delimiter)
            if place >= 0:
                return self.take(seen - len(tail) + place + len(delimiter))
            seen += len(window) - len(tail)
            tail = window[max(0, len(window) - len(delimiter) + 1) :]
            at += len(part)
            if at == len(self.pieces[number]):
                number, at = number + 1, 0
        return self.take(size)

    async def piece(self) -> bytes | None:
        while not self.pieces:
            if not await self.more():
                return None
        return bytes(self.pieces.popleft())

    def pushback(self, data: Any) -> None:
        if len(data) and not self.closed:
            self.pieces.appendleft(memoryview(bytes(data)))

    def split(self, offset: int) -> tuple[Any, Any]:
        """Let the bytes in hand lie in front of a half of the source, or of both."""
        if (counted(offset) or 0) > (offset if self.length is None else self.length):
            raise ValueError("behind the end")
        held = self.take(None)
        source = MemoryStream(b"") if self.source.dry else self.stream
        one, two = (MemoryStream(b""), source) if offset <= len(held) else cut(source, offset - len(held))
        halves = type(self)(one), type(self)(two)
        for half, data in zip(halves, (held[:offset], held[offset:]), strict=True):
            half.pushback(data)
        return halves

    def close(self) -> None:
        if not self.closed:
            self.closed = True
            self.pieces.clear()
            getattr(self.stream, "close", lambda: None)()
            self.answer(None, self.call) if self.call is not None else None


class InBits(Lists):
    """Its read gives small pieces a byte at a time."""

    async def piece(self) -> bytes | None:
        while not self.pieces:
            if not await self.more():
                return None
        return self.take(1 if self.held < 9 else None)


class Sips(Lists):
    """Its read gives at most seven bytes, of a buffer of 70,000 too."""

    async def piece(self) -> bytes | None:
        while not self.pieces:
            if not await self.more():
                return None
        return self.take(min(7, self.held))


class Historical:
    """The methods that a BufferedStream had, and no close; its halves are other streams, which have one."""

    def __init__(self, stream: Any) -> None:
        inner = BufferedStream(stream)
        self.readExactly, self.readline, self.read = inner.readExactly, inner.readline, inner.read
        self.pushback, self.split = inner.pushback, inner.split
        self._inner = inner

    @property
    def length(self) -> int | None:
        return self._inner.length
