"""CompoundStream: many streams as one."""

import array
import gc
import itertools
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from twisted.internet.defer import CancelledError, Deferred
from twisted.logger import capturedLogs
from zope.interface.verify import verifyClass, verifyObject

from tests.sources import (
    LATER,
    BrokenError,
    Fired,
    ScriptedSource,
    SendfileSource,
    ask,
    drain,
    failureOf,
    pieces,
)
from web2stream import adapters
from web2stream.bytestream import IByteStream
from web2stream.compound import CompoundStream
from web2stream.file import FileStream
from web2stream.memory import MemoryStream
from web2stream.sendfile import ISendfileableStream, SendfileBuffer
from web2stream.split import PostTruncaterStream, TruncaterStream, fallbackSplit, substream

MILLION = 1_000_000


def source(*script: Any, **keywords: Any) -> ScriptedSource:
    """Make a source that tells the length of its script."""
    keywords.setdefault("length", sum(len(step) for step in script if isinstance(step, bytes)))
    return ScriptedSource(*script, **keywords)


class Repeating(ScriptedSource):
    """A bucket that may stand in a compound many times: it gives its piece and an end in turn.

    Args:
        piece: the data; None for nothing but ends.
    """

    def __init__(self, piece: bytes | None) -> None:
        super().__init__(length=len(piece or b""))
        self.piece = piece
        self.isNext = True

    def read(self) -> bytes | None:
        self.isNext = not self.isNext
        return None if self.isNext else self.piece


# What it is


def test_provides_its_interfaces() -> None:
    """A compound is a byte stream that takes `sendfile`."""
    for interface in (IByteStream, ISendfileableStream):
        assert interface.implementedBy(CompoundStream)
        assert verifyObject(interface, CompoundStream())
    assert verifyClass(ISendfileableStream, CompoundStream)


def test_without_buckets_it_is_at_its_end() -> None:
    """An empty compound has length 0 and gives None."""
    stream = CompoundStream()
    assert ([], 0, None, None) == (stream.buckets, stream.length, stream.deferred, stream.read())


def test_reads_its_buckets_in_order() -> None:
    """The data is that of the buckets, one after the other."""
    stream = CompoundStream([source(b"a", b"b"), source(), source(b"c"), source(b"", b"d")])
    assert 4 == stream.length
    assert b"abcd" == drain(stream)
    assert (None, 0, []) == (stream.read(), stream.length, stream.buckets)


def test_buckets_may_come_from_any_iterable() -> None:
    """The buckets are given by anything that can be iterated."""
    assert b"ab" == drain(CompoundStream(source(piece) for piece in (b"a", b"b")))


def test_default_buckets_are_not_shared() -> None:
    """Two compounds made without buckets have nothing in common."""
    first, second = CompoundStream(), CompoundStream()
    first.addStream(source(b"a"))
    assert ([], 0) == (second.buckets, second.length)


def test_buckets_are_adapted(tmp_path: Path) -> None:
    """What can be adapted to a byte stream can be a bucket."""
    assert adapters is not None
    path = tmp_path / "file"
    path.write_bytes(b"file")
    with path.open("rb") as file:
        stream = CompoundStream([b"bytes", bytearray(b"array"), memoryview(b"view")])
        stream.addStream(file)
        assert 18 == stream.length
        assert b"bytesarrayviewfile" == drain(stream)


def test_what_cannot_be_adapted_is_refused() -> None:
    """A bucket that is no stream is a TypeError, and changes nothing."""
    bucket = source(b"a")
    with pytest.raises(TypeError):
        CompoundStream([bucket, 7])
    assert (0, 0) == (bucket.reads, bucket.closes)
    stream = CompoundStream([bucket])
    with pytest.raises(TypeError):
        stream.addStream("text")
    assert ([bucket], 1) == (stream.buckets, stream.length)


def test_buckets_is_a_list_of_what_is_left() -> None:
    """`buckets` is a list of those not used up."""
    buckets = [source(bytes([number])) for number in range(6)]
    stream = CompoundStream(buckets)
    for number in range(6):
        assert buckets[number:] == [bucket for bucket in stream.buckets if bucket.length]
        assert isinstance(stream.buckets, list)
        stream.read()
    stream.read()
    assert [] == stream.buckets


