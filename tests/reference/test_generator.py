"""generatorToStream: generators as streams."""

import codecs
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from twisted.internet.defer import CancelledError, Deferred, fail, succeed
from zope.interface.verify import verifyObject

from tests.reference.script import Script, Seen, drain, errorLog, now
from web2stream.bytestream import IByteStream
from web2stream.generator import _IteratorStream, _StreamIterator, generatorToStream
from web2stream.memory import MemoryStream


@pytest.fixture(autouse=True)
def logged() -> Iterator[list[BaseException]]:
    """Errors in the log."""
    with errorLog() as errors:
        yield errors


@generatorToStream
def rot13(input: Any) -> Iterator[object]:
    """Turn letters by half the alphabet."""
    yield input.wait
    for data in input:
        yield codecs.encode(bytes(data).decode("ascii"), "rot13").encode("ascii")
        yield input.wait


@generatorToStream
def echo(chunks: Any) -> Iterator[object]:
    """Give what comes, in the style that lets StopIteration pass."""
    while True:
        yield chunks.wait
        yield next(chunks)


def test_the_documented_example() -> None:
    """The rot13 generator turns the sample, and turns it back."""
    assert b"".join(drain(rot13(Script([b"Sample"] * 3)))) == b"FnzcyrFnzcyrFnzcyr"
    assert b"".join(drain(rot13(rot13(MemoryStream(b"SampleSampleSample"))))) == b"SampleSampleSample"


def test_provides_its_interface() -> None:
    """What comes out is a byte stream, under its old private name too."""
    stream = echo(Script([]))
    assert verifyObject(IByteStream, stream)
    assert (isinstance(stream, _IteratorStream), stream.length) == (True, None)
    assert isinstance(_StreamIterator(), Iterator)


def test_keeps_the_functions_name_and_text() -> None:
    """The new function is named and documented as the generator function is."""
    assert (rot13.__name__, rot13.__doc__) == ("rot13", "Turn letters by half the alphabet.")


def test_hands_on_arguments() -> None:
    """Further arguments reach the generator, also one named stream."""

    @generatorToStream
    def give(chunks: Any, /, *args: object, stream: object = None, **kwargs: object) -> Iterator[object]:
        yield (args, stream, kwargs)
        yield chunks.wait

    assert drain(give(Script([]), 1, 2, stream=3, other=4)) == [((1, 2), 3, {"other": 4})]


def test_a_wrong_call_fails_at_once() -> None:
    """Arguments that the generator function refuses are refused when the stream is made."""
    source = Script([b"a"])
    with pytest.raises(TypeError):
        rot13(source, 1)  # type: ignore[call-arg]
    assert (source.reads, source.closes) == (0, 0)


def test_starts_at_the_first_read() -> None:
    """Neither the generator nor the input is touched before the first read."""
    started: list[int] = []

    def note(chunks: Any) -> Iterator[object]:
        started.append(1)
        yield chunks.wait
        yield next(chunks)

    source = Script([b"a"])
    stream = generatorToStream(note)(source)
    assert (started, source.reads) == ([], 0)
    assert now(stream.read()) == b"a"
    assert (started, source.reads) == ([1], 1)


def test_reads_no_further_than_it_was_asked() -> None:
    """The input is read once for each wait, and no chunk is fetched ahead."""
    source = Script([b"a", b"b", b"c"])
    stream = echo(source)
    stream.read()
    assert source.reads == 1


@pytest.mark.parametrize("item", [0, "", b"", (), [], False, object(), {"a": 1}, ValueError("as a value")])
def test_items_may_be_anything(item: object) -> None:
    """An item is given as it is, a false one too."""

    @generatorToStream
    def give(chunks: Any) -> Iterator[object]:
        yield item
        yield item
        yield chunks.wait

    stream = give(Script([]))
    assert [stream.read() is item, stream.read() is item, stream.read()] == [True, True, None]


def test_waits_for_a_late_chunk() -> None:
    """A read fires when the input's chunk has come."""
    late: Deferred[object] = Deferred()
    stream = echo(Script([late, b"b"]))
    seen = Seen(stream.read())
    assert seen.values == []
    late.callback(b"a")
    assert seen.values == [b"a"]
    assert drain(stream) == [b"b"]


