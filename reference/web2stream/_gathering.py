"""How a BufferedStream gathers: one call at a time, fed from the source until it has what it asked for.

Strategy: every call that needs more than is buffered becomes the one pending `_Call`; a loop feeds the buffer
from the source until the call is satisfied. A call that must wait is resumed by the source's answer and goes
on in the same loop, so the stack stays flat. What stopped the source is kept, and it is never asked again.
This module doesn't know what a line or a count is.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from twisted.internet.defer import Deferred, fail, succeed
from twisted.python.failure import Failure

from web2stream._bytequeue import ByteQueue
from web2stream._flow import WAITING
from web2stream._source import Source


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


class Gathering:
    """A stream of bytes that are gathered from a source.

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
        """Bytes remaining, buffered and not yet read from the source; None if unknown.

        Obeys: buffered_29, buffered_31
        """
        rest = self._source.length
        return None if rest is None else rest + len(self._queue)

    def read(self) -> object:
        """Give what is buffered; if nothing is, what the source gives.

        Returns:
            bytes, or the source's own bytes-like object; None at the end; or a Deferred of one of these,
            which fails if the source does.

        Raises:
            RuntimeError: another call is outstanding.

        Obeys: buffered_25, buffered_37
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

    def close(self) -> None:
        """Drop what is buffered and close the source; an outstanding call ends as at the end of data.

        Obeys: buffered_45, buffered_46, buffered_47, buffered_48, buffered_49
        """
        self._closed = True
        self._queue.clear()
        call, self._call = self._call, None
        try:
            self._source.close()
        finally:
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
        except BaseException:  # what can't pass a Deferred must still reach who waits
            if call.deferred.called:
                raise
            call.deferred.errback(Failure())
