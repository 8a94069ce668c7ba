"""connectStream and Twisted's own protocols: lines, strings, mail, TLS, and wrappers around them."""

# Twisted's protocols have no annotations.
# mypy: disable-error-code="no-untyped-call"

import struct
from typing import Any

import pytest
from twisted.internet import error as errors
from twisted.internet.defer import Deferred, succeed
from twisted.internet.protocol import Factory, Protocol
from twisted.internet.task import Clock
from twisted.mail import smtp
from twisted.protocols import amp, portforward
from twisted.protocols.basic import (
    Int8StringReceiver,
    Int16StringReceiver,
    Int32StringReceiver,
    IntNStringReceiver,
    LineOnlyReceiver,
    LineReceiver,
    NetstringReceiver,
)
from twisted.protocols.policies import LimitTotalConnectionsFactory, TimeoutFactory, WrappingFactory
from twisted.protocols.tls import TLSMemoryBIOFactory
from zope.interface import implementer

from tests.reference.bridges_parts import certificate
from tests.reference.link import Given, collected, turn
from tests.reference.script import Script, Seen, drain
from web2stream.connect import connectStream
from web2stream.consume import readStream
from web2stream.memory import MemoryStream
from web2stream.producer import ProducerStream


class Lines(LineReceiver):
    """Answers lines; some of them are orders."""

    def lineReceived(self, line: bytes) -> None:
        transport: Any = self.transport
        if line == b"quit":
            self.sendLine(b"bye")
            transport.loseConnection()
        elif line.startswith(b"raw "):
            self._left = int(line[4:])
            self.setRawMode()
        elif line == b"pause":
            self.pauseProducing()
        else:
            self.sendLine(line.upper())

    def rawDataReceived(self, data: bytes) -> None:
        transport: Any = self.transport
        transport.write(data[: self._left].swapcase())
        rest = data[self._left :]
        self._left -= len(data) - len(rest)
        if not self._left:
            self.setLineMode(rest)


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_a_line_receiver(size: int) -> None:
    """Lines and raw data, in chunks of any size, are answered; the end of the input ends the output."""
    text = b"one\r\ntwo\r\nraw 5\r\nabCDethree\r\n" + b"x\r\n" * 20 + b"unfinished"
    chunks = [text[n : n + size] for n in range(0, len(text), size)]
    clock = Clock()
    out = connectStream(Script(chunks), Factory.forProtocol(Lines), clock)
    assert (b"ONE\r\nTWO\r\nABcdETHREE\r\n" + b"X\r\n" * 20, [None]) == collected(out, clock)


def test_a_line_receiver_that_hangs_up() -> None:
    """Lines after the one that lost the connection are not answered, in the same chunk or a later one."""
    clock = Clock()
    source = Script([b"one\r\nquit\r\ntwo\r\n", b"three\r\n"])
    out = connectStream(source, Factory.forProtocol(Lines), clock)
    assert (b"ONE\r\nbye\r\n", [None]) == collected(out, clock)
    assert (1, 1) == (source.reads, source.closes)


def test_a_line_receiver_that_pauses() -> None:
    """A line that pauses the receiver stops the input; resuming brings the rest of the chunk and the next."""
    clock = Clock()
    source = Script([b"one\r\npause\r\ntwo\r\n", b"three\r\n"])
    protocol = Lines()
    out = connectStream(source, Given(protocol), clock)
    turn(clock)
    assert (1, [b"ONE\r\n"]) == (source.reads, list(out.buffer))
    protocol.resumeProducing()
    assert (b"ONE\r\nTWO\r\nTHREE\r\n", [None]) == collected(out, clock)


def test_a_line_receiver_whose_line_is_too_long() -> None:
    """It hangs up: the output ends, the input is closed."""
    clock = Clock()
    source = Script([b"one\r\n", b"x" * 20_000, Deferred()])
    out = connectStream(source, Factory.forProtocol(Lines), clock)
    assert (b"ONE\r\n", [None]) == collected(out, clock)
    assert 1 == source.closes


