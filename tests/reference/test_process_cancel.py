"""ProcessStreamer: cancelling, and closing everything."""

import os
from pathlib import Path

from twisted.internet.defer import CancelledError, Deferred

from tests.reactor import turnUntil, waitFor
from tests.reference import process_parts
from tests.reference.process_parts import ENDLESS, Reader, both, childless, contents, shell
from tests.reference.script import Script, Seen

logged = process_parts.logged
pytestmark = process_parts.MARKS


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
