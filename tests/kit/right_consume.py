"""Right readers, written quite differently from the reference: each piece is handed over in a turn of its own.

The stream is closed at the end too, and forgotten; a file gets copies, and one that takes nothing fails the reading.
"""

from contextlib import suppress
from typing import Any

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from tests.broken.consume_parts import clock


class Handing:
    """One reading; it has its stream for as long as it is not over."""

    def __init__(self, stream: Any, callback: Any, reactor: Any) -> None:
        self._left = [stream]
        self._callback = callback
        self._reactor = reactor
        self.done: Deferred[None] = Deferred(self._cancelled)

    def ask(self) -> None:
        if not self._left:
            return
        try:
            answer = self._left[0].read()
        except Exception:
            self._over(Failure())
            return
        if isinstance(answer, Deferred):
            answer.addCallbacks(self._later, self._over)
        else:
            self._later(answer)

    def _later(self, data: Any) -> None:
        if data is None:
            self._over(None)
        elif self._left:
            clock(self._reactor).callLater(0, self._give, data)

    def _give(self, data: Any) -> None:
        if not self._left:
            return
        try:
            self._callback(data)
        except Exception:
            self._over(Failure())
        else:
            clock(self._reactor).callLater(0, self.ask)

    def _cancelled(self, _: object) -> None:
        self._stop()

    def _stop(self) -> bool:
        if not self._left:
            return False
        with suppress(Exception):
            self._left.pop().close()
        return True

    def _over(self, result: Any) -> None:
        if self._stop():
            (self.done.errback if isinstance(result, Failure) else self.done.callback)(result)


def read_stream(stream: Any, gotDataCallback: Any, reactor: Any = None) -> Any:
    """Read, and hand over in the next turn; then read on in another."""
    handing = Handing(stream, gotDataCallback, reactor)
    handing.ask()
    return handing.done


def read_and_discard(stream: Any, reactor: Any = None) -> Any:
    """Hand over to nobody."""
    return read_stream(stream, bool, reactor)


def read_into_file(stream: Any, outFile: Any, reactor: Any = None) -> Any:
    """Write copies; a file that takes nothing fails the reading."""

    def write(data: Any) -> None:
        rest = bytes(data)
        while rest:
            count = outFile.write(rest)
            if count is None and not hasattr(outFile, "readinto"):
                return
            if not count:
                raise OSError("the file takes nothing")
            rest = rest[count:]

    def close(result: Any) -> Any:
        try:
            outFile.close()
        except Exception:
            return result or Failure()
        return result

    try:
        return read_stream(stream, write, reactor).addBoth(close)
    except BaseException:
        outFile.close()
        raise
