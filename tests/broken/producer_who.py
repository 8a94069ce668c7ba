"""Broken producer streams: who their producer is."""

from typing import Any

from streamgauge.subject import Subject
from tests.broken import broken, port
from web2stream.producerstream import ProducerStream


@broken("producer_21")
def takes_a_second() -> Subject:
    """A second producer takes the place of the first."""

    class Broken(ProducerStream):
        def registerProducer(self, producer: Any, streaming: bool) -> None:
            self.producer = None
            super().registerProducer(producer, streaming)

    return port(ProducerStream=Broken)


@broken("producer_21")
def refuses_with_another_error() -> Subject:
    """A second producer is refused with ValueError."""

    class Broken(ProducerStream):
        def registerProducer(self, producer: Any, streaming: bool) -> None:
            if self.producer is not None:
                raise ValueError("one at a time")
            super().registerProducer(producer, streaming)

    return port(ProducerStream=Broken)


@broken("producer_22")
def refused_but_registered() -> Subject:
    """The second producer is refused, and is the producer all the same."""

    class Broken(ProducerStream):
        def registerProducer(self, producer: Any, streaming: bool) -> None:
            try:
                super().registerProducer(producer, streaming)
            except RuntimeError:
                self.producer = producer
                raise

    return port(ProducerStream=Broken)


@broken("producer_22")
def stops_the_refused() -> Subject:
    """The second producer is refused and told to stop."""

    class Broken(ProducerStream):
        def registerProducer(self, producer: Any, streaming: bool) -> None:
            if self.producer is not None:
                producer.stopProducing()
            super().registerProducer(producer, streaming)

    return port(ProducerStream=Broken)


@broken("producer_23")
def unregisters_nothing() -> Subject:
    """unregisterProducer() does nothing."""

    class Broken(ProducerStream):
        def unregisterProducer(self) -> None:
            pass

    return port(ProducerStream=Broken)


@broken("producer_23")
def unregisters_push_only() -> Subject:
    """A pull producer stays registered."""

    class Broken(ProducerStream):
        def unregisterProducer(self) -> None:
            if self.streamingProducer:
                super().unregisterProducer()

    return port(ProducerStream=Broken)


@broken("producer_23")
def pulls_for_ever() -> Subject:
    """A push producer that comes after a pull producer is never paused."""

    class Broken(ProducerStream):
        pulled = False

        def registerProducer(self, producer: Any, streaming: bool) -> None:
            super().registerProducer(producer, streaming)
            if self.pulled:
                self.bufferSize = 10**9
            self.pulled = self.pulled or not streaming

    return port(ProducerStream=Broken)


@broken("producer_23")
def takes_two_in_its_life() -> Subject:
    """A third producer is refused, whether the second is there or gone."""

    class Broken(ProducerStream):
        _taken = 0

        def registerProducer(self, producer: Any, streaming: bool) -> None:
            if self._taken > 1:
                raise RuntimeError("there has been a second producer")
            super().registerProducer(producer, streaming)
            self._taken += 1

    return port(ProducerStream=Broken)


class _Remembers(ProducerStream):
    """A producer stream that remembers who was unregistered."""

    gone: Any = None
    wasPaused = False

    def unregisterProducer(self) -> None:
        self.gone, self.wasPaused = self.producer, self.producerPaused
        super().unregisterProducer()


@broken("producer_24")
def pauses_who_is_gone() -> Subject:
    """A full buffer pauses the producer that was unregistered."""

    class Broken(_Remembers):
        def _holdBack(self) -> None:
            if self.producer is None and self.gone is not None:
                self.gone.pauseProducing()
            super()._holdBack()

    return port(ProducerStream=Broken)


@broken("producer_24")
def resumes_who_is_gone() -> Subject:
    """An empty buffer resumes the producer that was unregistered while paused."""

    class Broken(_Remembers):
        def _ask(self) -> None:
            if self.producer is None and self.wasPaused:
                self.wasPaused = False
                self.gone.resumeProducing()
            super()._ask()

    return port(ProducerStream=Broken)


@broken("producer_25")
def stops_who_is_gone() -> Subject:
    """close() stops the producer that was unregistered."""

    class Broken(_Remembers):
        def close(self) -> None:
            super().close()
            gone, self.gone = self.gone, None
            if gone is not None:
                gone.stopProducing()

    return port(ProducerStream=Broken)


@broken("producer_26")
def ends_with_its_producer() -> Subject:
    """Unregistering the producer finishes the stream."""

    class Broken(ProducerStream):
        def unregisterProducer(self) -> None:
            super().unregisterProducer()
            self.finish()

    return port(ProducerStream=Broken)


@broken("producer_26")
def drops_with_its_producer() -> Subject:
    """Unregistering the producer drops what it wrote."""

    class Broken(ProducerStream):
        def unregisterProducer(self) -> None:
            super().unregisterProducer()
            self.buffer.clear()

    return port(ProducerStream=Broken)


@broken("producer_27")
def inherits_the_pause() -> Subject:
    """A new producer is taken for paused if the one before was."""

    class Broken(ProducerStream):
        def unregisterProducer(self) -> None:
            paused = self.producerPaused
            super().unregisterProducer()
            self.producerPaused = paused

        def registerProducer(self, producer: Any, streaming: bool) -> None:
            paused = self.producerPaused and self.producer is None
            super().registerProducer(producer, streaming)
            self.producerPaused = paused

    return port(ProducerStream=Broken)


@broken("producer_27")
def inherits_the_pause_while_little_waits() -> Subject:
    """A new producer is taken for paused if the one before was, unless too much waits."""

    class Broken(ProducerStream):
        _was_paused = False

        def registerProducer(self, producer: Any, streaming: bool) -> None:
            paused = self._was_paused and len(self.buffer) <= self.bufferSize
            super().registerProducer(producer, streaming)
            self.producerPaused = self.producerPaused or paused

        def unregisterProducer(self) -> None:
            self._was_paused = self.producerPaused
            super().unregisterProducer()

    return port(ProducerStream=Broken)


@broken("producer_27")
def inherits_the_pause_of_a_push_producer() -> Subject:
    """A pull producer that follows a paused push producer is not asked at its registration."""

    class Broken(_Remembers):
        _mute = False

        def registerProducer(self, producer: Any, streaming: bool) -> None:
            self._mute = self.wasPaused and not streaming
            super().registerProducer(producer, streaming)
            self._mute = False

        def _ask(self) -> None:
            if not self._mute:
                super()._ask()

    return port(ProducerStream=Broken)