def test_buckets_may_be_changed_by_a_subclass() -> None:
    """A subclass may change the list of buckets, or put another in its place."""

    class Old(CompoundStream):
        def prepend(self, bucket: Any) -> None:
            self.buckets.insert(0, bucket)
            self.length += bucket.length

        def forget(self) -> None:
            self.buckets = []
            self.length = 0

    stream = Old([source(b"b")])
    stream.prepend(source(b"a"))
    assert (2, b"ab") == (stream.length, drain(stream))
    stream.addStream(source(b"c"))
    stream.forget()
    assert (0, None) == (stream.length, stream.read())


def test_the_given_list_is_left_alone() -> None:
    """Reading a compound doesn't empty the caller's list."""
    buckets = [source(b"a"), source(b"b")]
    drain(CompoundStream(buckets))
    assert 2 == len(buckets)


def test_used_up_buckets_are_let_go_not_closed() -> None:
    """A bucket that is used up is neither closed nor kept."""
    first, second = source(b"a"), source(b"b")
    stream = CompoundStream([first, second])
    drain(stream)
    assert (0, 0) == (first.closes, second.closes)
    assert first not in gc.get_referents(*gc.get_referents(stream))


# Length


def test_length_falls_with_each_read() -> None:
    """Length counts the bytes that are yet to come, also inside the callback that gets them."""
    later = ScriptedSource(LATER, length=4)
    stream = CompoundStream([source(b"ab", b"c"), later])
    lengths: list[int | None] = [stream.length]
    for _ in range(2):
        stream.read()
        lengths.append(stream.length)
    waiting = stream.read()
    assert isinstance(waiting, Deferred)
    assert waiting is stream.deferred
    waiting.addCallback(lambda _: lengths.append(stream.length))
    later.fire(b"def")
    assert [7, 5, 4, 1] == lengths


@pytest.mark.parametrize("kind", [memoryview, lambda data: array.array("H", data)])
def test_length_counts_bytes_not_items(kind: Any) -> None:
    """Length falls by bytes, whatever the item size of a piece."""
    stream = CompoundStream([ScriptedSource(kind(b"abcd"), length=4), source(b"e")])
    stream.read()
    assert 1 == stream.length


def test_a_bucket_of_unknown_length_makes_it_unknown() -> None:
    """With one bucket of unknown length the whole is unknown, up to the end."""
    stream = CompoundStream([source(b"a"), ScriptedSource(b"b"), source(b"c")])
    seen = []
    while True:
        seen.append(stream.length)
        if stream.read() is None:
            break
    assert ([None] * 4, 0) == (seen, stream.length)
    stream = CompoundStream([source(b"a")])
    stream.addStream(ScriptedSource(b"b"))
    assert stream.length is None
    stream.addStream(source(b"c"))
    assert stream.length is None


def test_length_is_known_again_after_the_end() -> None:
    """Once it is used up nothing is unknown any more: a stream added then counts."""
    stream = CompoundStream([ScriptedSource(b"a")])
    drain(stream)
    stream.addStream(source(b"bc"))
    assert (2, b"bc") == (stream.length, drain(stream))


# Adding


def test_streams_are_added_while_reading() -> None:
    """A stream added between two reads comes last."""
    stream = CompoundStream([source(b"a", b"b")])
    assert b"a" == stream.read()
    stream.addStream(source(b"c"))
    assert (2, b"bc") == (stream.length, drain(stream))


def test_streams_are_added_while_a_read_is_outstanding() -> None:
    """A stream added while the last one is waited for is what the read goes on with."""
    first = ScriptedSource(LATER)
    stream = CompoundStream([first])
    waiting = ask(stream)
    stream.addStream(source(b"b"))
    first.fire(None)
    assert [b"b"] == waiting


def test_a_stream_may_be_added_by_a_bucket_that_is_read() -> None:
    """A bucket may add others while it is read."""

    def addMore() -> bytes:
        stream.addStream(source(b"b"))
        return b"a"

    stream = CompoundStream([ScriptedSource(addMore, length=1)])
    assert b"ab" == drain(stream)


def test_streams_added_after_the_end_are_read() -> None:
    """None means that nothing is left now: what the owner adds afterwards is read."""
    stream = CompoundStream()
    for number in range(3):
        assert (None, None) == (stream.read(), stream.read())
        stream.addStream(source(b"%d" % number))
        assert (1, b"%d" % number) == (stream.length, stream.read())
    assert stream.read() is None


