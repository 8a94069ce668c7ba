"""Broken bridges of producers: what a piece costs while others wait, and what is held."""

from typing import Any

from streamgauge.subject import Subject
from tests.broken import broken, port
from tests.broken.producer_reads import Answers
from web2stream.producerstream import ProducerStream
from web2stream.streamproducer import StreamProducer


@broken("producer_100")
def adds_up_what_waits() -> Subject:
    """With a length, each write adds up all the pieces that wait."""

    class Broken(ProducerStream):
        def write(self, data: Any) -> None:
            if self.length is not None:
                self.held = sum(len(piece) for piece in self.buffer)
            super().write(data)

    return port(ProducerStream=Broken)


@broken("producer_100")
def looks_through_what_waits() -> Subject:
    """Each read looks for the last piece that waits, from the first one on."""

    class Broken(ProducerStream):
        def read(self) -> object:
            for number, piece in enumerate(self.buffer):
                self.last = number, piece
            return super().read()

    return port(ProducerStream=Broken)


@broken("producer_100")
def joins_what_waits() -> Subject:
    """Each write makes one more copy of all that waits."""

    class Broken(ProducerStream):
        joined = b""

        def write(self, data: Any) -> None:
            super().write(data)
            self.joined = self.joined + bytes(memoryview(data)) if self.buffer else b""

    return port(ProducerStream=Broken)


@broken("producer_100")
def copies_the_queue() -> Subject:
    """Each read makes the queue of what waits anew."""

    class Broken(ProducerStream):
        def read(self) -> object:
            self.buffer = type(self.buffer)(list(self.buffer))
            return super().read()

    return port(ProducerStream=Broken)


@broken("producer_105")
def keeps_what_it_wrote() -> Subject:
    """What is written is gathered for the sum of it."""

    class Broken(StreamProducer):
        def beginProducing(self, consumer: Any) -> Any:
            write, self.written = consumer.write, bytearray()

            def writing(data: Any) -> None:
                self.written += data
                write(data)

            consumer.write = writing
            return super().beginProducing(consumer)

    return port(StreamProducer=Broken)


@broken("producer_105")
def keeps_its_pieces() -> Subject:
    """Every piece that it was given stays in a list."""

    class Broken(Answers):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.pieces: list[Any] = []

        def came(self, data: Any) -> None:
            self.pieces.append(data)
            super().came(data)

    return port(StreamProducer=Broken)
