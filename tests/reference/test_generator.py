"""generatorToStream: what a generator function becomes, and what it gives."""

from collections.abc import Iterator
from typing import Any

import pytest
from zope.interface.verify import verifyObject

from tests.reference import generator_parts
from tests.reference.generator_parts import echo, rot13
from tests.reference.script import Script, drain, now
from web2stream.bytestream import IByteStream
from web2stream.generator import _IteratorStream, _StreamIterator, generatorToStream
from web2stream.memory import MemoryStream

logged = generator_parts.logged


def test_the_documented_example() -> None:
    """The rot13 generator turns the sample, and turns it back."""
    assert b"".join(drain(rot13(Script([b"Sample"] * 3)))) == b"FnzcyrFnzcyrFnzcyr"
    assert b"".join(drain(rot13(rot13(MemoryStream(b"SampleSampleSample"))))) == b"SampleSampleSample"


def test_provides_its_interface() -> None:
    """What comes out is a byte stream, under its old private name too."""
    stream = echo(Script([]))
    assert verifyObject(IByteStream, stream)
    assert (isinstance(stream, _IteratorStream), stream.length) == (True, None)
    assert isinstance(_StreamIterator(), Iterator)


def test_keeps_the_functions_name_and_text() -> None:
    """The new function is named and documented as the generator function is."""
    assert (rot13.__name__, rot13.__doc__) == ("rot13", "Turn letters by half the alphabet.")


def test_hands_on_arguments() -> None:
    """Further arguments reach the generator, also one named stream."""

    @generatorToStream
    def give(chunks: Any, /, *args: object, stream: object = None, **kwargs: object) -> Iterator[object]:
        yield (args, stream, kwargs)
        yield chunks.wait

    assert drain(give(Script([]), 1, 2, stream=3, other=4)) == [((1, 2), 3, {"other": 4})]


def test_a_wrong_call_fails_at_once() -> None:
    """Arguments that the generator function refuses are refused when the stream is made."""
    source = Script([b"a"])
    with pytest.raises(TypeError):
        rot13(source, 1)  # type: ignore[call-arg]
    assert (source.reads, source.closes) == (0, 0)


def test_starts_at_the_first_read() -> None:
    """Neither the generator nor the input is touched before the first read."""
    started: list[int] = []

    def note(chunks: Any) -> Iterator[object]:
        started.append(1)
        yield chunks.wait
        yield next(chunks)

    source = Script([b"a"])
    stream = generatorToStream(note)(source)
    assert (started, source.reads) == ([], 0)
    assert now(stream.read()) == b"a"
    assert (started, source.reads) == ([1], 1)


def test_reads_no_further_than_it_was_asked() -> None:
    """The input is read once for each wait, and no chunk is fetched ahead."""
    source = Script([b"a", b"b", b"c"])
    stream = echo(source)
    stream.read()
    assert source.reads == 1


@pytest.mark.parametrize("item", [0, "", b"", (), [], False, object(), {"a": 1}, ValueError("as a value")])
def test_items_may_be_anything(item: object) -> None:
    """An item is given as it is, a false one too."""

    @generatorToStream
    def give(chunks: Any) -> Iterator[object]:
        yield item
        yield item
        yield chunks.wait

    stream = give(Script([]))
    assert [stream.read() is item, stream.read() is item, stream.read()] == [True, True, None]


def test_an_input_without_close() -> None:
    """An input that can only be read is enough."""

    class Reader:
        def read(self) -> None:
            return None

    stream = echo(Reader())
    assert stream.read() is None
    stream.close()


def test_any_iterable_may_be_returned() -> None:
    """A function that gives another iterable than a generator is taken as well."""
    stream = generatorToStream(lambda chunks: [b"a", chunks.wait, b"b"])(Script([b"x"]))
    assert drain(stream) == [b"a", b"b"]


def test_split() -> None:
    """The stream splits at any byte; both halves together are the whole."""
    before, after = rot13(Script([b"Sam", b"ple"])).split(4)
    assert (b"".join(map(bytes, drain(before))), b"".join(map(bytes, drain(after)))) == (b"Fnzc", b"yr")


def test_split_refuses_impossible_points() -> None:
    """A wrong split point is refused and leaves the stream usable."""
    stream = rot13(Script([b"Sam"]))
    with pytest.raises(ValueError, match="-1"):
        stream.split(-1)
    with pytest.raises(TypeError):
        stream.split("1")  # type: ignore[arg-type]
    assert drain(stream) == [b"Fnz"]
