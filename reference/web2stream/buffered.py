"""BufferedStream: lines and exact counts of bytes from any stream, and bytes put back.

Strategy: every call that needs more than is buffered becomes the one pending `_Call`; a loop feeds the buffer
from the source until the call has what it asked for. A call that must wait is resumed by the source's answer
and goes on in the same loop, so the stack stays flat. What stopped the source is kept, and it is never asked
again. Bytes are searched once: a call remembers how far it has looked.

After `close`, and for a call that waits while it is closed, the answer is the one of the end of data: None
from `read`, b"" from `readline` and `readExactly` (whose results are always bytes). Bytes put back after
`close` are dropped. This module doesn't know how large its source's pieces are: one piece is held whole.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred, fail, succeed
from twisted.python.failure import Failure
from zope.interface import implementer

from web2stream._bytequeue import ByteQueue
from web2stream._flow import WAITING
from web2stream._source import Source
from web2stream.bytestream import IByteStream, checkPoint, plainBytes
from web2stream.memory import MemoryStream, byteView
from web2stream.simple import checkCount

if TYPE_CHECKING:
    from typing_extensions import Buffer


@dataclass(eq=False, slots=True)
class _Call:
    """A call that waits for the source.

    Attributes:
        attempt: takes the result from the buffer, or says None if it needs more; None for a plain `read`.
        nothing: the result at the end of data and at `close`.
        deferred: fires once.
    """

    attempt: Callable[[], bytes | None] | None
    nothing: bytes | None
    deferred: "Deferred[Any]"


@implementer(IByteStream)
class BufferedStream:
    """A stream read by lines, by exact counts, or piece by piece, in any order.

    One call at a time: while the Deferred of one is outstanding, every other but `close` raises RuntimeError
    and changes nothing. Cancelling an outstanding Deferred closes the stream.

    A failure of the source fails the call that met it; what is buffered stays and can be read by calls that
    need no more than it. A call that does need more fails likewise. A source that ends before its `length`,
    or gives more, counts as failing with RuntimeError (the surplus is cut off).

    Args:
        stream: the IByteStream to read; it belongs to this one from now on.
    """

    def __init__(self, stream: Any) -> None:
        self._source = Source(stream)
        self._queue = ByteQueue()
        self._call: _Call | None = None
        self._closed = False

    @property
    def stream(self) -> Any:
        """The stream underneath."""
        return self._source.stream

    @property
    def data(self) -> bytes:
        """A copy of the bytes that are buffered."""
        return bytes(self._queue)

    @property
    def length(self) -> int | None:
        """Bytes remaining, buffered and not yet read from the source; None if unknown."""
        rest = self._source.length
        return None if rest is None else rest + len(self._queue)

    def read(self) -> object:
        """Give what is buffered; if nothing is, what the source gives.

        Returns:
            bytes, or the source's own bytes-like object; None at the end; or a Deferred of one of these,
            which fails if the source does.

        Raises:
            RuntimeError: another call is outstanding.
        """
        self._refuseOverlap()
        if self._queue:
            return self._queue.take(len(self._queue))
        call = self._begin(None, None)
        answer = self._ask()
        if answer is WAITING:
            return call.deferred
        self._call = None
        return fail(answer) if isinstance(answer, Failure) else answer

    def readExactly(self, size: int | None = None) -> "Deferred[bytes]":
        """Read a number of bytes.

        Args:
            size: bytes wanted; None for all there are until the end.

        Returns:
            A Deferred of bytes: `size` of them, or the rest if the data ends before, b"" when nothing is
            left. It fails if the source does before there are enough; what is buffered stays.

        Raises:
            RuntimeError: another call is outstanding.
            TypeError: `size` is no integer.
            ValueError: `size` is negative.
        """
        wanted = None if size is None else checkCount("size", size)

        def attempt() -> bytes | None:
            if wanted is None or len(self._queue) < wanted:
                return None
            return self._queue.take(wanted)

        return self._gather(attempt)

    def readline(self, delimiter: "Buffer" = b"\r\n", size: int | None = None) -> "Deferred[bytes]":
        r"""Read up to and including a delimiter.

        Args:
            delimiter: bytes-like, not empty; what ends the line, and is part of it.
            size: most bytes a line may have; None for no limit. A limit that falls inside a delimiter
                leaves the delimiter's rest as the begin of the next line.

        Returns:
            A Deferred of bytes: the line with its delimiter; `size` bytes of a longer line; the rest at the
            end of data, b"" when nothing is left. It fails if the source does before the line ends; what is
            buffered stays.

        Raises:
            RuntimeError: another call is outstanding.
            TypeError: `delimiter` is not bytes-like, or `size` is no integer.
            ValueError: `delimiter` is empty, or `size` is negative.
        """
        mark = plainBytes(delimiter)
        if not mark:
            raise ValueError("the delimiter of a line must not be empty")
        limit = None if size is None else checkCount("size", size)
        searched = 0

        def attempt() -> bytes | None:
            nonlocal searched
            place = self._queue.find(mark, searched, limit)
            if place >= 0:
                return self._queue.take(place + len(mark))
            if limit is not None and len(self._queue) >= limit:
                return self._queue.take(limit)
            searched = max(0, len(self._queue) - len(mark) + 1)
            return None

        return self._gather(attempt)

    def pushback(self, data: "Buffer") -> None:
        """Put bytes in front of what is yet to be read, also after the end of the data.

        Args:
            data: bytes-like; copied. Dropped if the stream is closed.

        Raises:
            RuntimeError: a call is outstanding.
            TypeError: `data` is not bytes-like.
        """
        self._refuseOverlap()
        view = byteView(data)
        if not self._closed:
            self._queue.prepend(view)

    def split(self, point: int) -> "tuple[BufferedStream, BufferedStream]":
        """Cut the stream at a byte position, inside or beyond what is buffered.

        Args:
            point: bytes of the remaining data that go to the first half, 0 <= point <= length.

        Returns:
            (before, after): two BufferedStreams.

        Raises:
            RuntimeError: a call is outstanding.
            ValueError: the point lies outside the stream, which stays usable.
            TypeError: the point is no integer; the stream stays usable.
        """
        self._refuseOverlap()
        point = checkPoint(point, self.length)
        beyond = point - len(self._queue)
        if beyond > 0:
            first, second = self._source.split(beyond)
            before, after = BufferedStream(first), BufferedStream(second)
            before._queue, self._queue = self._queue, ByteQueue()
        else:
            before, after = BufferedStream(MemoryStream(self._queue.take(point))), BufferedStream(self.stream)
            after._queue, self._queue = self._queue, ByteQueue()
            # With all it knows of how the source stopped.
            after._source = self._source
        return before, after

    def close(self) -> None:
        """Drop what is buffered and close the source; an outstanding call ends as at the end of data."""
        self._closed = True
        self._queue.clear()
        call, self._call = self._call, None
        self._source.close()
        if call is not None:
            call.deferred.callback(call.nothing)

    def _refuseOverlap(self) -> None:
        if self._call is not None:
            raise RuntimeError("another read of this stream is outstanding")

    def _begin(self, attempt: Callable[[], bytes | None] | None, nothing: bytes | None) -> _Call:
        def cancelled(_: "Deferred[Any]") -> None:
            # Detached first: close must not fire a Deferred that is being cancelled.
            if self._call is call:
                self._call = None
            self.close()

        self._call = call = _Call(attempt, nothing, Deferred(cancelled))
        return call

    def _gather(self, attempt: Callable[[], bytes | None]) -> "Deferred[bytes]":
        self._refuseOverlap()
        found = attempt()
        if found is not None:
            return succeed(found)
        call = self._begin(attempt, b"")
        self._pump(call)
        return call.deferred

    def _pump(self, call: _Call) -> None:
        while self._call is call:
            answer = self._ask()
            if answer is WAITING:
                return
            if self._call is call:
                self._feed(call, answer)

    def _feed(self, call: _Call, answer: object) -> None:
        """Give an answer of the source to the call, which may be done with it."""
        result: object
        if call.attempt is None or isinstance(answer, Failure):
            result = answer
        elif answer is None:
            result = self._queue.take(len(self._queue))
        else:
            self._queue.append(answer)  # type: ignore[arg-type]  # checked when it came
            result = call.attempt()
            if result is None:
                return
        self._call = None
        if isinstance(result, Failure):
            call.deferred.errback(result)
        else:
            call.deferred.callback(result)

    def _ask(self) -> object:
        try:
            return self._source.ask(self._resume)
        except BaseException:
            self._call = None
            raise

    def _resume(self, answer: object) -> None:
        # The source drops what comes after close, and only one call is there: it is the one that asked.
        call = self._call
        assert call is not None
        self._feed(call, answer)
        try:
            self._pump(call)
        except BaseException:
            call.deferred.errback(Failure())
            raise
