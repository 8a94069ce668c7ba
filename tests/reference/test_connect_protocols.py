"""connectStream and more of Twisted's own protocols: mail, AMP, TLS, and wrappers around them."""

# Twisted's protocols have no annotations.
# mypy: disable-error-code="no-untyped-call"

from typing import Any

import pytest
from twisted.internet import error as errors
from twisted.internet.defer import Deferred, succeed
from twisted.internet.protocol import Factory, Protocol
from twisted.internet.task import Clock
from twisted.mail import smtp
from twisted.protocols import amp, portforward
from twisted.protocols.policies import LimitTotalConnectionsFactory, TimeoutFactory, WrappingFactory
from twisted.protocols.tls import TLSMemoryBIOFactory
from zope.interface import implementer

from tests.reference.bridges_parts import certificate
from tests.reference.connect_parts import Lines
from tests.reference.link import Given, collected, turn
from tests.reference.script import Script, Seen
from web2stream.connect import connectStream
from web2stream.consume import readStream
from web2stream.producer import ProducerStream


class Echo(Protocol):
    """Sends everything back."""

    reason: Any = None

    def dataReceived(self, data: bytes) -> None:
        transport: Any = self.transport
        transport.write(data)

    def connectionLost(self, reason: Any = None) -> None:
        self.reason = reason


def test_a_wrapped_protocol() -> None:
    """A factory of wrappers hears of the connection, its end, and all between."""
    clock = Clock()
    factory = WrappingFactory(Factory.forProtocol(Lines))
    out = connectStream(Script([b"a\r\nb", b"\r\nquit\r\nc\r\n", Deferred()]), factory, clock)
    assert 1 == len(factory.protocols)
    assert (b"A\r\nB\r\nbye\r\n", [None]) == collected(out, clock)
    assert {} == factory.protocols


def test_too_many_connections() -> None:
    """A factory that counts refuses one too many, and hears of each that ends."""
    clock = Clock()
    factory = LimitTotalConnectionsFactory()
    factory.protocol = Echo
    factory.connectionLimit = 1  # type: ignore[assignment]
    first = connectStream(Script([b"x", Deferred()]), factory, clock)
    refused = Script([b"y"])
    data, end = collected(connectStream(refused, factory, clock), clock)
    assert (b"", [errors.ConnectionRefusedError], 1) == (data, [type(error) for error in end], refused.closes)
    first.close()
    turn(clock)
    assert 0 == factory.connectionCount


def test_a_connection_that_times_out() -> None:
    """A wrapper that waited too long hangs up: the output ends, the input is closed."""
    clock = Clock()

    class Timing(TimeoutFactory):
        def callLater(self, seconds: float, call: Any) -> Any:
            return clock.callLater(seconds, call)

    source = Script([b"x", Deferred()])
    out = connectStream(source, Timing(Factory.forProtocol(Echo), 5), clock)
    got: list[bytes] = []
    seen = Seen(readStream(out, got.append, clock))
    clock.advance(4)
    assert [] == seen.values
    clock.pump([0.5] * 20)
    assert ([b"x"], [None], 1) == (got, seen.values, source.closes)


def test_questions_and_answers() -> None:
    """AMP asks and is answered over two streams, each the other's input, which answer at once."""

    class Sum(amp.Command):
        arguments = [(b"a", amp.Integer()), (b"b", amp.Integer())]  # noqa: RUF012 - as its base has it
        response = [(b"total", amp.Integer())]  # noqa: RUF012

    class Adder(amp.AMP):
        @Sum.responder
        def add(self, a: int, b: int) -> dict[str, int]:
            return {"total": a + b}

    clock = Clock()
    back = ProducerStream()
    client = amp.AMP()
    answers = connectStream(back, Factory.forProtocol(Adder), clock)
    readStream(connectStream(answers, Given(client), clock), back.write, clock)
    seen = Seen(client.callRemote(Sum, a=3, b=4))
    turn(clock)
    assert [{"total": 7}] == seen.values


