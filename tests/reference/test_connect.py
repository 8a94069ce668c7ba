"""connectStream: protocols between two streams."""


# Twisted's protocols and resources have no annotations; reactions are lambdas for what they do.
# mypy: disable-error-code="no-untyped-call,func-returns-value"

import gc
import io
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from twisted.internet import error as errors
from twisted.internet.defer import Deferred, succeed
from twisted.internet.error import ConnectionAborted, ConnectionDone, ConnectionLost
from twisted.internet.interfaces import IAddress, IConsumer, IHalfCloseableProtocol, IPushProducer, ITransport
from twisted.internet.protocol import Factory, Protocol
from twisted.internet.task import Clock
from twisted.protocols.basic import FileSender, LineOnlyReceiver, LineReceiver, NetstringReceiver
from twisted.python import log
from twisted.web import http, resource, server
from zope.interface import implementer
from zope.interface.verify import verifyObject

from tests.reactor import waitFor
from tests.reference.script import Script, Seen, drain, now
from web2stream.bytestream import IByteStream
from web2stream.connect import connectStream
from web2stream.consume import readStream
from web2stream.memory import MemoryStream
from web2stream.producer import ProducerStream, StreamProducer

with warnings.catch_warnings():
    # It warns about itself while it is imported.
    warnings.simplefilter("ignore", DeprecationWarning)
    from twisted.web import static


class Diary(Protocol):
    """Notes what happens to it, and may do something then."""

    def __init__(self, **reactions: Callable[[Any], object]) -> None:
        self.diary: list[Any] = []
        self.transport: Any = None
        self._reactions = reactions

    def _note(self, what: str, more: Any = None) -> None:
        self.diary.append(what if more is None else (what, more))
        self._reactions.get(what, lambda _: None)(self)

    def connectionMade(self) -> None:
        self._note("made")

    def dataReceived(self, data: bytes) -> None:
        self._note("data", data)

    def connectionLost(self, reason: Any = None) -> None:
        self._note("lost", reason.type)


class Given:
    """A factory of one protocol, which keeps what it was called with."""

    def __init__(self, protocol: Any) -> None:
        self.protocol = protocol
        self.addresses: list[object] = []

    def buildProtocol(self, address: object) -> Any:
        self.addresses.append(address)
        return self.protocol


def turn(clock: Clock) -> None:
    while clock.getDelayedCalls():
        clock.advance(0.01)


def connected(answers: Any, **reactions: Callable[[Any], object]) -> tuple[Clock, Script, Diary, Any]:
    """Connect a Diary to a Script."""
    clock = Clock()
    source = Script(answers)
    protocol = Diary(**reactions)
    return clock, source, protocol, connectStream(source, Given(protocol), clock)


def collected(out: Any, clock: Clock) -> tuple[bytes, list[object]]:
    """Read all of a stream; give the data, and how it ended."""
    got: list[bytes] = []
    seen = Seen(readStream(out, got.append, clock))
    turn(clock)
    return b"".join(got), seen.values


def raising(error: BaseException) -> Callable[[Any], object]:
    def raise_(_: object) -> object:
        raise error

    return raise_


def finish(protocol: Any) -> None:
    protocol.transport.finish()


def lose(protocol: Any) -> None:
    protocol.transport.loseConnection()


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


# Failures


@pytest.mark.parametrize("late", [False, True])
def test_a_failing_input(late: bool) -> None:
    """The protocol is told the failure; the output fails with it after what was written."""
    error = ValueError("broken")
    clock, source, protocol, out = connected(
        [b"x", error], data=lambda p: p.transport.write(b"some"), lost=lambda p: p.transport.write(b" rest")
    )
    if late:
        turn(clock)
    assert (b"some rest", [error]) == collected(out, clock)
    assert (("lost", ValueError), 1) == (protocol.diary[-1], source.closes)


def test_a_protocol_may_finish_after_a_failing_input() -> None:
    """A protocol that was told the failure may decide that its output is complete."""
    clock, _, _, out = connected([ValueError("broken")], lost=finish)
    assert (b"", [None]) == collected(out, clock)


