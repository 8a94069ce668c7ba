"""connectStream: losing and aborting the connection, and closing its output."""

# Reactions are lambdas for what they do.
# mypy: disable-error-code="func-returns-value"

import io
from collections.abc import Callable
from typing import Any

import pytest
from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectionAborted, ConnectionDone, ConnectionLost
from twisted.internet.task import Clock
from twisted.protocols.basic import FileSender

from tests.reference.link import Diary, Given, collected, connected, finish, lose, turn
from tests.reference.script import Script, Seen, now
from web2stream.connect import connectStream
from web2stream.producer import StreamProducer

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


def test_stop_producing_is_losing_the_connection() -> None:
    """As on any transport."""
    clock, source, protocol, out = connected([Deferred()])
    out.stopProducing()
    turn(clock)
    assert (True, ("lost", ConnectionDone), None) == (source.closes > 0, protocol.diary[-1], out.read())
