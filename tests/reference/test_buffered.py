"""BufferedStream: lines, exact counts, and bytes put back."""

import random
import tracemalloc
from array import array
from collections.abc import Iterator
from typing import Any

import pytest
from twisted.internet.defer import CancelledError, Deferred, fail, succeed
from zope.interface.verify import verifyObject

from tests.reference.script import Script, Seen, drain, errorLog, now
from web2stream.buffered import BufferedStream
from web2stream.bytestream import IByteStream
from web2stream.memory import MemoryStream


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Nothing is left in the log."""
    with errorLog():
        yield


def buffered(*chunks: object, length: int | None = None) -> BufferedStream:
    return BufferedStream(Script(chunks, length))


def lines(stream: BufferedStream, *args: Any, **kwargs: Any) -> list[bytes]:
    return list(iter(lambda: now(stream.readline(*args, **kwargs)), b""))


def rest(stream: Any) -> bytes:
    return b"".join(map(bytes, drain(stream)))


def test_provides_its_interface() -> None:
    """A BufferedStream is a byte stream that tells what is underneath and what is buffered."""
    source = MemoryStream(b"ab")
    stream = BufferedStream(source)
    assert verifyObject(IByteStream, stream)
    now(stream.readExactly(1))
    assert (source, b"b") == (stream.stream, stream.data)


def test_both_readers_give_deferreds() -> None:
    """Readline and readExactly give Deferreds, also when the data is there."""
    stream = buffered(b"a\r\nb")
    assert all(isinstance(d, Deferred) for d in (stream.readline(), stream.readExactly(1)))


@pytest.mark.parametrize("delimiter", [b"\n", b"\r\n", b"\r\r\n", b"--boundary", b"aab", bytearray(b"\r\n")])
@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_lines_in_chunks_of_any_size(delimiter: bytes, size: int) -> None:
    """A line ends with its delimiter wherever the chunks are cut."""
    delimiter = bytes(delimiter)
    pieces = [b"", b"one", b"\r", b"\r\r", b"aa", b"-", b"long" * 50]
    whole = b"".join(piece + delimiter for piece in pieces) + b"the rest"
    expected = []
    left = whole
    while left:
        end = left.find(delimiter)
        cut = len(left) if end < 0 else end + len(delimiter)
        expected.append(left[:cut])
        left = left[cut:]
    chunks = [whole[i : i + size] for i in range(0, len(whole), size)]
    assert lines(buffered(*chunks), delimiter) == expected


def test_the_default_delimiter_is_crlf() -> None:
    """Without a delimiter given, a line ends with CRLF."""
    assert lines(buffered(b"a\nb\r\nc\r")) == [b"a\nb\r\n", b"c\r"]


def test_overlapping_prefixes() -> None:
    """A delimiter that begins inside a false start is found."""
    assert lines(buffered(b"\r", b"\r", b"\r", b"\n", b"x"), b"\r\r\n") == [b"\r\r\r\n", b"x"]


@pytest.mark.parametrize("chunks", [[b"abcdef\r\ngh\r\n"], [bytes([c]) for c in b"abcdef\r\ngh\r\n"]])
def test_size_bounds_a_line(chunks: list[bytes]) -> None:
    """A line longer than size is cut there; a limit inside the delimiter leaves its rest for the next."""
    stream = buffered(*chunks)
    assert [now(stream.readline(size=n)) for n in (3, 4, 5, 4, 9)] == [
        b"abc",
        b"def\r",
        b"\ngh\r\n",
        b"",
        b"",
    ]
    assert lines(buffered(*chunks), size=8) == [b"abcdef\r\n", b"gh\r\n"]


def test_a_delimiter_beyond_the_limit_is_not_seen() -> None:
    """The limit holds also when the delimiter is buffered already, just behind it."""
    assert lines(buffered(b"abc\r\n"), size=3) == [b"abc", b"\r\n"]
    assert lines(buffered(b"abc\r\n"), size=4) == [b"abc\r", b"\n"]


def test_asking_for_nothing_reads_nothing() -> None:
    """A size of 0 gives b"" without a read of the source."""
    source = Script([b"abc"])
    stream = BufferedStream(source)
    assert [now(stream.readExactly(0)), now(stream.readline(size=0)), source.reads] == [b"", b"", 0]
    assert rest(stream) == b"abc"


def test_at_the_end_the_rest_and_then_nothing() -> None:
    """What is left comes without delimiter; afterwards b"" for ever, and the source is not asked again."""
    source = Script([b"a\r\nb"])
    stream = BufferedStream(source)
    assert [now(stream.readline()) for _ in range(4)] == [b"a\r\n", b"b", b"", b""]
    assert [now(stream.readExactly()), now(stream.readExactly(5)), stream.read()] == [b"", b"", None]
    assert (source.reads, stream.length) == (2, 0)


def test_exact_counts() -> None:
    """ReadExactly gives the bytes asked for, from any chunks; all of them for None."""
    stream = buffered(b"ab", b"", b"cdef", b"g", b"hij")
    assert [now(stream.readExactly(n)) for n in (1, 4, 0, 2, None)] == [b"a", b"bcde", b"", b"fg", b"hij"]


def test_too_few_bytes_are_no_error() -> None:
    """At the end of data readExactly gives what there is."""
    assert now(buffered(b"ab", b"c").readExactly(5)) == b"abc"


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda s: s.readExactly(-1), ValueError),
        (lambda s: s.readExactly("1"), TypeError),
        (lambda s: s.readExactly(1.0), TypeError),
        (lambda s: s.readline(size=-1), ValueError),
        (lambda s: s.readline(size="1"), TypeError),
        (lambda s: s.readline(b""), ValueError),
        (lambda s: s.readline("\n"), TypeError),
        (lambda s: s.readline(10), TypeError),
        (lambda s: s.pushback("text"), TypeError),
        (lambda s: s.pushback(5), TypeError),
        (lambda s: s.split(-1), ValueError),
        (lambda s: s.split(6), ValueError),
        (lambda s: s.split("1"), TypeError),
    ],
)
def test_wrong_arguments_are_refused_at_once(call: Any, error: type[Exception]) -> None:
    """A wrong argument raises in the call, and the stream is as it was."""
    source = Script([b"ab", b"cde"], length=5)
    stream = BufferedStream(source)
    with pytest.raises(error):
        call(stream)
    assert (source.reads, rest(stream)) == (0, b"abcde")


def test_read_gives_the_buffer_then_the_sources_chunks() -> None:
    """Read empties the buffer first, then hands on the source's own chunks."""
    chunk = memoryview(b"later")
    stream = buffered(b"a\r\nrest", chunk)
    now(stream.readline())
    assert (stream.read(), stream.read() is chunk, stream.read()) == (b"rest", True, None)