def test_a_line_receiver_that_stops() -> None:
    """Its stopProducing loses the connection."""
    clock = Clock()
    protocol = Lines()
    source = Script([Deferred()])
    out = connectStream(source, Given(protocol), clock)
    protocol.stopProducing()
    assert (b"", [None]) == collected(out, clock)
    assert 1 == source.closes


def test_a_line_only_receiver() -> None:
    """It looks at `disconnecting` between its lines."""

    class Counted(LineOnlyReceiver):
        def lineReceived(self, line: bytes) -> None:
            self.sendLine(line)
            transport: Any = self.transport
            if line == b"2":
                transport.loseConnection()

    clock = Clock()
    out = connectStream(MemoryStream(b"1\r\n2\r\n3\r\n"), Factory.forProtocol(Counted), clock)
    assert (b"1\r\n2\r\n", [None]) == collected(out, clock)


class Netstrings(NetstringReceiver):
    """Answers each string doubled."""

    def stringReceived(self, string: bytes) -> None:
        self.sendString(string * 2)


@pytest.mark.parametrize("size", [1, 1000])
def test_a_netstring_receiver(size: int) -> None:
    """Strings in chunks of any size are answered, the empty one too."""
    text = b"3:abc,0:,12:hello, world,"
    clock = Clock()
    chunks = [text[n : n + size] for n in range(0, len(text), size)]
    out = connectStream(Script(chunks), Factory.forProtocol(Netstrings), clock)
    assert (b"6:abcabc,0:,24:hello, worldhello, world,", [None]) == collected(out, clock)


def test_a_netstring_receiver_given_something_else() -> None:
    """It hangs up, and the output ends after what was good."""
    clock = Clock()
    source = Script([b"1:a,", b"no netstring", Deferred()])
    out = connectStream(source, Factory.forProtocol(Netstrings), clock)
    assert (b"2:aa,", [None]) == collected(out, clock)
    assert 1 == source.closes


def test_chained() -> None:
    """The output of one protocol is the input of the next."""
    clock = Clock()
    first = connectStream(Script([b"a\r\n", b"b\r\n"] * 50), Factory.forProtocol(Lines), clock)
    second = connectStream(first, Factory.forProtocol(Lines), clock)
    assert (b"A\r\nB\r\n" * 50, [None]) == collected(second, clock)


def test_splitting_the_output() -> None:
    """The output is a byte stream that can be split."""
    clock = Clock()
    out = connectStream(MemoryStream(b"ab\r\ncd\r\n"), Factory.forProtocol(Lines), clock)
    turn(clock)
    before, after = out.split(3)
    assert (b"AB\r", b"\nCD\r\n") == (b"".join(drain(before)), b"".join(drain(after)))


@pytest.mark.parametrize("kind", [Int8StringReceiver, Int16StringReceiver, Int32StringReceiver])
@pytest.mark.parametrize("size", [1, 3, 1000])
def test_strings_with_a_length_before_them(kind: type[IntNStringReceiver], size: int) -> None:
    """Strings in chunks of any size are answered, the empty one too."""

    class Reversing(kind):  # type: ignore[valid-type,misc]
        def stringReceived(self, string: bytes) -> None:
            self.sendString(string[::-1])

    strings = [b"abc", b"", b"hello, world" * 9]
    count = struct.calcsize(kind.structFormat)  # type: ignore[attr-defined]
    text = b"".join(len(string).to_bytes(count, "big") + string for string in strings)
    clock = Clock()
    chunks = [text[n : n + size] for n in range(0, len(text), size)]
    out = connectStream(Script(chunks), Factory.forProtocol(Reversing), clock)
    promised = b"".join(len(string).to_bytes(count, "big") + string[::-1] for string in strings)
    assert (promised, [None]) == collected(out, clock)


def test_a_string_that_is_too_long() -> None:
    """Its receiver hangs up: the output ends after what was good, the input is closed."""

    class Short(Int32StringReceiver):
        MAX_LENGTH = 10

        def stringReceived(self, string: bytes) -> None:
            self.sendString(string)

    clock = Clock()
    source = Script([b"\0\0\0\1a\0\0\1\0bbbb", Deferred()])
    out = connectStream(source, Factory.forProtocol(Short), clock)
    assert (b"\0\0\0\1a", [None]) == collected(out, clock)
    assert 1 == source.closes


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
