"""_StreamReader: one pass over a stream, a chunk in each turn of the reactor.

Strategy: it asks for one chunk, hands it over, and asks for the next in another turn; so a long stream
neither grows the stack nor starves the rest of the program. It can be held back: then nothing is read, and an
answer that was under way is kept until it may go on. It knows of its stream only that it reads; a stream that
also closes is closed when reading or the callback fails, and on cancelling, but not at its normal end.

KeyboardInterrupt and the like pass. But inside a Deferred's callback nothing passes, and a reactor goes on
after them: there the caller's Deferred fails with them, rather than waiting for ever.
"""

from collections.abc import Callable
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IDelayedCall, IReactorTime
from twisted.python.failure import Failure

from web2stream._flow import NOTHING, WAITING, runningOr, take
from web2stream._reply import shut


class _StreamReader:
    """One pass over a stream.

    Args:
        stream: anything with `read`.
        gotDataCallback: called with each chunk, empty ones too; what it returns is ignored.
        reactor: gives the turns; None for the running one.
    """

    def __init__(
        self, stream: Any, gotDataCallback: Callable[[Any], object], reactor: IReactorTime | None = None
    ) -> None:
        self.stream = stream
        self.gotDataCallback = gotDataCallback
        self._reactor = reactor
        self._result: Deferred[None] = Deferred(lambda _: self.stop())
        self._turn: IDelayedCall | None = None
        self._answer: object = NOTHING  # one that came while held back
        self._running = False
        self._reading = False
        self._held = False
        self._done = False

    def run(self) -> "Deferred[None]":
        """Begin, with the first read inside this call unless held back; once only.

        Returns:
            A Deferred: None at the end of the stream, or the failure. Cancelling it calls `stop`.
        """
        self._running = True
        if not self._held:
            try:
                self._step()
            except BaseException:
                self.stop()
                raise
        return self._result

    def hold(self) -> None:
        """Read nothing and hand nothing over until `letGo`."""
        self._held = True
        self._cancelTurn()

    def letGo(self) -> None:
        """Go on in the next turn of the reactor."""
        self._held = False
        if self._running and not self._reading:
            self._later(self._step)

    def stop(self) -> None:
        """End the pass and close the stream, unless it is over; the Deferred of `run` is left alone."""
        if not self._done:
            self._retire()
            shut(self.stream)

    def _consume(self, data: Any) -> None:
        self.gotDataCallback(data)
        self._later(self._step)

    def _retire(self) -> None:
        self._done = True
        self._answer = None
        self._cancelTurn()

    def _finish(self, result: Failure | None) -> None:
        try:
            if result is None:
                self._retire()
            else:
                self.stop()
        finally:
            self._tell(result)

    def _tell(self, result: Failure | None) -> None:
        if result is None:
            self._result.callback(None)
        else:
            self._result.errback(result)

    def _step(self) -> None:
        answer, self._answer = self._answer, NOTHING
        if answer is NOTHING:
            self._reading = True
            answer = take(self.stream.read, self._came)
            if answer is WAITING:
                return
            self._reading = False
        self._got(answer)

    def _came(self, answer: object) -> None:
        self._reading = False
        try:
            self._got(answer)
        except BaseException:
            if not self._done:
                self._finish(Failure())

    def _got(self, answer: object) -> None:
        if self._done:
            return
        if self._held:
            self._answer = answer
        elif answer is None or isinstance(answer, Failure):
            self._finish(answer)
        else:
            try:
                self._consume(answer)
            except Exception:
                if not self._done:
                    self._finish(Failure())

    def _later(self, step: Callable[[], None], delay: float = 0) -> None:
        if not (self._done or self._held or self._turn):
            self._turn = runningOr(self._reactor).callLater(delay, self._inTurn, step)

    def _inTurn(self, step: Callable[[], None]) -> None:
        self._turn = None
        try:
            step()
        except BaseException:
            if not self._done:
                self._finish(Failure())
            raise

    def _cancelTurn(self) -> None:
        turn, self._turn = self._turn, None
        if turn is not None:
            turn.cancel()
