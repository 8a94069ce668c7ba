"""ProcessStreamer: inputs that the process does not take, and inputs that are slow or fail."""

import itertools
import os
from pathlib import Path
from typing import Any

import pytest
from twisted.internet.defer import CancelledError, Deferred, fail
from twisted.internet.error import ProcessTerminated

from tests.reactor import turnUntil, waitFor
from tests.reference import process_parts
from tests.reference.process_parts import ENDLESS, both, childless, contents, descriptors, shell, turns
from tests.reference.script import Script, Seen

logged = process_parts.logged
pytestmark = process_parts.MARKS


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
