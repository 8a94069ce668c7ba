"""connectStream: what a protocol is told, what comes of what it writes, and who waits for whom."""

# Twisted's protocols have no annotations; reactions are lambdas for what they do.
# mypy: disable-error-code="no-untyped-call,func-returns-value"

import gc
import io
from collections.abc import Callable
from typing import Any

import pytest
from twisted.internet import error as errors
from twisted.internet.defer import Deferred, succeed
from twisted.internet.error import ConnectionAborted, ConnectionDone, ConnectionLost
from twisted.internet.interfaces import IAddress, IConsumer, IHalfCloseableProtocol, IPushProducer, ITransport
from twisted.internet.task import Clock
from twisted.protocols.basic import FileSender
from twisted.python import log
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
