"""generatorToStream: closing from outside, and cancelling."""

from collections.abc import Iterator
from typing import Any

import pytest
from twisted.internet.defer import CancelledError, Deferred

from tests.reference import generator_parts
from tests.reference.generator_parts import echo, guarded, rot13
from tests.reference.script import Script, Seen, now
from web2stream.generator import generatorToStream
from web2stream.memory import MemoryStream

logged = generator_parts.logged


def test_close_before_the_first_read() -> None:
    """A stream closed unread never starts its generator; the input is closed once."""
    started: list[int] = []

    def never(chunks: Any) -> Iterator[object]:
        started.append(1)
        yield chunks.wait

    source = Script([b"a"])
    stream = generatorToStream(never)(source)
    stream.close()
    stream.close()
    assert (stream.read(), started, stream.length, source.closes, source.reads) == (None, [], 0, 1, 0)


def test_close_ends_the_generator() -> None:
    """Closing raises GeneratorExit in the generator, whose finally runs, once."""
    events: list[str] = []
    source = Script([b"a", b"b"])
    stream = guarded(events)(source)
    stream.read()
    stream.close()
    stream.close()
    assert (events, source.closes, stream.read()) == (["exit", "finally"], 1, None)


def test_close_with_a_read_outstanding() -> None:
    """The outstanding read fires with None, once, and the chunk that comes later goes nowhere."""
    events: list[str] = []
    late: Deferred[object] = Deferred()
    stream = guarded(events)(Script([lambda: late]))
    seen = Seen(stream.read())
    stream.close()
    assert (seen.values, events) == ([None], ["exit", "finally"])
    assert stream.read() is None


class Deaf(Script):
    """A source whose close leaves its Deferred to fire later."""

    def close(self) -> None:
        self.closes += 1


@pytest.mark.parametrize("result", [b"late", None, OSError("late")])
def test_what_comes_after_close_is_dropped(result: Any) -> None:
    """Data or a failure of the input after close reaches nobody, and leaves nothing unhandled."""
    late: Deferred[object] = Deferred()
    stream = rot13(Deaf([late]))
    seen = Seen(stream.read())
    stream.close()
    late.errback(result) if isinstance(result, Exception) else late.callback(result)
    assert (seen.values, stream.read()) == ([None], None)


def test_close_from_the_callback() -> None:
    """The callback of a read may close the stream."""
    late: Deferred[object] = Deferred()
    source = Script([late, b"b"])
    events: list[str] = []
    stream = guarded(events)(source)
    seen = Seen(stream.read(), lambda _: stream.close())
    late.callback(b"a")
    assert (seen.values, events, stream.read(), source.closes) == ([b"a"], ["exit", "finally"], None, 1)


def test_close_from_the_closing_reads_callback() -> None:
    """The callback of a read that close fired may close and read again."""
    late: Deferred[object] = Deferred()
    stream = echo(Script([lambda: late]))
    inner: list[object] = []

    def again(_: object) -> None:
        stream.close()
        inner.append(stream.read())

    seen = Seen(stream.read(), again)
    stream.close()
    assert (seen.values, inner) == ([None], [None])


@pytest.mark.parametrize("late", [False, True])
def test_closed_after_a_failure_is_closed(late: bool) -> None:
    """Whatever failed before, a closed stream gives None: an error of the generator, or of what it yielded."""
    item: Deferred[object] = Deferred()

    @generatorToStream
    def failing(chunks: Any) -> Iterator[object]:
        yield chunks.wait
        if late:
            yield item
        raise ZeroDivisionError

    stream = failing(Script([b"x"]))
    seen = Seen(stream.read())
    if late:
        item.errback(ZeroDivisionError())
    assert [type(value) for value in seen.values] == [ZeroDivisionError]
    stream.close()
    assert (stream.read(), stream.length) == (None, 0)


def test_a_failed_stream_that_is_closed_gives_none() -> None:
    """A closed stream gives None for ever, also one whose failure a read would otherwise give again."""

    def failing(_: Any) -> Iterator[object]:
        yield b"item"
        raise ValueError("fails here")

    stream = generatorToStream(failing)(MemoryStream(b"x"))
    assert b"item" == stream.read()
    assert isinstance(now(stream.read()), ValueError)
    stream.close()
    assert stream.read() is None


def test_cancelling_a_read_closes_the_stream() -> None:
    """A cancelled read fails with CancelledError; the generator and the input are closed."""
    events: list[str] = []
    source = Script([Deferred])
    stream = guarded(events)(source)
    outstanding = stream.read()
    seen = Seen(outstanding)
    outstanding.cancel()
    assert ([CancelledError], 1) == ([type(value) for value in seen.values], source.closes)
    stream.close()
    assert (events, stream.read(), stream.length) == (["exit", "finally"], None, 0)
