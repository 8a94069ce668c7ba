"""Broken producer streams: calls from inside calls."""

from typing import Any

from streamgauge.subject import Subject
from tests.broken import broken, port
from web2stream.producerstream import ProducerStream


@broken("producer_41")
def one_piece_a_request() -> Subject:
    """Of the pieces written at one request only the first is kept."""

    class Broken(ProducerStream):
        def write(self, data: Any) -> None:
            if not (self._asking and self.buffer):
                super().write(data)

    return port(ProducerStream=Broken)


@broken("producer_41")
def requested_pieces_backwards() -> Subject:
    """The pieces written at one request wait last in, first out."""

    class Broken(ProducerStream):
        def write(self, data: Any) -> None:
            super().write(data)
            if self._asking and len(self.buffer) > 1:
                self.buffer.appendleft(self.buffer.pop())

    return port(ProducerStream=Broken)


@broken("producer_42")
def finish_at_a_request_hangs() -> Subject:
    """A finish from inside resumeProducing does not reach the read that asked."""

    class Broken(ProducerStream):
        def finish(self, failure: Any = None) -> None:
            if self._asking and failure is None:
                self.deferred = None
            super().finish(failure)

    return port(ProducerStream=Broken)


class _Delivers(ProducerStream):
    """A producer stream that knows whether a write is just firing a read."""

    delivering = False

    def write(self, data: Any) -> None:
        if self.delivering:
            self.late(data)
            return
        self.delivering = self.deferred is not None
        super().write(data)
        self.delivering = False

    def late(self, data: Any) -> None:
        """Take what is written from inside the callback."""


@broken("producer_43")
def drops_inside_a_callback() -> Subject:
    """What is written from inside a read's callback is dropped."""
    return port(ProducerStream=_Delivers)


@broken("producer_43")
def backwards_inside_a_callback() -> Subject:
    """What is written from inside a read's callback is put in front of what waits."""

    class Broken(_Delivers):
        def late(self, data: Any) -> None:
            self.buffer.appendleft(data)

    return port(ProducerStream=Broken)


@broken("producer_44")
def running_only_afterwards() -> Subject:
    """It marks its producer as running after resumeProducing returned."""

    class Broken(ProducerStream):
        def _ask(self) -> None:
            if self.producerPaused and self.streamingProducer:
                self.producer.resumeProducing()
                self.producerPaused = False
            else:
                super()._ask()

    return port(ProducerStream=Broken)


@broken("producer_44")
def running_all_the_same() -> Subject:
    """It marks its producer as running, whatever it was told from inside resumeProducing."""

    class Broken(ProducerStream):
        def _ask(self) -> None:
            super()._ask()
            self.producerPaused = False

    return port(ProducerStream=Broken)


@broken("producer_45")
def paused_only_afterwards() -> Subject:
    """It marks its producer as paused after pauseProducing returned."""

    class Broken(ProducerStream):
        def _holdBack(self) -> None:
            if self.producer is not None and self.streamingProducer and not self.producerPaused:
                self.producer.pauseProducing()
                self.producerPaused = True

    return port(ProducerStream=Broken)
