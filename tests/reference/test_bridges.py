"""The bridges between real parts: sockets, TLS, Twisted's web client and server."""


# Twisted's protocols and resources have no annotations; reactions are lambdas for what they do.
# mypy: disable-error-code="no-untyped-call,func-returns-value"

import datetime as dt
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from twisted.internet import ssl
from twisted.internet.defer import Deferred, maybeDeferred, succeed
from twisted.internet.endpoints import TCP4ClientEndpoint, connectProtocol, wrapClientTLS
from twisted.internet.error import ConnectionDone, ConnectionLost
from twisted.internet.protocol import Factory, Protocol
from twisted.protocols.tls import TLSMemoryBIOFactory
from twisted.web import resource, server
from twisted.web.client import Agent, FileBodyProducer, HTTPConnectionPool, ResponseDone
from twisted.web.http import PotentialDataLoss
from twisted.web.iweb import UNKNOWN_LENGTH, IAgentEndpointFactory, IBodyProducer
from zope.interface import implementer

from tests.reactor import turnUntil, waitFor
from tests.reference.script import Script, Seen
from web2stream.connect import connectStream
from web2stream.consume import readIntoFile, readStream
from web2stream.producer import ProducerStream, StreamProducer

pytestmark = pytest.mark.filterwarnings(
    # What Twisted and pyOpenSSL have to settle between them.
    "ignore:Passing pyOpenSSL:DeprecationWarning"
)

DATA = b"".join(b"%07d\n" % n for n in range(250_000))
"""Two million bytes, no two places alike: more than sockets and their buffers hold."""


class Feeding(Protocol):
    """A connection whose input is a ProducerStream, which pauses the connection."""

    def __init__(self) -> None:
        self.transport: Any = None
        self.stream = ProducerStream()
        self.most = 0
        self.lost = False

    def connectionMade(self) -> None:
        self.stream.registerProducer(self.transport, True)

    def dataReceived(self, data: bytes) -> None:
        self.stream.write(data)
        self.most = max(self.most, len(self.stream.buffer))

    def connectionLost(self, reason: Any = None) -> None:
        self.lost = True
        self.stream.unregisterProducer()
        self.stream.finish(None if reason.check(ConnectionDone) else reason)


class Wire:
    """Two ends of one real connection."""

    def __init__(self, near: Feeding, far: Feeding) -> None:
        self.near = near
        self.far = far


def certificate() -> tuple[ssl.PrivateCertificate, Any]:
    """Make a certificate for localhost, and what trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    begin = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(begin)
        .not_valid_after(begin + dt.timedelta(days=36500))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    both = made.public_bytes(pem) + key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    own = ssl.PrivateCertificate.loadPEM(both)
    return own, ssl.optionsForClientTLS("localhost", trustRoot=ssl.Certificate.loadPEM(both))


class Listening:
    """Servers on loopback, all closed in the end."""

    def __init__(self) -> None:
        from twisted.internet import reactor

        self.reactor: Any = reactor
        self._ports: list[Any] = []
        self.ends: list[Feeding] = []

    def listen(self, factory: Any, options: Any = None) -> int:
        if options is None:
            port = self.reactor.listenTCP(0, factory, interface="127.0.0.1")
        else:
            port = self.reactor.listenSSL(0, factory, options, interface="127.0.0.1")
        self._ports.append(port)
        number: int = port.getHost().port
        return number

    def wire(self, tls: bool) -> Wire:
        """Connect two Feeding protocols."""

        def build() -> Feeding:
            self.ends.append(Feeding())
            return self.ends[-1]

        own, trust = certificate() if tls else (None, None)
        factory = Factory.forProtocol(build)
        port = self.listen(factory, own.options() if own is not None else None)
        endpoint: Any = TCP4ClientEndpoint(self.reactor, "127.0.0.1", port)
        if trust is not None:
            endpoint = wrapClientTLS(trust, endpoint)
        near = waitFor(connectProtocol(endpoint, Feeding()))
        turnUntil(lambda: bool(self.ends) and self.ends[0].transport is not None)
        self.ends.append(near)
        return Wire(near, self.ends[0])

    def close(self) -> None:
        for port in self._ports:
            waitFor(maybeDeferred(port.stopListening))
        for end in self.ends:
            if not end.lost:
                end.transport.abortConnection()
        turnUntil(lambda: all(end.lost for end in self.ends))


@pytest.fixture
def loopback() -> Iterator[Listening]:
    """A maker of servers on this machine."""
    listening = Listening()
    yield listening
    listening.close()


def source(data: bytes = DATA, size: int = 40_000) -> Script:
    """A stream that gives some of its chunks at once and some by Deferred."""
    chunks = [data[n : n + size] for n in range(0, len(data), size)]
    return Script([chunk if n % 3 else succeed(chunk) for n, chunk in enumerate(chunks)], len(data))


def joined(stream: Any) -> bytes:
    """Read a stream to its end, in the reactor's turns."""
    out = io.BytesIO()
    got: list[bytes] = []
    waitFor(readStream(stream, got.append))
    out.close()
    return b"".join(got)


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


class Echo(resource.Resource):
    """Answers with what it was sent."""

    isLeaf = True

    def render_POST(self, request: Any) -> bytes:
        body: bytes = request.content.read()
        return body


