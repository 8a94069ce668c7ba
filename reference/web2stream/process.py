"""ProcessStreamer: a process between streams.

Strategy: each pipe of the process is bound to one stream, and the two hold each other back. The input is
written by a StreamProducer, which stdin pauses; each output pipe is the producer of its ProducerStream, which
pauses that pipe alone, so the process blocks when it has filled it. A stream that is closed closes its pipe.

`run` answers for the process, not for who reads it: it fires when the process has ended and what it wrote
was handed to the streams, except where a slow reader holds a pipe back; the rest waits there, in the pipe,
and can be read afterwards. (Waiting for it would never end where it is read only after `run`.) Another
process that has inherited the pipes is not waited for either. A pipe is closed when its stream was read to
the end, or closed: who abandons an output unread should close it.

It needs Twisted's POSIX processes, whose pipes can be paused one by one.

Obeys: history_09, module_16
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from types import MappingProxyType
from typing import Any, Final, cast

from twisted.internet.defer import Deferred, fail
from twisted.internet.error import ConnectionDone, ProcessDone, ProcessExitedAlready, ProcessTerminated
from twisted.internet.interfaces import IReactorProcess
from twisted.internet.protocol import ProcessProtocol
from twisted.python import log
from twisted.python.failure import Failure

from web2stream._flow import runningOr
from web2stream._pipes import Output, Stdin
from web2stream._reply import shut
from web2stream.bytestream import IByteStream
from web2stream.producer import ProducerStream, StreamProducer

_NO_ENVIRONMENT: Final[Mapping[str, str]] = MappingProxyType({})


class _Feeder(StreamProducer):
    """Writes the input. That the process takes no more of it is an end like any other, not an error."""

    def stopProducing(self, failure: Any = None) -> None:
        super().stopProducing(failure)


class _ProcessStreamerProtocol(ProcessProtocol):
    """Binds the pipes of one process to streams.

    Args:
        inputStream: read for the process's standard input.
        outStream: given its standard output.
        errStream: given its standard error.
    """

    def __init__(self, inputStream: Any, outStream: ProducerStream, errStream: ProducerStream) -> None:
        self._inputStream = inputStream
        self._feeder = _Feeder(inputStream)
        self._streams = {1: outStream, 2: errStream}
        self._outputs: dict[int, Output] = {}
        self._exit: Failure | None = None
        self._done: Deferred[None] | None = None

    def start(self, reactor: IReactorProcess, program: Any, args: Any, env: Any) -> "Deferred[None]":
        """Spawn the process and feed it; see `ProcessStreamer.run`."""
        done = self._done = Deferred(self._cancelled)
        try:
            reactor.spawnProcess(self, program, args, env)
        except Exception as error:
            self._done = None
            self._inputEnded()
            if isinstance(error, OSError) and error.filename is not None:
                self._streams[2].write(f"{error}\n".encode())
                error = _noProgram(error)
            self._finishStreams()
            return fail(error)
        if self._exit is None:
            try:
                self._feed()
            except BaseException:
                self._done = None
                self._abort()
                raise
        return done

    def connectionMade(self) -> None:
        for number, stream in self._streams.items():
            self._outputs[number] = Output(self._process.pipes[number], stream, self._settle)

    def childDataReceived(self, childFD: int, data: bytes) -> None:
        self._outputs[childFD].received(data)

    def childConnectionLost(self, childFD: int) -> None:
        if childFD in self._outputs:
            self._outputs[childFD].lost()

    def processExited(self, reason: Failure) -> None:
        self._exit = reason
        self._inputEnded()
        for output in self._outputs.values():
            output.exited()
        self._settle()

    @property
    def _process(self) -> Any:
        return self.transport

    def _feed(self) -> None:
        fed = self._feeder.beginProducing(Stdin(self._process))
        fed.addErrback(lambda failure: log.err(failure, "the input stream of a process failed"))
        fed.addCallback(lambda _: self._process.closeStdin())

    def _inputEnded(self) -> None:
        """Take no more input, as there is no process for it."""
        stdin = self._process.pipes.get(0) if self._process is not None else None
        if stdin is not None and stdin.connected:
            # Somebody who inherited the other end may never empty it: what is unwritten goes nowhere.
            # This stops the feeder too.
            stdin.connectionLost(Failure(ConnectionDone()))
        shut(self._inputStream)

    def _finishStreams(self) -> None:
        for stream in self._streams.values():
            stream.finish()

    def _settle(self) -> None:
        if self._exit is None or self._done is None:
            return
        if all(output.settled for output in self._outputs.values()):
            done, self._done = self._done, None
            if self._exit.check(ProcessDone):
                done.callback(None)
            else:
                done.errback(self._exit)

    def _cancelled(self, _: object) -> None:
        self._done = None
        self._abort()

    def _abort(self) -> None:
        """Kill the process and close every stream."""
        with suppress(ProcessExitedAlready, OSError):
            self._process.signalProcess("KILL")
        self._inputEnded()
        for stream in self._streams.values():
            stream.close()


def _noProgram(error: OSError) -> ProcessTerminated:
    """Make the error of a process that could not become its program.

    Where Twisted forks, this is known only by the child's exit code 1; where it spawns, it is an OSError.
    They shall look the same.
    """
    terminated = ProcessTerminated(exitCode=1)
    terminated.__cause__ = error
    return terminated


class ProcessStreamer:
    """Runs a process hooked up to streams, once.

    Both outputs should be read or closed: a process blocks when it has filled a pipe that nobody reads.

    Args:
        inputStream: what the process reads as its standard input: an IByteStream, or what adapts to one. It
            is closed when the process takes no more of it, or ends.
        program: path of the program, or its name to be looked for.
        args: its arguments; the first is the name it shall see itself by.
        env: its environment variables, none by default; None for those of this process.
        reactor: an IReactorProcess; None for the running global one.

    Attributes:
        outStream: what the process writes to its standard output: an IByteStream, readable before `run` too.
            Closing it closes the pipe, and the process gets SIGPIPE or EPIPE when it writes more.
        errStream: the same for its standard error.

    Raises:
        TypeError: `inputStream` can't be adapted.

    Obeys: process_01, process_02, process_03, process_04, process_11, process_12, process_13, process_14, process_19,
    process_20, process_21, process_22, process_26, process_36, process_37, process_38, process_39, process_40,
    process_42, process_43, process_44, process_45, process_46, process_47
    """

    def __init__(
        self,
        inputStream: Any,
        program: str | bytes,
        args: Sequence[str | bytes],
        env: Mapping[str, str] | Mapping[bytes, bytes] | None = _NO_ENVIRONMENT,
        reactor: IReactorProcess | None = None,
    ) -> None:
        self.outStream = ProducerStream()
        self.errStream = ProducerStream()
        self._protocol = _ProcessStreamerProtocol(IByteStream(inputStream), self.outStream, self.errStream)
        self._program = program
        self._args = list(args)
        self._env = None if env is None else dict(cast("Mapping[Any, Any]", env))
        self._reactor = reactor
        self._started = False

    def run(self) -> "Deferred[None]":
        """Start the process and feed it its input.

        A process that doesn't read its input, or closes it, is no error. An input stream that fails is
        logged, and the process's standard input closed; the result of the run is the process's.

        Returns:
            A Deferred: None when the process has ended with exit code 0, else it fails with
            ProcessTerminated, also for a signal and for a program that can't be executed (exit code 1, its
            `__cause__` or `errStream` tells why). Output that a slow reader has not yet taken can be read
            after it has fired. Cancelling it kills the process and closes all three streams.

        Raises:
            RuntimeError: it was run already.

        Obeys: process_05, process_06, process_07, process_08, process_09, process_10, process_15, process_16,
        process_17, process_18, process_23, process_24, process_25, process_27, process_28, process_29, process_30,
        process_31, process_32, process_33, process_34, process_35, process_41, process_48, process_49, process_50,
        process_51, process_52, process_53, process_54, process_55, process_56, process_57, process_58, process_59,
        process_60, process_61, process_62
        """
        if self._started:
            raise RuntimeError("a ProcessStreamer runs only once")
        reactor = runningOr(self._reactor)
        self._started = True
        return self._protocol.start(reactor, self._program, self._args, self._env)
