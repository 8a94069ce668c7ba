"""BufferedStream: failures, closing and cancelling."""

from typing import Any

import pytest
from twisted.internet.defer import CancelledError, Deferred, fail

from tests.reference import buffered_parts
from tests.reference.buffered_parts import buffered, lines, rest
from tests.reference.script import Script, Seen, now
from web2stream.buffered import BufferedStream

_quiet = buffered_parts._quiet


@pytest.mark.parametrize("error", [lambda: OSError("x"), lambda: fail(OSError("x"))])
def test_a_failing_source_keeps_what_is_buffered(error: Any) -> None:
    """After a failure the buffered bytes can be read; more is the same failure again."""
    source = Script([b"ab\r\ncd", error()])
    stream = BufferedStream(source)
    now(stream.readExactly(1))
    first = now(stream.readExactly(9))
    assert isinstance(first, OSError)
    assert (now(stream.readline()), stream.length) == (b"b\r\n", 2)
    assert (first, first, b"c") == (
        now(stream.readline()),
        now(stream.readExactly()),
        now(stream.readExactly(1)),
    )
    assert (b"d", first, first, 2, 0) == (
        stream.read(),
        now(stream.read()),
        now(stream.read()),
        source.reads,
        stream.length,
    )


def test_a_late_failure() -> None:
    """A failure that comes late fails the outstanding call, and keeps the bytes."""
    late: Deferred[object] = Deferred()
    stream = buffered(b"ab", late)
    seen = Seen(stream.readline())
    late.errback(OSError("x"))
    assert ([OSError], b"ab") == ([type(value) for value in seen.values], now(stream.readExactly(2)))


def test_pushback_after_a_failure() -> None:
    """Bytes put back after a failure can be read; then it fails again."""
    stream = buffered(OSError("x"))
    now(stream.read())
    stream.pushback(b"a\r\n")
    assert (b"a\r\n", OSError) == (now(stream.readline()), type(now(stream.readline())))


def test_a_source_that_ends_early_is_a_failure() -> None:
    """Data that is shorter than its length never looks complete."""
    stream = BufferedStream(Script([b"ab", None], length=5))
    assert isinstance(now(stream.readExactly(5)), RuntimeError)
    assert (b"ab", RuntimeError) == (now(stream.readExactly(2)), type(now(stream.read())))


def test_a_source_that_runs_over_is_cut() -> None:
    """Data over the length is cut off, and what follows is a failure."""

    class Liar(Script):
        def read(self) -> object:
            return b"abcdef"

    stream = BufferedStream(Liar([], length=4))
    assert (stream.length, bytes(now(stream.read()))) == (4, b"abcd")
    assert isinstance(now(stream.read()), RuntimeError)


@pytest.mark.parametrize("thing", ["text", 5, object()])
def test_a_source_that_gives_no_bytes_is_a_failure(thing: object) -> None:
    """What is not bytes-like fails the call, and is kept out of the buffer."""
    stream = buffered(b"ab", thing)
    assert isinstance(now(stream.readline()), TypeError)
    assert now(stream.readExactly(2)) == b"ab"


@pytest.mark.parametrize("isLate", [False, True])
def test_a_released_buffer_is_a_failure(isLate: bool) -> None:
    """A chunk whose memory is gone fails the call, whenever it comes."""
    chunk = memoryview(b"abc")
    chunk.release()
    late: Deferred[object] = Deferred()
    stream = buffered(late if isLate else chunk)
    seen = Seen(stream.readline())
    if isLate:
        late.callback(chunk)
    assert [type(value) for value in seen.values] == [ValueError]


@pytest.mark.parametrize("passing", [KeyboardInterrupt, SystemExit])
def test_control_flow_passes(passing: type[BaseException]) -> None:
    """KeyboardInterrupt and SystemExit pass, and what is buffered stays."""
    stream = buffered(b"ab", passing(), b"cd")
    with pytest.raises(passing):
        stream.readExactly(4)
    assert now(stream.readExactly(4)) == b"abcd"


