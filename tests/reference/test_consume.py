"""readStream, readAndDiscard and readIntoFile: a stream read to its end."""

import array
import gc
import io
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from twisted.internet.defer import CancelledError, Deferred, fail, succeed
from twisted.internet.task import Clock
from twisted.python import log
from twisted.python.failure import Failure

from tests.reactor import turnUntil, waitFor
from tests.reference.script import Script, Seen, errorLog
from web2stream.consume import _StreamReader, readAndDiscard, readIntoFile, readStream
from web2stream.memory import MemoryStream
from web2stream.producer import ProducerStream


def turn(clock: Clock) -> None:
    """Give turns until nothing is scheduled."""
    while clock.getDelayedCalls():
        clock.advance(0.05)


def turnOnce(clock: Clock) -> None:
    """Run what is scheduled now, and not what that schedules."""
    for call in list(clock.calls):
        clock.calls.remove(call)
        call.called = 1
        call.func(*call.args, **call.kw)


class Unclosable(Script):
    """A stream whose close does not fire the outstanding read."""

    def close(self) -> None:
        self.closes += 1


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


def depth() -> int:
    frame = sys._getframe()
    count = 0
    while frame.f_back is not None:
        frame = frame.f_back
        count += 1
    return count


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


# readIntoFile


class Raw(io.RawIOBase):
    """A raw file that takes as much of each write as `takes` says."""

    def __init__(self, *takes: int | None) -> None:
        super().__init__()
        self._takes = list(takes)
        self.got = b""

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int | None:
        view = memoryview(data).cast("B")
        take = self._takes.pop(0) if self._takes else view.nbytes
        if take is None:
            return None
        taken = bytes(view[:take])
        self.got += taken
        return len(taken)


def test_fills_a_file(tmp_path: Path) -> None:
    """Everything is in the file, which is closed before the Deferred fires."""
    clock = Clock()
    path = tmp_path / "out"
    out = path.open("wb")
    closed: list[bool] = []
    done = readIntoFile(Script([b"a", bytearray(b"b"), b"", memoryview(b"c")]), out, clock)
    done.addCallback(lambda _: closed.append(out.closed))
    turn(clock)
    assert ([True], b"abc") == (closed, path.read_bytes())


@pytest.mark.parametrize("answers", [[b"x"], [b"x", KeyError("read")], [b"bad"]])
def test_a_file_that_cannot_be_closed(answers: list[Any]) -> None:
    """The first error comes back, closing is tried once, and nothing is logged."""

    class Stuck(io.BytesIO):
        closes = 0

        def write(self, data: Any, /) -> int:
            if data == b"bad":
                raise IndexError
            return super().write(data)

        def close(self) -> None:
            self.closes += 1
            raise ValueError("close")

    clock = Clock()
    out = Stuck()
    with errorLog() as errors:
        seen = Seen(readIntoFile(Script(answers), out, clock))
        turn(clock)
        assert [] == errors
    promised = {b"x": ValueError, b"bad": IndexError}[answers[0]] if len(answers) == 1 else KeyError
    assert ([promised], 1) == ([type(error) for error in seen.values], out.closes)
    super(Stuck, out).close()


def test_fills_a_file_with_a_whole_stream(tmp_path: Path) -> None:
    """A stream of one large chunk and the running reactor do as well."""
    data = bytes(range(256)) * 40_000
    path = tmp_path / "out"
    assert None is waitFor(readIntoFile(MemoryStream(data), path.open("wb", buffering=0)))
    assert data == path.read_bytes()


@pytest.mark.parametrize(
    "takes", [(1, 1, 1), (3, None, None, 2), (None, 1, None), (0, 0, 3), (2, 0, None, 1, 5)], ids=str
)
def test_short_writes_lose_nothing(takes: tuple[int | None, ...]) -> None:
    """A raw file that takes a part, or nothing for now, gets all bytes once and in order."""
    clock = Clock()
    out = Raw(*takes)
    source = Script([b"abcdef", b"", b"ghi"])
    seen = Seen(readIntoFile(source, out, clock))
    turn(clock)
    assert ([None], b"abcdefghi", True) == (seen.values, out.got, out.closed)