@pytest.mark.parametrize("how", ["close", "failure"])
def test_streams_added_after_close_or_failure_are_closed(how: str) -> None:
    """Close and failure are final: what is added afterwards is closed unread."""
    stream = CompoundStream([ScriptedSource(BrokenError())])
    if how == "close":
        stream.close()
    else:
        failureOf(stream)
    late = source(b"a")
    stream.addStream(late)
    assert (1, 0) == (late.closes, late.reads)
    assert (0, None, []) == (stream.length, stream.read(), stream.buckets)


# Answers now and later


def test_waits_for_each_bucket_in_turn() -> None:
    """Buckets that answer later are waited for, the one after the other."""
    buckets = [ScriptedSource(LATER, LATER, length=1) for _ in range(3)]
    stream = CompoundStream(buckets)
    for number, bucket in enumerate(buckets):
        waiting = ask(stream)
        if number:
            buckets[number - 1].fire(None)
        assert [] == waiting
        bucket.fire(b"x")
        assert [b"x"] == waiting
    waiting = ask(stream)
    buckets[-1].fire(None)
    assert [None] == waiting
    assert [2, 2, 2] == [bucket.reads for bucket in buckets]


def test_fired_deferreds_answer_at_once() -> None:
    """Deferreds fired already are as good as plain answers."""
    stream = CompoundStream([ScriptedSource(Fired(b"a"), Fired(None)), ScriptedSource(Fired(b"b"))])
    assert b"ab" == drain(stream)


def test_empty_pieces_are_not_the_end() -> None:
    """An empty piece is passed on, and the bucket is read further."""
    stream = CompoundStream([source(b"", b"a", b""), source(b"", b"b")])
    assert [b"", b"a", b"", b"", b"b"] == list(iter(stream.read, None))


def test_data_passes_as_it_is() -> None:
    """What the bucket gives is the very object that the reader gets."""
    piece = bytearray(b"abc")
    assert piece is CompoundStream([ScriptedSource(piece, length=3)]).read()


def test_reading_on_in_a_callback() -> None:
    """A callback that reads on gets the next piece, once."""
    first, second = ScriptedSource(LATER, length=1), ScriptedSource(LATER, length=1)
    stream = CompoundStream([first, second])
    answers: list[list[object]] = []
    waiting = stream.read()
    assert isinstance(waiting, Deferred)
    waiting.addCallback(lambda _: answers.append(ask(stream)))
    first.fire(b"a")
    assert (1, 1) == (second.reads, len(second.outstanding))
    second.fire(b"b")
    assert [[b"b"]] == answers


def test_an_overlapping_read_is_refused_and_disturbs_nothing() -> None:
    """A read while one is outstanding raises RuntimeError; the first one gets its data."""
    bucket = ScriptedSource(LATER, b"b", length=2)
    stream = CompoundStream([bucket])
    waiting = ask(stream)
    for _ in range(3):
        with pytest.raises(RuntimeError):
            stream.read()
    assert (2, 1, []) == (stream.length, bucket.reads, waiting)
    bucket.fire(b"a")
    assert [b"a"] == waiting
    assert b"b" == drain(stream)


def test_a_bucket_that_reads_its_compound_is_refused() -> None:
    """A read from within a bucket's own read overlaps."""
    errors: list[Exception] = []

    def readBack() -> bytes:
        try:
            stream.read()
        except RuntimeError as error:
            errors.append(error)
        return b"a"

    stream = CompoundStream([ScriptedSource(readBack, length=1)])
    assert (b"a", 1) == (drain(stream), len(errors))


# Failures


@pytest.mark.parametrize("step", [BrokenError(), Fired(BrokenError()), LATER])
def test_a_failing_bucket_fails_and_closes_everything(step: object) -> None:
    """The failure is passed on once, all buckets are closed, length is 0 and None follows."""
    bad, rest = ScriptedSource(b"a", step, length=4), [source(b"b"), source(b"c")]
    stream = CompoundStream([source(b"0"), bad, *rest])
    assert (b"0", b"a") == (stream.read(), stream.read())
    answer = ask(stream)
    if step is LATER:
        bad.fire(BrokenError())
    assert [BrokenError] == [type(error) for error in answer]
    assert (0, [], None, None) == (stream.length, stream.buckets, stream.read(), stream.deferred)
    assert [(1, 0), (1, 0)] == [(bucket.closes, bucket.reads) for bucket in rest]
    stream.close()
    assert [1, 1, 1] == [bucket.closes for bucket in (bad, *rest)]


