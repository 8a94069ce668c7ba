"""Both bridges between streams and Twisted's producers and consumers, under one name."""

from web2stream.producerstream import ProducerStream
from web2stream.streamproducer import StreamProducer

__all__ = ["ProducerStream", "StreamProducer"]
