"""Broken stream producers: what they write."""

from typing import Any

from twisted.internet.defer import Deferred

from streamgauge.subject import Subject
from tests.broken import broken, port
from tests.broken.producer_reads import Answers
from web2stream.streamproducer import StreamProducer


@broken("producer_82")
def other_buffers_as_they_are() -> Subject:
    """A bytearray is written as it is."""

    class Broken(Answers):
        def came(self, data: Any) -> None:
            self.enforceStr = self.enforceStr and not isinstance(data, bytearray)
            super().came(data)

    return port(StreamProducer=Broken)


@broken("producer_82")
def items_as_bytes() -> Subject:
    """Of a buffer of wide items it writes as many bytes as there are items."""

    class Broken(Answers):
        def came(self, data: Any) -> None:
            super().came(bytes(memoryview(data))[: len(data)] if self.enforceStr else data)

    return port(StreamProducer=Broken)


@broken("producer_82")
def not_by_default() -> Subject:
    """Its enforceStr is false by default."""

    class Broken(StreamProducer):
        def __init__(self, stream: Any, enforceStr: bool = False) -> None:
            super().__init__(stream, enforceStr)

    return port(StreamProducer=Broken)


@broken("producer_83")
def always_bytes() -> Subject:
    """Its enforceStr is taken for true."""

    class Broken(StreamProducer):
        def __init__(self, stream: Any, enforceStr: bool = True) -> None:
            super().__init__(stream, enforceStr or True)

    return port(StreamProducer=Broken)


@broken("producer_83")
def views_of_objects() -> Subject:
    """With enforceStr false a view of the object is written."""

    class Broken(Answers):
        def came(self, data: Any) -> None:
            super().came(data if self.enforceStr else memoryview(data))

    return port(StreamProducer=Broken)


@broken("producer_84")
def wants_a_stream() -> Subject:
    """Without a stream it raises."""

    class Broken(StreamProducer):
        def beginProducing(self, consumer: Any) -> "Deferred[None]":
            if self.stream is None:
                raise TypeError("a stream wanted")
            return super().beginProducing(consumer)

    return port(StreamProducer=Broken)


@broken("producer_84")
def waits_for_no_stream() -> Subject:
    """Without a stream its Deferred does not fire."""

    class Broken(StreamProducer):
        def beginProducing(self, consumer: Any) -> "Deferred[None]":
            return Deferred() if self.stream is None else super().beginProducing(consumer)

    return port(StreamProducer=Broken)


@broken("producer_84")
def registers_for_nothing() -> Subject:
    """Without a stream it registers with the consumer, and stays."""

    class Broken(StreamProducer):
        def beginProducing(self, consumer: Any) -> "Deferred[None]":
            if self.stream is None:
                consumer.registerProducer(self, True)
            return super().beginProducing(consumer)

    return port(StreamProducer=Broken)