def test_two_protocols_that_forward() -> None:
    """What the one is given the other writes; the end of the one input ends the other output."""
    clock = Clock()
    first, second = portforward.Proxy(), portforward.Proxy()
    first.setPeer(second)
    second.setPeer(first)
    waiting: Deferred[bytes] = Deferred()
    chunks = [b"x" * 1000] * 50
    back = Script([b"back", Deferred()])
    there = connectStream(Script([waiting, *chunks]), Given(first), clock)
    here = connectStream(back, Given(second), clock)
    waiting.callback(b"first ")
    got: list[bytes] = []
    seen = Seen(readStream(there, got.append, clock))
    assert (b"first " + b"".join(chunks), [None]) == collected(here, clock)
    assert ([b"back"], [None], 1) == (got, seen.values, back.closes)


@implementer(smtp.IMessageDelivery, smtp.IMessage)
class Mailbox:
    """Takes any mail, line by line."""

    def __init__(self) -> None:
        self.lines: list[bytes] = []

    def validateFrom(self, _helo: object, origin: object) -> object:
        return origin

    def validateTo(self, _user: object) -> Any:
        return lambda: self

    def receivedHeader(self, _helo: object, _origin: object, _recipients: object) -> bytes:
        return b"Received: yes"

    def lineReceived(self, line: bytes) -> None:
        self.lines.append(line)

    def eomReceived(self) -> Deferred[None]:
        return succeed(None)

    def connectionLost(self) -> None:
        self.lines.append(b"lost")


@pytest.mark.parametrize("size", [7, 1000])
def test_a_mail_server(size: int) -> None:
    """SMTP takes a mail in chunks of any size, and hangs up when it is told so."""
    protocol = smtp.SMTP()
    protocol.delivery = box = Mailbox()
    protocol.timeout = None  # type: ignore[assignment]
    protocol.host = b"here"
    factory = Given(protocol)
    protocol.factory = factory
    text = (
        b"HELO there\r\nMAIL FROM:<a@b.c>\r\nRCPT TO:<d@e.f>\r\nDATA\r\n"
        b"Subject: x\r\n\r\nhello\r\n..dot\r\n.\r\nQUIT\r\nNOOP\r\n"
    )
    clock = Clock()
    source = Script([*(text[n : n + size] for n in range(0, len(text), size)), Deferred()])
    data, end = collected(connectStream(source, factory, clock), clock)
    codes = [line[:3] for line in data.splitlines()]
    assert [b"220", b"250", b"250", b"250", b"354", b"250", b"221"] == codes
    assert ([b"Received: yes", b"Subject: x", b"", b"hello", b".dot"], [None], 1) == (box.lines, end, source.closes)


class Asking(Protocol):
    """Sends numbered lines, and hangs up when all are answered."""

    def __init__(self, count: int) -> None:
        self.got = b""
        self.reason: Any = None
        self._count = count

    def connectionMade(self) -> None:
        transport: Any = self.transport
        for number in range(self._count):
            transport.write(b"line %d\r\n" % number)

    def dataReceived(self, data: bytes) -> None:
        transport: Any = self.transport
        self.got += data
        if self.got.count(b"\r\n") == self._count:
            transport.loseConnection()

    def connectionLost(self, reason: Any = None) -> None:
        self.reason = reason


@pytest.mark.filterwarnings(
    # What Twisted and pyOpenSSL have to settle between them.
    "ignore:Passing pyOpenSSL:DeprecationWarning"
)
@pytest.mark.parametrize("count", [1, 100])
def test_an_encrypted_connection(count: int) -> None:
    """TLS at both ends of two streams: everything is answered, and both ends part in good order."""
    clock = Clock()
    client = Asking(count)
    back = ProducerStream()
    own, trust = certificate()
    serving = TLSMemoryBIOFactory(own.options(), False, Factory.forProtocol(Lines), clock)
    asking = TLSMemoryBIOFactory(trust, True, Factory.forProtocol(lambda: client), clock)
    answers = connectStream(back, serving, clock)
    seen = Seen(readStream(connectStream(answers, asking, clock), back.write, clock))
    turn(clock)
    assert b"".join(b"LINE %d\r\n" % number for number in range(count)) == client.got
    assert client.reason.check(errors.ConnectionDone)
    assert [None] == seen.values