def test_read_passes_empty_chunks() -> None:
    """An empty chunk is data, not the end."""
    assert drain(buffered(b"", b"a", b"")) == [b"", b"a", b""]


@pytest.mark.parametrize("chunk", [array("i", [1, 2, 3]), memoryview(array("d", [2.5])), bytearray(b"abc")])
def test_any_buffer_counts_in_bytes(chunk: Any) -> None:
    """Chunks of wide items are bytes to a BufferedStream."""
    whole = memoryview(chunk).tobytes()
    stream = BufferedStream(Script([chunk]))
    assert now(stream.readExactly(2)) == whole[:2]
    assert rest(stream) == whole[2:]


def test_what_was_read_stays() -> None:
    """A source that reuses its buffer does not change what was given."""
    store = bytearray(b"abcd")

    def again() -> bytearray:
        store[:] = b"wxyz"
        return store

    stream = buffered(store, again)
    first = now(stream.readExactly(3))
    second = now(stream.readExactly(3))
    stream.close()
    assert (first, second) == (b"abc", b"dwx")


def test_pushback_comes_first() -> None:
    """Bytes put back are read first, the last put back before all."""
    stream = buffered(b"three\r\n")
    stream.pushback(b"two\r\n")
    stream.pushback(b"")
    stream.pushback(bytearray(b"one\r"))
    stream.pushback(array("b", b"zero "))
    assert lines(stream) == [b"zero one\rtwo\r\n", b"three\r\n"]