def test_a_plain_exception_is_raised() -> None:
    """A bucket that raises makes the read raise; one that fails later fails the Deferred."""
    stream = CompoundStream([ScriptedSource(BrokenError("now"))])
    with pytest.raises(BrokenError, match="now"):
        stream.read()


def test_a_close_that_raises_does_not_stop_the_others() -> None:
    """All buckets are closed, whatever one of them does; its mistake is logged."""

    class Bad(ScriptedSource):
        def close(self) -> None:
            super().close()
            raise BrokenError

    buckets = [source(), Bad(length=0), Bad(length=0), source()]
    stream = CompoundStream(buckets)
    with capturedLogs() as logged:
        stream.close()
    assert [1] * 4 == [bucket.closes for bucket in buckets]
    assert [BrokenError] * 2 == [event["log_failure"].type for event in logged]


def test_a_bucket_that_ends_early_fails() -> None:
    """A bucket that ends before its length fails the whole: what follows would stand at a wrong place."""
    short, following = ScriptedSource(b"ab", length=4), source(b"cd")
    stream = CompoundStream([short, following])
    assert b"ab" == stream.read()
    assert isinstance(failureOf(stream), ValueError)
    assert (None, 0, 1, 1) == (stream.read(), stream.length, short.closes, following.closes)


@pytest.mark.parametrize("step", [b"abcdef", Fired(b"abcdef"), bytearray(b"abcdef"), array.array("H", b"abcdef")])
def test_a_bucket_that_runs_over_is_cut(step: object) -> None:
    """A bucket gives no more than its length, and is closed where it would."""
    long = ScriptedSource(step, b"more", length=4)
    stream = CompoundStream([long, source(b"gh")])
    assert (b"abcd", 2, 1) == (stream.read(), stream.length, long.closes)
    assert b"gh" == drain(stream)


def test_a_bucket_that_gives_more_after_its_last_byte_is_cut() -> None:
    """Pieces beyond the length are not delivered at all."""
    long = ScriptedSource(b"ab", b"", b"cd", length=2)
    stream = CompoundStream([long, source(b"e")])
    assert [b"ab", b"", b"e"] == list(iter(stream.read, None))
    assert 1 == long.closes


def test_a_bucket_without_length_in_its_body() -> None:
    """A bucket whose length never falls is held to what it first said."""

    class Constant(ScriptedSource):
        def _count(self, data: Any) -> object:
            return data

    stream = CompoundStream([Constant(b"ab", b"cd", length=4), source(b"e")])
    assert (b"abcde", 0) == (drain(stream), stream.length)


@pytest.mark.parametrize("junk", ["text", 7, object()])
def test_what_is_not_bytes_fails(junk: object) -> None:
    """A bucket that gives no bytes-like object fails the stream."""
    following = source(b"a")
    stream = CompoundStream([ScriptedSource(junk), following])
    assert isinstance(failureOf(stream), TypeError)
    assert 1 == following.closes


def test_a_length_that_raises_is_a_failure_of_reading() -> None:
    """A bucket whose length can't be told when it is read fails the stream."""

    class Nameless(ScriptedSource):
        asked = 0

        def __getattribute__(self, name: str) -> Any:
            if name == "length":
                self.asked += 1
                if self.asked > 2:
                    raise BrokenError
            return super().__getattribute__(name)

    stream = CompoundStream([Nameless(b"a", length=1)])
    assert isinstance(failureOf(stream), BrokenError)
    assert (None, 0) == (stream.read(), stream.length)


def test_keyboard_interrupt_passes() -> None:
    """What is no Exception passes, and leaves the stream usable."""
    stream = CompoundStream([ScriptedSource(KeyboardInterrupt, b"a", length=1)])
    with pytest.raises(KeyboardInterrupt):
        stream.read()
    assert b"a" == drain(stream)


# Closing


def test_close_closes_all_buckets_left() -> None:
    """Closing closes every bucket that is left, once, and ends the stream."""
    buckets = [source(b"a"), source(b"b", b"c"), source(b"d")]
    stream = CompoundStream(buckets)
    stream.read()
    stream.read()
    for _ in range(3):
        stream.close()
    assert [0, 1, 1] == [bucket.closes for bucket in buckets]
    assert (None, 0, []) == (stream.read(), stream.length, stream.buckets)


