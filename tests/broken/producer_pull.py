"""Broken producer streams: how they ask a pull producer, and ask one again that was interrupted."""

from collections.abc import Callable
from typing import Any

from streamgauge.subject import Subject
from tests.broken import broken, port
from tests.broken.producer_flow import asking
from web2stream.producerstream import ProducerStream


@broken("producer_17")
def pauses_pull() -> Subject:
    """It pauses pull producers too."""

    class Broken(ProducerStream):
        def _holdBack(self) -> None:
            if self.producer is not None and not self.producerPaused:
                self.producerPaused = True
                self.producer.pauseProducing()

    return port(ProducerStream=Broken)


@broken("producer_18")
def asks_not_at_first() -> Subject:
    """A pull producer is asked only when something is read."""

    class Broken(ProducerStream):
        def registerProducer(self, producer: Any, streaming: bool) -> None:
            super().registerProducer(producer, True)
            self.streamingProducer = bool(streaming)

    return port(ProducerStream=Broken)


@broken("producer_18")
def asks_twice_at_first() -> Subject:
    """A pull producer is asked twice when it registers."""

    class Broken(ProducerStream):
        def registerProducer(self, producer: Any, streaming: bool) -> None:
            super().registerProducer(producer, streaming)
            if self.producer is producer and not streaming:
                producer.resumeProducing()

    return port(ProducerStream=Broken)


@broken("producer_19")
def reads_do_not_ask() -> Subject:
    """A pull producer is asked when it registers, and never again."""
    asked: list[object] = []

    def ask(stream: ProducerStream, ask: Callable[[], None]) -> None:
        if stream.streamingProducer or stream.producer not in asked:
            asked.append(stream.producer)
            ask()

    return asking(ask)


@broken("producer_20")
def fills_the_buffer() -> Subject:
    """A pull producer is asked until the buffer is full."""

    class Broken(ProducerStream):
        def read(self) -> object:
            result = super().read()
            for _ in range(self.bufferSize - len(self.buffer)):
                if not self.streamingProducer:
                    self._ask()
            return result

    return port(ProducerStream=Broken)


@broken("producer_96")
def asks_when_it_is_over() -> Subject:
    """A read that finds nothing asks a pull producer before it looks whether the stream was finished."""

    class Broken(ProducerStream):
        def read(self) -> object:
            if self.closed and not self.buffer and self.producer is not None and not self.streamingProducer:
                self.producer.resumeProducing()
            return super().read()

    return port(ProducerStream=Broken)


@broken("producer_04")
def overlooks_the_next_read() -> Subject:
    """A read from inside the callback which a request fired does not ask again."""

    class Broken(ProducerStream):
        def _ask(self) -> None:
            if not self._asking:
                super()._ask()

    return port(ProducerStream=Broken)


@broken("producer_20")
def asks_for_refused_reads() -> Subject:
    """A read that it refuses, since another one waits, asks the producer all the same."""

    class Broken(ProducerStream):
        def read(self) -> object:
            if self.deferred is not None and not self.streamingProducer:
                self._ask()
            return super().read()

    return port(ProducerStream=Broken)


@broken("producer_102")
def the_interrupted_is_asked_no_more() -> Subject:
    """After KeyboardInterrupt passed through a read, the producer counts as being asked still."""

    class Broken(ProducerStream):
        def _ask(self) -> None:
            try:
                super()._ask()
            except (KeyboardInterrupt, SystemExit):
                self._asking = True
                raise

    return port(ProducerStream=Broken)


@broken("producer_106")
def waits_for_more_than_nothing() -> Subject:
    """An empty piece is swallowed, and the producer is not asked again."""

    class Broken(ProducerStream):
        def write(self, data: Any) -> None:
            if len(data):
                super().write(data)

    return port(ProducerStream=Broken)
