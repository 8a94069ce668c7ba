"""Halves that are split again, what splitting costs, and substream."""

import itertools
import random
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from twisted.internet.defer import Deferred

from tests.sources import ManyPieces, ScriptedSource, ask, drain, failureOf, pieces
from web2stream.file import FileStream
from web2stream.memory import MemoryStream
from web2stream.split import PostTruncaterStream, TruncaterStream, fallbackSplit, substream

MILLION = 1_000_000


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