def test_many_late_chunks_make_one_item() -> None:
    """A generator that waits several times before its item answers one read."""

    @generatorToStream
    def pairs(chunks: Any) -> Iterator[object]:
        yield chunks.wait
        for first in chunks:
            yield chunks.wait
            yield first + next(chunks)
            yield chunks.wait

    late: list[Deferred[object]] = [Deferred() for _ in range(4)]
    stream = pairs(Script(late))
    seen = Seen(stream.read())
    late[0].callback(b"a")
    assert seen.values == []
    late[1].callback(b"b")
    assert seen.values == [b"ab"]
    seen.watch(stream.read())
    late[2].callback(b"c")
    late[3].callback(b"d")
    assert seen.values == [b"ab", b"cd"]


def test_overlap_is_refused_and_disturbs_nothing() -> None:
    """A read while one is outstanding raises; the outstanding one gets its chunk."""
    late: Deferred[object] = Deferred()
    stream = echo(Script([late, b"b"]))
    seen = Seen(stream.read())
    for _ in range(3):
        with pytest.raises(RuntimeError):
            stream.read()
    late.callback(b"a")
    assert seen.values == [b"a"]
    assert drain(stream) == [b"b"]


def test_a_read_from_inside_is_refused() -> None:
    """The generator, and the input it reads, can't read the stream they make."""
    caught: list[BaseException] = []

    def inside() -> bytes:
        with pytest.raises(RuntimeError) as info:
            stream.read()
        caught.append(info.value)
        return b"a"

    def fun(chunks: Any) -> Iterator[object]:
        inside()
        yield chunks.wait
        yield next(chunks)

    stream = generatorToStream(fun)(Script([inside]))
    assert drain(stream) == [b"a"]
    assert len(caught) == 2


def test_a_read_from_the_callback_is_the_next_read() -> None:
    """When a read fires, it is over: its callback may read again."""
    late: list[Deferred[object]] = [Deferred(), Deferred()]
    stream = echo(Script(late))
    second: list[Any] = []
    first = Seen(stream.read(), lambda _: second.append(Seen(stream.read())))
    late[0].callback(b"a")
    late[1].callback(b"b")
    assert (first.values, second[0].values) == ([b"a"], [b"b"])


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


def test_next_without_wait_says_so() -> None:
    """Taking a second chunk without waiting is an error inside the generator, and loses nothing."""

    @generatorToStream
    def hasty(chunks: Any) -> Iterator[object]:
        with pytest.raises(RuntimeError, match=r"input\.wait"):
            next(chunks)
        yield chunks.wait
        yield next(chunks)
        with pytest.raises(RuntimeError, match=r"input\.wait"):
            next(chunks)
        yield chunks.wait
        yield next(chunks)

    assert drain(hasty(Script([b"a", b"b"]))) == [b"a", b"b"]


def test_next_without_wait_fails_the_read() -> None:
    """A generator that never waits fails its reader with the explanation, and lets the input go."""

    @generatorToStream
    def hasty(chunks: Any) -> Iterator[object]:
        yield from chunks

    source = Script([b"a"])
    stream = hasty(source)
    assert "input.wait" in str(now(stream.read()))
    assert (source.reads, source.closes) == (0, 1)


def test_waiting_twice_is_harmless() -> None:
    """A wait while a chunk is there reads nothing and loses nothing."""

    @generatorToStream
    def careful(chunks: Any) -> Iterator[object]:
        for _ in range(5):
            yield chunks.wait
        for data in chunks:
            yield data
            yield chunks.wait
            yield chunks.wait

    source = Script([b"a", b"b"])
    assert drain(careful(source)) == [b"a", b"b"]
    assert source.reads == 3


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


def test_control_flow_leaves_no_reader_waiting() -> None:
    """A generator that is interrupted while its reader waits fails that read: there is no caller to pass to."""

    @generatorToStream
    def interrupted(chunks: Any) -> Iterator[object]:
        yield chunks.wait
        raise KeyboardInterrupt

    late: Deferred[object] = Deferred()
    stream = interrupted(Script([late]))
    seen = Seen(stream.read())
    late.callback(b"a")
    # Twisted has caught it on its way out of the callback.
    assert [type(value) for value in Seen(late).values + seen.values] == [KeyboardInterrupt] * 2


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


