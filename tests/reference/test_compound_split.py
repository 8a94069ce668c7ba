"""CompoundStream: splitting."""

import itertools
import random
from collections.abc import Callable
from typing import Any

import pytest

from tests.reference.compound_parts import source
from tests.sources import (
    LATER,
    BrokenError,
    ScriptedSource,
    ask,
    drain,
    failureOf,
    pieces,
)
from web2stream.compound import CompoundStream
from web2stream.memory import MemoryStream
from web2stream.split import PostTruncaterStream, TruncaterStream, fallbackSplit, substream

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