@pytest.mark.parametrize("last", [lambda _: None, finish, lose, raising(KeyError("second"))])
def test_a_protocol_that_raises(last: Callable[[Any], object]) -> None:
    """It is disconnected with its error, the output fails whatever it does then, the input is closed."""
    error = ValueError("protocol")
    clock, source, protocol, out = connected(
        [b"a", b"b"], data=lambda p: p.transport.write(b"some") or raising(error)(p), lost=last
    )
    assert (b"some", [error]) == collected(out, clock)
    assert [("data", b"a"), ("lost", ValueError)] == protocol.diary[1:]
    assert (1, 1) == (source.reads, source.closes)


def test_a_protocol_that_raises_for_a_late_chunk() -> None:
    """Also when the chunk came by Deferred; nothing is logged."""
    events: list[Any] = []
    log.addObserver(events.append)
    try:
        error = ValueError("protocol")
        waiting: Deferred[bytes] = Deferred()
        clock, source, protocol, out = connected([waiting], data=raising(error))
        seen = Seen(out.read())
        waiting.callback(b"x")
        turn(clock)
        assert ([error], ("lost", ValueError), 1) == (seen.values, protocol.diary[-1], source.closes)
        del waiting, source, out
        gc.collect()
    finally:
        log.removeObserver(events.append)
    assert [] == events


def test_a_protocol_that_raises_when_connected() -> None:
    """Nothing is read; the output fails, the input is closed."""
    error = ValueError("made")
    clock, source, protocol, out = connected([b"x"], made=raising(error))
    assert (b"", [error]) == collected(out, clock)
    assert (["made", ("lost", ValueError)], 0, 1) == (protocol.diary, source.reads, source.closes)


def test_a_protocol_that_raises_when_disconnected() -> None:
    """An output whose protocol failed at the end does not look complete."""
    error = ValueError("lost")
    clock, _, _, out = connected([b"x"], data=lambda p: p.transport.write(b"some"), lost=raising(error))
    assert (b"some", [error]) == collected(out, clock)


def test_a_protocol_that_raises_after_losing_the_connection() -> None:
    """The error it raised is the reason it is given."""
    clock, _, protocol, _ = connected([b"x"], data=lambda p: lose(p) or raising(ValueError("after"))(p))
    turn(clock)
    assert [("lost", ValueError)] == protocol.diary[2:]


def test_a_failure_stops_the_producer() -> None:
    """A producer that feeds the output is told to stop when the connection fails."""
    source = Script([Deferred()])

    def send(protocol: Any) -> None:
        StreamProducer(source).beginProducing(protocol.transport).addErrback(lambda _: None)

    clock, _, _, out = connected([b"x", ValueError("broken")], data=send)
    collected(out, clock)
    assert source.closes


def test_what_is_not_bytes_fails() -> None:
    """An input that gives a number does not become that many zeroes."""
    clock, _, protocol, out = connected([3])
    assert [TypeError] == [type(value) for value in collected(out, clock)[1]]
    assert ["made", ("lost", TypeError)] == protocol.diary


def test_a_factory_that_raises() -> None:
    """Its error passes, and the input is closed."""
    source = Script([b"x"])
    factory = Given(None)
    factory.buildProtocol = raising(ValueError("factory"))  # type: ignore[method-assign,assignment]
    with pytest.raises(ValueError, match="factory"):
        connectStream(source, factory, Clock())
    assert (0, 1) == (source.reads, source.closes)


def test_a_factory_that_refuses() -> None:
    """No protocol: the output fails with ConnectionRefusedError and the input is closed."""
    source = Script([b"x"])
    out = connectStream(source, Given(None), Clock())
    assert isinstance(now(out.read()), errors.ConnectionRefusedError)
    assert (0, 1) == (source.reads, source.closes)


# Losing the connection


def test_losing_the_connection_ends_both_sides() -> None:
    """What was written before is read, then the end; the input is closed; connectionLost comes later, once."""
    clock, source, protocol, out = connected(
        [b"a", b"b"],
        data=lambda p: (p.transport.write(b"bye"), lose(p), lose(p), p.transport.write(b" more"))[0],
    )
    assert (True, ["made", ("data", b"a")], 1) == (out.disconnecting, protocol.diary, source.closes)
    assert [b"bye", None] == [out.read(), out.read()]
    turn(clock)
    assert [("lost", ConnectionDone)] == protocol.diary[2:]
    assert (True, False) == (out.disconnected, out.connected)


