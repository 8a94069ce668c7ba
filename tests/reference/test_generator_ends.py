"""generatorToStream: the end of the input and of the generator, failures and interrupts."""

from collections.abc import Iterator
from typing import Any

import pytest
from twisted.internet.defer import Deferred, fail

from tests.reference import generator_parts
from tests.reference.generator_parts import echo, rot13
from tests.reference.script import Script, Seen, drain, now
from web2stream.generator import generatorToStream

logged = generator_parts.logged


def test_the_end_is_sticky_and_closes_the_input() -> None:
    """After the input's end: None for ever, length 0, the input closed."""
    source = Script([b"a"])
    stream = echo(source)
    assert drain(stream) == [b"a"]
    assert (stream.read(), stream.read(), stream.length, source.closes, source.reads) == (None, None, 0, 1, 2)


def test_an_early_return_closes_the_input() -> None:
    """A generator that returns early ends the stream, and the rest of the input is let go."""

    @generatorToStream
    def first(chunks: Any) -> Iterator[object]:
        yield chunks.wait
        yield next(chunks)

    source = Script([b"a", b"b", b"c"])
    assert drain(first(source)) == [b"a"]
    assert (source.reads, source.closes) == (1, 1)


def test_next_at_the_end_raises_stop_iteration_every_time() -> None:
    """A generator may catch the end, and give something after it."""

    @generatorToStream
    def trailer(chunks: Any) -> Iterator[object]:
        for _ in range(2):
            yield chunks.wait
            with pytest.raises(StopIteration):
                next(chunks)
        yield b"trailer"

    assert drain(trailer(Script([]))) == [b"trailer"]


def test_an_uncaught_end_in_a_helper_is_the_end() -> None:
    """The StopIteration of the input may also come out of a delegated generator."""

    def helper(chunks: Any) -> Iterator[object]:
        while True:
            yield chunks.wait
            yield next(chunks) * 2

    @generatorToStream
    def outer(chunks: Any) -> Iterator[object]:
        yield from helper(chunks)

    assert drain(outer(Script([b"a", b"b"]))) == [b"aa", b"bb"]


def test_another_stop_iteration_is_an_error() -> None:
    """Only the input's own StopIteration is an end; that of another iterator is Python's RuntimeError."""

    @generatorToStream
    def wrong(chunks: Any) -> Iterator[object]:
        yield chunks.wait
        next(iter(()))

    assert isinstance(now(wrong(Script([])).read()), RuntimeError)


class _Next:
    """A stream that reads by `next`, whose StopIteration comes at once, in a fired Deferred or in a later one."""

    def __init__(self, how: str) -> None:
        self.how = how
        self.chunks = iter([b"a"])
        self.late: Deferred[Any] = Deferred()

    def read(self) -> object:
        try:
            return next(self.chunks)
        except StopIteration as error:
            if self.how == "later":
                return self.late
            if self.how == "fired":
                return fail(error)
            raise

    def close(self) -> None:
        """Nothing to free."""


@generatorToStream
def _loop(chunks: Any) -> Iterator[object]:
    yield chunks.wait
    for chunk in chunks:
        yield chunk
        yield chunks.wait


@pytest.mark.parametrize("how", ["raised", "fired", "later"])
@pytest.mark.parametrize("convert", [echo, _loop])
def test_an_input_that_fails_with_stop_iteration_has_not_ended(convert: Any, how: str) -> None:
    """The reader gets a RuntimeError that is caused by it, and never an end."""
    source = _Next(how)
    stream = convert(source)
    assert stream.read() == b"a"
    seen = stream.read()
    if how == "later":
        source.late.errback(StopIteration("nothing there"))
    error = now(seen)
    assert isinstance(error, RuntimeError)
    assert isinstance(error.__cause__, StopIteration)


def test_an_error_raised_from_the_end_is_an_error() -> None:
    """A generator that calls the end an error is believed."""

    @generatorToStream
    def strict(chunks: Any) -> Iterator[object]:
        yield chunks.wait
        try:
            yield next(chunks)
        except StopIteration as end:
            raise RuntimeError("input too short") from end

    error = now(strict(Script([])).read())
    assert str(error) == "input too short"


@pytest.mark.parametrize("late", [False, True])
def test_a_failing_input_is_raised_at_next(late: bool) -> None:
    """The error of the input comes out of next(input), where the generator may catch it and go on."""
    error = OSError("broken")
    answer: Deferred[object] | OSError = Deferred() if late else error

    @generatorToStream
    def catching(chunks: Any) -> Iterator[object]:
        yield chunks.wait
        try:
            yield next(chunks)
        except OSError as caught:
            yield caught
        yield chunks.wait
        with pytest.raises(OSError, match="broken"):
            next(chunks)
        yield b"more"

    source = Script([answer])
    stream = catching(source)
    first = stream.read()
    if isinstance(answer, Deferred):
        seen = Seen(first)
        answer.errback(error)
        first = seen.values[0]
    assert first is error
    assert drain(stream) == [b"more"]
    assert (source.reads, source.closes) == (1, 1)


@pytest.mark.parametrize("answer", [lambda: OSError("x"), lambda: fail(OSError("x"))])
def test_an_uncaught_failure_fails_the_read(answer: Any) -> None:
    """The reader gets the very error of the input, again on each further read; all is closed."""
    source = Script([b"a", answer()])
    stream = rot13(source)
    assert now(stream.read()) == b"n"
    first, second = now(stream.read()), now(stream.read())
    assert (OSError, True, 0, 1) == (type(first), first is second, stream.length, source.closes)


def test_a_failing_generator_fails_the_read() -> None:
    """An error of the generator itself fails the read and closes the input."""

    @generatorToStream
    def broken(chunks: Any) -> Iterator[object]:
        yield chunks.wait
        yield next(chunks)
        raise ZeroDivisionError

    source = Script([b"a", b"b"])
    stream = broken(source)
    stream.read()
    assert [ZeroDivisionError] * 2 == [type(now(stream.read())) for _ in range(2)]
    assert source.closes == 1


@pytest.mark.parametrize("passing", [KeyboardInterrupt, SystemExit])
def test_control_flow_passes(passing: type[BaseException]) -> None:
    """KeyboardInterrupt and SystemExit pass through, from the generator and from the input."""

    @generatorToStream
    def interrupted(chunks: Any) -> Iterator[object]:
        yield chunks.wait
        raise passing

    for stream in (interrupted(Script([b"a"])), rot13(Script([passing()]))):
        with pytest.raises(passing):
            stream.read()
        stream.close()
        stream.close()


def test_none_ends_the_stream() -> None:
    """A generator that yields None has ended: nothing comes after it, and it is closed."""
    ended: list[int] = []

    def halting(chunks: Any) -> Iterator[object]:
        try:
            yield b"a"
            yield None
            yield chunks.wait
        finally:
            ended.append(1)

    source = Script([])
    stream = generatorToStream(halting)(source)
    assert [stream.read() for _ in range(3)] == [b"a", None, None]
    assert (ended, source.closes) == ([1], 1)


def test_an_abandoned_stream_leaves_no_error() -> None:
    """A stream that is dropped with a failed input behind it logs nothing."""
    stream = rot13(Script([fail(OSError("x"))]))
    assert isinstance(now(stream.read()), OSError)
    del stream
