"""connectStream: inputs, protocols and factories that fail."""

# Reactions are lambdas for what they do.
# mypy: disable-error-code="func-returns-value"

import gc
from collections.abc import Callable
from typing import Any

import pytest
from twisted.internet import error as errors
from twisted.internet.defer import Deferred
from twisted.internet.task import Clock
from twisted.python import log

from tests.reference.link import Given, collected, connected, finish, lose, raising, turn
from tests.reference.script import Script, Seen, now
from web2stream.connect import connectStream
from web2stream.producer import StreamProducer

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
