"""connectStream and twisted.web: a server that reads its requests from a stream."""

# Twisted's resources have no annotations.
# mypy: disable-error-code="no-untyped-call"

import warnings
from pathlib import Path
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.task import Clock
from twisted.web import http, resource, server

from tests.reactor import waitFor
from tests.reference.link import collected, turn
from tests.reference.script import Script, Seen
from web2stream.connect import connectStream
from web2stream.consume import readStream
from web2stream.memory import MemoryStream
from web2stream.producer import ProducerStream

with warnings.catch_warnings():
    # It warns about itself while it is imported.
    warnings.simplefilter("ignore", DeprecationWarning)
    from twisted.web import static


class Echo(resource.Resource):
    """Answers with what it was sent."""

    isLeaf = True

    def render_GET(self, request: Any) -> bytes:
        uri: bytes = request.uri
        return b"you asked for " + uri

    def render_POST(self, request: Any) -> bytes:
        body: bytes = request.content.read()
        return body.upper()


class Later(resource.Resource):
    """Answers when it is told to."""

    isLeaf = True

    def __init__(self) -> None:
        super().__init__()
        self.requests: list[Any] = []

    def render_GET(self, request: Any) -> int:
        self.requests.append(request)
        request.notifyFinish().addErrback(lambda _: None)
        return server.NOT_DONE_YET


def site(root: resource.Resource, clock: Clock) -> Any:
    found = server.Site(root, reactor=clock)
    found.displayTracebacks = False
    found.timeOut = None
    return found


def test_a_web_server_answers_a_stream() -> None:
    """Twisted's HTTPChannel reads requests from a stream, in any chunks, and its answers are the output."""
    text = (
        b"GET /first HTTP/1.1\r\nHost: x\r\n\r\n"
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
        b"GET /last HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        b"GET /never HTTP/1.1\r\nHost: x\r\n\r\n"
    )
    for size in (7, len(text)):
        clock = Clock()
        source = Script([text[n : n + size] for n in range(0, len(text), size)])
        out = connectStream(source, site(Echo(), clock), clock)
        data, end = collected(out, clock)
        bodies = [part.rpartition(b"\r\n\r\n")[2] for part in data.split(b"HTTP/1.1 200 OK")][1:]
        assert [b"you asked for /first", b"HELLO", b"ABC", b"you asked for /last"] == bodies
        assert ([None], 1) == (end, source.closes)


def test_a_web_server_whose_client_leaves_it_open() -> None:
    """A persistent connection ends with the stream of requests; nobody waits for ever."""
    clock = Clock()
    out = connectStream(MemoryStream(b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n"), site(Echo(), clock), clock)
    data, end = collected(out, clock)
    assert (True, [None]) == (data.endswith(b"you asked for /a"), end)


def test_a_web_server_that_answers_later() -> None:
    """While the stream of requests is open an answer may come in pieces, at any time."""
    clock = Clock()
    root = Later()
    waiting: Deferred[bytes] = Deferred()
    out = connectStream(Script([b"GET / HTTP/1.0\r\n\r\n", waiting]), site(root, clock), clock)
    got: list[bytes] = []
    seen = Seen(readStream(out, got.append, clock))
    turn(clock)
    (request,) = root.requests
    request.write(b"one ")
    turn(clock)
    request.write(b"two")
    request.finish()
    turn(clock)
    assert (True, [None], True) == (b"".join(got).endswith(b"one two"), seen.values, waiting.called)


def test_a_web_server_given_nonsense() -> None:
    """It answers 400 and hangs up."""
    clock = Clock()
    source = Script([b"nonsense\r\n\r\n", Deferred()])
    out = connectStream(source, site(Echo(), clock), clock)
    data, end = collected(out, clock)
    assert (b"HTTP/1.1 400 Bad Request\r\n\r\n", [None], 1) == (data, end, source.closes)


def test_a_web_server_that_times_out() -> None:
    """A channel that waited too long loses the connection; a reader that is there sees the end."""
    clock = Clock()
    factory = http.HTTPFactory(timeout=10, reactor=clock)
    factory.protocol = lambda: http._GenericHTTPChannelProtocol(timed(clock))  # type: ignore[method-assign]
    factory.startFactory()
    source = Script([b"GET / HT", Deferred()])
    out = connectStream(source, factory, clock)
    seen = Seen(out.read())
    clock.advance(1)
    assert [] == seen.values
    clock.advance(11)
    clock.advance(1)
    assert ([None], 1) == (seen.values, source.closes)
    factory.stopFactory()


def timed(clock: Clock) -> Any:
    channel: Any = http.HTTPChannel()
    channel.callLater = clock.callLater
    return channel


def test_a_web_server_sends_a_file(tmp_path: Path) -> None:
    """A file, by Twisted's static.File and its pull producer, comes out whole, held back by its reader."""
    data = bytes(range(256)) * 4000
    (tmp_path / "file").write_bytes(data)
    root = static.File(str(tmp_path))
    request = b"GET /file HTTP/1.0\r\n\r\n"
    stream = ProducerStream()
    stream.write(request)
    factory = server.Site(root)
    factory.timeOut = None
    out = connectStream(stream, factory)
    got: list[bytes] = []
    waitFor(readStream(out, got.append))
    head, _, body = b"".join(got).partition(b"\r\n\r\n")
    assert data == body
    assert b"200 OK" in head
