"""The bridges with Twisted's web client and server."""

# Twisted's protocols and resources have no annotations; reactions are lambdas for what they do.
# mypy: disable-error-code="no-untyped-call,func-returns-value"

import io
from collections.abc import Callable
from typing import Any

import pytest
from twisted.internet.defer import Deferred
from twisted.internet.endpoints import TCP4ClientEndpoint
from twisted.internet.error import ConnectionLost
from twisted.internet.protocol import Factory
from twisted.web import resource, server
from twisted.web.client import Agent, FileBodyProducer, HTTPConnectionPool, ResponseDone
from twisted.web.http import PotentialDataLoss
from twisted.web.iweb import UNKNOWN_LENGTH, IAgentEndpointFactory, IBodyProducer
from zope.interface import implementer

from tests.reactor import turnUntil, waitFor
from tests.reference import bridges_parts
from tests.reference.bridges_parts import DATA, Feeding, Listening, joined, source
from tests.reference.script import Script, Seen
from web2stream.connect import connectStream
from web2stream.producer import ProducerStream, StreamProducer

loopback = bridges_parts.loopback


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
