"""Broken producer streams: how they hold their producer back, and let it go on."""

from collections.abc import Callable
from typing import Any

from streamgauge.subject import Subject
from tests.broken import broken, port
from web2stream.producerstream import ProducerStream


@broken("producer_08")
def four_pieces() -> Subject:
    """Its bufferSize is 4."""

    class Broken(ProducerStream):
        bufferSize = 4

    return port(ProducerStream=Broken)


@broken("producer_08")
def size_in_bytes() -> Subject:
    """Its bufferSize tells bytes, while pieces are counted."""

    class Broken(ProducerStream):
        bufferSize = 65_536

        def write(self, data: Any) -> None:
            super().write(data)
            if len(self.buffer) > 5:
                self._holdBack()

    return port(ProducerStream=Broken)


@broken("producer_09")
def pauses_at_the_limit() -> Subject:
    """The fifth waiting piece pauses already."""

    class Broken(ProducerStream):
        def write(self, data: Any) -> None:
            super().write(data)
            if len(self.buffer) == self.bufferSize:
                self._holdBack()

    return port(ProducerStream=Broken)


@broken("producer_09")
def counts_writes() -> Subject:
    """It counts the writes since a read last found nothing, not the pieces that wait."""

    class Broken(ProducerStream):
        writes = 0

        def write(self, data: Any) -> None:
            self.writes += 1
            super().write(data)
            if self.writes > self.bufferSize and self.buffer:
                self._holdBack()

        def _ask(self) -> None:
            self.writes = 0
            super()._ask()

    return port(ProducerStream=Broken)


@broken("producer_10")
def pauses_too_late() -> Subject:
    """One piece more has to wait until it pauses."""

    class Broken(ProducerStream):
        def _holdBack(self) -> None:
            if len(self.buffer) > self.bufferSize + 1:
                super()._holdBack()

    return port(ProducerStream=Broken)


@broken("producer_10")
def never_pauses() -> Subject:
    """It takes everything at once."""

    class Broken(ProducerStream):
        def _holdBack(self) -> None:
            pass

    return port(ProducerStream=Broken)


@broken("producer_11")
def pauses_at_every_write() -> Subject:
    """Every write over the limit pauses again."""

    class Broken(ProducerStream):
        def _holdBack(self) -> None:
            if self.streamingProducer and self.producer is not None:
                self.producerPaused = True
                self.producer.pauseProducing()

    return port(ProducerStream=Broken)


@broken("producer_11")
def pauses_at_reads() -> Subject:
    """A read that leaves too much pauses again."""

    class Broken(ProducerStream):
        def read(self) -> object:
            result = super().read()
            if self.producerPaused and len(self.buffer) > self.bufferSize:
                self.producer.pauseProducing()
            return result

    return port(ProducerStream=Broken)


@broken("producer_12")
def size_of_the_class() -> Subject:
    """Only the bufferSize of the class counts."""

    class Broken(ProducerStream):
        def write(self, data: Any) -> None:
            own = self.__dict__.pop("bufferSize", self.bufferSize)
            super().write(data)
            self.bufferSize = own

    return port(ProducerStream=Broken)


@broken("producer_12")
def size_zero_is_none() -> Subject:
    """A bufferSize of 0 is taken for the default."""

    class Broken(ProducerStream):
        def _holdBack(self) -> None:
            if self.bufferSize or len(self.buffer) > 5:
                super()._holdBack()

    return port(ProducerStream=Broken)


def asking(ask: Callable[[ProducerStream, Callable[[], None]], None]) -> Subject:
    """A port whose stream has another way to let its producer go on; it is given the right way."""

    class Broken(ProducerStream):
        def _ask(self) -> None:
            ask(self, super()._ask)

    return port(ProducerStream=Broken)


@broken("producer_13")
def never_resumes() -> Subject:
    """A push producer, once paused, is not resumed."""
    return asking(lambda stream, ask: None if stream.streamingProducer else ask())


@broken("producer_14")
def resumes_always() -> Subject:
    """Every read that finds nothing resumes, whether the producer was paused or not."""

    def ask(stream: ProducerStream, ask: Callable[[], None]) -> None:
        stream.producerPaused = True
        ask()

    return asking(ask)


@broken("producer_14")
def resumes_twice() -> Subject:
    """A paused producer is told to resume twice."""

    def ask(stream: ProducerStream, ask: Callable[[], None]) -> None:
        paused = stream.producerPaused
        ask()
        if paused and stream.producer is not None:
            stream.producer.resumeProducing()

    return asking(ask)


@broken("producer_15")
def resumes_at_half() -> Subject:
    """It resumes when the buffer is half empty."""

    class Broken(ProducerStream):
        def read(self) -> object:
            result = super().read()
            if self.producerPaused and 0 < len(self.buffer) <= self.bufferSize // 2:
                self.producerPaused = False
                self.producer.resumeProducing()
            return result

    return port(ProducerStream=Broken)


@broken("producer_16")
def pauses_once_in_its_life() -> Subject:
    """It pauses its producer the first time only."""

    class Broken(ProducerStream):
        did = False

        def _holdBack(self) -> None:
            if not self.did or self.producerPaused:
                self.did = True
                super()._holdBack()

    return port(ProducerStream=Broken)


@broken("producer_16")
def resumes_once_in_its_life() -> Subject:
    """It resumes its producer the first time only."""
    done: list[object] = []

    def ask(stream: ProducerStream, ask: Callable[[], None]) -> None:
        if stream.producerPaused and stream.streamingProducer:
            if stream in done:
                return
            done.append(stream)
        ask()

    return asking(ask)


@broken("producer_10")
def only_true_is_streaming() -> Subject:
    """A producer registered with 1 for True is taken for a pull producer."""

    class Broken(ProducerStream):
        def registerProducer(self, producer: Any, streaming: bool) -> None:
            super().registerProducer(producer, streaming is True)

    return port(ProducerStream=Broken)


@broken("producer_14")
def resumes_who_comes_to_a_waiting_read() -> Subject:
    """A push producer that registers while a read waits is told to resume, as a pull producer is."""

    class Broken(ProducerStream):
        def registerProducer(self, producer: Any, streaming: bool) -> None:
            super().registerProducer(producer, streaming)
            if self.producer is producer and streaming and self.deferred is not None:
                producer.resumeProducing()

    return port(ProducerStream=Broken)