def test_close_sets_an_unknown_length_to_zero() -> None:
    """A closed stream has length 0, whatever it was before."""
    stream = CompoundStream([ScriptedSource(b"a")])
    stream.close()
    assert 0 == stream.length


def test_closing_with_a_read_outstanding_gives_none() -> None:
    """The outstanding Deferred fires with None, once."""
    bucket = ScriptedSource(LATER, length=4)
    stream = CompoundStream([bucket, source(b"b")])
    waiting = ask(stream)
    stream.close()
    assert ([None], None, None) == (waiting, stream.deferred, stream.read())


@pytest.mark.parametrize("answer", [b"data", None, BrokenError()])
def test_an_answer_after_the_close_goes_nowhere(answer: object) -> None:
    """What a bucket still answers after the close isn't delivered, and isn't logged."""
    bucket = ScriptedSource(LATER)
    stream = CompoundStream([bucket, source(b"b")])
    waiting = ask(stream)
    late = bucket.outstanding.popleft()
    stream.close()
    bucket.outstanding.append(late)
    bucket.fire(answer)
    assert ([None], None) == (waiting, stream.read())


def test_a_bucket_that_gives_data_when_it_is_closed() -> None:
    """Data that a bucket hands out while it is being closed is not delivered."""

    class Rude(ScriptedSource):
        def close(self) -> None:
            self.fire(b"data")

    stream = CompoundStream([Rude(LATER)])
    waiting = ask(stream)
    stream.close()
    assert [None] == waiting


def test_closing_inside_a_callback() -> None:
    """A callback of a read may close the stream, twice."""
    bucket, following = ScriptedSource(LATER, length=1), source(b"b")
    stream = CompoundStream([bucket, following])
    waiting = stream.read()
    assert isinstance(waiting, Deferred)

    def closeTwice(_: object) -> None:
        stream.close()
        stream.close()

    waiting.addCallback(closeTwice)
    bucket.fire(b"a")
    assert (1, 0, None) == (following.closes, following.reads, stream.read())


def test_a_bucket_that_closes_its_compound_while_it_is_read() -> None:
    """A bucket may close the compound from within its read; its answer is dropped."""

    def closeAll() -> bytes:
        stream.close()
        return b"a"

    bucket = ScriptedSource(closeAll, length=1)
    stream = CompoundStream([bucket, source(b"b")])
    assert (None, 1, None) == (stream.read(), bucket.closes, stream.read())


def test_cancelling_closes_the_stream() -> None:
    """A reader that cancels gets CancelledError, and all buckets are closed."""
    buckets = [ScriptedSource(LATER), source(b"b")]
    stream = CompoundStream(buckets)
    waiting = stream.read()
    assert isinstance(waiting, Deferred)
    errors: list[object] = []
    waiting.addErrback(lambda failure: errors.append(failure.type))
    waiting.cancel()
    assert ([CancelledError], [1, 1]) == (errors, [bucket.closes for bucket in buckets])
    assert (None, 0) == (stream.read(), stream.length)


def test_failures_leave_nothing_in_the_log() -> None:
    """A failure that was delivered isn't reported again when everything is forgotten."""
    with capturedLogs() as logged:
        bucket = ScriptedSource(LATER)
        stream = CompoundStream([bucket])
        answer = ask(stream)
        bucket.fire(BrokenError())
        assert [BrokenError] == [type(error) for error in answer]
        del bucket, stream, answer
        gc.collect()
    assert [] == list(logged)


# Sendfile


def test_sendfile_goes_to_buckets_that_take_it() -> None:
    """`sendfile=True` reaches exactly the buckets that declare it."""
    window = SendfileBuffer(None, 0, 300)
    sendable, plain, nested = SendfileSource(window, length=300), source(b"a"), SendfileSource(length=0)
    stream = CompoundStream([sendable, plain, CompoundStream([nested])])
    assert window is stream.read(sendfile=True)
    assert (1, b"a") == (stream.length, stream.read(sendfile=True))
    assert stream.read(True) is None
    assert ([True, True], [True]) == (sendable.asked, nested.asked)


