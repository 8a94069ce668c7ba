"""Streams whose close is interrupted by what lies underneath: it passes, and whoever waits is answered."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectionAborted, ConnectionLost
from twisted.internet.task import Clock

from tests.reference.link import connected
from tests.reference.producers import Push
from tests.reference.script import Script, Seen
from tests.reference.streamproducer_parts import Consumer
from web2stream.buffered import BufferedStream
from web2stream.compound import CompoundStream
from web2stream.consume import readIntoFile, readStream
from web2stream.producer import ProducerStream, StreamProducer
from web2stream.split import fallbackSplit


def interrupted() -> None:
    raise KeyboardInterrupt


def types(seen: Seen) -> list[type]:
    return [type(value) for value in seen.values]


class Stubborn(Script):
    """A stream whose close is interrupted."""

    def close(self) -> None:
        self.closes += 1
        self.length = 0
        interrupted()


def half(number: int) -> Any:
    """Give one half of a stream whose other half is closed."""
    halves = fallbackSplit(Stubborn([Deferred()]), 3)
    halves[1 - number].close()
    return halves[number]


def produced() -> ProducerStream:
    stream = ProducerStream()
    stream.registerProducer(Push(stop=interrupted), True)
    return stream


MAKERS: dict[str, Callable[[], Any]] = {
    "compound": lambda: CompoundStream([Stubborn([Deferred()])]),
    "first half": lambda: half(0),
    "second half": lambda: half(1),
    "buffered": lambda: BufferedStream(Stubborn([Deferred()])),
    "produced": produced,
}


@pytest.mark.parametrize("name", MAKERS)
def test_closing_answers_the_outstanding_read(name: str) -> None:
    """The read that is outstanding gives None, and so do later ones; closing again raises nothing."""
    stream = MAKERS[name]()
    seen = Seen(stream.read())
    with pytest.raises(KeyboardInterrupt):
        stream.close()
    assert ([None], None, 0) == (seen.values, stream.read(), stream.length)


def test_a_pass_whose_stream_failed() -> None:
    """The failure of a late read reaches the caller, though closing the stream is interrupted."""
    late: Deferred[object] = Deferred()
    seen = Seen(readStream(Stubborn([late]), lambda _: None, Clock()))
    late.errback(ValueError())
    assert [ValueError] == types(seen)


def test_a_file_whose_stream_failed() -> None:
    """The file is closed too."""
    late: Deferred[object] = Deferred()
    file = io.BytesIO()
    seen = Seen(readIntoFile(Stubborn([late]), file, Clock()))
    late.errback(ValueError())
    assert ([ValueError], True) == (types(seen), file.closed)


def test_a_stream_producer_whose_stream_failed() -> None:
    """The failure of a late read reaches the caller."""
    late: Deferred[object] = Deferred()
    consumer = Consumer()
    seen = Seen(StreamProducer(Stubborn([late])).beginProducing(consumer))
    late.errback(ValueError())
    assert ([ValueError], 1) == (types(seen), consumer.unregistered)


@pytest.mark.parametrize("who", ["stream", "consumer"])
def test_a_stream_producer_that_is_stopped(who: str) -> None:
    """Whoever is interrupted, the stream is closed, the consumer let go, and the caller answered."""
    source = (Stubborn if who == "stream" else Script)([Deferred()])
    consumer = Consumer(unregister=interrupted if who == "consumer" else lambda: None)
    producer = StreamProducer(source)
    seen = Seen(producer.beginProducing(consumer))
    with pytest.raises(KeyboardInterrupt):
        producer.stopProducing()
    assert ([ConnectionLost], 1, 1) == (types(seen), source.closes, consumer.unregistered)


def test_a_connection_that_is_aborted() -> None:
    """The output that is waited for fails, though stopping its producer is interrupted."""
    _, _, _, out = connected([Deferred()])
    out.registerProducer(Push(stop=interrupted), True)
    seen = Seen(out.read())
    with pytest.raises(KeyboardInterrupt):
        out.abortConnection()
    assert [ConnectionAborted] == types(seen)
