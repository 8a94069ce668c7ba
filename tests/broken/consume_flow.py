"""Broken connections: nothing that holds back, and outputs closed in vain."""

from typing import Any

from tests.broken.consume_wire import Wire, wrong
from web2stream.producer import ProducerStream


@wrong("consume_79")
class NeverPauses(Wire):
    """The producer is never paused."""

    def _holdBack(self) -> None:
        """Don't."""


@wrong("consume_79")
class PausesAgain(Wire):
    """The producer is paused by each write to a full output."""

    def write(self, data: Any) -> None:
        super().write(data)
        if len(self.buffer) > self.bufferSize + 1 and self.producer is not None:
            self.producer.pauseProducing()


@wrong("consume_80")
class NeverResumes(Wire):
    """A paused producer is never resumed."""

    def _ask(self) -> None:
        if not self.streamingProducer:
            super()._ask()


@wrong("consume_80")
class ResumesAtEachRead(Wire):
    """A producer is resumed by each read, paused or not."""

    def read(self) -> Any:
        if self.producer is not None and self.streamingProducer:
            self.producer.resumeProducing()
            self.producerPaused = False
        return super().read()


@wrong("consume_81")
class AsksOnce(Wire):
    """A pull producer is asked once, when it is registered."""

    asked = False

    def _ask(self) -> None:
        if self.streamingProducer or not self.asked:
            self.asked = self.producer is not None
            super()._ask()


@wrong("consume_82")
class PausingIgnored(Wire):
    """pauseProducing does nothing."""

    def pauseProducing(self) -> None:
        """Don't."""


@wrong("consume_82")
class ResumingForgets(Wire):
    """What came during a pause is lost."""

    def resumeProducing(self) -> None:
        self.kept = []
        super().resumeProducing()


@wrong("consume_82")
class NeverGoesOn(Wire):
    """resumeProducing does not go on."""

    def resumeProducing(self) -> None:
        """Don't."""


@wrong("consume_82")
class PausedEndLost(Wire):
    """An end that comes during a pause is never told."""

    def came(self, answer: Any) -> None:
        if answer is None and self.paused:
            self.reading = False
            self.over = True
        else:
            super().came(answer)


@wrong("consume_82")
class WritingEndsThePause(Wire):
    """What is written during a pause ends it."""

    def write(self, data: Any) -> None:
        super().write(data)
        self.resumeProducing()


@wrong("consume_82")
class ReadingEndsThePause(Wire):
    """A read of the output during a pause ends it."""

    def _ask(self) -> None:
        super()._ask()
        self.resumeProducing()


@wrong("consume_82")
class FinishingEndsThePause(Wire):
    """finish during a pause ends it."""

    def finish(self, failure: Any = None) -> None:
        super().finish(failure)
        self.resumeProducing()


@wrong("consume_83")
class ResumingForgetsTheOutput(Wire):
    """Once the protocol has resumed, the input is read whether or not the output is."""

    resumed = False

    def resumeProducing(self) -> None:
        self.resumed = True
        super().resumeProducing()

    def held(self) -> bool:
        return self.paused if self.resumed else super().held()


@wrong("consume_83")
class OutputUnbounded(Wire):
    """The input is read whether or not the output is."""

    def held(self) -> bool:
        return self.paused


@wrong("consume_84")
class ClosingReadsOn(Wire):
    """After the output was closed the input is read to its end, then closed."""

    def close(self) -> None:
        ProducerStream.close(self)

    def inputEnded(self) -> None:
        self.stopInput()
        super().inputEnded()


@wrong("consume_84")
class ClosingLeavesInputOpen(Wire):
    """After the output was closed the input is read no more, and left open."""

    def close(self) -> None:
        ProducerStream.close(self)
        self.over = True
        self.loseLater()


@wrong("consume_85")
class ClosingLeavesTheRead(Wire):
    """Closing the output leaves its outstanding read unanswered."""

    def close(self) -> None:
        self.deferred = None
        super().close()


@wrong("consume_114")
class WritingFailsWhenClosed(Wire):
    """A write raises once the output is closed."""

    def write(self, data: Any) -> None:
        if self.closed:
            raise RuntimeError("closed")
        super().write(data)
