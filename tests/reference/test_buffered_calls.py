"""BufferedStream: calls while another is outstanding, and from callbacks."""

from typing import Any

import pytest
from twisted.internet.defer import Deferred

from tests.reference import buffered_parts
from tests.reference.buffered_parts import buffered, lines, rest
from tests.reference.script import Script, Seen, now
from web2stream.buffered import BufferedStream

_quiet = buffered_parts._quiet


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
