"""ProcessStreamer: outputs that are read slowly, late or not at all, and pipes that outlive a process."""

import os
import signal
from pathlib import Path
from typing import Any

import pytest
from twisted.internet.defer import Deferred
from twisted.internet.error import ProcessTerminated

from tests.reactor import turnUntil, waitFor
from tests.reference import process_parts
from tests.reference.process_parts import Reader, both, contents, shell, turns
from tests.reference.script import Script

logged = process_parts.logged
pytestmark = process_parts.MARKS


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
