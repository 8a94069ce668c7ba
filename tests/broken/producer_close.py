"""Broken producer streams: how their reader closes them."""

from contextlib import suppress
from typing import Any

from twisted.python.failure import Failure

from streamgauge.subject import Subject
from tests.broken import broken, port
from tests.broken.producer_ends import Left
from web2stream.producerstream import ProducerStream


class _Closes(Left):
    """A producer stream with another way to close; `stops` says which producers are told."""

    def close(self) -> None:
        if self.producer is not None and not self.stops():
            self.producer = None
        super().close()

    def stops(self) -> bool:
        """Say whether the producer is stopped."""
        return True


@broken("producer_34")
def stops_nobody() -> Subject:
    """close() forgets the producer without a word."""

    class Broken(_Closes):
        def stops(self) -> bool:
            return False

    return port(ProducerStream=Broken)


@broken("producer_34")
def stops_push_only() -> Subject:
    """close() stops push producers only."""

    class Broken(_Closes):
        def stops(self) -> bool:
            return self.streamingProducer

    return port(ProducerStream=Broken)


@broken("producer_34")
def stops_no_paused_one() -> Subject:
    """close() does not stop a producer that is paused already."""

    class Broken(_Closes):
        def stops(self) -> bool:
            return not self.producerPaused

    return port(ProducerStream=Broken)


@broken("producer_35")
def stops_at_every_close() -> Subject:
    """Every close stops the producer again."""

    class Broken(ProducerStream):
        last: Any = None

        def close(self) -> None:
            again = self.last
            self.last = self.last or self.producer
            super().close()
            if again is not None:
                again.stopProducing()

    return port(ProducerStream=Broken)


@broken("producer_35")
def stops_again_in_a_turn() -> Subject:
    """Close stops the producer, and again in the next turn of the reactor."""

    class Broken(ProducerStream):
        def close(self) -> None:
            producer = self.producer
            super().close()
            if producer is not None:
                from twisted.internet import reactor

                reactor.callLater(0, producer.stopProducing)  # type: ignore[attr-defined]

    return port(ProducerStream=Broken)


@broken("producer_103")
def refuses_after_close() -> Subject:
    """A write after close raises."""

    class Broken(Left):
        def write(self, data: Any) -> None:
            if self.left:
                raise ValueError("closed")
            super().write(data)

    return port(ProducerStream=Broken)


@broken("producer_36")
def fails_after_close() -> Subject:
    """A finish with a failure after close fails the reads."""

    class Broken(Left):
        def finish(self, failure: Any = None) -> None:
            super().finish(failure)
            if self.left and failure is not None:
                self._fail(failure if isinstance(failure, Failure) else Failure(failure))

    return port(ProducerStream=Broken)


@broken("producer_37")
def keeps_its_failure() -> Subject:
    """A failure that was not read survives close."""

    class Broken(ProducerStream):
        def close(self) -> None:
            failure = self.failure
            super().close()
            if failure is not None:
                self._fail(failure)

    return port(ProducerStream=Broken)


@broken("producer_38")
def closes_later() -> Subject:
    """A close from inside the callback of a read is put off until the next read."""

    class Broken(ProducerStream):
        delivering = False
        later = False

        def write(self, data: Any) -> None:
            self.delivering = True
            super().write(data)
            self.delivering = False

        def close(self) -> None:
            self.later = self.delivering
            if not self.delivering:
                super().close()

        def read(self) -> object:
            if self.later:
                self.close()
            return super().read()

    return port(ProducerStream=Broken)


@broken("producer_39")
def expects_its_producer() -> Subject:
    """close() expects its producer to be there still after it was stopped."""

    class Broken(ProducerStream):
        def close(self) -> None:
            producer = self.producer
            if producer is not None:
                with suppress(Exception):
                    producer.stopProducing()
                if self.producer is not producer:
                    raise RuntimeError("the producer is gone")
                self.producer = None
            super().close()

    return port(ProducerStream=Broken)


@broken("producer_39")
def stops_inside_stop() -> Subject:
    """A close from inside stopProducing stops again."""

    class Broken(ProducerStream):
        def close(self) -> None:
            if self.producer is not None:
                with suppress(Exception):
                    self.producer.stopProducing()
                self.producer = None
            super().close()

    return port(ProducerStream=Broken)


@broken("producer_40")
def close_raises() -> Subject:
    """An error of stopProducing comes out of close."""

    class Broken(ProducerStream):
        def close(self) -> None:
            producer, self.producer = self.producer, None
            super().close()
            if producer is not None:
                producer.stopProducing()

    return port(ProducerStream=Broken)


@broken("producer_40")
def close_stops_halfway() -> Subject:
    """After an error of stopProducing close leaves the rest undone."""

    class Broken(ProducerStream):
        def close(self) -> None:
            producer, self.producer = self.producer, None
            self.closed = True
            try:
                if producer is not None:
                    producer.stopProducing()
            except Exception:
                return
            super().close()

    return port(ProducerStream=Broken)


@broken("producer_103")
def unregisters_only_while_open() -> Subject:
    """An unregisterProducer after close raises."""

    class Broken(Left):
        stopping = False

        def close(self) -> None:
            self.stopping = True
            super().close()
            self.stopping = False

        def unregisterProducer(self) -> None:
            if self.left and not self.stopping:
                raise ValueError("no producer")
            super().unregisterProducer()

    return port(ProducerStream=Broken)
