"""fallbackSplit, its two halves, and substream."""

import array
import gc
import itertools
import random
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from twisted.internet.defer import CancelledError, Deferred
from twisted.logger import capturedLogs
from zope.interface.verify import verifyClass, verifyObject

from tests.sources import LATER, BrokenError, Fired, ManyPieces, ScriptedSource, ask, drain, failureOf, pieces
from web2stream.bytestream import IByteStream
from web2stream.file import FileStream
from web2stream.memory import MemoryStream
from web2stream.split import PostTruncaterStream, TruncaterStream, fallbackSplit, substream

MILLION = 1_000_000


class Bare:
    """A stream that can be read and nothing else."""

    def __init__(self, *script: bytes) -> None:
        self.script = iter(script)

    def read(self) -> bytes | None:
        return next(self.script, None)


class Index:
    """An integer by `__index__` alone."""

    def __index__(self) -> int:
        return 2


# What the halves are


def test_gives_the_two_historical_types() -> None:
    """A fallback split gives a TruncaterStream and a PostTruncaterStream."""
    before, after = fallbackSplit(ScriptedSource(), 3)
    assert (TruncaterStream, PostTruncaterStream) == (type(before), type(after))
    assert before.postTruncater is after


def test_halves_provide_the_interface() -> None:
    """Both halves are byte streams."""
    for kind, half in zip(
        (TruncaterStream, PostTruncaterStream), fallbackSplit(ScriptedSource(length=4), 1), strict=True
    ):
        assert verifyClass(IByteStream, kind)
        assert verifyObject(IByteStream, half)


def test_halves_can_be_built_by_hand() -> None:
    """The halves are constructible one by one, as they were historically."""
    source = ScriptedSource(b"abcdef", length=6)
    after = PostTruncaterStream(source, 2)
    before = TruncaterStream(source, 2, after)
    assert (2, 4) == (before.length, after.length)
    assert (b"ab", b"cdef") == (drain(before), drain(after))


def test_halves_of_different_splits_are_refused() -> None:
    """A first half can't be built on another split's second half."""
    source = ScriptedSource(length=6)
    after = PostTruncaterStream(source, 2)
    with pytest.raises(ValueError, match="doesn't begin"):
        TruncaterStream(source, 3, after)
    with pytest.raises(ValueError, match="doesn't begin"):
        TruncaterStream(ScriptedSource(length=6), 2, after)


def test_attributes_tell_the_state() -> None:
    """The historical attributes follow what happens to the halves."""
    source = ScriptedSource(b"ab", LATER, length=4)
    before, after = fallbackSplit(source, 2)
    assert source is before.stream
    assert source is after.stream
    assert (False, False, False) == (after.closed, after.truncaterClosed, after.sentInitialSegment)
    waiting = after.read()
    assert waiting is after.deferred
    before.read()
    assert (True, True) == (after.truncaterClosed, after.sentInitialSegment)
    assert before.deferred is None
    after.close()
    assert after.closed
    assert after.deferred is None


# Lengths and points


@pytest.mark.parametrize("point", [0, 1, 9, 10])
def test_lengths_are_point_and_rest(point: int) -> None:
    """A stream of known length gives halves of known length."""
    before, after = fallbackSplit(ScriptedSource(length=10), point)
    assert (point, 10 - point) == (before.length, after.length)


def test_an_unknown_length_stays_unknown_behind_the_point() -> None:
    """The second half of a stream of unknown length has unknown length; at its end it is 0."""
    before, after = fallbackSplit(ScriptedSource(*pieces(4, 4)), 3)
    assert 3 == before.length
    assert after.length is None
    drain(before)
    assert after.length is None
    drain(after)
    assert [0, 0] == [half.length for half in (before, after)]


def test_a_source_without_length_and_close_will_do() -> None:
    """All a source needs is `read`."""
    before, after = fallbackSplit(Bare(b"abc", b"def"), 4)
    assert (4, None) == (before.length, after.length)
    assert (b"abcd", b"ef") == (drain(before), drain(after))
    before.close()
    after.close()
    before, after = fallbackSplit(Bare(b"abc"), 1)
    after.close()
    before.close()
    assert before.read() is None


@pytest.mark.parametrize(("point", "error"), [(-1, ValueError), (11, ValueError), ("1", TypeError), (1.0, TypeError)])
def test_a_wrong_point_leaves_the_source_usable(point: Any, error: type[Exception]) -> None:
    """A point that is no position of the stream is refused before the source is touched."""
    source = ScriptedSource(*pieces(10), length=10)
    with pytest.raises(error):
        fallbackSplit(source, point)
    assert (0, 0) == (source.reads, source.closes)
    assert pieces(10)[0] == drain(source)


