"""readStream: errors, cancelling and interrupts."""

import gc
from collections.abc import Callable
from typing import Any

import pytest
from twisted.internet.defer import CancelledError, Deferred, fail
from twisted.internet.task import Clock
from twisted.python import log

from tests.reference.link import turn
from tests.reference.script import Script, Seen
from web2stream.consume import readStream


class Unclosable(Script):
    """A stream whose close does not fire the outstanding read."""

    def close(self) -> None:
        self.closes += 1


@pytest.mark.parametrize("place", [0, 1])
@pytest.mark.parametrize("answer", [lambda error: error, lambda error: lambda: fail(error)])
def test_an_error_of_reading_comes_back(answer: Callable[[Exception], object], place: int) -> None:
    """Raised or by Deferred, in the first read or later, it fails the Deferred and closes the stream."""
    clock = Clock()
    error = ValueError("broken")
    source = Script([b"x"] * place + [answer(error), b"never"])
    got: list[bytes] = []
    seen = Seen(readStream(source, got.append, clock))
    turn(clock)
    assert ([error], [b"x"] * place, 1) == (seen.values, got, source.closes)


@pytest.mark.parametrize("place", [0, 1])
@pytest.mark.parametrize("late", [False, True])
def test_an_error_of_the_callback_comes_back(place: int, late: bool) -> None:
    """It fails the Deferred, closes the stream and ends the reading; nothing is logged."""
    clock = Clock()
    error = ValueError("callback")
    waiting: Deferred[bytes] = Deferred()

    def callback(data: bytes) -> None:
        if data == b"bad":
            raise error

    source = Script([b"x"] * place + [waiting if late else b"bad", b"never"])
    seen = Seen(readStream(source, callback, clock))
    turn(clock)
    if late:
        waiting.callback(b"bad")
    turn(clock)
    assert ([error], 1, place + 1) == (seen.values, source.closes, source.reads)


def test_an_error_of_closing_does_not_hide_the_first() -> None:
    """The reader hears why the stream was closed, not what closing did."""

    class Stuck(Script):
        def close(self) -> None:
            raise KeyError("close")

    error = ValueError("broken")
    assert [error] == Seen(readStream(Stuck([error]), print, Clock())).values


@pytest.mark.parametrize("late", [False, True])
def test_cancelling_stops_and_closes(late: bool) -> None:
    """Cancelling while a turn or a read is awaited: CancelledError, a closed stream, and no more calls."""
    clock = Clock()
    waiting: Deferred[bytes] = Deferred()
    source = Unclosable([b"x", waiting])
    got: list[bytes] = []
    done = readStream(source, got.append, clock)
    seen = Seen(done)
    if late:
        turn(clock)
    done.cancel()
    if late:
        waiting.callback(b"late")
    assert [CancelledError] == [type(value) for value in seen.values]
    assert ([b"x"], 1, []) == (got, source.closes, clock.getDelayedCalls())


@pytest.mark.parametrize("late", [False, True])
def test_cancelling_from_inside_the_callback(late: bool) -> None:
    """The callback may cancel the reading that called it, and even raise then."""
    clock = Clock()
    source = Script([b"x", Deferred() if late else b"y", b"never"])
    got: list[bytes] = []

    def callback(data: bytes) -> None:
        got.append(data)
        if data == b"y":
            done.cancel()
            raise ValueError("after")

    done = readStream(source, callback, clock)
    seen = Seen(done)
    turn(clock)
    if late:
        source._last.callback(b"y")  # type: ignore[attr-defined]
    assert ([b"x", b"y"], [CancelledError], 1) == (got, [type(v) for v in seen.values], source.closes)


@pytest.mark.parametrize("interrupt", [KeyboardInterrupt, SystemExit])
def test_an_interrupt_passes(interrupt: type[BaseException]) -> None:
    """KeyboardInterrupt from the callback or the stream passes through the call; the stream is closed."""

    def callback(_: object) -> None:
        raise interrupt

    for answers in ([b"x"], [interrupt()]):
        source = Script(answers)
        with pytest.raises(interrupt):
            readStream(source, callback, Clock())
        assert 1 == source.closes


def test_an_interrupt_in_a_later_turn() -> None:
    """It passes to the reactor, and whoever waits is told, since a reactor goes on."""
    clock = Clock()
    source = Script([b"x", KeyboardInterrupt()])
    seen = Seen(readStream(source, lambda _: None, clock))
    with pytest.raises(KeyboardInterrupt):
        clock.advance(0)
    assert ([KeyboardInterrupt], 1) == ([type(v) for v in seen.values], source.closes)


def test_an_interrupt_inside_a_deferred_does_not_hang() -> None:
    """Where it cannot pass it comes back through the Deferred that was given; nothing is logged."""

    def callback(_: object) -> None:
        raise SystemExit

    events: list[Any] = []
    log.addObserver(events.append)
    try:
        waiting: Deferred[bytes] = Deferred()
        source = Script([waiting])
        seen = Seen(readStream(source, callback, Clock()))
        waiting.callback(b"x")
        del waiting, source._last, source
        gc.collect()
    finally:
        log.removeObserver(events.append)
    assert ([SystemExit], []) == ([type(v) for v in seen.values], events)