def test_a_blocked_file_is_not_spun_on() -> None:
    """While a file takes nothing nothing is read, and the tries get rarer."""
    clock = Clock()
    out = Raw(*[None] * 100)
    source = Script([b"x", b"y"])
    readIntoFile(source, out, clock)
    waits = []
    for _ in range(99):
        (call,) = clock.getDelayedCalls()
        waits.append(round(call.getTime() - clock.seconds(), 6))
        clock.advance(max(waits[-1], 1e-9))
    assert (1, 0.0, 0.05) == (source.reads, waits[0], waits[-1])
    assert sorted(waits) == waits


def test_short_writes_count_bytes_not_items() -> None:
    """The rest of a chunk of wide items is cut at the byte."""
    clock = Clock()
    words = array.array("I", [1, 2, 3])
    out = Raw(5, 1)
    readIntoFile(Script([words]), out, clock)
    turn(clock)
    assert words.tobytes() == out.got


def test_a_chunk_in_tiny_pieces_takes_linear_time() -> None:
    """A raw file that takes a byte at a time gets 100,000 of them without copying the rest each time."""

    class Tiny(io.RawIOBase):
        count = 0

        def write(self, data: Any, /) -> int:
            self.count += len(data[:1])
            return 1

    out = Tiny()
    seen = Seen(readIntoFile(Script([b"x" * 100_000]), out, Clock()))
    assert 100_000 == out.count
    assert [] == seen.values


def test_a_wrapped_raw_file_is_raw(tmp_path: Path) -> None:
    """An unbuffered temporary file takes everything."""
    clock = Clock()
    with tempfile.NamedTemporaryFile(buffering=0, dir=tmp_path, delete=False) as out:
        readIntoFile(Script([b"abc", b"def"]), out, clock)
        turn(clock)
    assert b"abcdef" == Path(out.name).read_bytes()


def test_a_full_pipe_is_waited_for() -> None:
    """A non-blocking pipe with a slow reader on the other side loses nothing."""
    data = bytes(range(256)) * 4_000
    readEnd, writeEnd = os.pipe()
    os.set_blocking(writeEnd, False)
    os.set_blocking(readEnd, False)
    out = open(writeEnd, "wb", buffering=0)  # noqa: PTH123, SIM115  a descriptor; closed by the subject
    got: list[bytes] = []
    seen = Seen(readIntoFile(Script([data[:500_000], data[500_000:]]), out))

    def emptied() -> bool:
        try:
            piece = os.read(readEnd, 30_000)
        except BlockingIOError:
            return False
        got.append(piece)
        return piece == b""

    turnUntil(emptied)
    os.close(readEnd)
    assert ([None], data) == (seen.values, b"".join(got))


def test_a_full_buffered_pipe_is_waited_for() -> None:
    """A buffered writer that would block says how much it took; the rest follows."""
    clock = Clock()
    took: list[bytes] = []

    class Buffered(io.BytesIO):
        def write(self, data: Any, /) -> int:
            if len(took) % 2 == 0:
                took.append(bytes(data[:2]))
                raise BlockingIOError(11, "full", len(took[-1]))
            took.append(bytes(data))
            return len(data)

    readIntoFile(Script([b"abcde", b"fgh"]), Buffered(), clock)
    turn(clock)
    assert b"abcdefgh" == b"".join(took)


