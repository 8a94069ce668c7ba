"""fallbackSplit: reading the halves in any order."""

import array
import itertools
import random
from collections.abc import Callable
from typing import Any

import pytest

from tests.sources import LATER, Fired, ScriptedSource, ask, drain, pieces
from web2stream.split import fallbackSplit

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