@pytest.mark.parametrize("point", [-1, None])
def test_a_wrong_point_is_refused_for_an_unknown_length_too(point: Any) -> None:
    """Only a position that can exist is a point."""
    with pytest.raises((ValueError, TypeError)):
        fallbackSplit(ScriptedSource(), point)


def test_a_point_may_be_any_integer_type() -> None:
    """What counts as an index counts as a point."""
    before, after = fallbackSplit(ScriptedSource(b"abcd", length=4), Index())  # type: ignore[arg-type]
    assert (2, 2) == (before.length, after.length)


@pytest.mark.parametrize("half", [0, 1])
def test_a_wrong_point_leaves_a_half_usable(half: int) -> None:
    """A half refuses a wrong point and can still be read."""
    halves = fallbackSplit(ScriptedSource(b"abcdef", length=6), 3)
    for point, error in [(4, ValueError), (-1, ValueError), ("1", TypeError)]:
        with pytest.raises(error):
            halves[half].split(point)  # type: ignore[arg-type]
    assert (b"abc", b"def") == (drain(halves[0]), drain(halves[1]))


def test_length_falls_at_the_moment_of_delivery() -> None:
    """A half's length counts what its reader has, not what the source has given."""
    source = ScriptedSource(LATER, b"efgh", length=8)
    before, after = fallbackSplit(source, 6)
    seen: list[tuple[int | None, int | None]] = []
    waiting = before.read()
    assert isinstance(waiting, Deferred)
    waiting.addCallback(lambda _: seen.append((before.length, after.length)))
    assert (6, 2) == (before.length, after.length)
    source.fire(b"abcd")
    assert [(2, 2)] == seen
    assert b"ef" == before.read()
    assert (0, 2) == (before.length, after.length)
    assert b"gh" == after.read()
    assert (0, 0) == (before.length, after.length)


# Reading


@pytest.mark.parametrize("point", range(11))
@pytest.mark.parametrize("sizes", [(10,), (5, 5), (1,) * 10, (3, 0, 7), (0, 10, 0), (9, 1)])
@pytest.mark.parametrize("known", [True, False])
def test_the_halves_are_the_whole(point: int, sizes: tuple[int, ...], known: bool) -> None:
    """Wherever the point falls, the halves hold the bytes before and behind it."""
    whole = b"".join(pieces(*sizes))
    source = ScriptedSource(*pieces(*sizes), length=10 if known else None)
    before, after = fallbackSplit(source, point)
    assert whole[:point] == drain(before)
    assert whole[point:] == drain(after)
    assert (None, None) == (before.read(), after.read())
    assert (0, 0) == (before.length, after.length)


def test_neither_half_touches_the_source_before_a_read() -> None:
    """Splitting reads and closes nothing."""
    source = ScriptedSource(*pieces(4), length=4)
    before, after = fallbackSplit(source, 2)
    before.split(1)
    after.split(1)
    assert (0, 0) == (source.reads, source.closes)


def test_an_empty_first_half_ends_without_reading() -> None:
    """A first half of no bytes is at its end from the start."""
    source = ScriptedSource(b"abc", length=3)
    before, after = fallbackSplit(source, 0)
    assert before.read() is None
    assert 0 == source.reads
    assert b"abc" == drain(after)


def test_uncut_pieces_pass_as_they_are() -> None:
    """What need not be cut is the very object the source gave."""
    first, last = bytearray(b"abc"), memoryview(b"gh")
    before, after = fallbackSplit(ScriptedSource(first, b"def", last, length=8), 5)
    assert first is before.read()
    assert b"de" == before.read()
    assert b"f" == after.read()
    assert last is after.read()


def test_empty_pieces_are_not_the_end() -> None:
    """Empty pieces neither end a half nor are lost bytes."""
    source = ScriptedSource(b"", b"a", b"", b"bcd", b"", b"e", b"", length=5)
    before, after = fallbackSplit(source, 2)
    assert (b"ab", b"cde") == (drain(before), drain(after))