class Streaming(resource.Resource):
    """Answers with a stream."""

    isLeaf = True

    def __init__(self, make: Callable[[], Any]) -> None:
        super().__init__()
        self._make = make
        self.sent = Seen()

    def render_GET(self, request: Any) -> int:
        done = StreamProducer(self._make()).beginProducing(request)
        done.addCallback(lambda _: request.finish())
        self.sent.watch(done)
        return server.NOT_DONE_YET


@implementer(IBodyProducer)
class StreamBody:
    """A request's body from a stream; the client registers it by itself."""

    def __init__(self, stream: Any) -> None:
        self.length = UNKNOWN_LENGTH if stream.length is None else stream.length
        self._producer = StreamProducer(stream)
        self.pauseProducing = self._producer.pauseProducing
        self.resumeProducing = self._producer.resumeProducing

    def startProducing(self, consumer: Any) -> Any:
        return self._producer.beginProducing(Unregistered(consumer))

    def stopProducing(self) -> None:
        self._producer.stopProducing(None)


class Unregistered:
    """A consumer that was told of its producer already."""

    def __init__(self, consumer: Any) -> None:
        self.write = consumer.write

    def registerProducer(self, producer: object, streaming: bool) -> None:
        pass

    def unregisterProducer(self) -> None:
        pass


class Body(Feeding):
    """The body of a response as a stream."""

    def connectionLost(self, reason: Any = None) -> None:
        self.stream.unregisterProducer()
        self.stream.finish(None if reason.check(ResponseDone, PotentialDataLoss) else reason)


@implementer(IAgentEndpointFactory)
class Direct:
    """Endpoints that look up no names, and so start no thread."""

    def __init__(self, reactor: Any) -> None:
        self._reactor = reactor

    def endpointForURI(self, uri: Any) -> TCP4ClientEndpoint:
        return TCP4ClientEndpoint(self._reactor, uri.host.decode("ascii"), uri.port)


@pytest.fixture
def agent(loopback: Listening) -> Any:
    """A web client that keeps no connection."""
    pool = HTTPConnectionPool(loopback.reactor, persistent=False)
    return Agent.usingEndpointFactory(loopback.reactor, Direct(loopback.reactor), pool)


def received(response: Any) -> bytes:
    """Read the body of a response, through a stream."""
    body = Body()
    response.deliverBody(body)
    return joined(body.stream)


def site(root: resource.Resource) -> server.Site:
    """Make a server that times nothing."""
    found = server.Site(root)
    found.timeOut = None
    return found


@pytest.mark.parametrize("known", [True, False])
def test_a_web_clients_request_and_response(loopback: Listening, agent: Any, known: bool) -> None:
    """A stream goes up as a request's body, of known length or not, and comes back as the response's."""
    port = loopback.listen(site(Echo()))
    stream = source()
    if not known:
        stream.length = None
    body = StreamBody(stream)
    assert known is (body.length != UNKNOWN_LENGTH)
    response = waitFor(agent.request(b"POST", b"http://127.0.0.1:%d/" % port, bodyProducer=body))
    assert DATA == received(response)


def test_a_web_clients_file(loopback: Listening, agent: Any) -> None:
    """Twisted's FileBodyProducer goes through a ProducerStream and a StreamProducer unharmed."""
    port = loopback.listen(site(Echo()))
    body = FileBodyProducer(io.BytesIO(DATA))
    stream = ProducerStream(len(DATA))
    stream.registerProducer(body, True)
    body.startProducing(stream).addCallback(lambda _: stream.unregisterProducer() or stream.finish())
    response = waitFor(agent.request(b"POST", b"http://127.0.0.1:%d/" % port, bodyProducer=StreamBody(stream)))
    assert DATA == received(response)


def test_a_web_servers_streamed_response(loopback: Listening, agent: Any) -> None:
    """A request is a consumer: a stream is its answer."""
    root = Streaming(source)
    port = loopback.listen(site(root))
    response = waitFor(agent.request(b"GET", b"http://127.0.0.1:%d/" % port))
    assert DATA == received(response)
    assert [None] == root.sent.values


def test_a_web_client_that_leaves(loopback: Listening, agent: Any) -> None:
    """When the client goes away, the stream of the answer is closed."""
    waiting = Script([b"x", Deferred()])
    root = Streaming(lambda: waiting)
    port = loopback.listen(site(root))
    response = waitFor(agent.request(b"GET", b"http://127.0.0.1:%d/" % port))
    body = Body()
    response.deliverBody(body)
    turnUntil(lambda: bool(body.stream.buffer))
    body.transport.loseConnection()
    turnUntil(lambda: bool(root.sent.values))
    assert ([ConnectionLost], True) == ([type(v) for v in root.sent.values], waiting.closes > 0)


class Behind(Feeding):
    """A connection served by a protocol that is connected to streams."""

    inner: Any = None

    def connectionMade(self) -> None:
        super().connectionMade()
        out = connectStream(self.stream, self.inner)
        sent = StreamProducer(out).beginProducing(self.transport)
        sent.addBoth(lambda _: self.transport.loseConnection())


def test_a_web_server_behind_streams(loopback: Listening, agent: Any) -> None:
    """A socket into a stream into HTTPChannel into a stream into the socket serves a real client."""
    served = site(Echo())
    served.startFactory()

    class Served(Behind):
        inner = served

    port = loopback.listen(Factory.forProtocol(Served))
    response = waitFor(agent.request(b"POST", b"http://127.0.0.1:%d/" % port, bodyProducer=StreamBody(source())))
    assert DATA == received(response)
    served.stopFactory()


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