def test_pushback_after_partial_reads_and_at_the_end() -> None:
    """Bytes can be put back anywhere, also when the data has ended."""
    stream = buffered(b"abc", b"def")
    stream.pushback(now(stream.readExactly(4)))
    assert now(stream.readExactly()) == b"abcdef"
    assert stream.read() is None
    stream.pushback(b"more\r\n")
    assert (stream.length, now(stream.readline()), stream.read()) == (6, b"more\r\n", None)
    stream.pushback(b"")
    assert (stream.read(), now(stream.readline())) == (None, b"")


def test_pushback_makes_a_delimiter_with_what_follows() -> None:
    """A delimiter half put back and half in the source is one."""
    stream = buffered(b"\nb")
    stream.pushback(b"a\r")
    assert lines(stream) == [b"a\r\n", b"b"]


def test_length_counts_down() -> None:
    """Length is what is yet to be read, at each moment."""
    stream = buffered(b"ab\r\ncd", b"efg", length=9)
    seen = [stream.length]
    for step in (stream.readline, lambda: stream.readExactly(1), stream.read, stream.read, stream.read):
        step()
        seen.append(stream.length)
    assert seen == [9, 5, 4, 3, 0, 0]


def test_length_counts_what_was_put_back() -> None:
    """Bytes put back count; an unknown length stays unknown until the end."""
    known, unknown = buffered(b"ab", length=2), buffered(b"ab")
    for stream in (known, unknown):
        stream.pushback(b"xyz")
    assert (known.length, unknown.length) == (5, None)
    now(unknown.readExactly())
    assert unknown.length == 0


def test_length_at_the_moment_of_delivery() -> None:
    """When a late read fires, length is right already."""
    late: Deferred[object] = Deferred()
    source = Script([late], length=6)
    stream = BufferedStream(source)
    seen: list[int | None] = []
    stream.readline().addCallback(lambda _: seen.append(stream.length))
    late.callback(b"a\r\nbcd")
    assert seen == [3]


def test_late_chunks() -> None:
    """A call waits over as many chunks as it needs."""
    late: list[Deferred[object]] = [Deferred() for _ in range(4)]
    stream = buffered(*late)
    line = Seen(stream.readline())
    for place, chunk in enumerate((b"a", b"b\r", b"\nc")):
        assert line.values == []
        late[place].callback(chunk)
    assert line.values == [b"ab\r\n"]
    exact = Seen(stream.readExactly(5))
    late[3].callback(b"d")
    assert exact.values == [b"cd"]


CALLS = [
    lambda s: s.read(),
    lambda s: s.readline(),
    lambda s: s.readExactly(1),
    lambda s: s.readExactly(0),
    lambda s: s.readline(size=0),
    lambda s: s.pushback(b"x"),
    lambda s: s.split(0),
]


@pytest.mark.parametrize("outstanding", [lambda s: s.read(), lambda s: s.readline(), lambda s: s.readExactly(9)])
@pytest.mark.parametrize("call", CALLS)
def test_overlap_is_refused_and_disturbs_nothing(outstanding: Any, call: Any) -> None:
    """While a call is outstanding every other one raises at once, and the first gets its bytes."""
    late: Deferred[object] = Deferred()
    source = Script([late, b"next"])
    stream = BufferedStream(source)
    seen = Seen(outstanding(stream))
    with pytest.raises(RuntimeError):
        call(stream)
    assert (source.reads, source.closes) == (1, 0)
    late.callback(b"too long\r\n")
    assert seen.values[0] in (b"too long\r\n", b"too long\r")
    assert seen.values[0] + rest(stream) == b"too long\r\nnext"


