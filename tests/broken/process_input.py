"""Broken process streamers: inputs that fail, wait or are not taken."""

from contextlib import suppress
from typing import Any

from twisted.internet.defer import Deferred
from twisted.logger import Logger
from twisted.python import log

from tests.broken.process_parts import Wrong, change, wrong
from web2stream._pipes import Stdin


@wrong("process_27")
class ClosedStdinFails(Wrong):
    """A process that closes its standard input while there is input left makes run fail."""

    lost = closing = False

    def childConnectionLost(self, childFD: int) -> None:
        super().childConnectionLost(childFD)
        self.lost = self.lost or (childFD == 0 and self._exit is None and not self.closing)

    def _feed(self) -> None:
        close = self._process.closeStdin

        def closing() -> None:
            self.closing = self.closing or (0 in self._process.pipes and self._process.pipes[0].connected)
            close()

        self._process.closeStdin = closing
        super()._feed()

    def childDataReceived(self, childFD: int, data: bytes) -> None:
        super().childDataReceived(childFD, data)
        if self.lost and self._done is not None:
            done, self._done = self._done, None
            done.errback(OSError("stdin was closed"))


@wrong("process_28")
class UntakenInputFails(Wrong):
    """A process that ends while there is input left makes run fail."""

    untaken = False

    def __init__(self, inputStream: Any, outStream: Any, errStream: Any) -> None:
        super().__init__(inputStream, outStream, errStream)
        stop = self._feeder.stopProducing

        def stopping(failure: Any = None) -> None:
            self.untaken = self.untaken or failure is None
            stop(failure)

        self._feeder.stopProducing = stopping  # type: ignore[method-assign]

    def processExited(self, reason: Any) -> None:
        self._inputEnded()
        if self.untaken and self._done is not None:
            done, self._done = self._done, None
            done.errback(OSError("input is left"))
        super().processExited(reason)


class Fed(Wrong):
    def _feed(self) -> None:
        fed = self._feeder.beginProducing(Stdin(self._process))
        fed.addErrback(self.failed)
        fed.addCallback(lambda _: self._process.closeStdin())

    def failed(self, failure: Any) -> Any:
        log.err(failure)


@wrong("process_29")
class FailureLeavesStdinOpen(Fed):
    """An input that fails leaves the process's stdin open."""

    def _feed(self) -> None:
        fed = self._feeder.beginProducing(Stdin(self._process))
        fed.addCallbacks(lambda _: self._process.closeStdin(), self.failed)


@wrong("process_29")
class FailureOfTheRun(Fed):
    """An input that fails makes run fail."""

    def failed(self, failure: Any) -> Any:
        super().failed(failure)
        done, self._done = self._done, None
        if done is not None:
            done.errback(failure)


@wrong("process_30")
class FailureNotLogged(Fed):
    """An input that fails is logged nowhere."""

    def failed(self, failure: Any) -> Any:
        del failure


@wrong("process_30")
class FailureLoggedTwice(Fed):
    """An input that fails is logged twice: as a failure, and in words."""

    def failed(self, failure: Any) -> Any:
        super().failed(failure)
        Logger().error("the input fails: {error}", error=failure.value)


class Kept:
    """An input stream that is closed only when it may be."""

    def __init__(self, stream: Any) -> None:
        self.stream = stream
        self.waits = False

    def read(self) -> Any:
        result = self.stream.read()
        if isinstance(result, Deferred) and not result.called:
            self.waits = True
            result.addBoth(self.came)
        return result

    def came(self, result: Any) -> Any:
        self.waits = False
        return result

    def close(self) -> None:
        self.stream.close()


class Keeping(Wrong):
    Keep: Any = Kept

    def __init__(self, inputStream: Any, outStream: Any, errStream: Any) -> None:
        super().__init__(self.Keep(inputStream), outStream, errStream)


@wrong("process_31")
class UntakenStaysOpen(Keeping):
    """Input that the process did not take is not closed, unless it is being waited for."""

    class Keep(Kept):
        def close(self) -> None:
            if self.waits:
                self.stream.close()


@wrong("process_32")
class WaitingStaysOpen(Keeping):
    """Input that is being waited for when the process has ended is not closed."""

    class Keep(Kept):
        may = False

        def close(self) -> None:
            if self.may or not self.waits:
                self.stream.close()

    def _abort(self) -> None:
        self._inputStream.may = True
        super()._abort()


@wrong("process_33")
class EmptyIsTheEnd(Keeping):
    """An empty piece of the input is taken for its end."""

    class Keep(Kept):
        def read(self) -> Any:
            return change(super().read(), lambda data: data or None)


@wrong("process_34")
class ReadsAgain(Keeping):
    """The input is read twice at a time."""

    class Keep(Kept):
        def read(self) -> Any:
            result = super().read()
            if self.waits:
                with suppress(RuntimeError):
                    self.stream.read()
            return result


@wrong("process_35")
class CatchesInterrupts(Keeping):
    """An interrupt is a failure of the input."""

    class Keep(Kept):
        def read(self) -> Any:
            try:
                return super().read()
            except (KeyboardInterrupt, SystemExit) as error:
                raise RuntimeError("interrupted") from error
