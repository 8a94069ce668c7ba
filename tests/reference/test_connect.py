"""connectStream: what a protocol is told, and what comes of what it writes."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from twisted.internet.defer import Deferred, succeed
from twisted.internet.error import ConnectionDone
from twisted.internet.interfaces import IAddress, IConsumer, IHalfCloseableProtocol, IPushProducer, ITransport
from twisted.internet.task import Clock
from twisted.protocols.basic import FileSender
from zope.interface import implementer
from zope.interface.verify import verifyObject

from tests.reference.link import Diary, Given, collected, connected, finish, lose, raising, turn
from tests.reference.script import Script, Seen, now
from web2stream.bytestream import IByteStream
from web2stream.connect import connectStream
from web2stream.consume import readStream
from web2stream.producer import ProducerStream, StreamProducer


def test_the_life_of_a_connection() -> None:
    """A protocol is built for None, connected to its output, given each chunk as bytes, and disconnected."""
    clock = Clock()
    protocol = Diary(lost=finish)
    factory = Given(protocol)
    source = Script([b"a", succeed(bytearray(b"b")), memoryview(b"c")])
    out = connectStream(source, factory, clock)
    assert (out, [None], ["made", ("data", b"a")]) == (protocol.transport, factory.addresses, protocol.diary)
    turn(clock)
    assert [("data", b"b"), ("data", b"c"), ("lost", ConnectionDone)] == protocol.diary[2:]
    assert {bytes} == {type(entry[1]) for entry in protocol.diary if entry[0] == "data"}
    assert (None, 0) == (now(out.read()), source.closes)


def test_the_output_has_the_interfaces_of_a_transport() -> None:
    """It is a transport, a consumer, a push producer of the input, and a byte stream."""
    _, _, _, out = connected([Deferred()])
    for interface in (ITransport, IConsumer, IPushProducer, IByteStream):
        assert verifyObject(interface, out)
    assert IAddress.providedBy(out.getPeer())
    assert IAddress.providedBy(out.getHost())
    assert (None, False, True, False) == (out.length, out.disconnecting, out.connected, out.disconnected)
    assert isinstance(out, ProducerStream)


def test_what_is_written_is_read() -> None:
    """Writes at any time are the output's data; finish ends it."""
    clock, _, _, out = connected(
        [b"x", b"y"],
        made=lambda p: p.transport.write(b"hello "),
        data=lambda p: p.transport.writeSequence([p.diary[-1][1], b"!"]),
        lost=lambda p: (p.transport.write(b" bye"), p.transport.finish()),
    )
    assert (b"hello x!y! bye", [None]) == collected(out, clock)


def test_finish_leaves_the_input_alone() -> None:
    """After finish the output is over; the protocol is still given the input to its end."""
    clock, _, protocol, out = connected([b"a", b"b", b"c"], data=finish)
    assert None is out.read()
    turn(clock)
    assert [("data", b"a"), ("data", b"b"), ("data", b"c"), ("lost", ConnectionDone)] == protocol.diary[1:]


def test_finish_lets_a_held_back_input_go_on() -> None:
    """An output that has ended no longer holds the input back, even if it is never read."""
    clock, source, protocol, _ = connected(
        [b"x"] * 9, data=lambda p: [p.transport.write(b"y") for _ in range(9)] and p.transport.finish()
    )
    turn(clock)
    assert (10, ("lost", ConnectionDone)) == (source.reads, protocol.diary[-1])


def test_empty_chunks_are_swallowed() -> None:
    """No transport delivers nothing, and the input does not end there."""
    clock, _, protocol, _ = connected([b"", b"a", b"", b"b"])
    turn(clock)
    assert ["made", ("data", b"a"), ("data", b"b"), ("lost", ConnectionDone)] == protocol.diary


def test_an_output_without_finish_ends_with_the_input() -> None:
    """A protocol that never finishes, as Twisted's own, leaves no reader waiting."""
    for early in (False, True):
        clock, _, _, out = connected([b"x"], data=lambda p: p.transport.write(b"answer"))
        if not early:
            turn(clock)
        assert (b"answer", [None]) == collected(out, clock)


def test_writes_after_the_inputs_end_reach_a_reader_that_is_not_there_yet() -> None:
    """Until the reader has read everything the protocol may write, and finish."""
    clock, _, protocol, out = connected([b"x"], data=lambda p: p.transport.write(b"answer"))
    turn(clock)
    protocol.transport.write(b" and more")
    protocol.transport.finish()
    assert (b"answer and more", [None]) == collected(out, clock)


def test_a_waiting_reader_gets_all_of_the_last_words() -> None:
    """What connectionLost writes, in several pieces, is not cut off by a reader that is already waiting."""

    def lastWords(protocol: Any) -> None:
        for word in (b"one ", b"two ", b"three"):
            protocol.transport.write(word)

    clock, _, _, out = connected([b"x"], lost=lastWords)
    assert (b"one two three", [None]) == collected(out, clock)


def test_a_producer_keeps_the_output_open() -> None:
    """A file that is being sent when the input ends is sent to its end."""
    data = bytes(range(256)) * 1000
    sent = Seen()

    def send(protocol: Any) -> None:
        sent.watch(FileSender().beginFileTransfer(io.BytesIO(data), protocol.transport))

    clock, _, _, out = connected([b"x"], data=send)
    assert (data, [None]) == collected(out, clock)
    assert [data[-1:]] == sent.values


def test_a_stream_producer_keeps_the_output_open() -> None:
    """A stream sent as the answer arrives whole, though the input ended long before."""
    later: list[Deferred[bytes]] = [Deferred() for _ in range(3)]

    def send(protocol: Any) -> None:
        StreamProducer(Script(later)).beginProducing(protocol.transport)

    clock, _, _, out = connected([b"x"], data=send)
    got: list[bytes] = []
    seen = Seen(readStream(out, got.append, clock))
    for n, waiting in enumerate(later):
        turn(clock)
        waiting.callback(b"%d" % n)
    turn(clock)
    assert (b"012", [None]) == (b"".join(got), seen.values)


@implementer(IHalfCloseableProtocol)
class HalfCloseable(Diary):
    """One that goes on writing after the end of its input."""

    def readConnectionLost(self) -> None:
        self._note("readLost")

    def writeConnectionLost(self) -> None:
        self._note("writeLost")


@pytest.mark.parametrize("end", [finish, lose])
def test_a_half_closeable_protocol_may_take_its_time(end: Callable[[Any], None]) -> None:
    """It hears of the input's end by readConnectionLost; its output ends when it says so, and it is told."""
    clock = Clock()
    protocol = HalfCloseable()
    out = connectStream(Script([b"x"]), Given(protocol), clock)
    got: list[bytes] = []
    seen = Seen(readStream(out, got.append, clock))
    turn(clock)
    assert "readLost" == protocol.diary[-1]
    protocol.transport.write(b"late")
    turn(clock)
    assert [] == seen.values
    end(protocol)
    turn(clock)
    assert ([b"late"], [None], ("lost", ConnectionDone)) == (got, seen.values, protocol.diary[-1])


def test_a_half_closeable_protocol_that_raises() -> None:
    """Its error in readConnectionLost fails the output, and is its reason of connectionLost."""
    clock = Clock()
    error = ValueError("half")
    protocol = HalfCloseable(readLost=raising(error))
    out = connectStream(Script([]), Given(protocol), clock)
    assert (b"", [error]) == collected(out, clock)
    assert [("lost", ValueError)] == protocol.diary[2:]