def test_close() -> None:
    """Closing drops the buffer and closes the source; then there is nothing, for ever."""
    source = Script([b"abc"], length=9)
    stream = BufferedStream(source)
    now(stream.readExactly(1))
    stream.close()
    stream.close()
    assert (
        stream.read(),
        now(stream.readline()),
        now(stream.readExactly(3)),
        stream.length,
        stream.data,
    ) == (None, b"", b"", 0, b"")
    stream.pushback(b"dropped")
    assert (stream.read(), stream.length, source.reads) == (None, 0, 1)
    assert source.closes >= 1


@pytest.mark.parametrize(
    ("call", "expected"),
    [(lambda s: s.read(), None), (lambda s: s.readline(), b""), (lambda s: s.readExactly(4), b"")],
)
@pytest.mark.parametrize("result", ["fires with close", b"late data\r\n", OSError("late"), None])
def test_close_with_a_call_outstanding(call: Any, expected: object, result: Any) -> None:
    """The outstanding call ends as at the end of data, once; what comes later reaches nobody."""

    class Deaf(Script):
        def close(self) -> None:
            self.closes += 1

    late: Deferred[object] = Deferred()
    byClose = result == "fires with close"
    stream = BufferedStream((Script if byClose else Deaf)([lambda: late]))
    seen = Seen(call(stream))
    stream.close()
    assert seen.values == [expected]
    if not byClose:
        late.errback(result) if isinstance(result, Exception) else late.callback(result)
    assert ([expected], None, 0) == (seen.values, stream.read(), stream.length)


def test_close_from_callbacks() -> None:
    """Callbacks may close: of a call that got its bytes, and of one that close fired."""
    late: Deferred[object] = Deferred()
    source = Script([late])
    stream = BufferedStream(source)
    first = Seen(stream.readline(), lambda _: stream.close())
    late.callback(b"a\r\nb")
    assert (first.values, stream.read()) == ([b"a\r\n"], None)
    waiting = buffered(Deferred)
    again: list[object] = []

    def closeAndRead(_: object) -> None:
        waiting.close()
        again.append(waiting.read())

    second = Seen(waiting.readExactly(3), closeAndRead)
    waiting.close()
    assert (second.values, again) == ([b""], [None])


@pytest.mark.parametrize("call", [lambda s: s.readline(), lambda s: s.readExactly(9), lambda s: s.read()])
def test_close_from_inside_the_sources_read(call: Any) -> None:
    """A source whose read closes the stream above it ends it, whatever it then answers."""

    def closing() -> bytes:
        stream.close()
        return b"too late"

    stream = buffered(closing)
    assert not now(call(stream))
    assert stream.read() is None


def test_closing_a_source_without_close() -> None:
    """A source that can only be read is enough, also for split and close."""

    class Reader:
        def __init__(self) -> None:
            self.chunks = [b"abc", b"def"]

        def read(self) -> bytes | None:
            return self.chunks.pop(0) if self.chunks else None

    assert lines(BufferedStream(Reader()), b"d") == [b"abcd", b"ef"]
    before, after = BufferedStream(Reader()).split(4)
    assert (rest(before), rest(after)) == (b"abcd", b"ef")
    BufferedStream(Reader()).close()


@pytest.mark.parametrize("call", [lambda s: s.read(), lambda s: s.readline(), lambda s: s.readExactly(4)])
def test_cancelling_closes_the_stream(call: Any) -> None:
    """A cancelled call fails with CancelledError; the source is closed and the stream at its end."""
    source = Script([Deferred])
    stream = BufferedStream(source)
    outstanding = call(stream)
    seen = Seen(outstanding)
    outstanding.cancel()
    assert ([CancelledError], 1) == ([type(value) for value in seen.values], source.closes)
    assert (stream.read(), stream.length) == (None, 0)
