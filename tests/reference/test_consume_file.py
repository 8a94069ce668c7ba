"""readIntoFile: what it asks of a file, and what of the stream and the file is left."""

import array
import io
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.task import Clock
from twisted.python.failure import Failure

from tests.reactor import turnUntil, waitFor
from tests.reference.link import turn
from tests.reference.script import Script, Seen, errorLog
from web2stream.consume import readIntoFile
from web2stream.memory import MemoryStream


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
