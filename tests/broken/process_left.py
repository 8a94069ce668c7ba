"""Broken process streamers: closed outputs, programs that are none, and what is left behind."""

import os
import sys
from contextlib import suppress
from math import inf
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.error import ProcessExitedAlready
from twisted.python import log

from tests.broken.process_parts import Runner, Wrong, wrong
from web2stream._reply import shut


@wrong("process_23")
class NoProgramHangs(Wrong):
    """A program that can't be executed leaves the outputs open."""

    def _finishStreams(self) -> None:
        pass


@wrong("process_23")
class NoProgramIsASuccess(Wrong):
    """A program that can't be executed is a success."""

    def start(self, reactor: Any, program: Any, args: Any, env: Any) -> Any:
        done = super().start(reactor, program, args, env)
        return done if program == sys.executable or args[0] != "x" else done.addErrback(lambda _: None)


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


@wrong("process_49")
class Zombie(Wrong):
    """A process that nobody asks for its exit code stays behind."""

    def processExited(self, reason: Any) -> None:
        super().processExited(reason)
        if getattr(reason.value, "exitCode", 1) == 0:
            os.posix_spawn(sys.executable, [sys.executable, "-S", "-E", "-c", ""], {})


@wrong("process_50")
class LeaksAPipe(Wrong):
    """Each process leaves a pipe open."""

    def processExited(self, reason: Any) -> None:
        super().processExited(reason)
        os.pipe()


@wrong("process_51")
class LeaksWithoutAProgram(Wrong):
    """A program that can't be executed leaves a pipe open."""

    def start(self, reactor: Any, program: Any, args: Any, env: Any) -> Any:
        if not os.path.exists(program):  # noqa: PTH110 - as short as it can be
            os.pipe()
        return super().start(reactor, program, args, env)


@wrong("process_52")
class LeaksClosedPipes(Wrong):
    """Closing an output of a running process leaves a pipe open."""

    def connectionMade(self) -> None:
        super().connectionMade()
        for output in self._outputs.values():
            stop = output.stopProducing

            def stopping(stop: Any = stop) -> None:
                os.pipe()
                stop()

            output.stopProducing = stopping  # type: ignore[method-assign]


@wrong("process_53")
class LogsItsFailure(Wrong):
    """The failure of a process is logged too."""

    def processExited(self, reason: Any) -> None:
        if getattr(reason.value, "exitCode", 0) != 0:
            log.err(reason)
        super().processExited(reason)


@wrong("process_53")
class UnhandledFailure(Wrong):
    """The failure of a process is also given to a Deferred that nobody handles."""

    def processExited(self, reason: Any) -> None:
        if getattr(reason.value, "exitCode", 0) != 0:
            Deferred().errback(reason)
        super().processExited(reason)


@wrong("process_54")
class CancelLeavesIt(Wrong):
    """Cancelling closes the streams, and leaves the process alone."""

    def _cancelled(self, _: object) -> None:
        self._done = None
        self._inputEnded()
        for stream in self._streams.values():
            stream.close()


@wrong("process_55")
class CancelKeepsTheInput(Wrong):
    """Cancelling kills the process, and leaves its input open."""

    cancelled = False

    def _cancelled(self, _: object) -> None:
        self._done = None
        self.cancelled = True
        self._feeder._closed = True
        self._process.signalProcess("KILL")
        for stream in self._streams.values():
            stream.close()

    def _inputEnded(self) -> None:
        if not self.cancelled:
            super()._inputEnded()
        elif (stdin := self._process.pipes.get(0)) is not None:
            stdin.loseConnection()


@wrong("process_56")
class CancelGivesNone(Wrong):
    """A cancelled run gives None."""

    def _cancelled(self, done: Any) -> None:
        super()._cancelled(done)
        done.callback(None)


@wrong("process_56")
class CancelLeavesReaders(Wrong):
    """Cancelling leaves the outputs open."""

    def _cancelled(self, _: object) -> None:
        self._done = None
        with suppress(ProcessExitedAlready):
            self._process.signalProcess("KILL")
        shut(self._inputStream)

    def childConnectionLost(self, childFD: int) -> None:
        if self._done is not None or (self._exit is not None and not getattr(self._exit.value, "signal", None)):
            super().childConnectionLost(childFD)
