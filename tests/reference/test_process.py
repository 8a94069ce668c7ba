"""ProcessStreamer: what goes in and comes out, how a process ends, and what it is started with."""

import os
import signal
import subprocess
import sys
from typing import Any

import pytest
from twisted.internet.error import ProcessTerminated
from zope.interface.verify import verifyObject

from tests.reactor import turnUntil, waitFor
from tests.reference import process_parts
from tests.reference.process_parts import PATH, Reader, both, contents, shell
from tests.reference.script import Script, Seen
from web2stream.bytestream import IByteStream
from web2stream.process import ProcessStreamer

logged = process_parts.logged
pytestmark = process_parts.MARKS


def test_output_and_exit() -> None:
    """Both outputs come in their streams, and run fires with None on exit code 0."""
    process = shell("printf hello; printf oops >&2")
    readers = both(process)
    assert waitFor(process.run()) is None
    assert contents(readers) == [b"hello", b"oops"]
    assert (process.outStream.length, process.outStream.read()) == (0, None)


def test_streams_provide_their_interface_before_run() -> None:
    """The outputs are byte streams of unknown length, there before the process is."""
    process = shell("true")
    assert all(verifyObject(IByteStream, stream) for stream in (process.outStream, process.errStream))
    assert (process.outStream.length, process.errStream.length) == (None, None)


def test_what_was_read_is_there_when_run_fires() -> None:
    """A reader that keeps up has everything, to the end, before run fires."""
    for _ in range(20):
        assert atFiring(shell("printf hello; printf oops >&2")) == [(True, b"hello"), (True, b"oops")]


def atFiring(process: ProcessStreamer) -> list[object]:
    """Run the process and say what its readers had when run fired."""
    readers = both(process)
    seen: list[object] = []
    process.run().addCallback(lambda _: seen.extend((r.isDone, bytes(r.data)) for r in readers))
    turnUntil(lambda: bool(seen))
    return seen


def test_takes_what_adapts_to_a_stream() -> None:
    """The input may be bytes; what is no stream is refused at once."""
    process = ProcessStreamer(b"abc", "/bin/cat", ["cat"])
    readers = both(process)
    waitFor(process.run())
    assert contents(readers) == [b"abc", b""]
    with pytest.raises(TypeError):
        ProcessStreamer(5, "/bin/cat", ["cat"])


def test_input_of_many_chunks() -> None:
    """Chunks of all sizes and kinds, empty ones among them, arrive whole and in order."""
    chunks = [bytes([i % 251]) * (i * 37 % 5000) for i in range(600)]
    source = Script([bytearray(c) if i % 3 else memoryview(c) for i, c in enumerate(chunks)])
    process = shell("cat", source)
    readers = both(process)
    waitFor(process.run())
    assert contents(readers) == [b"".join(chunks), b""]
    assert source.closes >= 1


def test_large_data_both_ways() -> None:
    """Megabytes go in and come out of both outputs at once, unchanged."""
    chunk = os.urandom(1 << 16)
    process = shell("tee /dev/stderr", Script([chunk] * 64))
    readers = both(process)
    waitFor(process.run())
    assert contents(readers) == [chunk * 64] * 2


def test_one_process_feeds_another() -> None:
    """An output stream may be the input of the next process."""
    first = shell("printf 'b\\na\\n'")
    second = ProcessStreamer(first.outStream, "sort", ["sort"], PATH)
    readers = both(second)
    first.errStream.close()
    ended = [Seen(first.run()), Seen(second.run())]
    assert contents(readers) == [b"a\nb\n", b""]
    turnUntil(lambda: all(seen.values for seen in ended))
    assert [seen.values for seen in ended] == [[None], [None]]


def test_outputs_split_like_any_stream() -> None:
    """An output can be split at a byte."""
    process = shell("printf abcdef")
    process.errStream.close()
    before, after = (Reader(half) for half in process.outStream.split(2))
    waitFor(process.run())
    assert contents([before, after]) == [b"ab", b"cdef"]