def test_a_deferred_stands_for_its_item() -> None:
    """A yielded Deferred is waited for; its result is the item."""
    late: Deferred[object] = Deferred()

    @generatorToStream
    def later(chunks: Any) -> Iterator[object]:
        yield succeed(b"a")
        yield late
        yield b"c"
        yield chunks.wait

    stream = later(Script([]))
    assert stream.read() == b"a"
    seen = Seen(stream.read())
    with pytest.raises(RuntimeError):
        stream.read()
    late.callback(b"b")
    assert seen.values == [b"b"]
    assert drain(stream) == [b"c"]


@pytest.mark.parametrize(("result", "expected"), [(None, None), (OSError("x"), OSError)])
@pytest.mark.parametrize("isLate", [False, True])
def test_a_deferred_may_end_or_fail(result: Any, expected: Any, isLate: bool) -> None:
    """A yielded Deferred that fires with None ends the stream; one that fails fails it for good."""
    item: Deferred[object] = Deferred()
    fire = item.errback if expected else item.callback

    @generatorToStream
    def later(chunks: Any) -> Iterator[object]:
        yield item
        yield b"never"
        yield chunks.wait

    source = Script([])
    stream = later(source)
    if isLate:
        seen = Seen(stream.read())
        fire(result)
        (first,) = seen.values
    else:
        fire(result)
        first = now(stream.read())
    assert [result, result, 1] == [first, now(stream.read()), source.closes]


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


def guarded(events: list[str]) -> Any:
    @generatorToStream
    def fun(chunks: Any) -> Iterator[object]:
        try:
            while True:
                yield chunks.wait
                yield next(chunks)
        except GeneratorExit:
            events.append("exit")
            raise
        finally:
            events.append("finally")

    return fun


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


def test_an_input_without_close() -> None:
    """An input that can only be read is enough."""

    class Reader:
        def read(self) -> None:
            return None

    stream = echo(Reader())
    assert stream.read() is None
    stream.close()


def test_any_iterable_may_be_returned() -> None:
    """A function that gives another iterable than a generator is taken as well."""
    stream = generatorToStream(lambda chunks: [b"a", chunks.wait, b"b"])(Script([b"x"]))
    assert drain(stream) == [b"a", b"b"]


def test_split() -> None:
    """The stream splits at any byte; both halves together are the whole."""
    before, after = rot13(Script([b"Sam", b"ple"])).split(4)
    assert (b"".join(map(bytes, drain(before))), b"".join(map(bytes, drain(after)))) == (b"Fnzc", b"yr")


def test_split_refuses_impossible_points() -> None:
    """A wrong split point is refused and leaves the stream usable."""
    stream = rot13(Script([b"Sam"]))
    with pytest.raises(ValueError, match="-1"):
        stream.split(-1)
    with pytest.raises(TypeError):
        stream.split("1")  # type: ignore[arg-type]
    assert drain(stream) == [b"Fnz"]


MILLION = 1_000_000


def test_a_million_chunks_swallowed_in_one_read() -> None:
    """The stack stays flat when one item takes a million chunks, now or fired already."""

    @generatorToStream
    def count(chunks: Any) -> Iterator[object]:
        total = 0
        yield chunks.wait
        for data in chunks:
            total += len(data)
            yield chunks.wait
        yield total

    assert drain(count(Script(b"x" for _ in range(MILLION)))) == [MILLION]
    assert drain(count(Script(succeed(b"x") for _ in range(50_000)))) == [50_000]


def test_many_late_chunks_keep_the_stack_flat() -> None:
    """A hundred thousand chunks that each come late go through one loop."""
    late: list[Deferred[object]] = []

    def wait() -> Deferred[object]:
        late.append(Deferred())
        return late[-1]

    @generatorToStream
    def depth(chunks: Any) -> Iterator[object]:
        yield chunks.wait
        for _ in chunks:
            yield chunks.wait
        yield len(list(iter_frames()))

    seen = Seen(depth(Script(iter(lambda: wait, None))).read())
    for _ in range(100_000):
        late.pop().callback(b"x")
    late.pop().callback(None)
    assert seen.values[0] < 200


def iter_frames() -> Iterator[object]:
    frame = sys._getframe()
    while frame is not None:
        yield frame
        frame = frame.f_back  # type: ignore[assignment]


def test_an_abandoned_stream_leaves_no_error() -> None:
    """A stream that is dropped with a failed input behind it logs nothing."""
    stream = rot13(Script([fail(OSError("x"))]))
    assert isinstance(now(stream.read()), OSError)
    del stream


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
