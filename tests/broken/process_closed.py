"""Broken process streamers: closed outputs, and processes left behind."""

from contextlib import suppress
from math import inf
from typing import Any

from twisted.internet.error import ProcessExitedAlready

from tests.broken.process_parts import Runner, Wrong, wrong


class Deaf(Wrong):
    """Outputs whose closing does not reach the pipe."""

    numbers: tuple[int, ...] = ()

    def connectionMade(self) -> None:
        super().connectionMade()
        for number in self.numbers:
            self._outputs[number].stopProducing = lambda: None  # type: ignore[method-assign]


class DeafOnceRun(Deaf):
    def connectionMade(self) -> None:
        early = [number for number, stream in self._streams.items() if stream.closed]
        super().connectionMade()
        for number in early:
            self._process.pipes[number].stopProducing()


@wrong("process_42")
class CloseIsNotHeard(DeafOnceRun):
    """Closing outStream does not reach the process."""

    numbers = (1,)


@wrong("process_42")
class NoCloseIsHeard(DeafOnceRun):
    """Closing an output, whichever, does not reach the process."""

    numbers = (1, 2)


@wrong("process_43")
class CloseOfErrorsIsNotHeard(DeafOnceRun):
    """Closing errStream does not reach the process."""

    numbers = (2,)


@wrong("process_44")
class ClosedTooEarly(Wrong):
    """Outputs closed before run are open for the process."""

    def connectionMade(self) -> None:
        closed = {number for number, stream in self._streams.items() if stream.closed}
        for number in closed:
            self._streams[number].closed = False
        super().connectionMade()
        for number in closed:
            self._streams[number].closed = True
            self._outputs[number].stopProducing = lambda: None  # type: ignore[method-assign]


@wrong("process_45")
class CloseKills(Wrong):
    """Closing both outputs ends the process."""

    def childConnectionLost(self, childFD: int) -> None:
        super().childConnectionLost(childFD)
        if self._exit is None and all(s.closed and s.producer is None for s in self._streams.values()):
            with suppress(ProcessExitedAlready):
                self._process.signalProcess("KILL")


@wrong("process_45")
class CloseClosesTheInput(Wrong):
    """Closing outStream, while the process runs, closes its input."""

    def connectionMade(self) -> None:
        super().connectionMade()
        stop = self._outputs[1].stopProducing

        def stopping() -> None:
            stop()
            self._inputEnded()

        self._outputs[1].stopProducing = stopping  # type: ignore[method-assign]


class Outputs(Runner):
    """Outputs of which one thing is changed."""

    def connect(self, stream: Any) -> None:
        super().connect(stream)
        for output in (self.outStream, self.errStream):
            self.change(output)

    def change(self, output: Any) -> None:
        raise NotImplementedError


@wrong("process_46")
class CloseForgetsTheReader(Outputs):
    """Closing an output of a running process leaves the outstanding read waiting."""

    def change(self, output: Any) -> None:
        close = output.close

        def closing() -> None:
            if output.producer is not None and self._protocol._done is not None:
                output.deferred = None
            close()

        output.close = closing


@wrong("process_47")
class CloseAfterTheEnd(Outputs):
    """Closing an output when the process has ended raises an error."""

    def change(self, output: Any) -> None:
        close = output.close

        def closing() -> None:
            if self._protocol._exit is not None and not self._protocol._done and output.closed:
                raise RuntimeError("the process has ended")
            close()

        output.close = closing


@wrong("process_48")
class CutShort(Wrong):
    """The outputs never end if another process holds them when the process has ended."""

    def childConnectionLost(self, childFD: int) -> None:
        self.lost.add(childFD)
        if not self.late:
            super().childConnectionLost(childFD)

    def __init__(self, *streams: Any) -> None:
        super().__init__(*streams)
        self.lost: set[int] = set()
        self.late = False

    def processExited(self, reason: Any) -> None:
        super().processExited(reason)
        open_ = [output for number, output in self._outputs.items() if number not in self.lost]
        self.late = any(output._owed != inf for output in open_)
