"""SimpleStream: windows over shared storage."""

from typing import Any

import pytest
from zope.interface.verify import verifyClass, verifyObject

from web2stream.bytestream import IByteStream
from web2stream.simple import SimpleStream, checkCount


class ListStream(SimpleStream):
    """An old subclass: storage of its own, `SimpleStream.close` called by name."""

    def __init__(self, letters: list[bytes]) -> None:
        self.letters: list[bytes] | None = letters
        self.start = 0
        self.length = len(letters)

    def read(self) -> bytes | None:
        if self.letters is None or not self.length:
            return None
        assert self.start is not None
        letter = self.letters[self.start]
        self.start += 1
        self.length -= 1
        return letter

    def close(self) -> None:
        self.letters = None
        SimpleStream.close(self)


class UnknownStream(SimpleStream):
    """A subclass that doesn't know its length."""

    start = 0


def letters(text: str) -> list[bytes]:
    return [letter.encode() for letter in text]


def drain(stream: Any) -> bytes:
    return b"".join(iter(stream.read, None))


def test_provides_its_interface() -> None:
    """The base and what derives from it are byte streams."""
    assert verifyClass(IByteStream, SimpleStream)
    assert verifyObject(IByteStream, SimpleStream())
    assert IByteStream.providedBy(ListStream([]))


def test_class_attributes_are_none() -> None:
    """A bare stream knows neither its length nor its start."""
    assert (None, None) == (SimpleStream.length, SimpleStream.start)


def test_a_bare_stream_is_at_its_end() -> None:
    """Reading the base gives None for ever, and the length at the end is 0."""
    stream = SimpleStream()
    assert [None, None] == [stream.read(), stream.read()]
    assert stream.length == 0


def test_close_sets_length_to_0_and_may_be_repeated() -> None:
    """Closing twice is the same as closing once."""
    stream = SimpleStream()
    stream.close()
    stream.close()
    assert (0, None) == (stream.length, stream.read())


@pytest.mark.parametrize("point", range(7))
def test_split_gives_two_windows_over_the_same_storage(point: int) -> None:
    """The halves have the lengths point and length - point and share the storage."""
    storage = letters("abcdef")
    stream = ListStream(storage)
    before, after = stream.split(point)
    assert before is stream
    assert (point, 6 - point) == (before.length, after.length)
    assert before.letters is after.letters is storage
    assert (b"abcdef"[point:], b"abcdef"[:point]) == (drain(after), drain(before))


def test_split_after_a_partial_read_counts_the_rest() -> None:
    """A split point is counted from the next byte to read."""
    stream = ListStream(letters("abcdef"))
    stream.read()
    before, after = stream.split(2)
    assert (b"bc", b"def") == (drain(before), drain(after))


def test_closing_one_half_leaves_the_other() -> None:
    """Each half drops the storage for itself."""
    before, after = ListStream(letters("abcdef")).split(3)
    before.close()
    assert (None, 0) == (before.read(), before.length)
    assert drain(after) == b"def"


def test_split_of_an_unknown_length() -> None:
    """The first half of an unknown length is `point` long; the second stays unknown and starts there."""
    before, after = UnknownStream().split(10)
    assert (10, 0, None, 10) == (before.length, before.start, after.length, after.start)


def test_split_without_a_start_counts_from_0() -> None:
    """A start of None counts as 0."""
    before, after = SimpleStream().split(4)
    assert (4, None, 4) == (before.length, after.length, after.start)


@pytest.mark.parametrize("point", [-1, 7, 10**30, -(10**30)])
def test_split_outside_raises_and_leaves_the_stream(point: int) -> None:
    """A point outside the window is a ValueError, and everything can still be read."""
    stream = ListStream(letters("abcdef"))
    with pytest.raises(ValueError, match="split point"):
        stream.split(point)
    assert (6, b"abcdef") == (stream.length, drain(stream))


@pytest.mark.parametrize("point", [1.0, "1", None, b"1", []])
def test_split_at_no_integer_raises_and_leaves_the_stream(point: Any) -> None:
    """A point that is no integer is a TypeError, and everything can still be read."""
    stream = ListStream(letters("abcdef"))
    with pytest.raises(TypeError, match="split point"):
        stream.split(point)
    assert (6, b"abcdef") == (stream.length, drain(stream))


def test_split_negative_of_an_unknown_length() -> None:
    """A negative point is refused even where nothing is known."""
    with pytest.raises(ValueError, match="split point"):
        UnknownStream().split(-1)


def test_split_of_a_closed_stream() -> None:
    """A closed stream has 0 bytes: it splits at 0 only."""
    stream = ListStream(letters("abc"))
    stream.close()
    with pytest.raises(ValueError, match="split point"):
        stream.split(1)
    before, after = stream.split(0)
    assert (0, 0, None, None) == (before.length, after.length, before.read(), after.read())


def test_a_copy_that_fails_leaves_the_stream() -> None:
    """A subclass that can't be copied is not changed by a split that fails."""

    class Single(ListStream):
        def __copy__(self) -> "Single":
            raise LookupError

    stream = Single(letters("abc"))
    with pytest.raises(LookupError):
        stream.split(1)
    assert (3, b"abc") == (stream.length, drain(stream))


def test_copies_keep_the_attributes_of_a_subclass() -> None:
    """Whatever a subclass or its user put on the instance is there in both halves."""
    stream = ListStream(letters("abc"))
    digest = object()
    stream.digest = digest  # type: ignore[attr-defined]
    _, after = stream.split(1)
    assert after.digest is digest  # type: ignore[attr-defined]


def test_splits_nest_thousands_deep() -> None:
    """Splitting the rest again and again needs no stack and loses nothing."""
    rest = ListStream(letters("x" * 20_000))
    pieces = []
    for _ in range(20_000):
        piece, rest = rest.split(1)
        pieces.append(piece)
    assert (20_000, 0) == (sum(len(drain(piece)) for piece in pieces), rest.length)


def test_counts_are_plain_integers() -> None:
    """What Python takes for an integer is one, and comes back as a plain int."""

    class Three:
        def __index__(self) -> int:
            return 3

    count = checkCount("start", Three())  # type: ignore[arg-type]
    assert (3, int) == (count, type(count))
    _, after = ListStream(letters("abcdef")).split(Three())  # type: ignore[arg-type]
    assert (3, int) == (after.start, type(after.start))
