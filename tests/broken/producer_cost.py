"""Broken producer streams: what a piece costs while others wait."""

from typing import Any

from streamgauge.subject import Subject
from tests.broken import broken, port
from web2stream.producerstream import ProducerStream


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
