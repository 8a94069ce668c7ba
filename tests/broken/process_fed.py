"""Broken process streamers: the input and when it is taken."""

from typing import Any

from twisted.internet.defer import Deferred, maybeDeferred
from twisted.python import log

from tests.broken.process_parts import Runner, Wrong, change, wrong
from web2stream._pipes import Stdin
from web2stream.bytestream import IByteStream


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
class EmptyInputNotBegun(Wrong):
    """An input that is empty from the start is not read, and the process's stdin stays open."""

    def _feed(self) -> None:
        if self._inputStream.length != 0:
            super()._feed()


@wrong("process_06")
class StdinStaysOpen(Wrong):
    """The end of the input does not close the process's stdin; its failure does."""

    def _feed(self) -> None:
        fed = self._feeder.beginProducing(Stdin(self._process))
        fed.addErrback(self.failed)

    def failed(self, failure: Any) -> None:
        log.err(failure)
        self._process.closeStdin()


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


@wrong("process_13")
class BytesAreEmpty(Unadapted):
    """Bytes are taken for an empty input."""

    def take(self, stream: Any) -> Any:
        return b"" if isinstance(stream, bytes) else stream


@wrong("process_14")
class TakesAnything(Unadapted):
    """What is no stream is an empty input."""

    def take(self, stream: Any) -> Any:
        return IByteStream(stream, None) or b""