@pytest.mark.parametrize("call", CALLS)
def test_overlap_from_inside_the_sources_read(call: Any) -> None:
    """A source that calls back into the stream that is reading it is refused."""

    def inside() -> bytes:
        with pytest.raises(RuntimeError):
            call(stream)
        return b"abc"

    stream = buffered(inside, inside)
    assert now(stream.readExactly(4)) == b"abca"
    assert rest(stream) == b"bc"


def test_a_call_from_the_callback() -> None:
    """The callback of a call may make the next one."""
    late: Deferred[object] = Deferred()
    stream = buffered(late, b"d\r\n")
    inner: list[Any] = []
    outer = Seen(stream.readline(), lambda _: inner.append(now(stream.readline())))
    late.callback(b"a\r\nbc")
    assert (outer.values, inner) == ([b"a\r\n"], [b"bcd\r\n"])


def test_pushback_from_the_callback() -> None:
    """The callback of a call may put its bytes back."""
    late: Deferred[object] = Deferred()
    stream = buffered(late)
    stream.readline().addCallback(stream.pushback)
    late.callback(b"a\r\nb")
    assert lines(stream) == [b"a\r\n", b"b"]


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


def test_control_flow_leaves_no_reader_waiting() -> None:
    """A source that is interrupted while a reader waits fails that call: there is no caller to pass to."""
    late: Deferred[object] = Deferred()
    stream = buffered(late, KeyboardInterrupt(), b"\r\n")
    seen = Seen(stream.readline())
    late.callback(b"a")
    # Twisted has caught it on its way out of the callback.
    assert [type(value) for value in Seen(late).values + seen.values] == [KeyboardInterrupt] * 2
    assert now(stream.readline()) == b"a\r\n"


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


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("point", range(13))
@pytest.mark.parametrize("order", ["before first", "after first", "before closed", "after closed"])
def test_split_at_any_point(known: bool, point: int, order: str) -> None:
    """Both halves are BufferedStreams and together the whole, inside the buffer and beyond it."""
    stream = buffered(b"ab\r\ncd", b"ef", b"gh\r\nij", length=14 if known else None)
    now(stream.readExactly(1))
    stream.pushback(b"x")
    whole = b"xb\r\ncdefgh\r\nij"
    before, after = stream.split(point)
    assert (BufferedStream, BufferedStream) == (type(before), type(after))
    if known or point <= 6:
        assert (point, 14 - point if known else None) == (before.length, after.length)
    if order == "before closed":
        before.close()
        assert rest(after) == whole[point:]
    elif order == "after closed":
        after.close()
        assert rest(before) == whole[:point]
    elif order == "before first":
        assert (whole[:point], whole[point:]) == (now(before.readExactly()), now(after.readExactly()))
    else:
        late = Seen(after.readExactly())
        assert whole[:point] == now(before.readExactly())
        assert late.values == [whole[point:]]


def test_split_halves_are_independent_buffers() -> None:
    """Each half has its own buffer: what is put back to one is not read from the other."""
    before, after = BufferedStream(MemoryStream(b"abcdef")).split(3)
    before.pushback(b"1")
    after.pushback(b"2")
    assert (rest(before), rest(after)) == (b"1abc", b"2def")


def test_split_after_a_failure() -> None:
    """The half that is buffered is whole; the other fails as the stream did."""
    stream = buffered(b"abcd", OSError("x"))
    now(stream.readExactly(9))
    before, after = stream.split(2)
    assert (now(before.readExactly()), now(before.readExactly()), after.read()) == (b"ab", b"", b"cd")
    assert isinstance(now(after.read()), OSError)


