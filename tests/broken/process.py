"""Broken process streamers: outputs and ends."""

from typing import Any

import tests.broken.process_closed
import tests.broken.process_fed
import tests.broken.process_flow
import tests.broken.process_input
import tests.broken.process_left
import tests.broken.process_result  # noqa: F401 - importing them registers their broken streams
from tests.broken.process_parts import Runner, Wrong, wrong
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


@wrong("process_02")
class OutputAsText(Wrong):
    """The output is taken for text: its line ends are made the same."""

    def childDataReceived(self, childFD: int, data: bytes) -> None:
        super().childDataReceived(childFD, data.replace(b"\r\n", b"\n") if childFD == 1 else data)


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
        self.exited = False

    def childConnectionLost(self, childFD: int) -> None:
        if childFD and not self.exited:
            self.lost.append(childFD)
        else:
            super().childConnectionLost(childFD)

    def processExited(self, reason: Any) -> None:
        self.exited = True
        for number in self.lost:
            super().childConnectionLost(number)
        super().processExited(reason)
