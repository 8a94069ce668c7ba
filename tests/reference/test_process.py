"""ProcessStreamer: real processes between streams."""

import contextlib
import itertools
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from twisted.internet.defer import CancelledError, Deferred, fail
from twisted.internet.error import ProcessTerminated
from zope.interface.verify import verifyObject

from tests.reactor import turnUntil, waitFor
from tests.reference.script import Script, Seen, errorLog
from web2stream.bytestream import IByteStream
from web2stream.process import ProcessStreamer

PATH = {"PATH": os.environ["PATH"]}
PROGRAMS = "/bin/cat /bin/echo /bin/sh /usr/bin/env head sort tee"
MISSING = [name for name in PROGRAMS.split() if shutil.which(name) is None]

pytestmark = [
    pytest.mark.skipif(bool(MISSING), reason=f"there is no {' '.join(MISSING)}"),
    pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="there is no /proc that tells what is left open"),
]


def descriptors() -> set[tuple[str, str]]:
    """Tell what is open, and what it leads to: a number may be used again."""
    found = set()
    for number in os.listdir("/proc/self/fd"):  # noqa: PTH208  numbers are wanted, not paths
        try:
            found.add((number, os.readlink(f"/proc/self/fd/{number}")))  # noqa: PTH115
        except OSError:
            continue
    return found


def endStrangers() -> None:
    """End and reap children that an earlier test of another module left in this process."""
    for task in Path("/proc/self/task").glob("*/children"):
        for child in task.read_text().split():
            with contextlib.suppress(ProcessLookupError, ChildProcessError):
                os.kill(int(child), signal.SIGKILL)
                os.waitpid(int(child), 0)


@pytest.fixture(autouse=True)
def logged() -> Iterator[list[BaseException]]:
    """Errors in the log. Descriptors and children must be gone in the end."""
    endStrangers()
    turnUntil(lambda: True)
    before = descriptors()
    with errorLog() as errors:
        yield errors
        turnUntil(lambda: descriptors() <= before)
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def shell(script: str, source: Any = b"") -> ProcessStreamer:
    return ProcessStreamer(source, "/bin/sh", ["sh", "-c", script], PATH)


class Reader:
    """Reads a stream to its end, as soon as something comes."""

    def __init__(self, stream: Any) -> None:
        self.stream = stream
        self.data = bytearray()
        self.isDone = False
        self._read()

    def _read(self) -> None:
        while not self.isDone:
            answer = self.stream.read()
            if isinstance(answer, Deferred):
                answer.addCallback(self._came)
                return
            self._take(answer)

    def _came(self, answer: Any) -> None:
        self._take(answer)
        self._read()

    def _take(self, answer: Any) -> None:
        if answer is None:
            self.isDone = True
        else:
            self.data += answer


def both(process: ProcessStreamer) -> list[Reader]:
    return [Reader(process.outStream), Reader(process.errStream)]


def contents(readers: list[Reader]) -> list[bytes]:
    turnUntil(lambda: all(reader.isDone for reader in readers))
    return [bytes(reader.data) for reader in readers]


def turns(count: int) -> None:
    """Turn the reactor some times, for what must not happen in any of them."""
    left = iter(range(count))
    turnUntil(lambda: next(left, None) is None)


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


ENDLESS = [b"x" * 10_000]


@pytest.mark.parametrize("script", ["exec <&-; printf done", "true; printf done", "head -c 5 >/dev/null; printf done"])
def test_a_process_that_does_not_read_its_input(script: str) -> None:
    """Closing stdin, ignoring it or leaving it in the middle is no error; the input is closed."""
    source = Script(itertools.cycle(ENDLESS))
    process = shell(script, source)
    readers = both(process)
    assert waitFor(process.run()) is None
    assert contents(readers) == [b"done", b""]
    assert source.closes >= 1


@pytest.mark.parametrize("first", [[], [b""], [b"some"]])
def test_stdin_closed_while_the_input_is_slow(first: list[bytes], tmp_path: Path) -> None:
    """When the process closes its stdin the input is closed, though it has nothing to write just then."""
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    source = Script([*first, Deferred])
    process = shell(f"exec <&-; read x <{fifo}", source)
    readers = both(process)
    ended = process.run()
    turnUntil(lambda: source.closes > 0)
    assert not ended.called
    fifo.write_bytes(b"go\n")
    assert waitFor(ended) is None
    contents(readers)


def test_the_end_closes_an_input_that_never_answers() -> None:
    """When the process has ended, an input that is still waited for is closed."""
    source = Script([b"", Deferred])
    process = shell("exit 0", source)
    readers = both(process)
    assert waitFor(process.run()) is None
    assert source.closes >= 1
    contents(readers)


def test_closing_the_input_ends_it() -> None:
    """Who closes the input while it runs ends the process's stdin."""
    source = Script([b"abc", Deferred])
    process = shell("cat", source)
    readers = both(process)
    ended = process.run()
    turnUntil(lambda: readers[0].data == b"abc")
    source.close()
    assert waitFor(ended) is None
    contents(readers)