@pytest.mark.parametrize(
    "make",
    [
        bytearray,
        memoryview,
        lambda data: array.array("I", data),
        lambda data: memoryview(array.array("H", data)),
        lambda data: memoryview(data).cast("B", (2, 4)),
        lambda data: memoryview(bytes(data[i // 2] for i in range(16)))[::2],
    ],
)
def test_bytes_are_counted_not_items(make: Callable[[bytes], Any]) -> None:
    """A piece of any item size, shape and stride is cut at a byte."""
    whole = b"abcdefgh"
    before, after = fallbackSplit(ScriptedSource(make(whole), length=8), 3)
    assert (b"abc", 0, 5) == (drain(before), before.length, after.length)
    assert b"defgh" == drain(after)


def test_cut_data_outlives_a_reused_buffer() -> None:
    """A source that uses one buffer for every piece can't change what was cut, held or delivered last."""
    buffer = bytearray(b"abcd")

    def refill() -> bytearray:
        buffer[:] = b"efgh"
        return buffer

    source = ScriptedSource(buffer, refill, length=8)
    before, after = fallbackSplit(source, 4)
    waiting = ask(after)
    assert b"abcd" == before.read()
    assert [b"efgh"] == waiting
    other = bytearray(b"abcd")
    before, after = fallbackSplit(ScriptedSource(other, length=4), 2)
    first = before.read()
    other[:] = b"????"
    other.clear()
    assert (b"ab", b"cd") == (first, after.read())


def test_a_small_piece_does_not_keep_a_large_one_alive() -> None:
    """What was cut off a chunk is an object of its own size."""
    before, _ = fallbackSplit(ScriptedSource(bytes(1 << 20), length=1 << 20), 1)
    piece = before.read()
    assert type(piece) is bytes
    assert 1 == len(piece)


def test_fired_deferreds_answer_at_once() -> None:
    """A source that answers by fired Deferreds is as good as one that answers directly."""
    before, after = fallbackSplit(ScriptedSource(Fired(b"abc"), Fired(b"def"), Fired(None), length=6), 4)
    assert (b"abcd", b"ef") == (drain(before), drain(after))


def test_any_interleaving_of_reads_gives_each_half_its_bytes() -> None:
    """Whoever reads when, and whenever the source answers, each half gets its own bytes and its end."""
    for seed in range(300):
        chance = random.Random(seed)
        sizes = [chance.randrange(4) for _ in range(chance.randrange(8))]
        whole = b"".join(pieces(*sizes))
        steps = [piece if chance.random() < 0.5 else LATER for piece in pieces(*sizes)]
        waiting = [piece for piece, step in zip(pieces(*sizes), steps, strict=True) if step is LATER]
        source = ScriptedSource(*steps, length=chance.choice([len(whole), None]))
        streams: list[Any] = [source]
        bounds = [0]
        for point in sorted(chance.randrange(len(whole) + 1) for _ in range(chance.randrange(1, 5))):
            before, after = fallbackSplit(streams.pop(), point - bounds[-1])
            streams += [before, after]
            bounds.append(point)
        bounds.append(len(whole))
        asked: list[list[list[object]]] = [[] for _ in streams]
        while not all(answers and answers[-1] == [None] for answers in asked):
            number = chance.randrange(len(streams))
            if source.outstanding and chance.random() < 0.5:
                source.fire(waiting.pop(0))
            elif not asked[number] or asked[number][-1] not in ([], [None]):
                asked[number].append(ask(streams[number]))
        read = [b"".join(answer[0] for answer in answers[:-1]) for answers in asked]  # type: ignore[misc]
        assert [whole[i:j] for i, j in itertools.pairwise(bounds)] == read, f"seed {seed}"
        assert [0] * len(streams) == [stream.length for stream in streams]


# The second half read first


def test_the_second_half_waits_for_the_first() -> None:
    """A second half's reader waits, without a read of the source, until the first half is used up."""
    source = ScriptedSource(b"ab", b"cd", length=4)
    before, after = fallbackSplit(source, 2)
    waiting = ask(after)
    assert ([], 0) == (waiting, source.reads)
    assert b"ab" == before.read()
    assert [b"cd"] == waiting


def test_the_second_half_goes_on_without_a_last_read_of_the_first() -> None:
    """A first half that is never read up to None can't hang the second."""
    source = ScriptedSource(LATER, LATER, length=4)
    before, after = fallbackSplit(source, 2)
    second, first = ask(after), ask(before)
    source.fire(b"ab")
    assert ([b"ab"], []) == (first, second)
    source.fire(b"cd")
    assert [b"cd"] == second


def test_a_cut_piece_answers_both_readers() -> None:
    """One piece over the boundary answers the reader on either side of it."""
    source = ScriptedSource(LATER, length=4)
    before, after = fallbackSplit(source, 1)
    second, first = ask(after), ask(before)
    source.fire(b"abcd")
    assert ([b"a"], [b"bcd"]) == (first, second)


def test_closing_the_first_half_skips_its_rest() -> None:
    """With the first half closed, the second half's reader skips what the first has left."""
    source = ScriptedSource(b"ab", b"cd", b"ef", b"gh", length=8)
    before, after = fallbackSplit(source, 5)
    assert b"ab" == before.read()
    before.close()
    assert 1 == source.reads
    assert b"f" == after.read()
    assert (0, 2) == (before.length, after.length)
    assert b"gh" == drain(after)


def test_closing_the_first_half_frees_a_waiting_reader() -> None:
    """A reader of the second half that waits gets its data when the first half is closed instead of read."""
    source = ScriptedSource(b"ab", b"cd", length=4)
    before, after = fallbackSplit(source, 2)
    waiting = ask(after)
    before.close()
    assert [b"cd"] == waiting


def test_closing_the_first_half_while_it_reads() -> None:
    """A piece that comes for a first half closed meanwhile is skipped, and the second half gets its part."""
    source = ScriptedSource(LATER, length=4)
    before, after = fallbackSplit(source, 2)
    first = ask(before)
    before.close()
    assert [None] == first
    second = ask(after)
    assert 1 == source.reads
    source.fire(b"abcd")
    assert ([None], [b"cd"]) == (first, second)


def test_a_piece_for_a_closed_half_is_kept_for_the_next() -> None:
    """What comes for a first half closed meanwhile isn't lost if the second half is read only later."""
    source = ScriptedSource(LATER, b"e", length=5)
    before, after = fallbackSplit(source, 2)
    ask(before)
    before.close()
    source.fire(b"abcd")
    assert b"cd" == after.read()
    assert b"e" == drain(after)


# Closing


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_closing_both_closes_the_source_once(order: tuple[int, int]) -> None:
    """The source is closed with the second of the halves, once, and never read."""
    source = ScriptedSource(b"abcd", length=4)
    halves = fallbackSplit(source, 2)
    halves[order[0]].close()
    assert 0 == source.closes
    for _ in range(2):
        halves[order[1]].close()
        halves[order[0]].close()
    assert (1, 0) == (source.closes, source.reads)
    assert [(None, 0), (None, 0)] == [(half.read(), half.length) for half in halves]


def test_closing_the_second_half_lets_the_first_finish() -> None:
    """With the second half closed the first gives all its bytes, and the source is closed by its end."""
    source = ScriptedSource(b"ab", b"cdef", b"gh", length=8)
    before, after = fallbackSplit(source, 4)
    after.close()
    assert (None, 0) == (after.read(), after.length)
    assert b"abcd" == drain(before)
    assert (1, 2) == (source.closes, source.reads)


def test_closing_the_second_half_of_a_used_up_first_closes_the_source() -> None:
    """A second half closed behind a first that is used up is the last."""
    source = ScriptedSource(b"ab", b"cd", length=4)
    before, after = fallbackSplit(source, 2)
    assert b"ab" == before.read()
    after.close()
    assert (1, 1) == (source.closes, source.reads)
    before.close()
    assert 1 == source.closes


def test_closing_after_both_ended_closes_the_source_once() -> None:
    """A source that ended by itself is closed only if its halves are, and then once."""
    source = ScriptedSource(b"abcd", length=4)
    before, after = fallbackSplit(source, 2)
    drain(before)
    drain(after)
    assert 0 == source.closes
    before.close()
    after.close()
    assert 1 == source.closes


@pytest.mark.parametrize("half", [0, 1])
def test_closing_with_a_read_outstanding_gives_none(half: int) -> None:
    """The Deferred of a half that is closed fires with None, once, and never with data."""
    source = ScriptedSource(LATER, LATER, length=8)
    halves = fallbackSplit(source, 4)
    waiting = ask(halves[half])
    halves[half].close()
    assert [None] == waiting
    halves[1 - half].close()
    assert ([None], 1) == (waiting, source.closes)


def test_a_source_that_answers_after_the_close_is_ignored() -> None:
    """Data or an error of a source that doesn't end its read at `close` goes nowhere, and isn't logged."""
    for answer in (b"abcd", BrokenError()):
        source = ScriptedSource(LATER, length=4)
        before, after = fallbackSplit(source, 2)
        first, second = ask(before), ask(after)
        late = source.outstanding.popleft()
        after.close()
        before.close()
        source.outstanding.append(late)
        source.fire(answer)
        assert ([None], [None]) == (first, second)


def test_a_half_may_be_closed_inside_its_own_callback() -> None:
    """Closing both halves from the callback of a read is fine at any moment."""
    source = ScriptedSource(LATER, b"efgh", length=8)
    before, after = fallbackSplit(source, 4)
    second: list[object] = ask(after)
    waiting = before.read()
    assert isinstance(waiting, Deferred)

    def closeAll(data: object) -> object:
        after.close()
        before.close()
        before.close()
        return data

    waiting.addCallback(closeAll)
    source.fire(b"abcd")
    assert ([None], 1, 1) == (second, source.closes, source.reads)
    assert b"abcd" == waiting.result


def test_a_source_that_closes_the_halves_while_it_is_read() -> None:
    """A source may close its own halves from within `read`; the answer is dropped."""

    def closeBoth() -> bytes:
        before.close()
        after.close()
        return b"abcd"

    source = ScriptedSource(closeBoth, length=4)
    before, after = fallbackSplit(source, 2)
    assert [None] == ask(before)
    assert (1, None, None) == (source.closes, before.read(), after.read())


def test_reading_on_inside_a_callback() -> None:
    """A callback may read either half; nothing is lost and nothing comes twice."""
    source = ScriptedSource(LATER, b"cd", b"ef", length=6)
    before, after = fallbackSplit(source, 3)
    answers: list[list[object]] = []
    waiting = before.read()
    assert isinstance(waiting, Deferred)
    waiting.addCallback(lambda _: answers.extend([ask(after), ask(before)]))
    source.fire(b"ab")
    assert [[b"d"], [b"c"]] == answers
    assert b"ef" == drain(after)


def test_a_close_that_raises_is_logged_and_does_not_spread() -> None:
    """A source whose `close` raises breaks its promise: the halves' `close` keeps theirs."""

    class Bad(ScriptedSource):
        def close(self) -> None:
            super().close()
            raise BrokenError

    with capturedLogs() as logged:
        before, after = fallbackSplit(Bad(LATER, length=4), 2)
        waiting = ask(before)
        before.close()
        after.close()
    assert [None] == waiting
    assert [BrokenError] == [event["log_failure"].type for event in logged]


# Overlap


@pytest.mark.parametrize("half", [0, 1])
def test_an_overlapping_read_is_refused_and_disturbs_nothing(half: int) -> None:
    """A second read of a half is refused at once; the first gets its data all the same."""
    source = ScriptedSource(LATER, LATER, length=4)
    halves = fallbackSplit(source, 2)
    waiting = [ask(each) for each in halves]
    with pytest.raises(RuntimeError):
        halves[half].read()
    source.fire(b"ab")
    source.fire(b"cd")
    assert [[b"ab"], [b"cd"]] == waiting


def test_a_split_during_a_read_is_refused() -> None:
    """A half with a read outstanding refuses to be split, and goes on."""
    source = ScriptedSource(LATER, length=4)
    before, _ = fallbackSplit(source, 2)
    waiting = ask(before)
    with pytest.raises(RuntimeError):
        before.split(1)
    source.fire(b"ab")
    assert [b"ab"] == waiting


def test_a_source_that_reads_its_own_half_is_refused() -> None:
    """A source that reads the half that reads it gets the error, not the data."""
    errors: list[Exception] = []

    def readBack() -> bytes:
        try:
            before.read()
        except RuntimeError as error:
            errors.append(error)
        return b"abcd"

    before, after = fallbackSplit(ScriptedSource(readBack, length=4), 2)
    assert (b"ab", b"cd") == (drain(before), drain(after))
    assert 1 == len(errors)


def test_a_read_that_has_not_returned_is_outstanding() -> None:
    """Who is called while a half's read goes on can't get ahead of it: the read overlaps."""
    before, after = fallbackSplit(ScriptedSource(b"ab", b"cd", length=4), 2)
    errors: list[Exception] = []

    def readBefore(_: object) -> None:
        try:
            before.read()
        except RuntimeError as error:
            errors.append(error)

    waiting = after.read()
    assert isinstance(waiting, Deferred)
    waiting.addCallback(readBefore)
    assert b"ab" == before.read()
    assert 1 == len(errors)
    assert before.read() is None


def test_a_half_closed_while_its_read_goes_on_gives_none() -> None:
    """A half that is closed before its own read has returned gives no data any more."""
    before, after = fallbackSplit(ScriptedSource(b"ab", b"cd", length=4), 2)
    waiting = after.read()
    assert isinstance(waiting, Deferred)
    waiting.addCallback(lambda _: before.close())
    assert before.read() is None
    assert 0 == before.length


# Failures


@pytest.mark.parametrize("step", [BrokenError(), Fired(BrokenError()), LATER])
@pytest.mark.parametrize("known", [True, False])
def test_a_failing_source_fails_both_halves(step: object, known: bool) -> None:
    """A source that fails in the first half fails both, whether they wait or read later."""
    for waits in (True, False):
        source = ScriptedSource(b"a", step, b"more", length=6 if known else None)
        before, after = fallbackSplit(source, 3)
        assert b"a" == before.read()
        second = ask(after) if waits else []
        first = ask(before)
        if step is LATER:
            source.fire(BrokenError())
        second = second or ask(after)
        assert [BrokenError, BrokenError] == [type(answer) for answer in first + second]
        assert [(None, 0), (None, 0)] == [(half.read(), half.length) for half in (before, after)]
        assert (2, 1) == (source.reads, source.closes)


def test_a_complete_first_half_is_not_failed() -> None:
    """A source that fails in the second half leaves a first half that is complete alone."""
    source = ScriptedSource(b"ab", BrokenError(), length=4)
    before, after = fallbackSplit(source, 2)
    assert b"ab" == before.read()
    assert isinstance(failureOf(after), BrokenError)
    assert (None, None) == (before.read(), after.read())


def test_a_failure_at_the_very_end_is_told() -> None:
    """A source that fails instead of ending fails the second half, though all its bytes came."""
    before, after = fallbackSplit(ScriptedSource(b"abcd", BrokenError(), length=4), 2)
    assert (b"ab", b"cd") == (before.read(), after.read())
    assert isinstance(failureOf(after), BrokenError)
    assert (None, None) == (before.read(), after.read())


def test_length_never_looks_complete_before_the_failure_is_told() -> None:
    """A half that is yet to tell its failure doesn't claim to be at its end."""
    before, after = fallbackSplit(ScriptedSource(BrokenError(), length=4), 2)
    failureOf(before)
    assert (0, 2) == (before.length, after.length)
    failureOf(after)
    assert 0 == after.length


def test_a_failed_half_can_be_closed_without_telling() -> None:
    """Closing a half that has a failure to tell drops the failure; nothing is logged."""
    source = ScriptedSource(Fired(BrokenError()), length=4)
    before, after = fallbackSplit(source, 2)
    failureOf(before)
    after.close()
    assert (None, 0, 1) == (after.read(), after.length, source.closes)


def test_a_failed_half_splits_into_failed_parts() -> None:
    """Parts of a half that has a failure to tell both tell it, unless they are complete."""
    before, after = fallbackSplit(ScriptedSource(BrokenError(), length=4), 2)
    failureOf(before)
    nothing, rest = after.split(0)
    assert nothing.read() is None
    first, second = rest.split(1)
    assert [BrokenError, BrokenError] == [type(failureOf(part)) for part in (first, second)]


@pytest.mark.parametrize("waits", [True, False])
@pytest.mark.parametrize("known", [True, False])
def test_a_source_that_ends_in_the_first_half(waits: bool, known: bool) -> None:
    """A source that ends before the point fails both halves with ValueError: neither looks complete."""
    source = ScriptedSource(b"ab", LATER, length=8 if known else None)
    before, after = fallbackSplit(source, 4)
    assert b"ab" == before.read()
    second = ask(after) if waits else []
    first = ask(before)
    source.fire(None)
    second = second or ask(after)
    assert [ValueError, ValueError] == [type(answer) for answer in first + second]
    assert (None, None, 0, 0) == (before.read(), after.read(), before.length, after.length)


def test_a_source_that_ends_in_the_second_half() -> None:
    """A source that ends before its length fails the second half with ValueError, the first is complete."""
    before, after = fallbackSplit(ScriptedSource(b"abc", length=4), 2)
    assert (b"ab", b"c") == (drain(before), after.read())
    assert isinstance(failureOf(after), ValueError)
    assert (None, None) == (before.read(), after.read())


def test_a_source_that_ends_in_the_skipped_part() -> None:
    """A source that ends while a closed first half is skipped fails the second."""
    before, after = fallbackSplit(ScriptedSource(b"ab"), 4)
    before.close()
    assert isinstance(failureOf(after), ValueError)
    assert after.read() is None


def test_a_source_closed_by_somebody_else_hangs_nobody() -> None:
    """Both readers get an answer when the source is closed under them."""
    source = ScriptedSource(LATER, length=8)
    before, after = fallbackSplit(source, 4)
    first, second = ask(before), ask(after)
    source.close()
    assert [ValueError, ValueError] == [type(answer) for answer in first + second]


@pytest.mark.parametrize("sizes", [(5, 3), (5, 5), (20,), (10, 1), (4, 4, 4)])
def test_a_source_that_runs_over_is_cut(sizes: tuple[int, ...]) -> None:
    """What a source gives beyond its length is not delivered, and the source is closed."""
    source = ScriptedSource(*pieces(*sizes), length=6)
    before, after = fallbackSplit(source, 4)
    whole = b"".join(pieces(*sizes))
    assert (whole[:4], whole[4:6]) == (drain(before), drain(after))
    assert (1, 0) == (source.closes, after.length)


@pytest.mark.parametrize("junk", ["text", 7, object(), (b"a",)])
def test_what_is_not_bytes_fails_the_halves(junk: object) -> None:
    """A source that gives no bytes-like object fails both halves and is closed."""
    source = ScriptedSource(junk)
    before, after = fallbackSplit(source, 4)
    assert [TypeError, TypeError] == [type(failureOf(half)) for half in (before, after)]
    assert 1 == source.closes


def test_keyboard_interrupt_passes() -> None:
    """What is no Exception passes through a read, which leaves the half usable."""
    source = ScriptedSource(KeyboardInterrupt, b"abcd", length=4)
    before, after = fallbackSplit(source, 2)
    with pytest.raises(KeyboardInterrupt):
        before.read()
    assert (b"ab", b"cd") == (drain(before), drain(after))


@pytest.mark.parametrize("half", [0, 1])
def test_cancelling_a_read_closes_the_half(half: int) -> None:
    """A reader that cancels gets CancelledError; its half is closed and the other goes on."""
    source = ScriptedSource(LATER, LATER, length=4)
    halves = fallbackSplit(source, 2)
    first = halves[0].read()
    second = halves[1].read()
    chosen = (first, second)[half]
    assert isinstance(chosen, Deferred)
    errors: list[object] = []
    chosen.addErrback(lambda failure: errors.append(failure.type))
    chosen.cancel()
    assert [CancelledError] == errors
    assert (None, 0, 0) == (halves[half].read(), halves[half].length, source.closes)
    halves[1 - half].close()
    assert 1 == source.closes


def test_nothing_is_left_in_the_log_or_in_memory() -> None:
    """Failed halves that nobody reads leave no unhandled error and no cycle that holds the source."""
    with capturedLogs() as logged:
        source = ScriptedSource(LATER, length=4)
        before, after = fallbackSplit(source, 2)
        first = ask(before)
        source.fire(BrokenError())
        assert [BrokenError] == [type(answer) for answer in first]
        del before, after, source, first
        gc.collect()
    assert [] == list(logged)


# Splitting again


def test_splitting_the_first_half() -> None:
    """A first half can be split, also when it has been read in part."""
    source = ScriptedSource(*pieces(2, 6), length=8)
    whole = b"".join(pieces(8))
    before, after = fallbackSplit(source, 6)
    assert whole[:2] == before.read()
    first, second = before.split(1)
    assert (1, 3, 2) == (first.length, second.length, after.length)
    assert [whole[2:3], whole[3:6], whole[6:]] == [drain(half) for half in (first, second, after)]


def test_splitting_the_second_half() -> None:
    """A second half can be split, also when a cut piece is held for it."""
    whole = b"".join(pieces(8))
    before, after = fallbackSplit(ScriptedSource(whole, length=8), 2)
    assert whole[:2] == before.read()
    first, second = after.split(3)
    assert (3, 3) == (first.length, second.length)
    assert [whole[2:5], whole[5:]] == [drain(half) for half in (first, second)]


def test_parts_of_parts_close_the_source_once() -> None:
    """However often halves were split, the source is closed with the last part."""
    for order in itertools.permutations(range(4)):
        source = ScriptedSource(b"abcdefgh", length=8)
        before, after = fallbackSplit(source, 4)
        parts = [*before.split(2), *after.split(2)]
        for number in order:
            assert 0 == source.closes
            parts[number].close()
        assert (1, 0) == (source.closes, source.reads)


def test_middle_parts_can_be_skipped() -> None:
    """Closed parts, also several in a row, are skipped for a later one."""
    whole = b"".join(pieces(10))
    for closed in itertools.product([False, True], repeat=4):
        source = ScriptedSource(*pieces(3, 3, 3, 1), length=10)
        before, after = fallbackSplit(source, 5)
        parts = [*before.split(2), *after.split(2)]
        for part, isClosed in zip(parts, closed, strict=True):
            if isClosed:
                part.close()
        bounds = [(0, 2), (2, 5), (5, 7), (7, 10)]
        wanted = [b"" if gone else whole[i:j] for (i, j), gone in zip(bounds, closed, strict=True)]
        assert wanted == [drain(part) for part in parts]


@pytest.mark.parametrize("state", ["ended", "closed"])
def test_a_stream_at_its_end_splits_into_two_at_their_end(state: str) -> None:
    """What has ended or is closed has length 0 and can only be split there."""
    source = ScriptedSource(b"abcd", length=4)
    before, after = fallbackSplit(source, 2)
    for half in (before, after):
        if state == "ended":
            drain(half)
        else:
            half.close()
    for half in (before, after):
        with pytest.raises(ValueError, match="outside"):
            half.split(1)
        assert [(None, 0), (None, 0)] == [(part.read(), part.length) for part in half.split(0)]


def test_a_closed_half_is_skipped_after_its_split() -> None:
    """Splitting a closed first half doesn't lose count of what must be skipped."""
    before, after = fallbackSplit(ScriptedSource(b"abcdef", length=6), 4)
    before.close()
    before.split(0)
    assert b"ef" == drain(after)


def test_an_overridden_read_is_respected() -> None:
    """A half whose class reads in its own way is split by its own reads."""

    class Loud(TruncaterStream):
        def read(self) -> object:
            data: Any = super().read()
            return None if data is None else bytes(data).upper()

    source = ScriptedSource(b"abcdef", length=6)
    after = PostTruncaterStream(source, 4)
    first, second = Loud(source, 4, after).split(2)
    assert [b"AB", b"CD", b"ef"] == [drain(half) for half in (first, second, after)]


# Cost


def test_a_million_pieces_need_no_stack() -> None:
    """Skipping a million pieces takes one read, no reactor and no stack."""
    source = ManyPieces(MILLION, b"x", length=MILLION)
    before, after = fallbackSplit(source, MILLION - 1)
    waiting = ask(after)
    before.close()
    assert [b"x"] == waiting


def test_many_empty_pieces_need_no_stack() -> None:
    """Empty pieces on the way to a waiting reader don't pile up."""
    source = ManyPieces(200_000, b"", length=None)
    before, after = fallbackSplit(source, 0)
    assert before.read() is None
    assert b"" == drain(after)


@pytest.mark.parametrize("side", [0, 1])
def test_deep_nesting_is_flat_and_linear(side: int) -> None:
    """A hundred thousand splits, each of the last one's half, are read, skipped and freed without stack."""
    depth = 100_000
    stream: Any = ManyPieces(1, bytes(depth), length=depth)
    parts: list[Any] = []
    for step in range(1, depth):
        halves = fallbackSplit(stream, 1 if side else depth - step)
        parts.append(halves[1 - side])
        stream = halves[side]
    parts.append(stream)
    if not side:
        parts.reverse()
    waiting = ask(parts[-1])
    for part in parts[1:-1:2]:
        part.close()
    for part in parts[:-1:2]:
        assert b"\0" == part.read()
    assert [b"\0"] == waiting
    del parts, part, halves, stream


def test_callbacks_that_read_on_need_no_stack() -> None:
    """Readers of both halves that read on in their callbacks share a flat loop."""
    source = ManyPieces(20_000, b"xy", length=40_000)
    before, after = fallbackSplit(source, 19_999)
    counts = [0, 0]

    def follow(number: int, half: Any) -> None:
        while True:
            answer = half.read()
            if isinstance(answer, Deferred):
                answer.addCallback(partial(arrived, number, half))
                return
            if answer is None:
                return
            counts[number] += len(answer)

    def arrived(number: int, half: Any, data: Any) -> None:
        if data is None:
            return
        counts[number] += len(data)
        follow(number, half)

    follow(1, after)
    follow(0, before)
    assert [19_999, 20_001] == counts


# substream


@pytest.mark.parametrize(("start", "end"), [(0, 10), (0, 0), (10, 10), (3, 3), (0, 4), (6, 10), (2, 7)])
@pytest.mark.parametrize("known", [True, False])
def test_substream_gives_the_bytes_between(start: int, end: int, known: bool) -> None:
    """A substream holds the bytes from start up to, not including, end; the source is closed by its end."""
    source = ScriptedSource(*pieces(3, 3, 3, 1), length=10 if known else None)
    wanted = b"".join(pieces(10))[start:end]
    stream = substream(source, start, end)
    assert end - start == stream.length
    assert wanted == drain(stream)
    assert 0 == stream.length
    assert 1 == source.closes


@pytest.mark.parametrize(
    ("start", "end", "error"),
    [
        (3, 2, ValueError),
        (0, 11, ValueError),
        (11, 12, ValueError),
        (-1, 2, ValueError),
        ("0", 2, TypeError),
        (0, None, TypeError),
    ],
)
def test_substream_refuses_an_impossible_window(start: Any, end: Any, error: type[Exception]) -> None:
    """Positions that make no window are refused, and the stream stays usable."""
    source = ScriptedSource(*pieces(10), length=10)
    with pytest.raises(error):
        substream(source, start, end)
    assert pieces(10)[0] == drain(source)


def test_substream_past_the_end_of_an_unknown_length_fails() -> None:
    """A stream that turns out too short for the window fails, after what there is."""
    stream = substream(ScriptedSource(b"abcd"), 2, 6)
    assert b"cd" == stream.read()
    assert isinstance(failureOf(stream), ValueError)


def test_substream_of_streams_with_a_split_of_their_own(tmp_path: Path) -> None:
    """Memory and files are cut by their own means; the file stays open."""
    whole = b"".join(pieces(1000))
    assert whole[10:20] == drain(substream(MemoryStream(whole), 10, 20))
    path = tmp_path / "file"
    path.write_bytes(whole)
    with path.open("rb") as file:
        assert whole[10:900] == drain(substream(FileStream(file), 10, 900))
        assert not file.closed


def test_a_mapped_file_is_split_by_reading(tmp_path: Path) -> None:
    """Pieces of a mapped file are cut like any other, and what was read outlives the file."""
    whole = random.Random(1).randbytes(5 << 20)
    path = tmp_path / "file"
    path.write_bytes(whole)
    with path.open("rb") as file:
        before, after = fallbackSplit(FileStream(file, useMMap=True), 1 << 20)
        first, second = after.split((4 << 20) - 100)
        third = ask(second)
        data = [drain(before), drain(first)]
    assert whole[: 1 << 20] == data[0]
    assert whole[1 << 20 : (5 << 20) - 100] == data[1]
    assert [whole[-100:]] == third


def test_closing_a_substream_closes_the_source() -> None:
    """Nothing else holds the source: closing the substream closes it, unread."""
    source = ScriptedSource(b"abcd", length=4)
    substream(source, 1, 3).close()
    assert (1, 0) == (source.closes, source.reads)