def test_without_sendfile_only_bytes_are_asked_for() -> None:
    """A plain read asks no bucket for a SendfileBuffer."""
    sendable = SendfileSource(b"a", length=1)
    assert b"a" == CompoundStream([sendable]).read()
    assert [False] == sendable.asked


def test_sendfile_is_handed_on_after_waiting() -> None:
    """The bucket that a waiting read goes on with is asked as the first was."""
    first, sendable = ScriptedSource(LATER), SendfileSource(b"a", length=1)
    answer = CompoundStream([first, sendable]).read(sendfile=True)
    assert isinstance(answer, Deferred)
    first.fire(None)
    assert (b"a", [True]) == (answer.result, sendable.asked)


def test_a_sendfile_window_that_runs_over_is_cut() -> None:
    """A SendfileBuffer beyond its stream's length is made shorter."""
    stream = CompoundStream([SendfileSource(SendfileBuffer(None, 7, 300), length=200)])
    assert SendfileBuffer(None, 7, 200) == stream.read(sendfile=True)


def test_files_are_sent(tmp_path: Path) -> None:
    """Real files in a compound give their windows, in order."""
    path = tmp_path / "file"
    path.write_bytes(bytes(range(256)) * 4)
    with path.open("rb") as file:
        stream = CompoundStream([MemoryStream(b"head"), FileStream(file, 0, 512), FileStream(file, 100, 400)])
        assert 916 == stream.length
        data = [stream.read(sendfile=True) for _ in range(4)]
        assert isinstance(data[1], SendfileBuffer)
        assert [b"head", bytes(range(256)) * 2, path.read_bytes()[100:500], None] == [
            None if piece is None else bytes(piece)  # type: ignore[call-overload]
            for piece in data
        ]


# Split


@pytest.mark.parametrize("point", range(10))
def test_the_halves_are_the_whole(point: int) -> None:
    """Wherever the point falls, inside buckets, at their edges, at empty ones, the halves are the whole."""
    whole = b"".join(pieces(9))
    parts = [whole[0:3], b"", whole[3:4], b"", b"", whole[4:8], whole[8:9], b""]
    before, after = CompoundStream([MemoryStream(part) for part in parts]).split(point)
    assert (point, 9 - point) == (before.length, after.length)
    assert (whole[:point], whole[point:]) == (drain(before), drain(after))
    assert (0, 0) == (before.length, after.length)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_the_halves_are_independent(order: tuple[int, int]) -> None:
    """The halves can be read in any order, though the point lies in a bucket that must be read through."""
    whole = b"".join(pieces(9))
    for point in range(10):
        stream = CompoundStream([source(whole[:3]), source(whole[3:5], whole[5:8]), source(whole[8:])])
        halves = stream.split(point)
        answers: list[list[object]] = [[], []]
        for number in order:
            answers[number] = ask(halves[number])
        rest = [drain(half) for half in halves if not half.deferred]
        read = [b"".join(bytes(piece) for piece in answer if piece is not None) for answer in answers]  # type: ignore[call-overload]
        assert 2 == len(rest)
        assert [whole[:point], whole[point:]] == [start + more for start, more in zip(read, rest, strict=True)]


def test_split_touches_no_bucket() -> None:
    """Splitting reads and closes nothing."""
    buckets = [source(b"abc"), source(b"def")]
    CompoundStream(buckets).split(4)
    assert [(0, 0), (0, 0)] == [(bucket.reads, bucket.closes) for bucket in buckets]


@pytest.mark.parametrize(
    ("point", "error"), [(-1, ValueError), (7, ValueError), ("1", TypeError), (None, TypeError), (1.5, TypeError)]
)
def test_a_wrong_point_leaves_the_stream_usable(point: Any, error: type[Exception]) -> None:
    """A point that is no position of the stream is refused, and nothing has changed."""
    stream = CompoundStream([source(b"abc"), source(b"def")])
    with pytest.raises(error):
        stream.split(point)
    assert (6, b"abcdef") == (stream.length, drain(stream))


def test_a_point_behind_the_last_bucket_of_an_unknown_stream() -> None:
    """A point behind everything is refused too when the bucket that was unknown is used up."""
    stream = CompoundStream([ScriptedSource(b"a"), source(b"b")])
    assert (b"a", b"b") == (stream.read(), stream.read())
    stream.addStream(source(b"c"))
    with pytest.raises(ValueError, match="behind"):
        stream.split(2)
    assert b"c" == drain(stream)