@pytest.mark.parametrize("error", [lambda: OSError("x"), lambda: fail(OSError("x"))])
@pytest.mark.parametrize("before", [[], [b"abc"]])
def test_a_failing_input_is_logged(logged: list[BaseException], error: Any, before: list[bytes]) -> None:
    """A failing input is logged once and closes stdin; the run's result is the process's."""
    source = Script([*before, error()])
    process = shell("cat", source)
    readers = both(process)
    assert waitFor(process.run()) is None
    assert contents(readers) == [b"".join(before), b""]
    assert [OSError] == [type(logged.pop()) for _ in logged[:]]
    assert source.closes >= 1


def test_a_late_failure_of_the_input(logged: list[BaseException]) -> None:
    """An input that fails while the process waits for it closes stdin."""
    late: Deferred[object] = Deferred()
    process = shell("cat; exit 4", Script([b"abc", late]))
    readers = both(process)
    ended = process.run()
    turnUntil(lambda: readers[0].data == b"abc")
    late.errback(OSError("x"))
    with pytest.raises(ProcessTerminated):
        waitFor(ended)
    assert [OSError] == [type(logged.pop()) for _ in logged[:]]
    contents(readers)


@pytest.mark.parametrize("passing", [KeyboardInterrupt, SystemExit])
def test_control_flow_passes(passing: type[BaseException]) -> None:
    """KeyboardInterrupt and SystemExit of the input pass through run, and leave no process."""
    process = shell("cat", Script([passing()]))
    with pytest.raises(passing):
        process.run()
    assert (process.outStream.read(), process.errStream.read()) == (None, None)
    turnUntil(childless)


def childless() -> bool:
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return True
    return False


def held(stream: Any) -> int:
    return sum(len(chunk) for chunk in stream.buffer)


def test_a_slow_reader_holds_the_process_back() -> None:
    """Without a reader the process blocks and little is held; then all its output can be read."""
    process = shell("head -c 3000000 /dev/zero")
    process.errStream.close()
    ended = process.run()
    turnUntil(lambda: process.outStream.producerPaused)
    turns(50)
    assert held(process.outStream) < 100_000
    assert not ended.called
    reader = Reader(process.outStream)
    assert waitFor(ended) is None
    assert contents([reader]) == [bytes(3_000_000)]


def test_one_output_does_not_hold_the_other_back() -> None:
    """While nobody reads stdout, stderr can be read, and the other way round."""
    for there, other in (("", ">&2"), (">&2", "")):
        process = shell(f"head -c 300000 /dev/zero {there} & printf done {other}; wait")
        streams = [process.outStream, process.errStream]
        blocked, free = streams if not there else streams[::-1]
        ended = process.run()
        reader = Reader(free)
        turnUntil(lambda reader=reader: reader.data == b"done")  # type: ignore[misc]
        rest = Reader(blocked)
        waitFor(ended)
        assert contents([reader, rest]) == [b"done", bytes(300_000)]


def test_a_slow_process_holds_the_input_back() -> None:
    """An endless input is read only as far as the process takes it."""
    source = Script(itertools.cycle(ENDLESS))
    process = shell("cat", source)
    ended = process.run()
    seen = Seen(ended)
    turnUntil(lambda: process.outStream.producerPaused)
    turns(50)
    assert source.reads < 60
    ended.cancel()
    assert [CancelledError] == [type(value) for value in seen.values]
    turnUntil(childless)


def test_output_may_be_read_after_run() -> None:
    """Run fires though nobody reads, and what the process wrote is all there."""
    process = shell("i=0; while [ $i -lt 600 ]; do printf '%0100d' $i; i=$((i+1)); done; printf oops >&2")
    assert waitFor(process.run()) is None
    out, err = contents(both(process))
    assert (out, err) == (b"".join(b"%0100d" % i for i in range(600)), b"oops")


def test_a_closed_output_reaches_the_process() -> None:
    """A process that writes to a closed output gets SIGPIPE."""
    process = shell("exec yes")
    process.errStream.close()
    ended = process.run()
    first = process.outStream.read()
    assert isinstance(first, Deferred)
    assert isinstance(waitFor(first), bytes)
    process.outStream.close()
    with pytest.raises(ProcessTerminated) as info:
        waitFor(ended)
    assert info.value.signal == signal.SIGPIPE
    assert process.outStream.read() is None


def test_outputs_closed_before_run() -> None:
    """Outputs closed before the process starts are closed for it."""
    process = shell("exec yes")
    process.outStream.close()
    process.errStream.close()
    with pytest.raises(ProcessTerminated):
        waitFor(process.run())
    assert (process.outStream.read(), process.errStream.read()) == (None, None)


def test_a_process_that_ignores_closed_outputs_goes_on() -> None:
    """Closing both outputs does not end a process that does not write; it still gets its input."""
    source = Script([b"x" * 1000] * 300)
    process = shell("test $(wc -c) = 300000", source)
    ended = process.run()
    process.outStream.close()
    process.errStream.close()
    assert waitFor(ended) is None


