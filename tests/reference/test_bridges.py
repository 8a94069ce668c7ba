"""The bridges between real sockets, plain and with TLS."""

from pathlib import Path
from typing import Any

import pytest
from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectionLost
from twisted.internet.protocol import Factory, Protocol
from twisted.protocols.tls import TLSMemoryBIOFactory

from tests.reactor import turnUntil, waitFor
from tests.reference import bridges_parts
from tests.reference.bridges_parts import DATA, Listening, certificate, joined, source
from tests.reference.script import Script, Seen
from web2stream.connect import connectStream
from web2stream.consume import readIntoFile, readStream
from web2stream.producer import ProducerStream, StreamProducer

loopback = bridges_parts.loopback

pytestmark = pytest.mark.filterwarnings(
    # What Twisted and pyOpenSSL have to settle between them.
    "ignore:Passing pyOpenSSL:DeprecationWarning"
)


@pytest.mark.parametrize("tls", [False, True], ids=["tcp", "tls"])
def test_a_stream_over_a_connection_into_a_file(loopback: Listening, tls: bool, tmp_path: Path) -> None:
    """A large stream arrives whole, and its end is the end of the connection."""
    wire = loopback.wire(tls)
    sent = StreamProducer(source()).beginProducing(wire.near.transport)
    sent.addCallback(lambda _: wire.near.transport.loseConnection())
    assert None is waitFor(readIntoFile(wire.far.stream, (tmp_path / "out").open("wb")))
    assert DATA == (tmp_path / "out").read_bytes()


@pytest.mark.parametrize("tls", [False, True], ids=["tcp", "tls"])
def test_both_directions_at_once(loopback: Listening, tls: bool) -> None:
    """Large streams cross a connection whole, each way, with little in hand for a slow reader."""
    wire = loopback.wire(tls)
    ways = [(wire.near, wire.far, DATA), (wire.far, wire.near, DATA[::-1])]
    got = [bytearray(), bytearray()]
    for (here, there, data), into in zip(ways, got, strict=True):
        StreamProducer(source(data)).beginProducing(here.transport)
        readStream(there.stream, into.extend)
    turnUntil(lambda: all(len(into) >= len(DATA) for into in got))
    assert [data for _, _, data in ways] == [bytes(into) for into in got]
    assert max(wire.far.most, wire.near.most) <= 2 * ProducerStream.bufferSize


@pytest.mark.parametrize("tls", [False, True], ids=["tcp", "tls"])
def test_an_unread_connection_stops_the_source(loopback: Listening, tls: bool) -> None:
    """Nobody reads at the far end: the source is read for what the sockets hold, and no further."""
    wire = loopback.wire(tls)
    large = Script([b"x" * 100_000] * 2_000)
    seen = Seen(StreamProducer(large).beginProducing(wire.near.transport))
    last = -1
    while last != large.reads:
        last = large.reads
        for _ in range(50):
            loopback.reactor.iterate(0.001)
    assert large.reads < 1_000
    assert [] == seen.values
    wire.far.stream.close()
    turnUntil(lambda: bool(seen.values))
    assert ([ConnectionLost], True) == ([type(value) for value in seen.values], large.closes > 0)


def test_a_reader_that_leaves_closes_the_connection(loopback: Listening) -> None:
    """Closing the stream of a connection's input loses the connection, and closes the source behind it."""
    wire = loopback.wire(tls=False)
    waiting = Script([b"x", Deferred()])
    seen = Seen(StreamProducer(waiting).beginProducing(wire.near.transport))
    assert b"x" == waitFor(Deferred.fromCoroutine(first(wire.far.stream)))
    wire.far.stream.close()
    turnUntil(lambda: bool(seen.values))
    assert ([ConnectionLost], True) == ([type(value) for value in seen.values], waiting.closes > 0)


async def first(stream: ProducerStream) -> object:
    """Give the next chunk, at once or later."""
    reading = stream.read()
    return await reading if isinstance(reading, Deferred) else reading


def test_a_broken_source_ends_in_a_failure(loopback: Listening) -> None:
    """A source that fails midway fails the sender, and what was sent before it arrives."""
    wire = loopback.wire(tls=False)
    error = ValueError("broken")
    seen = Seen(StreamProducer(Script([b"before", error])).beginProducing(wire.near.transport))
    assert [error] == seen.values
    wire.near.transport.loseConnection()
    assert b"before" == joined(wire.far.stream)


class Upper(Protocol):
    """Answers what it is sent, and hangs up at a full stop."""

    def dataReceived(self, data: bytes) -> None:
        transport: Any = self.transport
        transport.write(data.upper())
        if data.endswith(b"."):
            transport.loseConnection()


class Asking(Protocol):
    """Sends a text and keeps the answer."""

    def __init__(self, text: bytes) -> None:
        self._text = text
        self.answer = b""
        self.lost: Any = None

    def connectionMade(self) -> None:
        transport: Any = self.transport
        transport.write(self._text)

    def dataReceived(self, data: bytes) -> None:
        self.answer += data

    def connectionLost(self, reason: Any = None) -> None:
        self.lost = reason


def test_tls_over_streams() -> None:
    """Twisted's TLS protocol, both sides of it, speaks over streams, with no socket at all."""
    own, trust = certificate()
    asking = Asking(DATA[:60_000] + b".")
    client = TLSMemoryBIOFactory(trust, True, Factory.forProtocol(lambda: asking))
    service = TLSMemoryBIOFactory(own.options(), False, Factory.forProtocol(Upper))
    toServer, toClient = ProducerStream(), ProducerStream()
    fromServer = connectStream(toServer, service)
    fromClient = connectStream(toClient, client)
    for out, into in ((fromServer, toClient), (fromClient, toServer)):
        done: Deferred[Any] = StreamProducer(out).beginProducing(into)
        done.addBoth(lambda _, into: into.finish(), into)
    turnUntil(lambda: asking.lost is not None)
    assert DATA[:60_000].upper() + b"." == asking.answer
