"""fallbackSplit: what the halves are, their lengths, and points."""

from typing import Any

import pytest
from twisted.internet.defer import Deferred
from zope.interface.verify import verifyClass, verifyObject

from tests.sources import LATER, ScriptedSource, drain, pieces
from web2stream.bytestream import IByteStream
from web2stream.split import PostTruncaterStream, TruncaterStream, fallbackSplit


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
