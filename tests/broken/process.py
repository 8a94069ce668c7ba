"""Broken process streamers: data, arguments and results."""

import os
from typing import Any

from twisted.internet.defer import Deferred, maybeDeferred
from twisted.internet.error import ProcessTerminated
from twisted.python import log

import tests.broken.process_flow
import tests.broken.process_left  # noqa: F401 - importing them registers their broken streams
from tests.broken.process_parts import Runner, Wrong, change, wrong
from web2stream._pipes import Stdin
from web2stream.bytestream import IByteStream
from web2stream.producer import ProducerStream


@wrong("process_01")
class NoStreamsBeforeRun(Runner):
    """The outputs are there only once it was run."""

    def connect(self, stream: Any) -> None:
        super().connect(stream)
        del self.outStream, self.errStream

    def run(self) -> Any:
        self.outStream, self.errStream = self._protocol._streams.values()
        return super().run()


@wrong("process_01")
class EmptyBeforeRun(Runner):
    """outStream says that it is empty before it was run."""

    def connect(self, stream: Any) -> None:
        self.outStream = Late()
        super().connect(stream)

    def run(self) -> Any:
        self.outStream.length = None
        return super().run()


class Late(ProducerStream):
    def __init__(self) -> None:
        super().__init__()
        self.length = 0


@wrong("process_02")
class FirstOutputOnly(Wrong):
    """Of the output only 64 KiB are passed on."""

    room = 1 << 16

    def childDataReceived(self, childFD: int, data: bytes) -> None:
        if childFD == 1:
            left, self.room = self.room, max(0, self.room - len(data))
            data = data[:left]
        super().childDataReceived(childFD, data)


@wrong("process_02")
class OutputNeverEnds(Wrong):
    """outStream is not finished when the process closes it."""

    def childConnectionLost(self, childFD: int) -> None:
        if childFD == 1:
            self._outputs[1]._owed = 0
            self._settle()
        else:
            super().childConnectionLost(childFD)


@wrong("process_03")
class ErrorsDropped(Wrong):
    """What the process writes to its standard error is dropped."""

    def childDataReceived(self, childFD: int, data: bytes) -> None:
        super().childDataReceived(childFD, b"" if childFD == 2 else data)


@wrong("process_04")
class ErrorsTwice(Wrong):
    """Errors are given to both outputs."""

    def childDataReceived(self, childFD: int, data: bytes) -> None:
        super().childDataReceived(childFD, data)
        if childFD == 2:
            self._outputs[1]._stream.write(data)


class Passing:
    """An input stream with one thing changed."""

    def __init__(self, stream: Any) -> None:
        self.stream = stream

    def read(self) -> Any:
        return self.stream.read()

    def close(self) -> None:
        self.stream.close()


class Changed(Wrong):
    """Reads its input through something."""

    Through: Any = Passing

    def __init__(self, inputStream: Any, outStream: Any, errStream: Any) -> None:
        super().__init__(self.Through(inputStream), outStream, errStream)


@wrong("process_05")
class LateInputLost(Changed):
    """What a Deferred of the input gives is lost, if it is data."""

    class Through(Passing):
        def read(self) -> Any:
            result = self.stream.read()
            if isinstance(result, Deferred):
                result.addCallback(lambda data: None if data is None else b"")
            return result


@wrong("process_05")
class InputGathered(Changed):
    """The input reaches the process only when it has ended."""

    class Through(Passing):
        gathered = b""

        def read(self) -> Any:
            return change(self.stream.read(), self.came)

        def came(self, data: Any) -> Any:
            if data is not None:
                self.gathered += bytes(data)
                return self.read()
            gathered, self.gathered = self.gathered, b""
            return gathered or None


@wrong("process_06")
class StdinStaysOpen(Wrong):
    """The end of the input does not close the process's stdin; its failure does."""

    def _feed(self) -> None:
        fed = self._feeder.beginProducing(Stdin(self._process))
        fed.addErrback(self.failed)

    def failed(self, failure: Any) -> None:
        log.err(failure)
        self._process.closeStdin()


