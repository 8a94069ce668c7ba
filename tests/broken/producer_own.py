"""Broken producer streams: producers that come too late, and streams that share what they must not."""

from collections import deque
from typing import Any

from streamgauge.subject import Subject
from tests.broken import broken, port
from web2stream.producerstream import ProducerStream


@broken("producer_28")
def registers_too_late() -> Subject:
    """A producer is registered on a closed stream as on any other."""

    class Broken(ProducerStream):
        def registerProducer(self, producer: Any, streaming: bool) -> None:
            if self.closed:
                self.producer = producer
            else:
                super().registerProducer(producer, streaming)

    return port(ProducerStream=Broken)


@broken("producer_28")
def stops_after_close_only() -> Subject:
    """A producer registered after finish is neither stopped nor told anything."""

    class Broken(ProducerStream):
        gone = False

        def close(self) -> None:
            self.gone = True
            super().close()

        def registerProducer(self, producer: Any, streaming: bool) -> None:
            if self.gone or not self.closed:
                super().registerProducer(producer, streaming)

    return port(ProducerStream=Broken)


@broken("producer_28")
def stopped_and_registered() -> Subject:
    """A producer that comes too late is told to stop and stays registered: the next one is refused."""

    class Broken(ProducerStream):
        def registerProducer(self, producer: Any, streaming: bool) -> None:
            super().registerProducer(producer, streaming)
            self.producer = producer

    return port(ProducerStream=Broken)


@broken("producer_99")
def one_buffer_for_all() -> Subject:
    """All streams keep their pieces in one buffer."""
    shared: deque[bytes] = deque()

    class Broken(ProducerStream):
        def __init__(self, length: int | None = None) -> None:
            super().__init__(length)
            self.buffer = shared

    return port(ProducerStream=Broken)


@broken("producer_99")
def one_pause_for_all() -> Subject:
    """Whether a producer is paused is kept for all streams together."""

    class Broken(ProducerStream):
        paused = False

        @property
        def producerPaused(self) -> bool:
            return Broken.paused

        @producerPaused.setter
        def producerPaused(self, paused: bool) -> None:
            Broken.paused = paused

    return port(ProducerStream=Broken)
