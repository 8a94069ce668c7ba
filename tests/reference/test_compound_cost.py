"""CompoundStream: what many buckets and many splits cost."""

from typing import Any

import pytest

from tests.sources import (
    LATER,
    ScriptedSource,
    ask,
    drain,
)
from web2stream.compound import CompoundStream
from web2stream.memory import MemoryStream

MILLION = 1_000_000


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


def cut_up(stream: Any, depth: int, side: int) -> list[Any]:
    """Split one byte off a stream of `depth` bytes, then off what remains, to the last; from the end if `side` is 0."""
    parts: list[Any] = []
    for step in range(1, depth):
        halves = stream.split(1 if side else depth - step)
        parts.append(halves[1 - side])
        stream = halves[side]
    return [*parts, stream]


@pytest.mark.parametrize("side", [0, 1])
def test_deep_splits_are_flat_and_linear(side: int) -> None:
    """Thousands of splits of the last one's half, over thousands of buckets, from either end."""
    depth = 20_000
    parts = cut_up(CompoundStream(MemoryStream(b"x") for _ in range(depth)), depth, side)
    assert depth == sum(len(drain(part)) for part in parts)


@pytest.mark.parametrize("side", [0, 1])
@pytest.mark.parametrize("known", [True, False])
def test_deep_splits_inside_one_bucket_are_flat(side: int, known: bool) -> None:
    """Thousands of splits inside one bucket that must be read through need no stack."""
    depth = 10_000
    parts = cut_up(CompoundStream([ScriptedSource(bytes(depth), length=depth if known else None)]), depth, side)
    for part in parts if side else reversed(parts):
        assert b"\0" == drain(part)