def test_a_bucket_that_refuses_to_split_leaves_the_stream_usable() -> None:
    """If a bucket's own split fails, the stream is as it was."""

    class Stubborn(ScriptedSource):
        def split(self, point: int) -> Any:
            raise BrokenError(point)

    stream = CompoundStream([source(b"ab"), Stubborn(b"cd", length=2)])
    with pytest.raises(BrokenError):
        stream.split(3)
    assert (4, b"abcd") == (stream.length, drain(stream))


def test_a_known_start_is_split_off_an_unknown_rest() -> None:
    """A point before the bucket of unknown length needs no fallback: the first half is known."""
    before, after = CompoundStream([source(b"abc"), ScriptedSource(b"def"), source(b"g")]).split(2)
    assert isinstance(after, CompoundStream)
    assert (2, None) == (before.length, after.length)
    assert (b"ab", b"cdefg") == (drain(before), drain(after))


@pytest.mark.parametrize("point", range(3, 8))
def test_an_unknown_bucket_before_the_point_needs_the_fallback(point: int) -> None:
    """A point that may lie in or behind a bucket of unknown length is found by reading."""
    whole = b"".join(pieces(7))
    stream = CompoundStream([source(whole[:2]), ScriptedSource(whole[2:5]), source(whole[5:])])
    before, after = stream.split(point)
    assert (TruncaterStream, PostTruncaterStream) == (type(before), type(after))
    assert (point, None) == (before.length, after.length)
    assert (whole[:point], whole[point:]) == (drain(before), drain(after))


def test_splitting_after_partial_reads() -> None:
    """A point counts from what has been read."""
    whole = b"".join(pieces(9))
    for reads, point in itertools.product(range(6), range(10)):
        stream = CompoundStream([source(whole[i : i + 1], whole[i + 1 : i + 3]) for i in (0, 3, 6)])
        done = b"".join(bytes(stream.read()) for _ in range(reads))  # type: ignore[call-overload]
        if len(done) + point > 9:
            with pytest.raises(ValueError, match="outside"):
                stream.split(point)
            continue
        before, after = stream.split(point)
        place = len(done) + point
        assert (whole[len(done) : place], whole[place:]) == (drain(before), drain(after))


def test_a_bucket_read_in_part_keeps_its_promise_across_a_split() -> None:
    """A bucket that ends early fails the half it went to, also if it was read before the split."""
    stream = CompoundStream([ScriptedSource(b"a", b"b", length=4), source(b"xy")])
    stream.read()
    before, after = stream.split(0)
    assert before.read() is None
    assert b"b" == after.read()
    assert isinstance(failureOf(after), ValueError)
    stream = CompoundStream([ScriptedSource(b"a", b"b", length=4), source(b"xy")])
    stream.read()
    before, after = stream.split(4)
    assert b"b" == before.read()
    assert isinstance(failureOf(before), ValueError)
    assert b"y" == drain(after)


def test_a_closed_stream_splits_into_closed_ones() -> None:
    """Both halves of a closed stream stay at their end, whatever is added."""
    stream = CompoundStream([source(b"a")])
    stream.close()
    for half in stream.split(0):
        half.addStream(source(b"b"))
        assert (None, 0) == (half.read(), half.length)


def test_a_split_during_a_read_is_refused() -> None:
    """With a read outstanding the stream can't be split, and the read goes on."""
    bucket = ScriptedSource(LATER, length=2)
    stream = CompoundStream([bucket])
    waiting = ask(stream)
    with pytest.raises(RuntimeError):
        stream.split(1)
    bucket.fire(b"ab")
    assert [b"ab"] == waiting


def test_closing_one_half_leaves_the_other() -> None:
    """Each half closes its own buckets; the one that was cut is closed with its second part."""
    whole = b"".join(pieces(6))
    buckets = [source(whole[:2]), source(whole[2:4]), source(whole[4:])]
    before, after = CompoundStream(buckets).split(3)
    before.close()
    assert [1, 0, 0] == [bucket.closes for bucket in buckets]
    assert whole[3:] == drain(after)
    buckets = [source(whole[:2]), source(whole[2:4]), source(whole[4:])]
    before, after = CompoundStream(buckets).split(3)
    after.close()
    assert whole[:3] == drain(before)
    assert [0, 1, 1] == [bucket.closes for bucket in buckets]