def test_splits_nest_deeply() -> None:
    """Thousands of splits, each of the rest of the one before, give every byte."""
    stream = buffered(*[b"abcd"] * 2500)
    pieces = []
    for _ in range(3000):
        before, stream = stream.split(3)
        pieces.append(before)
    assert b"".join(rest(piece) for piece in pieces) + rest(stream) == b"abcd" * 2500


def test_splits_inside_the_buffer_move_no_bytes() -> None:
    """Splitting off small pieces of a large buffer costs no copy of the rest."""
    stream = BufferedStream(MemoryStream(bytes(8 << 20)))
    stream.pushback(now(stream.readExactly(1)))
    total = 0
    for _ in range(10_000):
        before, stream = stream.split(10)
        total += len(rest(before))
    assert (total, stream.length) == (100_000, (8 << 20) - 100_000)


def test_any_mix_of_calls_gives_every_byte_once() -> None:
    """Whatever is called in whatever order, the bytes come once each and in order."""
    for seed in range(40):
        chance = random.Random(seed)
        whole = bytes(chance.choices(b"ab\r\n", k=400))
        cuts = sorted(chance.choices(range(len(whole)), k=30))
        chunks = [whole[a:b] for a, b in zip([0, *cuts], [*cuts, len(whole)], strict=True)]
        stream = BufferedStream(Script([c if chance.random() < 0.5 else succeed(c) for c in chunks], len(whole)))
        got = b""
        while stream.length:
            match chance.randrange(5):
                case 0:
                    got += stream_read(stream)
                case 1:
                    got += now(stream.readline(chance.choice([b"\n", b"\r\n", b"\r\r\n"])))
                case 2:
                    got += now(stream.readline(size=chance.randrange(6)))
                case 3:
                    got += now(stream.readExactly(chance.randrange(9)))
                case 4:
                    back = chance.randrange(len(got) + 1) if len(got) < 20 else 3
                    stream.pushback(got[len(got) - back :])
                    got = got[: len(got) - back]
            assert len(got) + stream.length == len(whole)
        assert got == whole


def stream_read(stream: BufferedStream) -> bytes:
    return bytes(now(stream.read()) or b"")


def test_a_long_line_in_small_chunks_is_linear() -> None:
    """A line of 64 MiB in chunks of 1 KiB is searched once."""
    chunk = b"\r" + b"x" * 1023
    source = Script([chunk] * (64 << 10))
    assert len(now(BufferedStream(source).readline())) == 64 << 20


def test_a_million_short_lines_in_one_chunk() -> None:
    """The lines of one large chunk leave without moving the rest of it."""
    stream = BufferedStream(MemoryStream(b"ab\r\n" * 300_000))
    assert sum(1 for _ in iter(lambda: now_fast(stream), b"")) == 300_000


def now_fast(stream: BufferedStream) -> Any:
    return stream.readline().result


def test_a_million_chunks_keep_the_stack_flat() -> None:
    """A million chunks, some of them empty, make one answer."""
    chunks: Iterator[bytes] = (b"" if i % 2 else b"x" for i in range(1_000_000))
    assert len(now(BufferedStream(Script(chunks)).readExactly())) == 500_000


def test_many_fired_deferreds_keep_the_stack_flat() -> None:
    """A hundred thousand chunks in fired Deferreds make one answer."""
    stream = BufferedStream(Script(succeed(b"x") for _ in range(100_000)))
    assert len(now(stream.readline())) == 100_000


def test_memory_stays_in_proportion_to_what_is_buffered() -> None:
    """A long stream read line by line never holds more than a few chunks."""
    chunk = (b"x" * 1022 + b"\r\n") * 64
    stream = BufferedStream(Script(chunk for _ in range(256)))
    tracemalloc.start()
    try:
        count = sum(1 for _ in iter(lambda: now_fast(stream), b""))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert count == 64 * 256
    assert peak < 1 << 20
