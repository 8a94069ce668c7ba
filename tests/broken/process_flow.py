"""Broken process streamers: what holds back what."""

from typing import Any

from twisted.internet.error import ProcessTerminated
from twisted.python.failure import Failure

from tests.broken.process_parts import Wrong, change, wrong


class Unpaused(Wrong):
    """Outputs that are not their pipe's consumers."""

    numbers: tuple[int, ...] = ()

    def connectionMade(self) -> None:
        super().connectionMade()
        for number in self.numbers:
            output = self._outputs[number]
            output.pauseProducing = lambda: None  # type: ignore[method-assign]


@wrong("process_36")
class OutputNotHeld(Unpaused):
    """A slow reader of outStream does not hold the process back, unless it has read something."""

    def connectionMade(self) -> None:
        super().connectionMade()
        output = self._outputs[1]
        self.read = False
        stream = self._streams[1]
        pause, read = output.pauseProducing, stream.read

        def reading() -> Any:
            self.read = True
            return read()

        def pausing() -> None:
            if self.read:
                pause()

        stream.read = reading  # type: ignore[method-assign]
        output.pauseProducing = pausing  # type: ignore[method-assign]


@wrong("process_37")
class ErrorsNotHeld(Unpaused):
    """A slow reader of errStream does not hold the process back."""

    numbers = (2,)


@wrong("process_38")
class DropsWhatWaits(Wrong):
    """What comes while many pieces wait is dropped."""

    def connectionMade(self) -> None:
        super().connectionMade()
        for stream in self._streams.values():
            stream.bufferSize = 6

    def childDataReceived(self, childFD: int, data: bytes) -> None:
        super().childDataReceived(childFD, b"" if len(self._streams[childFD].buffer) > 5 else data)


@wrong("process_38")
class ErrorDropsOutput(Wrong):
    """A process that ends with an error loses what was not read yet."""

    def processExited(self, reason: Failure) -> None:
        if reason.check(ProcessTerminated):
            for stream in self._streams.values():
                stream.buffer.clear()
        super().processExited(reason)


@wrong("process_38")
class EndsHeldOutput(Wrong):
    """An output that was held back when the process ended is not read on: what its pipe still holds is lost."""

    def connectionMade(self) -> None:
        super().connectionMade()
        for number, output in self._outputs.items():
            stream, resume = self._streams[number], output.resumeProducing

            def resuming(stream: Any = stream, resume: Any = resume) -> None:
                if self._exit is None:
                    resume()
                else:
                    stream.finish()

            output.resumeProducing = resuming  # type: ignore[method-assign]


@wrong("process_38")
class PausedForEver(Wrong):
    """A paused output is not resumed."""

    def connectionMade(self) -> None:
        super().connectionMade()
        for output in self._outputs.values():
            output.resumeProducing = lambda: None  # type: ignore[method-assign]


@wrong("process_38")
class ResumedTwice(Wrong):
    """An output that is paused a third time stays paused."""

    def connectionMade(self) -> None:
        super().connectionMade()
        for output in self._outputs.values():
            resumes = iter([output.resumeProducing] * 2)
            output.resumeProducing = lambda resumes=resumes: next(resumes, bool)()  # type: ignore[method-assign]


@wrong("process_39")
class HeldOnce(Unpaused):
    """A slow reader holds the process back only once."""

    def connectionMade(self) -> None:
        super().connectionMade()
        output = self._outputs[1]
        resume = output.resumeProducing

        def resuming() -> None:
            resume()
            output.pauseProducing = lambda: None  # type: ignore[method-assign]

        output.resumeProducing = resuming  # type: ignore[method-assign]


@wrong("process_39")
class HeldUntilRead(Unpaused):
    """Once outStream was read, the process is not held back any more."""

    def connectionMade(self) -> None:
        super().connectionMade()
        stream = self._streams[1]
        read = stream.read

        def reading() -> Any:
            stream.bufferSize = 1 << 30
            return read()

        stream.read = reading  # type: ignore[method-assign]


@wrong("process_40")
class BothHeld(Wrong):
    """A slow reader of one output pauses both."""

    def connectionMade(self) -> None:
        super().connectionMade()
        pipes = [self._process.pipes[number] for number in self._outputs]
        for output in self._outputs.values():
            pause, resume = output.pauseProducing, output.resumeProducing

            def pausing(pause: Any = pause) -> None:
                pause()
                for pipe in pipes:
                    pipe.stopReading()

            def resuming(resume: Any = resume) -> None:
                resume()
                for pipe in pipes:
                    if pipe.connected:
                        pipe.startReading()

            output.pauseProducing = pausing  # type: ignore[method-assign]
            output.resumeProducing = resuming  # type: ignore[method-assign]
            stop = output.stopProducing

            def stopping(stop: Any = stop, go: Any = resuming) -> None:
                stop()
                go()

            output.stopProducing = stopping  # type: ignore[method-assign]


@wrong("process_41")
class InputNotHeld(Wrong):
    """A process that does not read its input does not hold it back."""

    def _feed(self) -> None:
        self._feeder.pauseProducing = lambda: None  # type: ignore[method-assign]
        super()._feed()


@wrong("process_61")
class OutputKept(Wrong):
    """What the process wrote is gathered once more."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.written = bytearray()

    def childDataReceived(self, childFD: int, data: bytes) -> None:
        self.written += data
        super().childDataReceived(childFD, data)


class _Keeps:
    """A stream that keeps all that it gives."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self.kept: list[Any] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def read(self) -> Any:
        def keep(piece: Any) -> Any:
            self.kept.append(piece)
            return piece

        return change(self._stream.read(), keep)


@wrong("process_61")
class InputKept(Wrong):
    """Every piece of the input stays in a list."""

    def __init__(self, inputStream: Any, *outputs: Any) -> None:
        super().__init__(_Keeps(inputStream), *outputs)
