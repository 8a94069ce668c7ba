"""BufferedStream: halves."""

import pytest

from tests.reference import buffered_parts
from tests.reference.buffered_parts import buffered, rest
from tests.reference.script import Seen, now
from web2stream.buffered import BufferedStream
from web2stream.memory import MemoryStream

_quiet = buffered_parts._quiet


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


def test_split_after_close() -> None:
    """The halves of a closed stream are closed: what is put back to one is dropped too."""
    stream = BufferedStream(MemoryStream(b"abcd"))
    stream.close()
    for half in stream.split(0):
        half.pushback(b"late")
        assert (0, None) == (half.length, half.read())