@pytest.mark.parametrize(
    ("script", "expected"),
    [("exit 3", (3, None)), ("kill -9 $$", (None, 9)), ("kill -TERM $$", (None, signal.SIGTERM))],
)
def test_other_ends_are_process_terminated(script: str, expected: object) -> None:
    """A run that ends by another exit code or a signal fails and says which."""
    process = shell("printf partial;" + script)
    readers = both(process)
    with pytest.raises(ProcessTerminated) as info:
        waitFor(process.run())
    assert (info.value.exitCode, info.value.signal) == expected
    assert contents(readers) == [b"partial", b""]


@pytest.mark.parametrize(
    ("args", "expected"),
    [([], b""), ([{"A": "1"}], b"A=1\n"), ([None], os.environb.get(b"PATH", b""))],
)
def test_environment(args: list[Any], expected: bytes) -> None:
    """The environment is empty unless one is given; None hands on this process's own."""
    process = ProcessStreamer(b"", "/usr/bin/env", ["env"], *args)
    readers = both(process)
    waitFor(process.run())
    (out, _) = contents(readers)
    assert expected in out if args == [None] else expected == out


def test_the_environment_given_is_not_looked_at_again() -> None:
    """What the caller does to its arguments after the constructor has no effect."""
    env, args = {"A": "1"}, ["env"]
    process = ProcessStreamer(b"", "/usr/bin/env", args, env)
    env["B"] = "2"
    args.append("nonsense")
    readers = both(process)
    waitFor(process.run())
    assert contents(readers) == [b"A=1\n", b""]


def test_runs_once() -> None:
    """A second run says so, while the first is running and after it, and disturbs nothing."""
    process = shell("cat", b"abc")
    readers = both(process)
    ended = process.run()
    with pytest.raises(RuntimeError, match="once"):
        process.run()
    waitFor(ended)
    with pytest.raises(RuntimeError, match="once"):
        process.run()
    assert contents(readers) == [b"abc", b""]


def test_a_reactor_may_be_given() -> None:
    """The reactor may be given instead of the global one."""
    from twisted.internet import reactor

    process = ProcessStreamer(b"abc", "/bin/cat", ["cat"], {}, reactor)
    readers = both(process)
    waitFor(process.run())
    assert contents(readers) == [b"abc", b""]


def test_importing_installs_no_reactor() -> None:
    """The module leaves the choice of the reactor to the program."""
    code = "import sys, web2stream.process; sys.exit('twisted.internet.reactor' in sys.modules)"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    assert subprocess.run([sys.executable, "-c", code], env=environment, check=False).returncode == 0


@pytest.mark.parametrize("program", ["no-such-program", "/no/such/program", "/etc/passwd", "/"])
def test_a_program_that_cannot_be_executed(program: str) -> None:
    """The run fails as with exit code 1, says why on errStream, and lets the input go."""
    source = Script([b"abc"])
    process = ProcessStreamer(source, program, ["x"], PATH)
    readers = both(process)
    with pytest.raises(ProcessTerminated) as info:
        waitFor(process.run())
    out, err = contents(readers)
    assert (info.value.exitCode, out) == (1, b"")
    assert program.encode() in err
    assert source.closes >= 1


def test_arguments_that_no_process_can_have() -> None:
    """What the system can't take fails the run, ends the outputs and closes the input."""
    source = Script([b"abc"])
    process = ProcessStreamer(source, "/bin/echo", ["echo", "nul\0"])
    readers = both(process)
    seen = Seen(process.run())
    assert contents(readers) == [b"", b""]
    assert [isinstance(value, Exception) for value in seen.values] == [True]
    assert source.closes >= 1


def test_many_processes_at_once() -> None:
    """Dozens of processes run side by side without a descriptor or a child left."""
    processes = [shell(f"cat; exit {i % 2}", b"%d" % i) for i in range(40)]
    readers = [both(process)[0] for process in processes]
    seen = [Seen(process.run()) for process in processes]
    assert contents(readers) == [b"%d" % i for i in range(40)]
    turnUntil(lambda: all(s.values for s in seen))
    assert [type(s.values[0]) for s in seen] == [type(None), ProcessTerminated] * 20