@wrong("process_07")
class NeverFires(Wrong):
    """The Deferred of run does not fire for a process that was killed."""

    def processExited(self, reason: Any) -> None:
        if getattr(reason.value, "signal", None):
            self._done = None
        super().processExited(reason)


@wrong("process_07")
class GivesNothing(Runner):
    """run gives None."""

    def run(self) -> Any:
        super().run().addErrback(lambda _: None)


@wrong("process_08")
class StartsAtOnce(Runner):
    """The process is started when the object is made."""

    def connect(self, stream: Any) -> None:
        super().connect(stream)
        self._program, self._args, self._env, self._reactor = self._early
        self._result = super().run()

    def __init__(self, inputStream: Any, program: Any, args: Any, env: Any = None) -> None:
        self._early = program, list(args), {} if env is None else env, None
        self._started = False
        super().__init__(inputStream, program, args, env)

    def run(self) -> Any:
        return self._result


@wrong("process_08")
class ReadsAtOnce(Runner):
    """The input is read when the object is made."""

    def connect(self, stream: Any) -> None:
        super().connect(Ahead(stream))


class Ahead(Passing):
    def __init__(self, stream: Any) -> None:
        super().__init__(stream)
        self.first: Any = [maybeDeferred(stream.read)]

    def read(self) -> Any:
        return self.first.pop() if self.first else self.stream.read()


@wrong("process_09")
class NeverResumed(Wrong):
    """The input that a full pipe has paused is never resumed."""

    def _feed(self) -> None:
        self._feeder.resumeProducing = lambda: None  # type: ignore[method-assign]
        super()._feed()


@wrong("process_10")
class BytesByItems(Changed):
    """Of a buffer only as many bytes are written as it has items."""

    class Through(Passing):
        def read(self) -> Any:
            return change(self.stream.read(), self.cut)

        def cut(self, data: Any) -> Any:
            return None if data is None else bytes(data)[: len(data)]


@wrong("process_11")
class NotReadableBeforeRun(Runner):
    """A read before run gives the end."""

    def connect(self, stream: Any) -> None:
        self.outStream = Unready()
        super().connect(stream)

    def run(self) -> Any:
        self.outStream.ready = True  # type: ignore[attr-defined]
        return super().run()


class Unready(ProducerStream):
    ready = False

    def read(self) -> Any:
        return super().read() if self.ready else None


@wrong("process_12")
class EndsWithTheProcess(Wrong):
    """The outputs end when the process has, not when it closes them."""

    def __init__(self, *streams: Any) -> None:
        super().__init__(*streams)
        self.lost: list[int] = []

    def childConnectionLost(self, childFD: int) -> None:
        if self._exit is None and childFD:
            self.lost.append(childFD)
        else:
            super().childConnectionLost(childFD)

    def processExited(self, reason: Any) -> None:
        super().processExited(reason)
        for number in self.lost:
            super().childConnectionLost(number)


class Unadapted(Runner):
    def __init__(self, inputStream: Any, program: Any, args: Any, env: Any = None) -> None:
        super().__init__(self.take(inputStream), program, args, env)

    def take(self, stream: Any) -> Any:
        raise NotImplementedError


@wrong("process_13")
class StreamsOnly(Unadapted):
    """Bytes are refused for an input."""

    def take(self, stream: Any) -> Any:
        if isinstance(stream, bytes):
            raise TypeError("no stream")
        return stream


@wrong("process_14")
class TakesAnything(Unadapted):
    """What is no stream is an empty input."""

    def take(self, stream: Any) -> Any:
        return IByteStream(stream, None) or b""


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


@wrong("process_13")
class BytesAreEmpty(Unadapted):
    """Bytes are taken for an empty input."""

    def take(self, stream: Any) -> Any:
        return b"" if isinstance(stream, bytes) else stream