def test_a_process_may_outlive_its_pipes(tmp_path: Path) -> None:
    """The outputs end when the process closes them; run waits for the process."""
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    process = shell(f"printf done; exec <&- >&- 2>&-; read x <{fifo}; exit 5")
    readers = both(process)
    ended = process.run()
    assert contents(readers) == [b"done", b""]
    assert not ended.called
    fifo.write_bytes(b"go\n")
    with pytest.raises(ProcessTerminated) as info:
        waitFor(ended)
    assert info.value.exitCode == 5


def test_another_process_may_hold_the_pipes(tmp_path: Path) -> None:
    """Run does not wait for a process left behind; its output still comes, and then the end."""
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    process = shell(f"(read x <{fifo}; printf later) & head -c 20000 /dev/zero; exit 0")
    readers = both(process)
    had: list[int] = []
    waitFor(process.run().addCallback(lambda _: had.append(len(readers[0].data))))
    assert ([20_000], False) == (had, readers[0].isDone)
    fifo.write_bytes(b"go\n")
    assert contents(readers) == [bytes(20_000) + b"later", b""]


def test_another_process_may_hold_stdin(tmp_path: Path) -> None:
    """The input is closed when the process ends, though another one holds its pipe and reads nothing."""
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    source = Script(itertools.cycle(ENDLESS))
    before = descriptors()
    process = shell(f"(exec >&- 2>&-; read x <{fifo}) <&0 & exit 0", source)
    readers = both(process)
    assert waitFor(process.run()) is None
    assert contents(readers) == [b"", b""]
    assert source.closes >= 1
    turnUntil(lambda: descriptors() <= before)
    fifo.write_bytes(b"go\n")


def test_cancelling_kills_the_process(tmp_path: Path) -> None:
    """A cancelled run fails with CancelledError, kills the process and closes all three streams."""
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    source = Script([b"abc", Deferred])
    process = shell(f"trap '' TERM HUP PIPE; head -c 3; read x <{fifo}", source)
    ended = process.run()
    seen = Seen(ended)
    first = process.outStream.read()
    assert isinstance(first, Deferred)
    assert waitFor(first) == b"abc"
    outstanding = Seen(process.outStream.read())
    ended.cancel()
    assert [CancelledError] == [type(value) for value in seen.values]
    assert ([None], None, None) == (outstanding.values, process.outStream.read(), process.errStream.read())
    assert source.closes >= 1
    turnUntil(childless)
    assert len(seen.values) == 1


def test_cancelling_from_inside_the_input() -> None:
    """The run may be cancelled from where its input is read."""
    late: Deferred[object] = Deferred()

    def cancel() -> bytes:
        ended.cancel()
        return b"too late"

    process = shell("cat", Script([late, cancel]))
    ended = process.run()
    seen = Seen(ended)
    late.callback(b"x" * 100_000)
    reader = Reader(process.outStream)
    turnUntil(lambda: bool(seen.values))
    assert ([CancelledError], True) == ([type(value) for value in seen.values], reader.isDone)
    turnUntil(childless)


def test_cancelling_when_stdin_asks_for_more() -> None:
    """The run may be cancelled from a read that the process's own appetite has caused."""

    def cancel() -> bytes:
        ended.cancel()
        return b"too late"

    source = Script([*ENDLESS * 100, cancel])
    process = shell("cat >/dev/null", source)
    ended = process.run()
    seen = Seen(ended)
    assert seen.values == []
    turnUntil(lambda: bool(seen.values))
    assert [type(value) for value in seen.values] == [CancelledError]
    assert (source.reads, process.outStream.read(), process.errStream.read()) == (101, None, None)
    turnUntil(childless)


def test_closing_everything_from_a_callback() -> None:
    """A reader may close the outputs, and start the next process, from the callback of its read."""
    process = shell("exec yes")
    next_ = shell("printf next")
    readers: list[Reader] = []

    def came(_: object) -> None:
        process.outStream.close()
        process.errStream.close()
        readers.extend(both(next_))
        next_.run()

    first = process.outStream.read()
    ended = Seen(process.run())
    assert isinstance(first, Deferred)
    first.addCallback(came)
    turnUntil(lambda: bool(ended.values and readers))
    assert contents(readers) == [b"next", b""]
    turnUntil(childless)


def test_many_processes_at_once() -> None:
    """Dozens of processes run side by side without a descriptor or a child left."""
    processes = [shell(f"cat; exit {i % 2}", b"%d" % i) for i in range(40)]
    readers = [both(process)[0] for process in processes]
    seen = [Seen(process.run()) for process in processes]
    assert contents(readers) == [b"%d" % i for i in range(40)]
    turnUntil(lambda: all(s.values for s in seen))
    assert [type(s.values[0]) for s in seen] == [type(None), ProcessTerminated] * 20
