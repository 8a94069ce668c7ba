"""readStream and readAndDiscard: every chunk, and a turn of the reactor for each."""

from typing import Any

import pytest
from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.task import Clock

from tests.reactor import waitFor
from tests.reference.link import turn
from tests.reference.script import Script, Seen, depth
from web2stream.consume import _StreamReader, readAndDiscard, readStream
from web2stream.producer import ProducerStream


def turnOnce(clock: Clock) -> None:
    """Run what is scheduled now, and not what that schedules."""
    for call in list(clock.calls):
        clock.calls.remove(call)
        call.called = 1
        call.func(*call.args, **call.kw)


def test_passes_every_chunk_in_order() -> None:
    """The callback gets each chunk as it was read, empty ones too, and the Deferred fires with None."""
    clock = Clock()
    got: list[Any] = []
    source = Script([b"a", b"", succeed(bytearray(b"b")), memoryview(b"c")])
    seen = Seen(readStream(source, got.append, clock))
    turn(clock)
    assert ([b"a", b"", b"b", b"c"], [None], 0) == (got, seen.values, source.closes)


def test_the_first_read_is_inside_the_call() -> None:
    """The first chunk arrives before the call returns; each next one takes a turn of the reactor."""
    clock = Clock()
    got: list[bytes] = []
    source = Script([b"1", b"2", b"3"])
    seen = Seen(readStream(source, got.append, clock))
    progress = [(len(got), source.reads)]
    for _ in range(3):
        turnOnce(clock)
        progress.append((len(got), source.reads))
    assert [(1, 1), (2, 2), (3, 3), (3, 4)] == progress
    assert [None] == seen.values


def test_a_turn_comes_after_a_late_chunk_too() -> None:
    """A chunk that was waited for is handed over at once; the next read takes a turn."""
    clock = Clock()
    waiting: Deferred[bytes] = Deferred()
    got: list[bytes] = []
    source = Script([waiting, b"2"])
    readStream(source, got.append, clock)
    assert [] == clock.getDelayedCalls()
    waiting.callback(b"1")
    assert ([b"1"], 1) == (got, source.reads)
    clock.advance(0)
    assert [b"1", b"2"] == got


def test_an_empty_stream_needs_no_reactor() -> None:
    """The Deferred has fired when the call returns, and nothing is scheduled."""
    clock = Clock()
    assert ([None], []) == (Seen(readStream(Script([]), print, clock)).values, clock.getDelayedCalls())


def test_needs_only_read() -> None:
    """A stream that has nothing but read does, in success and in failure."""

    class Bare:
        def __init__(self, *answers: object) -> None:
            self._answers = list(answers)

        def read(self) -> object:
            answer = self._answers.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer

    clock = Clock()
    got: list[bytes] = []
    error = ValueError("broken")
    seen = Seen(readStream(Bare(b"x", None), got.append, clock))
    seen.watch(readStream(Bare(b"y", error), got.append, clock))
    turn(clock)
    assert ([b"x", b"y"], [None, error]) == (got, seen.values)


@pytest.mark.parametrize("result", [False, None, 0, StopIteration, Deferred(), fail(ValueError("ignored"))])
def test_the_callbacks_result_is_ignored(result: object) -> None:
    """Whatever the callback returns, the reading goes on."""
    clock = Clock()
    seen = Seen(readStream(Script([b"x", b"y"]), lambda _: result, clock))
    turn(clock)
    assert [None] == seen.values
    if isinstance(result, Deferred):
        result.addErrback(lambda _: None)


def test_the_stack_stays_flat() -> None:
    """Thirty thousand chunks, at once and by fired Deferred, arrive at the same depth."""
    clock = Clock()
    depths: set[int] = set()
    count = 0

    def callback(_: object) -> None:
        nonlocal count
        count += 1
        if count > 1:
            depths.add(depth())

    source = Script(b"x" if n % 2 else succeed(b"x") for n in range(30_000))
    seen = Seen(readStream(source, callback, clock))
    turn(clock)
    assert ([None], 30_000, 1) == (seen.values, count, len(depths))


def test_others_get_their_turn() -> None:
    """What the program schedules between two chunks runs between them."""
    order: list[str] = []
    clock = Clock()

    def callback(data: bytes) -> None:
        order.append(data.decode())
        clock.callLater(0, order.append, "other")

    readStream(Script([b"1", b"2"]), callback, clock)
    turn(clock)
    assert ["1", "other", "2", "other"] == order


def test_reads_what_a_producer_writes() -> None:
    """A stream that is written to later is read as it comes."""
    clock = Clock()
    stream = ProducerStream()
    got: list[bytes] = []
    seen = Seen(readStream(stream, got.append, clock))
    for n in range(9):
        stream.write(b"%d" % n)
        if n % 2:
            turn(clock)
    stream.finish()
    turn(clock)
    assert (b"012345678", [None]) == (b"".join(got), seen.values)


def test_the_running_reactor_is_the_default() -> None:
    """Without a reactor the global one gives the turns."""
    got: list[Any] = []
    assert None is waitFor(readStream(Script([b"a", b"b", b"c"]), got.append))
    assert [b"a", b"b", b"c"] == got


def test_discarding_reads_to_the_end() -> None:
    """Everything is read, and an error comes back."""
    clock = Clock()
    source = Script([b"x", succeed(b"y")])
    error = ValueError("broken")
    seen = Seen(readAndDiscard(source, clock))
    seen.watch(readAndDiscard(Script([error]), clock))
    turn(clock)
    assert ([error, None], 3) == (seen.values, source.reads)


def test_a_held_reader_reads_nothing() -> None:
    """Held back before the first read, between two, or during one: nothing is read or handed over."""
    clock = Clock()
    waiting: Deferred[bytes] = Deferred()
    source = Script([b"1", waiting, b"3"])
    got: list[bytes] = []
    reader = _StreamReader(source, got.append, clock)
    reader.hold()
    seen = Seen(reader.run())
    turn(clock)
    assert 0 == source.reads
    reader.letGo()
    assert 0 == source.reads
    turnOnce(clock)
    reader.hold()
    turn(clock)
    assert 1 == source.reads
    reader.letGo()
    turnOnce(clock)
    reader.hold()
    waiting.callback(b"2")
    turn(clock)
    assert ([b"1"], 2) == (got, source.reads)
    reader.letGo()
    reader.letGo()
    turn(clock)
    assert ([b"1", b"2", b"3"], [None]) == (got, seen.values)


def test_letting_go_before_the_start_reads_once() -> None:
    """Holding and letting go before `run` changes nothing."""
    clock = Clock()
    source = Script([Deferred()])
    reader = _StreamReader(source, print, clock)
    reader.hold()
    reader.letGo()
    reader.run()
    turn(clock)
    assert 1 == source.reads
