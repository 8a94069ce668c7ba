"""A right BufferedStream, unlike the reference: callbacks over one buffer with a gap, answers in later turns."""

from collections.abc import Callable
from itertools import count
from typing import Any, Final

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from tests.kit.right_buffered import Promised, counted, cut
from tests.kit.right_producer import later
from web2stream import MemoryStream

_CRLF: Final = b"\r\n"
_MORE: Final = -1


class Turns:
    """Each call says by a function how many bytes end it; it is asked again whenever there are more."""

    def __init__(self, stream: Any, held: bytes = b"") -> None:
        self.stream, self.source = stream, Promised(stream)
        self.buffer, self.gap = bytearray(held), 0
        self.call: Deferred[Any] | None = None
        self.ends: Callable[[], int] = lambda: _MORE
        self.closed = False

    @property
    def held(self) -> int:
        return len(self.buffer) - self.gap

    @property
    def length(self) -> int | None:
        known = self.source.length
        return 0 if self.closed else None if known is None else known + self.held

    def readExactly(self, size: Any = None) -> "Deferred[bytes]":
        size = counted(size)
        return self.begin(lambda: size if size is not None and self.held >= size else _MORE, b"", size)

    def readline(self, delimiter: Any = _CRLF, size: Any = None) -> "Deferred[bytes]":
        size, end, searched = counted(size), bytes(delimiter), 0

        def found() -> int:
            nonlocal searched
            limit = self.held if size is None else min(size, self.held)
            place = self.buffer.find(end, self.gap + searched, self.gap + limit)
            searched = max(0, limit - len(end) + 1)
            if place >= 0:
                return place - self.gap + len(end)
            return limit if limit == size else _MORE

        return self.begin(found, b"", size)

    def read(self) -> "Deferred[bytes | None]":
        return self.begin(lambda: min(self.held, 10_000) or _MORE, None, None)

    def begin(self, ends: Callable[[], int], nothing: bytes | None, size: int | None) -> "Deferred[Any]":
        if self.call is not None:
            raise RuntimeError("one call at a time")
        call: Deferred[Any] = Deferred(self.cancelled)
        self.call = call
        self.ends, self.nothing, self.size = ends, nothing, size
        try:
            self.go_on()
        except BaseException:
            self.call = None
            raise
        return call

    def go_on(self) -> None:
        """Ask the source until it lets us wait, or there is enough."""
        while (enough := self.ends()) == _MORE:
            try:
                piece = None if self.closed else self.source.read()
            except Exception:
                piece = Failure()
            if isinstance(piece, Deferred):
                came: list[Any] = []
                piece.addBoth(came.append)
                if not came:
                    piece.addBoth(self.came, came, self.call)
                    return
                piece = came[0]
            if not self.store(piece):
                return
        self.answer_later(enough)

    def came(self, _: Any, came: list[Any], call: Any) -> None:
        if self.call is call and self.store(came[0]):
            self.go_on()

    def store(self, piece: Any) -> bool:
        """Put a piece into the buffer; answer the call if none came."""
        data = None if self.closed else self.source.kept(piece)
        if isinstance(data, Failure):
            self.answer_later(data)
        elif data is None:
            self.answer_later(self.held if self.size is None else min(self.size, self.held))
        else:
            self.buffer += data
            return True
        return False

    def answer_later(self, answer: Any) -> None:
        call = self.call
        later(lambda: self.answer(call, 0 if self.closed else answer))

    def answer(self, call: "Deferred[Any] | None", answer: int | Failure) -> None:
        if call is not None and self.call is call:
            self.call = None
            call.callback(answer if isinstance(answer, Failure) else self.take(answer) or self.nothing)

    def cancelled(self, _: object) -> None:
        self.call = None

    def take(self, size: int) -> bytes:
        taken = bytes(self.buffer[self.gap : self.gap + size])
        self.gap += size
        if self.gap > 4096 and self.gap > len(self.buffer) // 2:
            del self.buffer[: self.gap]
            self.gap = 0
        return taken

    def pushback(self, data: Any) -> None:
        data = b"" if self.closed else bytes(data)
        if self.gap < len(data):
            room = len(data) + self.held
            self.buffer[: self.gap] = bytes(room)
            self.gap = room
        self.gap -= len(data)
        self.buffer[self.gap : self.gap + len(data)] = data

    def split(self, offset: int) -> tuple[Any, Any]:
        """Give the bytes in hand to the halves, and the source to the second, or a half of it to each."""
        if (counted(offset) or 0) > (offset if self.length is None else self.length):
            raise ValueError("behind the end")
        held = self.take(self.held)
        source = MemoryStream(b"") if self.source.dry else self.stream
        one, two = (MemoryStream(b""), source) if offset <= len(held) else cut(source, offset - len(held))
        return type(self)(one, held[:offset]), type(self)(two, held[offset:])

    def close(self) -> None:
        """Answer the outstanding call in a turn of its own, as if its end had come."""
        if not self.closed:
            self.closed = True
            self.take(self.held)
            getattr(self.stream, "close", lambda: None)()
            if self.call is not None:
                self.answer_later(0)


class Unsteady(Turns):
    """Every third answer of them all comes later, the others at once: no example acts twice alike."""

    answers = count()

    def answer_later(self, answer: Any) -> None:
        if next(self.answers) % 3:
            self.answer(self.call, 0 if self.closed else answer)
        else:
            super().answer_later(answer)