@pytest.mark.parametrize("result", [None, 0, -1, True, "3", 99])
def test_odd_results_of_a_plain_object_are_ignored(result: object) -> None:
    """An object that only looks like a file may return what it likes."""

    class Sink:
        def __init__(self) -> None:
            self.got: list[bytes] = []
            self.closes = 0

        def write(self, data: bytes) -> object:
            self.got.append(data)
            return result

        def close(self) -> None:
            self.closes += 1

    clock = Clock()
    sink = Sink()
    seen = Seen(readIntoFile(Script([b"ab", b"cd"]), sink, clock))
    turn(clock)
    assert ([b"ab", b"cd"], [None], 1) == (sink.got, seen.values, sink.closes)


def test_a_failing_read_closes_the_file(tmp_path: Path) -> None:
    """The error comes back, what was read is in the file, stream and file are closed."""
    clock = Clock()
    error = ValueError("broken")
    source = Script([b"x", error])
    out = (tmp_path / "out").open("wb")
    closed: list[object] = []
    done = readIntoFile(source, out, clock)
    done.addErrback(lambda failure: closed.append((failure.value, out.closed, source.closes)))
    turn(clock)
    assert ([(error, True, 1)], b"x") == (closed, (tmp_path / "out").read_bytes())


def test_a_failing_write_closes_both(tmp_path: Path) -> None:
    """The file's error comes back; stream and file are closed."""
    path = tmp_path / "out"
    path.write_bytes(b"")
    out = path.open("rb")
    source = Script([b"x", b"y"])
    seen = Seen(readIntoFile(source, out, Clock()))
    assert [io.UnsupportedOperation] == [type(value) for value in seen.values]
    assert (1, 1, True) == (source.reads, source.closes, out.closed)


def test_a_file_closed_already() -> None:
    """Writing to a closed file fails as writing does."""
    out = io.BytesIO()
    out.close()
    assert [ValueError] == [type(v) for v in Seen(readIntoFile(Script([b"x"]), out, Clock())).values]


@pytest.mark.parametrize("answers", [[], [ValueError("first")]], ids=["success", "failure"])
def test_an_error_of_closing_the_file(answers: list[Exception]) -> None:
    """It comes back if nothing failed before, and does not hide what did."""

    class Full(io.BytesIO):
        def close(self) -> None:
            if not self.closed:
                super().close()
                raise OSError("disk full")

    seen = Seen(readIntoFile(Script(answers), Full(), Clock()))
    assert [type(answers[0]) if answers else OSError] == [type(value) for value in seen.values]


@pytest.mark.parametrize("blocked", [False, True])
def test_cancelling_closes_stream_and_file(blocked: bool) -> None:
    """Cancelling while a read or a blocked file is waited for closes both and schedules nothing."""
    clock = Clock()
    out = Raw(*[None] * 9)
    source = Script([b"x" if blocked else Deferred()])
    done = readIntoFile(source, out, clock)
    seen = Seen(done)
    done.cancel()
    assert [CancelledError] == [type(value) for value in seen.values]
    assert (1, True, []) == (source.closes, out.closed, clock.getDelayedCalls())


def test_an_interrupt_closes_the_file() -> None:
    """KeyboardInterrupt passes, and leaves neither stream nor file open."""
    source = Script([KeyboardInterrupt()])
    out = io.BytesIO()
    with pytest.raises(KeyboardInterrupt):
        readIntoFile(source, out, Clock())
    assert (1, True) == (source.closes, out.closed)


def test_a_failure_object_as_an_error() -> None:
    """The failure of a late read comes back as it is."""
    waiting: Deferred[bytes] = Deferred()
    failure = Failure(ValueError("late"))
    failures: list[Failure] = []
    readIntoFile(Script([waiting]), io.BytesIO(), Clock()).addErrback(failures.append)
    waiting.errback(failure)
    assert [failure] == failures


def test_importing_installs_no_reactor() -> None:
    """Importing these modules leaves the choice of the reactor to the program."""
    code = (
        "import sys, web2stream.consume, web2stream.connect, web2stream.producer\n"
        "sys.exit('twisted.internet.reactor' in sys.modules)"
    )
    assert 0 == subprocess.run([sys.executable, "-c", code], check=False).returncode