def test_random_splits_give_the_whole() -> None:
    """Compounds split again and again, at random, read to the same bytes."""
    for seed in range(200):
        chance = random.Random(seed)
        sizes = [chance.choice([0, 0, 1, 2, 5]) for _ in range(chance.randrange(1, 12))]
        whole = b"".join(pieces(*sizes))
        buckets: list[Any] = []
        for piece in pieces(*sizes):
            kinds: list[Callable[[bytes], Any]] = [MemoryStream, source, ScriptedSource]
            buckets.append(chance.choice(kinds)(piece))
        streams: list[Any] = [CompoundStream(buckets)]
        ends = [len(whole)]
        for _ in range(chance.randrange(6)):
            number = chance.randrange(len(streams))
            start = ends[number - 1] if number else 0
            point = chance.randrange(ends[number] - start + 1)
            streams[number : number + 1] = streams[number].split(point)
            ends.insert(number, start + point)
        starts = [0, *ends]
        expected = [whole[i:j] for i, j in zip(starts, ends, strict=False)]
        assert expected == [drain(stream) for stream in streams], f"seed {seed}"


def test_substream_of_a_compound() -> None:
    """A substream over several buckets closes what lies around it; only one it reads to its end ends alone."""
    whole = b"".join(pieces(8))
    buckets = [source(whole[i : i + 2]) for i in range(0, 8, 2)]
    assert whole[3:5] == drain(substream(CompoundStream(buckets), 3, 5))
    assert [1, 0, 1, 1] == [bucket.closes for bucket in buckets]
    assert [0, 2, 1, 0] == [bucket.reads for bucket in buckets]


def test_a_compound_can_be_split_by_the_fallback() -> None:
    """A compound is a good source for `fallbackSplit`."""
    before, after = fallbackSplit(CompoundStream([source(b"ab"), source(b"cd")]), 3)
    assert (b"abc", b"d") == (drain(before), drain(after))


# Cost


def test_a_million_empty_buckets_need_no_stack() -> None:
    """A million buckets without data are passed in one read."""
    stream = CompoundStream([])
    stream.buckets = [Repeating(None)] * MILLION
    assert stream.read() is None


def test_a_million_buckets_are_linear() -> None:
    """Reading far into a million buckets costs the same per bucket as reading a few."""
    bucket = Repeating(b"x")
    stream = CompoundStream()
    stream.buckets = [bucket] * MILLION
    stream.length = MILLION
    for _ in range(200_000):
        assert b"x" == stream.read()
    assert MILLION - 200_000 == stream.length
    stream.close()
    assert 1 < bucket.closes


def test_many_buckets_that_answer_later_need_no_stack() -> None:
    """Buckets that end later, each when the one before has, are waited for in a loop."""
    buckets = [ScriptedSource(LATER) for _ in range(5_000)]
    stream = CompoundStream(buckets)
    waiting = ask(stream)
    for bucket in buckets:
        bucket.fire(None)
    assert [None] == waiting


@pytest.mark.parametrize("side", [0, 1])
def test_deep_splits_are_flat_and_linear(side: int) -> None:
    """Thousands of splits of the last one's half, over thousands of buckets, from either end."""
    depth = 20_000
    stream: Any = CompoundStream(MemoryStream(b"x") for _ in range(depth))
    parts: list[Any] = []
    for step in range(1, depth):
        halves = stream.split(1 if side else depth - step)
        parts.append(halves[1 - side])
        stream = halves[side]
    parts.append(stream)
    assert depth == sum(len(drain(part)) for part in parts)


@pytest.mark.parametrize("side", [0, 1])
@pytest.mark.parametrize("known", [True, False])
def test_deep_splits_inside_one_bucket_are_flat(side: int, known: bool) -> None:
    """Thousands of splits inside one bucket that must be read through need no stack."""
    depth = 10_000
    stream: Any = CompoundStream([ScriptedSource(bytes(depth), length=depth if known else None)])
    parts: list[Any] = []
    for step in range(1, depth):
        halves = stream.split(1 if side else depth - step)
        parts.append(halves[1 - side])
        stream = halves[side]
    parts.append(stream)
    for part in parts if side else reversed(parts):
        assert b"\0" == drain(part)
