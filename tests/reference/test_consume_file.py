"""readIntoFile: a file that is filled, and what of the stream and the file is left."""

import io
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.task import Clock
from twisted.python.failure import Failure

from tests.reactor import waitFor
from tests.reference.consume_file_parts import Raw
from tests.reference.link import turn
from tests.reference.script import Script, Seen, errorLog
from web2stream.consume import readIntoFile
from web2stream.memory import MemoryStream


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
