"""generatorToStream: closing from inside, and what a generator does while it is closed."""

from collections.abc import Iterator
from typing import Any

import pytest
from twisted.internet.defer import Deferred

from tests.reference import generator_parts
from tests.reference.generator_parts import guarded
from tests.reference.script import Script, Seen
from web2stream.generator import generatorToStream

logged = generator_parts.logged


def test_close_from_inside_the_generator() -> None:
    """A generator may close its own stream: it runs to its next yield, then gets GeneratorExit."""
    events: list[str] = []

    def fun(chunks: Any) -> Iterator[object]:
        try:
            yield chunks.wait
            stream.close()
            events.append("closed")
            yield b"never given"
        finally:
            stream.close()
            events.append("finally")

    source = Script([b"a"])
    stream = generatorToStream(fun)(source)
    assert (stream.read(), events, source.closes) == (None, ["closed", "finally"], 1)


def test_close_from_inside_a_late_read() -> None:
    """Closed by its generator while a read is outstanding, the stream fires that read with None."""
    late: Deferred[object] = Deferred()

    def fun(chunks: Any) -> Iterator[object]:
        yield chunks.wait
        stream.close()
        yield b"never given"

    stream = generatorToStream(fun)(Script([late]))
    again: list[object] = []
    seen = Seen(stream.read(), lambda _: again.append(stream.read()))
    late.callback(b"a")
    assert (seen.values, again) == ([None], [None])


def test_close_from_inside_the_inputs_read() -> None:
    """An input whose read closes the stream above it ends it, whatever it then answers."""
    events: list[str] = []

    def closing() -> bytes:
        stream.close()
        return b"too late"

    stream = guarded(events)(Script([closing]))
    assert (stream.read(), events) == (None, ["exit", "finally"])


def test_an_interrupted_cleanup_still_closes_everything() -> None:
    """KeyboardInterrupt in a generator's cleanup passes through close, which has closed the input and answered."""

    @generatorToStream
    def interrupted(chunks: Any) -> Iterator[object]:
        try:
            yield chunks.wait
        finally:
            raise KeyboardInterrupt

    source = Script([Deferred()])
    stream = interrupted(source)
    seen = Seen(stream.read())
    with pytest.raises(KeyboardInterrupt):
        stream.close()
    assert (seen.values, stream.read(), source.closes) == ([None], None, 1)


@pytest.mark.parametrize("act", ["raise", "yield"])
def test_a_generator_that_resists_closing_is_logged(logged: list[BaseException], act: str) -> None:
    """Close raises nothing; what the generator did wrong is in the log, and the input is closed."""

    @generatorToStream
    def resisting(chunks: Any) -> Iterator[object]:
        try:
            yield b"a"
            yield chunks.wait
        finally:
            if act == "raise":
                raise ZeroDivisionError
            yield b"b"

    source = Script([b"x"])
    stream = resisting(source)
    stream.read()
    stream.close()
    assert [type(logged.pop()) for _ in logged[:]] == [{"raise": ZeroDivisionError, "yield": RuntimeError}[act]]
    assert (stream.read(), source.closes) == (None, 1)


def test_the_input_is_at_its_end_for_a_generator_that_is_closed() -> None:
    """What a generator does in its finally meets an input that has ended."""
    left: list[object] = []

    @generatorToStream
    def thorough(chunks: Any) -> Iterator[object]:
        try:
            yield chunks.wait
            yield next(chunks)
        finally:
            left.extend(chunks)
            left.append("done")

    stream = thorough(Script([b"a", b"b"]))
    stream.read()
    stream.close()
    assert left == ["done"]
