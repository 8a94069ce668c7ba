"""StreamProducer: a stream read into a consumer, once."""

import array
from typing import Any

import pytest
from twisted.internet.defer import Deferred, succeed
from twisted.internet.interfaces import IConsumer, IPushProducer
from zope.interface.verify import verifyClass, verifyObject

from tests.reference.script import Script, Seen
from tests.reference.streamproducer_parts import Consumer
from web2stream.memory import MemoryStream
from web2stream.producer import ProducerStream, StreamProducer


def test_provides_its_interface() -> None:
    """It is a push producer."""
    assert verifyClass(IPushProducer, StreamProducer)
    assert verifyObject(IPushProducer, StreamProducer(MemoryStream(b"")))
    assert verifyObject(IConsumer, Consumer())


def test_starts_with_its_old_attributes() -> None:
    """The attributes that old callers look at are there."""
    source = Script([])
    producer = StreamProducer(source)
    assert (source, True, False) == (producer.stream, producer.enforceStr, producer.paused)
    assert (None, None, None) == (producer.consumer, producer.deferred, producer.finishedCallback)


def test_writes_everything_and_unregisters() -> None:
    """It registers as a push producer, writes each chunk, and unregisters before it fires with None."""
    source = Script([b"a", succeed(b""), b"b"])
    consumer = Consumer()
    fired: list[object] = []
    producer = StreamProducer(source)
    done = producer.beginProducing(consumer)
    done.addCallback(lambda result: fired.append((result, consumer.unregistered)))
    assert [(None, 1)] == fired
    assert ([b"a", b"", b"b"], True) == (consumer.got, consumer.streaming)
    assert (0, None, None) == (source.closes, producer.consumer, producer.finishedCallback)


def test_never_finishes_its_consumer() -> None:
    """A ProducerStream that was written to is still open."""
    stream = ProducerStream()
    StreamProducer(MemoryStream(b"x")).beginProducing(stream)
    assert False is stream.closed
    stream.write(b"y")
    assert [b"x", b"y"] == [stream.read(), stream.read()]


def test_no_stream_is_no_data() -> None:
    """Without a stream it fires at once and touches no consumer."""
    consumer = Consumer()
    seen = Seen(StreamProducer(None).beginProducing(consumer))
    assert ([None], None) == (seen.values, consumer.streaming)


def test_needs_only_read() -> None:
    """A stream without close and length does, in failure too."""

    class Bare:
        def __init__(self) -> None:
            self.answers: list[object] = [b"x", ValueError("broken")]

        def read(self) -> object:
            answer = self.answers.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer

    consumer = Consumer()
    seen = Seen(StreamProducer(Bare()).beginProducing(consumer))
    assert ([b"x"], [ValueError], 1) == (consumer.got, [type(v) for v in seen.values], consumer.unregistered)


@pytest.mark.parametrize("data", [bytearray(b"abcd"), memoryview(b"abcd"), array.array("H", b"abcd")])
def test_writes_plain_bytes(data: Any) -> None:
    """Whatever buffer is read, bytes are written; unless the object itself was asked for."""
    consumer = Consumer()
    StreamProducer(Script([data])).beginProducing(consumer)
    assert ([b"abcd"], bytes) == (consumer.got, type(consumer.got[0]))
    consumer = Consumer()
    StreamProducer(Script([data]), enforceStr=False).beginProducing(consumer)
    assert data is consumer.got[0]


def test_what_is_not_bytes_fails() -> None:
    """A number read from a stream is no order to make up as many zeroes."""
    source = Script([3])
    consumer = Consumer()
    seen = Seen(StreamProducer(source).beginProducing(consumer))
    assert ([], [TypeError], 1) == (consumer.got, [type(v) for v in seen.values], source.closes)


def test_a_consumer_that_refuses() -> None:
    """Its error comes out of beginProducing, nothing is read, and another consumer may be tried."""
    source = Script([b"x"])
    busy = ProducerStream()
    busy.registerProducer(StreamProducer(Script([])), True)
    producer = StreamProducer(source)
    with pytest.raises(RuntimeError):
        producer.beginProducing(busy)
    assert (0, 0) == (source.reads, source.closes)
    consumer = Consumer()
    assert [None] == Seen(producer.beginProducing(consumer)).values
    assert [b"x"] == consumer.got


def test_begins_only_once() -> None:
    """A second beginProducing raises and disturbs nothing, during the first and after it."""
    waiting: Deferred[object] = Deferred()
    producer = StreamProducer(Script([waiting]))
    seen = Seen(producer.beginProducing(Consumer()))
    other = Consumer()
    with pytest.raises(RuntimeError):
        producer.beginProducing(other)
    waiting.callback(None)
    with pytest.raises(RuntimeError):
        producer.beginProducing(other)
    assert ([None], None) == (seen.values, other.streaming)


def test_stopped_before_it_began() -> None:
    """Stopping closes the stream, and then there is nothing to begin."""
    source = Script([b"x"])
    producer = StreamProducer(source)
    producer.resumeProducing()
    producer.stopProducing()
    with pytest.raises(RuntimeError):
        producer.beginProducing(Consumer())
    assert (0, 1) == (source.reads, source.closes)
