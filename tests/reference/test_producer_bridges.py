"""ProducerStream with the producers that Twisted has, and both bridges in a row."""

# Reactions are lambdas for what they do.
# mypy: disable-error-code="func-returns-value"

import io
from collections.abc import Callable
from typing import Any

from twisted.internet.defer import succeed
from twisted.internet.task import Cooperator
from twisted.protocols.basic import FileSender
from twisted.web.client import FileBodyProducer

from tests.reference.script import Script, Seen, drain, now
from web2stream.producer import ProducerStream, StreamProducer


def test_a_file_sender_fills_it() -> None:
    """Twisted's FileSender, a pull producer, gives the whole file."""
    data = bytes(range(256)) * 500
    stream = ProducerStream(len(data))
    sent = FileSender().beginFileTransfer(io.BytesIO(data), stream)
    sent.addCallback(lambda _: stream.finish())
    assert data == b"".join(drain(stream))


def test_a_file_sender_whose_file_fails() -> None:
    """The error of reading the file reaches the reader; the sender is told to stop."""

    class Broken(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell():
                raise OSError("disk")
            return super().read(size)

    stream = ProducerStream()
    sent = Seen(FileSender().beginFileTransfer(Broken(b"x" * 100_000), stream))
    assert 2**14 == len(now(stream.read()))
    assert isinstance(now(stream.read()), OSError)
    assert 1 == len(sent.values)


def test_closing_stops_a_file_sender() -> None:
    """The sender's own Deferred fails when the reader goes away."""
    stream = ProducerStream()
    sent = Seen(FileSender().beginFileTransfer(io.BytesIO(b"x" * 100_000), stream))
    stream.close()
    assert 1 == len(sent.values)


def test_a_body_producer_fills_it() -> None:
    """Twisted's FileBodyProducer writes into it, paused and resumed by the reader."""
    turns: list[Callable[[], object]] = []

    def later(turn: Callable[[], object]) -> Any:
        turns.append(turn)
        return None

    data = bytes(range(256)) * 100
    body = FileBodyProducer(io.BytesIO(data), Cooperator(scheduler=later), readSize=1000)
    stream = ProducerStream(len(data))
    stream.registerProducer(body, True)
    body.startProducing(stream).addCallback(lambda _: stream.unregisterProducer() or stream.finish())
    got: list[bytes] = []
    seen = Seen()
    seen.watch(StreamProducer(stream).beginProducing(Collector(got)))
    while turns:
        turns.pop(0)()
    assert ([None], data) == (seen.values, b"".join(got))


class Collector:
    """A consumer that never pauses."""

    def __init__(self, got: list[bytes]) -> None:
        self.write = got.append

    def registerProducer(self, producer: object, streaming: bool) -> None:
        pass

    def unregisterProducer(self) -> None:
        pass


def test_a_stream_through_a_producer_is_the_stream() -> None:
    """StreamProducer into ProducerStream gives what the source gave, chunk by chunk, and holds a few only."""
    chunks = [b"%d," % n for n in range(1000)]
    source = Script([chunk if n % 3 else succeed(chunk) for n, chunk in enumerate(chunks)])
    stream = ProducerStream()
    done = StreamProducer(source).beginProducing(stream)
    done.addCallback(lambda _: stream.finish())
    assert source.reads <= stream.bufferSize + 2
    assert chunks == drain(stream)
    assert None is stream.producer


def test_closing_reaches_through_a_stream_producer() -> None:
    """Closing the far end closes the source."""
    source = Script([b"x"] * 99)
    stream = ProducerStream()
    done = Seen(StreamProducer(source).beginProducing(stream))
    stream.close()
    assert (1, 1) == (source.closes, len(done.values))
