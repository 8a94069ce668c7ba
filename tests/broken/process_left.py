"""Broken process streamers: what is left behind, and cancelling."""

import os
import select
import sys
from contextlib import suppress
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectionLost, ProcessExitedAlready
from twisted.python import log

from tests.broken.process_parts import Wrong, wrong
from web2stream._reply import shut


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


@wrong("process_62")
class LeaksCancelledPipes(Wrong):
    """Cancelling a run ends its outputs, but leaves the pipe open of one that was held back."""

    def _abort(self) -> None:
        with suppress(ProcessExitedAlready):
            self._process.signalProcess("KILL")
        self._inputEnded()
        for stream in self._streams.values():
            stream.finish()


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


@wrong("process_53")
class LogsWaitingInput(Wrong):
    """That the input was being waited for when the process took no more of it is logged as an error."""

    def _feed(self) -> None:
        stop = self._feeder.stopProducing

        def stopping(failure: Any = None) -> None:
            if self._feeder.deferred is not None:
                log.err(ConnectionLost())
            stop(failure)

        self._feeder.stopProducing = stopping  # type: ignore[method-assign]
        super()._feed()


@wrong("process_58")
class LogsOpenOutputs(Wrong):
    """That the outputs of a process that has ended are still open is logged as an error."""

    def processExited(self, reason: Any) -> None:
        if any(not output.settled for output in self._outputs.values()):
            log.err(RuntimeError("the process has ended, its outputs have not"))
        super().processExited(reason)


@wrong("process_58")
class LogsWhoHoldsThePipes(Wrong):
    """That another process holds the pipes is logged as an error."""

    def processExited(self, reason: Any) -> None:
        super().processExited(reason)
        pipes = self._process.pipes.keys() - {0}
        poll = select.poll()
        for number in pipes:
            poll.register(self._process.pipes[number].fileno(), select.POLLIN)
        if sum(bool(event & select.POLLHUP) for _, event in poll.poll(0)) < len(pipes):
            log.err(RuntimeError("the process has ended, its pipes have not"))


@wrong("process_54")
class CancelLeavesIt(Wrong):
    """Cancelling closes the streams, and leaves the process alone."""

    def _cancelled(self, _: object) -> None:
        self._done = None
        self._inputEnded()
        for stream in self._streams.values():
            stream.close()


@wrong("process_56")
class CancelNeedsItsProcess(Wrong):
    """Cancelling a run whose process has ended, and whose output has not, raises ProcessExitedAlready."""

    def _abort(self) -> None:
        self._process.signalProcess("KILL")
        super()._abort()


@wrong("process_54")
class CancelAsksPolitely(Wrong):
    """Cancelling sends the process the signal that it may ignore."""

    def _abort(self) -> None:
        with suppress(ProcessExitedAlready):
            self._process.signalProcess("TERM")
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


@wrong("process_56")
class CancelWaitsForThePipes(Wrong):
    """Cancelling kills the process, and leaves the outputs to end when nobody holds them any more."""

    def _abort(self) -> None:
        with suppress(ProcessExitedAlready):
            self._process.signalProcess("KILL")
        self._inputEnded()


@wrong("process_57")
class NoProgramKeepsItsInput(Wrong):
    """A program that can't be executed leaves the input open."""

    program = True

    def start(self, reactor: Any, program: Any, args: Any, env: Any) -> Any:
        self.program = os.access(program, os.X_OK) and os.path.isfile(program)  # noqa: PTH113 - as short as it can be
        return super().start(reactor, program, args, env)

    def _inputEnded(self) -> None:
        if self.program:
            super()._inputEnded()


@wrong("process_59")
class CancelledTwice(Wrong):
    """The end of a process whose run was cancelled is told to its Deferred, which has its answer already."""

    def _cancelled(self, _: object) -> None:
        self._abort()