def test_losing_the_connection_at_once() -> None:
    """A protocol that hangs up when it is connected reads nothing, and the input is closed."""
    clock, source, protocol, out = connected([b"a"], made=lose)
    turn(clock)
    assert (0, 1, ["made", ("lost", ConnectionDone)]) == (source.reads, source.closes, protocol.diary)
    assert None is out.read()


def test_losing_the_connection_while_the_input_is_waited_for() -> None:
    """The outstanding read of the input does not bring the protocol any more data."""
    waiting: Deferred[bytes] = Deferred()
    clock, source, protocol, out = connected([waiting])
    lose(protocol)
    turn(clock)
    assert (True, ["made", ("lost", ConnectionDone)]) == (waiting.called, protocol.diary)
    assert (None, 1) == (out.read(), source.closes)


def test_losing_the_connection_waits_for_the_producer() -> None:
    """As on any transport, a registered producer may finish first."""
    data = b"x" * 100_000
    clock, _, protocol, out = connected([Deferred()])
    FileSender().beginFileTransfer(io.BytesIO(data), protocol.transport)
    lose(protocol)
    assert (data, [None]) == collected(out, clock)
    assert ("lost", ConnectionDone) == protocol.diary[-1]


class SelfProducing(Diary):
    """One that is a producer, too."""

    def stopProducing(self) -> None:
        self._note("stop")


def test_a_protocol_that_is_its_own_producer() -> None:
    """One that registered itself, to be paused, does not keep its lost connection open; it is told to stop."""
    for end in (lose, lambda _: None):
        clock = Clock()
        protocol = SelfProducing(made=lambda p: p.transport.registerProducer(p, True), data=end)
        out = connectStream(Script([b"a"]), Given(protocol), clock)
        assert (b"", [None]) == collected(out, clock)
        assert {"stop", ("lost", ConnectionDone)} == set(protocol.diary[2:])


def test_aborting_while_a_producer_is_waited_for() -> None:
    """The reason is the abort, whatever the stopped producer does; the reader never sees an ordinary end."""
    clock, _, protocol, out = connected([Deferred()])
    reads: list[Any] = []

    def stop() -> None:
        out.unregisterProducer()
        reads.append(now(out.read()))

    out.registerProducer(Stopping(stop), True)
    lose(protocol)
    out.abortConnection()
    turn(clock)
    assert [ConnectionAborted] == [type(value) for value in reads]
    assert ("lost", ConnectionAborted) == protocol.diary[-1]


class Stopping:
    """A push producer that does something when it is stopped."""

    def __init__(self, stop: Callable[[], None]) -> None:
        self.stopProducing = stop

    def pauseProducing(self) -> None: ...

    def resumeProducing(self) -> None: ...


def test_losing_the_connection_after_finish() -> None:
    """An output that is over already: the input is closed and the protocol told."""
    clock, source, protocol, _ = connected([b"a", Deferred()], data=lambda p: finish(p) or lose(p))
    turn(clock)
    assert (1, ("lost", ConnectionDone)) == (source.closes, protocol.diary[-1])


@pytest.mark.parametrize("waiting", [False, True])
def test_aborting_the_connection(waiting: bool) -> None:
    """The output fails at once, dropping what was not read; the input is closed; the protocol is told."""
    clock, source, protocol, out = connected([b"a", Deferred()])
    if waiting:
        seen = Seen(out.read())
    else:
        out.write(b"unread")
    out.abortConnection()
    out.abortConnection()
    values = seen.values if waiting else [now(out.read())]
    assert [ConnectionAborted] == [type(value) for value in values]
    turn(clock)
    assert (1, ("lost", ConnectionAborted)) == (bool(source.closes), protocol.diary[-1])
    assert 1 == sum(entry[0] == "lost" for entry in protocol.diary)


def test_closing_the_output() -> None:
    """The reader goes away: the input is closed, the producer stopped, the protocol loses its connection."""
    answer = Script([Deferred()])
    clock, source, protocol, out = connected([Deferred()])
    StreamProducer(answer).beginProducing(out).addErrback(lambda _: None)
    out.close()
    out.close()
    assert (1, ["made"], True) == (bool(source.closes), protocol.diary, answer.closes > 0)
    turn(clock)
    assert (["made", ("lost", ConnectionLost)], None) == (protocol.diary, out.read())


