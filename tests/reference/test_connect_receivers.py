"""connectStream and Twisted's receivers of lines and strings."""

# Twisted's protocols have no annotations.
# mypy: disable-error-code="no-untyped-call"

import struct
from typing import Any

import pytest
from twisted.internet.defer import Deferred
from twisted.internet.protocol import Factory
from twisted.internet.task import Clock
from twisted.protocols.basic import (
    Int8StringReceiver,
    Int16StringReceiver,
    Int32StringReceiver,
    IntNStringReceiver,
    LineOnlyReceiver,
    NetstringReceiver,
)

from tests.reference.connect_parts import Lines
from tests.reference.link import Given, collected, turn
from tests.reference.script import Script, drain
from web2stream.connect import connectStream
from web2stream.memory import MemoryStream


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
