"""Broken process streamers: arguments, results, and runs that may not be."""

import os
import sys
from typing import Any

from twisted.internet.error import ProcessTerminated

from tests.broken.process_parts import Runner, Wrong, wrong
from web2stream.producer import ProducerStream


@wrong("process_15")
class ErrorsFail(Wrong):
    """A process that wrote to its standard error has failed."""

    def childDataReceived(self, childFD: int, data: bytes) -> None:
        super().childDataReceived(childFD, data)
        if childFD == 2 and data == b"oops" and self._done is not None:
            done, self._done = self._done, None
            done.errback(ProcessTerminated(exitCode=0))


@wrong("process_16")
class ExitIsASuccess(Wrong):
    """An exit code other than 0 and 1 is a success."""

    def start(self, *args: Any) -> Any:
        def ended(failure: Any) -> Any:
            return None if getattr(failure.value, "exitCode", 0) in (2, 3, 127, 255) else failure

        return super().start(*args).addErrback(ended)


@wrong("process_16")
class ExitCodeOne(Wrong):
    """Whatever the exit code is, the error says 1."""

    def processExited(self, reason: Any) -> None:
        if getattr(reason.value, "exitCode", None):
            reason.value.exitCode = 1
        super().processExited(reason)


@wrong("process_17")
class NoSignal(Wrong):
    """The error of a process that was killed does not say by which signal."""

    def processExited(self, reason: Any) -> None:
        reason.value.signal = None
        super().processExited(reason)


@wrong("process_18")
class FiresWithThePipes(Wrong):
    """run answers when the outputs have ended."""

    def childConnectionLost(self, childFD: int) -> None:
        super().childConnectionLost(childFD)
        if self._exit is None and self._done and all(stream.closed for stream in self._streams.values()):
            done, self._done = self._done, None
            done.callback(None)


class Asks(Runner):
    def run(self) -> Any:
        self.change()
        return super().run()

    def change(self) -> None:
        raise NotImplementedError


@wrong("process_19")
class EmptyArgumentsDropped(Asks):
    """Empty arguments are dropped."""

    def change(self) -> None:
        self._args = [one for one in self._args if one]


@wrong("process_19")
class ArgumentsSplit(Asks):
    """Arguments that hold blanks are split, the program's code excepted."""

    def change(self) -> None:
        self._args = [*self._args[:5], *(word for one in self._args[5:] for word in (one.split() or [one]))]


@wrong("process_20")
class FirstIsTheProgram(Asks):
    """The first argument is always the program's path."""

    def change(self) -> None:
        self._args[0] = self._program


@wrong("process_21")
class EnvironmentAdded(Asks):
    """A given environment is added to that of this process."""

    def change(self) -> None:
        self._env = {**os.environ, **self._env} if self._env else self._env


@wrong("process_22")
class EnvironmentInherited(Asks):
    """Without an environment, the process has that of this process."""

    def change(self) -> None:
        if not self._env:
            self._env = None


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


@wrong("process_24")
class SecondGivesNothing(Runner):
    """A second run does nothing, and says nothing."""

    def run(self) -> Any:
        return None if self._started else super().run()


@wrong("process_24")
class StartsAgain(Runner):
    """A second run starts a second process, hooked up to the same streams."""

    def run(self) -> Any:
        if self._started:
            self._protocol = self.protocol(self._protocol._inputStream, ProducerStream(), ProducerStream())
        self._started = False
        return super().run()


@wrong("process_25")
class SecondClosesTheInput(Runner):
    """A second run raises, and closes the input."""

    def run(self) -> Any:
        if self._started:
            self._protocol._inputStream.close()
        return super().run()


@wrong("process_25")
class SecondForgetsTheFirst(Runner):
    """A second run raises, and forgets whom to tell that the first has ended."""

    def run(self) -> Any:
        if self._started:
            self._protocol._done = None
        return super().run()


@wrong("process_26")
class EndsWithItsData(Wrong):
    """What nobody has read when the process ends is dropped."""

    def _settle(self) -> None:
        waited = self._done
        super()._settle()
        if waited is not None and self._done is None:
            for stream in self._streams.values():
                if len(stream.buffer) == 1 and stream.closed:
                    stream.buffer.clear()


@wrong("process_60")
class ReactorIgnored(Runner):
    """A reactor that was given is not used."""

    def __init__(self, inputStream: Any, program: Any, args: Any, env: Any = None, reactor: Any = None) -> None:
        del reactor
        super().__init__(inputStream, program, args, env)