def test_closing_the_output_from_inside_a_write() -> None:
    """The protocol is not disconnected while it is still in dataReceived."""
    inside: list[list[Any]] = []

    def answer(protocol: Any) -> None:
        protocol.transport.write(b"x")
        inside.append(list(protocol.diary))

    clock, source, protocol, out = connected([Deferred()], data=answer)
    Seen(out.read(), lambda _: out.close())
    source._last.callback(b"go")  # type: ignore[attr-defined]
    turn(clock)
    assert [["made", ("data", b"go")]] == inside
    assert ("lost", ConnectionLost) == protocol.diary[-1]


def test_closing_a_finished_output() -> None:
    """After finish, a reader that leaves ends the connection in good order."""
    clock, source, protocol, out = connected([b"a", Deferred()], data=finish)
    out.close()
    turn(clock)
    assert (True, ("lost", ConnectionDone)) == (source.closes > 0, protocol.diary[-1])


def test_an_answer_that_comes_back_at_once() -> None:
    """What the reader gives as input while the protocol is in `write`, or in `finish`, comes in a later turn."""
    back = ProducerStream()
    clock = Clock()
    protocol = Diary()
    out = connectStream(back, Given(protocol), clock)
    Seen(out.read(), lambda _: back.write(b"answer"))
    out.write(b"question")
    assert ["made"] == protocol.diary
    turn(clock)
    assert ["made", ("data", b"answer")] == protocol.diary
    Seen(out.read(), lambda _: back.finish())
    out.finish()
    assert ["made", ("data", b"answer")] == protocol.diary
    turn(clock)
    assert ("lost", ConnectionDone) == protocol.diary[-1]


# Flow control


def test_an_unread_output_holds_the_input_back() -> None:
    """A protocol that answers each chunk is given only some of them until the answers are read."""
    clock, source, _, out = connected([b"x"] * 100, data=lambda p: p.transport.write(b"y"))
    turn(clock)
    assert out.bufferSize + 1 == source.reads
    for _ in range(out.bufferSize + 1):
        out.read()
    turn(clock)
    assert out.bufferSize + 1 == source.reads
    assert (b"y" * 94, [None]) == collected(out, clock)


def test_an_unread_output_pauses_the_producer() -> None:
    """A push producer of the output is paused once, and resumed once by the reader."""
    clock, _, _, out = connected([Deferred()])
    source = Script([b"x"] * 50)
    done = StreamProducer(source).beginProducing(out)
    done.addCallback(lambda _: out.finish())
    assert out.bufferSize + 1 == source.reads
    assert (b"x" * 50, [None]) == collected(out, clock)


def test_a_protocol_may_pause_its_input() -> None:
    """Pausing stops the reading, a chunk under way is kept, resuming goes on in a later turn."""
    waiting: Deferred[bytes] = Deferred()
    clock, source, protocol, out = connected([b"a", b"b", waiting, b"d"], made=lambda p: p.transport.pauseProducing())
    turn(clock)
    assert 0 == source.reads
    out.resumeProducing()
    assert 0 == source.reads
    turn(clock)
    out.pauseProducing()
    waiting.callback(b"c")
    turn(clock)
    assert (3, ("data", b"b")) == (source.reads, protocol.diary[-1])
    out.resumeProducing()
    turn(clock)
    assert ["made", *[("data", b) for b in (b"a", b"b", b"c", b"d")], ("lost", ConnectionDone)] == protocol.diary


def test_reading_the_output_does_not_override_a_protocols_pause() -> None:
    """Either of the two reasons to wait is enough."""
    clock, source, _, out = connected([b"x"] * 9, data=lambda p: p.transport.pauseProducing())
    Seen(out.read())
    turn(clock)
    assert 1 == source.reads
    out.resumeProducing()
    turn(clock)
    assert 2 == source.reads


def test_stop_producing_is_losing_the_connection() -> None:
    """As on any transport."""
    clock, source, protocol, out = connected([Deferred()])
    out.stopProducing()
    turn(clock)
    assert (True, ("lost", ConnectionDone), None) == (source.closes > 0, protocol.diary[-1], out.read())


# Twisted's own protocols


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
