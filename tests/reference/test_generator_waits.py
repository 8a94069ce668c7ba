"""generatorToStream: late chunks and items, `input.wait`, and reads that overlap."""

from collections.abc import Iterator
from typing import Any

import pytest
from twisted.internet.defer import Deferred, succeed

from tests.reference import generator_parts
from tests.reference.generator_parts import echo
from tests.reference.script import Script, Seen, drain, now
from web2stream.generator import generatorToStream

logged = generator_parts.logged


def test_waits_for_a_late_chunk() -> None:
    """A read fires when the input's chunk has come."""
    late: Deferred[object] = Deferred()
    stream = echo(Script([late, b"b"]))
    seen = Seen(stream.read())
    assert seen.values == []
    late.callback(b"a")
    assert seen.values == [b"a"]
    assert drain(stream) == [b"b"]


def test_many_late_chunks_make_one_item() -> None:
    """A generator that waits several times before its item answers one read."""

    @generatorToStream
    def pairs(chunks: Any) -> Iterator[object]:
        yield chunks.wait
        for first in chunks:
            yield chunks.wait
            yield first + next(chunks)
            yield chunks.wait

    late: list[Deferred[object]] = [Deferred() for _ in range(4)]
    stream = pairs(Script(late))
    seen = Seen(stream.read())
    late[0].callback(b"a")
    assert seen.values == []
    late[1].callback(b"b")
    assert seen.values == [b"ab"]
    seen.watch(stream.read())
    late[2].callback(b"c")
    late[3].callback(b"d")
    assert seen.values == [b"ab", b"cd"]


def test_overlap_is_refused_and_disturbs_nothing() -> None:
    """A read while one is outstanding raises; the outstanding one gets its chunk."""
    late: Deferred[object] = Deferred()
    stream = echo(Script([late, b"b"]))
    seen = Seen(stream.read())
    for _ in range(3):
        with pytest.raises(RuntimeError):
            stream.read()
    late.callback(b"a")
    assert seen.values == [b"a"]
    assert drain(stream) == [b"b"]


def test_a_read_from_inside_is_refused() -> None:
    """The generator, and the input it reads, can't read the stream they make."""
    caught: list[BaseException] = []

    def inside() -> bytes:
        with pytest.raises(RuntimeError) as info:
            stream.read()
        caught.append(info.value)
        return b"a"

    def fun(chunks: Any) -> Iterator[object]:
        inside()
        yield chunks.wait
        yield next(chunks)

    stream = generatorToStream(fun)(Script([inside]))
    assert drain(stream) == [b"a"]
    assert len(caught) == 2


def test_a_read_from_the_callback_is_the_next_read() -> None:
    """When a read fires, it is over: its callback may read again."""
    late: list[Deferred[object]] = [Deferred(), Deferred()]
    stream = echo(Script(late))
    second: list[Any] = []
    first = Seen(stream.read(), lambda _: second.append(Seen(stream.read())))
    late[0].callback(b"a")
    late[1].callback(b"b")
    assert (first.values, second[0].values) == ([b"a"], [b"b"])


def test_next_without_wait_says_so() -> None:
    """Taking a second chunk without waiting is an error inside the generator, and loses nothing."""

    @generatorToStream
    def hasty(chunks: Any) -> Iterator[object]:
        with pytest.raises(RuntimeError, match=r"input\.wait"):
            next(chunks)
        yield chunks.wait
        yield next(chunks)
        with pytest.raises(RuntimeError, match=r"input\.wait"):
            next(chunks)
        yield chunks.wait
        yield next(chunks)

    assert drain(hasty(Script([b"a", b"b"]))) == [b"a", b"b"]


def test_next_without_wait_fails_the_read() -> None:
    """A generator that never waits fails its reader with the explanation, and lets the input go."""

    @generatorToStream
    def hasty(chunks: Any) -> Iterator[object]:
        yield from chunks

    source = Script([b"a"])
    stream = hasty(source)
    assert "input.wait" in str(now(stream.read()))
    assert (source.reads, source.closes) == (0, 1)


def test_waiting_twice_is_harmless() -> None:
    """A wait while a chunk is there reads nothing and loses nothing."""

    @generatorToStream
    def careful(chunks: Any) -> Iterator[object]:
        for _ in range(5):
            yield chunks.wait
        for data in chunks:
            yield data
            yield chunks.wait
            yield chunks.wait

    source = Script([b"a", b"b"])
    assert drain(careful(source)) == [b"a", b"b"]
    assert source.reads == 3


def test_a_deferred_stands_for_its_item() -> None:
    """A yielded Deferred is waited for; its result is the item."""
    late: Deferred[object] = Deferred()

    @generatorToStream
    def later(chunks: Any) -> Iterator[object]:
        yield succeed(b"a")
        yield late
        yield b"c"
        yield chunks.wait

    stream = later(Script([]))
    assert stream.read() == b"a"
    seen = Seen(stream.read())
    with pytest.raises(RuntimeError):
        stream.read()
    late.callback(b"b")
    assert seen.values == [b"b"]
    assert drain(stream) == [b"c"]


@pytest.mark.parametrize(("result", "expected"), [(None, None), (OSError("x"), OSError)])
@pytest.mark.parametrize("isLate", [False, True])
def test_a_deferred_may_end_or_fail(result: Any, expected: Any, isLate: bool) -> None:
    """A yielded Deferred that fires with None ends the stream; one that fails fails it for good."""
    item: Deferred[object] = Deferred()
    fire = item.errback if expected else item.callback

    @generatorToStream
    def later(chunks: Any) -> Iterator[object]:
        yield item
        yield b"never"
        yield chunks.wait

    source = Script([])
    stream = later(source)
    if isLate:
        seen = Seen(stream.read())
        fire(result)
        (first,) = seen.values
    else:
        fire(result)
        first = now(stream.read())
    assert [result, result, 1] == [first, now(stream.read()), source.closes]
