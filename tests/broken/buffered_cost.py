"""Broken collecting of lines and counts: pieces misread, stacks that grow, copies without end."""

from typing import Any

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from streamgauge.subject import Subject
from tests.broken import broken, port
from tests.broken.buffered_parts import queueing
from web2stream import BufferedStream
from web2stream._bytequeue import ByteQueue
from web2stream._flow import WAITING


@broken("buffered_50")
def empty_piece_ends_a_line() -> Subject:
    """An empty piece ends the line or count that is being read."""

    class Broken(BufferedStream):
        def _feed(self, call: Any, answer: Any) -> None:
            gathers = call.attempt is not None and answer is not None and not isinstance(answer, Failure)
            super()._feed(call, None if gathers and not memoryview(answer).nbytes else answer)

    return port(BufferedStream=Broken)


@broken("buffered_50")
def empty_piece_ends_everything() -> Subject:
    """An empty piece ends what is read without a size."""

    class Broken(BufferedStream):
        everything = False

        def readExactly(self, size: int | None = None) -> Any:
            self.everything = size is None
            return super().readExactly(size)

        def _feed(self, call: Any, answer: Any) -> None:
            ends = self.everything and answer is not None and not isinstance(answer, Failure)
            super()._feed(call, None if ends and not memoryview(answer).nbytes else answer)

    return port(BufferedStream=Broken)


@broken("buffered_51")
def items_are_counted() -> Subject:
    """Of a piece as many bytes are buffered as it has items."""

    class Broken(BufferedStream):
        def _feed(self, call: Any, answer: Any) -> None:
            if call.attempt is not None and answer is not None and not isinstance(answer, Failure):
                answer = bytes(answer)[: len(answer)]
            super()._feed(call, answer)

    return port(BufferedStream=Broken)


@broken("buffered_52")
def busy_inside_the_callback() -> Subject:
    """Inside the callback of a call that had to wait, the stream still counts it as outstanding."""

    class Broken(BufferedStream):
        firing = False

        def _feed(self, call: Any, answer: Any) -> None:
            self.firing = call.attempt is not None
            super()._feed(call, answer)
            self.firing = False

        def _refuseOverlap(self) -> None:
            super()._refuseOverlap()
            if self.firing:
                raise RuntimeError("another read of this stream is outstanding")

    return port(BufferedStream=Broken)


@broken("buffered_55")
def each_piece_takes_a_level() -> Subject:
    """Each piece that a call collects is asked for one level deeper."""

    class Broken(BufferedStream):
        def _pump(self, call: Any) -> None:
            if self._call is not call:
                return
            answer = self._ask()
            if answer is not WAITING and self._call is call:
                self._feed(call, answer)
                self._pump(call)

    return port(BufferedStream=Broken)


@broken("buffered_56")
def each_piece_copies_the_buffer() -> Subject:
    """The buffer is made anew for each piece."""

    class Broken(BufferedStream):
        def _feed(self, call: Any, answer: Any) -> None:
            bytes(self._queue)
            super()._feed(call, answer)

    return port(BufferedStream=Broken)


@broken("buffered_57")
def each_line_copies_the_rest() -> Subject:
    """The buffer is made anew for each call."""

    class Broken(BufferedStream):
        def _gather(self, attempt: Any) -> Any:
            bytes(self._queue)
            return super()._gather(attempt)

    return port(BufferedStream=Broken)


@broken("buffered_58")
def pushback_copies_the_buffer() -> Subject:
    """The buffer is made anew for each pushback."""

    class Broken(BufferedStream):
        def pushback(self, data: Any) -> None:
            bytes(self._queue)
            super().pushback(data)

    return port(BufferedStream=Broken)


class _Tight(ByteQueue):
    """A queue that makes room in front for no more than is put there."""

    __slots__ = ()

    def prepend(self, data: Any) -> None:
        if len(data) > self._start:
            self._remake(len(data))
        super().prepend(data)


@broken("buffered_58")
def pushback_makes_little_room() -> Subject:
    """The buffer is made anew for each pushback that does not fit into what was taken before."""
    return port(BufferedStream=queueing(_Tight))


class _Ahead:
    """A stream that, once it is told to, takes up to 400 answers of another one ahead."""

    def __init__(self, stream: Any) -> None:
        self.stream = stream
        self.held: list[Any] = []
        self.ahead = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)

    @property
    def length(self) -> int | None:
        length = self.stream.length
        return length if length is None else length + sum(len(piece) for piece in self.held if isinstance(piece, bytes))

    def read(self) -> Any:
        while self.ahead and len(self.held) < 400 and self.stream.pending is None and None not in self.held:
            piece = self.stream.read()
            while isinstance(piece, Deferred) and piece.called:
                piece = piece.result
            self.held.append(piece)
        return self.held.pop(0) if self.held else self.stream.read()


@broken("buffered_59")
def lines_read_ahead() -> Subject:
    """The first line or count takes whatever the source has."""

    class Broken(BufferedStream):
        def __init__(self, stream: Any) -> None:
            plain = getattr(stream, "script", None) is not None and not stream.script.fails and not stream.script.lie
            super().__init__(_Ahead(stream) if plain and len(stream.script.steps) > 30 else stream)

        def _gather(self, attempt: Any) -> Any:
            if isinstance(self.stream, _Ahead):
                self.stream.ahead = True
            return super()._gather(attempt)

    return port(BufferedStream=Broken)


@broken("buffered_60")
def lines_are_kept() -> Subject:
    """Whatever was given is kept."""

    class Broken(BufferedStream):
        def __init__(self, stream: Any) -> None:
            super().__init__(stream)
            self.kept: list[bytes] = []

        def _gather(self, attempt: Any) -> Any:
            def keep(data: bytes) -> bytes:
                self.kept.append(data)
                return data

            return super()._gather(attempt).addCallback(keep)

    return port(BufferedStream=Broken)
