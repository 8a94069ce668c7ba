"""BufferedStream: plain reads, bytes put back, and the length."""

import random
from array import array
from typing import Any

import pytest
from twisted.internet.defer import Deferred, succeed

from tests.reference import buffered_parts
from tests.reference.buffered_parts import buffered, lines, rest
from tests.reference.script import Script, drain, now
from web2stream.buffered import BufferedStream

_quiet = buffered_parts._quiet


def test_read_gives_the_buffer_then_the_sources_chunks() -> None:
    """Read empties the buffer first, then hands on the source's own chunks."""
    chunk = memoryview(b"later")
    stream = buffered(b"a\r\nrest", chunk)
    now(stream.readline())
    assert (stream.read(), stream.read() is chunk, stream.read()) == (b"rest", True, None)


def test_read_passes_empty_chunks() -> None:
    """An empty chunk is data, not the end."""
    assert drain(buffered(b"", b"a", b"")) == [b"", b"a", b""]


@pytest.mark.parametrize("chunk", [array("i", [1, 2, 3]), memoryview(array("d", [2.5])), bytearray(b"abc")])
def test_any_buffer_counts_in_bytes(chunk: Any) -> None:
    """Chunks of wide items are bytes to a BufferedStream."""
    whole = memoryview(chunk).tobytes()
    stream = BufferedStream(Script([chunk]))
    assert now(stream.readExactly(2)) == whole[:2]
    assert rest(stream) == whole[2:]


def test_what_was_read_stays() -> None:
    """A source that reuses its buffer does not change what was given."""
    store = bytearray(b"abcd")

    def again() -> bytearray:
        store[:] = b"wxyz"
        return store

    stream = buffered(store, again)
    first = now(stream.readExactly(3))
    second = now(stream.readExactly(3))
    stream.close()
    assert (first, second) == (b"abc", b"dwx")


def test_pushback_comes_first() -> None:
    """Bytes put back are read first, the last put back before all."""
    stream = buffered(b"three\r\n")
    stream.pushback(b"two\r\n")
    stream.pushback(b"")
    stream.pushback(bytearray(b"one\r"))
    stream.pushback(array("b", b"zero "))
    assert lines(stream) == [b"zero one\rtwo\r\n", b"three\r\n"]


def test_pushback_after_partial_reads_and_at_the_end() -> None:
    """Bytes can be put back anywhere, also when the data has ended."""
    stream = buffered(b"abc", b"def")
    stream.pushback(now(stream.readExactly(4)))
    assert now(stream.readExactly()) == b"abcdef"
    assert stream.read() is None
    stream.pushback(b"more\r\n")
    assert (stream.length, now(stream.readline()), stream.read()) == (6, b"more\r\n", None)
    stream.pushback(b"")
    assert (stream.read(), now(stream.readline())) == (None, b"")


def test_pushback_makes_a_delimiter_with_what_follows() -> None:
    """A delimiter half put back and half in the source is one."""
    stream = buffered(b"\nb")
    stream.pushback(b"a\r")
    assert lines(stream) == [b"a\r\n", b"b"]


def test_length_counts_down() -> None:
    """Length is what is yet to be read, at each moment."""
    stream = buffered(b"ab\r\ncd", b"efg", length=9)
    seen = [stream.length]
    for step in (stream.readline, lambda: stream.readExactly(1), stream.read, stream.read, stream.read):
        step()
        seen.append(stream.length)
    assert seen == [9, 5, 4, 3, 0, 0]


def test_length_counts_what_was_put_back() -> None:
    """Bytes put back count; an unknown length stays unknown until the end."""
    known, unknown = buffered(b"ab", length=2), buffered(b"ab")
    for stream in (known, unknown):
        stream.pushback(b"xyz")
    assert (known.length, unknown.length) == (5, None)
    now(unknown.readExactly())
    assert unknown.length == 0


def test_length_at_the_moment_of_delivery() -> None:
    """When a late read fires, length is right already."""
    late: Deferred[object] = Deferred()
    source = Script([late], length=6)
    stream = BufferedStream(source)
    seen: list[int | None] = []
    stream.readline().addCallback(lambda _: seen.append(stream.length))
    late.callback(b"a\r\nbcd")
    assert seen == [3]


def test_any_mix_of_calls_gives_every_byte_once() -> None:
    """Whatever is called in whatever order, the bytes come once each and in order."""
    for seed in range(40):
        chance = random.Random(seed)
        whole = bytes(chance.choices(b"ab\r\n", k=400))
        cuts = sorted(chance.choices(range(len(whole)), k=30))
        chunks = [whole[a:b] for a, b in zip([0, *cuts], [*cuts, len(whole)], strict=True)]
        stream = BufferedStream(Script([c if chance.random() < 0.5 else succeed(c) for c in chunks], len(whole)))
        got = b""
        while stream.length:
            match chance.randrange(5):
                case 0:
                    got += stream_read(stream)
                case 1:
                    got += now(stream.readline(chance.choice([b"\n", b"\r\n", b"\r\r\n"])))
                case 2:
                    got += now(stream.readline(size=chance.randrange(6)))
                case 3:
                    got += now(stream.readExactly(chance.randrange(9)))
                case 4:
                    back = chance.randrange(len(got) + 1) if len(got) < 20 else 3
                    stream.pushback(got[len(got) - back :])
                    got = got[: len(got) - back]
            assert len(got) + stream.length == len(whole)
        assert got == whole


def stream_read(stream: BufferedStream) -> bytes:
    return bytes(now(stream.read()) or b"")
