"""ProducerStream: what is written is read."""

import array
from typing import Any

import pytest
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IConsumer
from zope.interface.verify import verifyClass, verifyObject

from tests.reference.script import Seen, drain
from web2stream.bytestream import IByteStream
from web2stream.producer import ProducerStream


def test_provides_its_interfaces() -> None:
    """It is a consumer and a byte stream."""
    assert verifyClass(IConsumer, ProducerStream)
    assert verifyObject(IConsumer, ProducerStream())
    assert verifyObject(IByteStream, ProducerStream(3))


def test_starts_with_its_old_attributes() -> None:
    """The attributes that old subclasses use are there."""
    stream = ProducerStream(7)
    assert [] == list(stream.buffer)
    assert (7, 5, False, False) == (stream.length, stream.bufferSize, stream.closed, stream.failed)
    assert (None, False, False, None) == (
        stream.producer,
        stream.streamingProducer,
        stream.producerPaused,
        stream.deferred,
    )


@pytest.mark.parametrize(("length", "error"), [(-1, ValueError), (1.5, TypeError), (b"1", TypeError)])
def test_refuses_an_impossible_length(length: Any, error: type[Exception]) -> None:
    """A length is a number of bytes."""
    with pytest.raises(error):
        ProducerStream(length)


def test_gives_what_was_written_in_order() -> None:
    """Buffered chunks are read at once, then None after the end, for ever."""
    stream = ProducerStream()
    for chunk in (b"a", b"", b"bc"):
        stream.write(chunk)
    stream.finish()
    assert [b"a", b"", b"bc", None, None] == [stream.read() for _ in range(5)]
    assert 0 == stream.length


def test_a_waiting_read_gets_the_next_write() -> None:
    """A read that finds nothing waits; what is written next fires it once."""
    stream = ProducerStream()
    seen = Seen(stream.read())
    assert [] == seen.values
    stream.write(b"one")
    stream.write(b"two")
    assert [b"one"] == seen.values
    assert b"two" == stream.read()


def test_an_empty_write_is_data() -> None:
    """An empty chunk reaches a waiting reader and does not end the stream."""
    stream = ProducerStream()
    seen = Seen(stream.read())
    stream.write(b"")
    assert [b""] == seen.values


def test_overlapping_reads_are_refused() -> None:
    """A second read while one waits raises and disturbs nothing."""
    stream = ProducerStream()
    seen = Seen(stream.read())
    with pytest.raises(RuntimeError):
        stream.read()
    stream.write(b"x")
    assert [b"x"] == seen.values


def test_what_was_written_is_stable() -> None:
    """A buffer that its owner changes later keeps what it held when it was written."""
    stream = ProducerStream()
    data = bytearray(b"before")
    stream.write(data)
    stream.write(memoryview(data)[:3].toreadonly())
    data[:] = b"after!"
    stream.finish()
    assert [b"before", b"bef"] == drain(stream)


def test_counts_bytes_not_items() -> None:
    """Items of several bytes are written and counted as their bytes."""
    words = array.array("I", [1, 2, 3])
    stream = ProducerStream(words.itemsize * 3)
    stream.write(words)
    stream.finish()
    assert words.tobytes() == stream.read()
    assert (0, None) == (stream.length, stream.read())


@pytest.mark.parametrize("data", ["text", 3, None])
def test_refuses_what_is_not_bytes(data: Any) -> None:
    """A write of something else raises, and leaves the stream as it was."""
    stream = ProducerStream()
    with pytest.raises(TypeError):
        stream.write(data)
    stream.write(b"x")
    assert b"x" == stream.read()


def test_a_sequence_is_one_chunk() -> None:
    """Several pieces are written as one, whatever each may be."""
    stream = ProducerStream()
    pieces: list[Any] = [b"a", bytearray(b"b"), memoryview(b"c"), memoryview(b"dxe")[::2]]
    stream.writeSequence(iter(pieces))
    assert b"abcde" == stream.read()


def test_the_length_falls_at_delivery() -> None:
    """Length counts what the reader has not got yet, buffered or not yet written."""
    stream = ProducerStream(5)
    stream.write(b"ab")
    assert 5 == stream.length
    stream.read()
    assert 3 == stream.length
    seen: list[object] = []
    waiting = stream.read()
    assert isinstance(waiting, Deferred)
    waiting.addCallback(lambda data: seen.append((data, stream.length)))
    stream.write(b"cde")
    assert [(b"cde", 0)] == seen


def test_the_length_may_be_set_later() -> None:
    """A subclass may learn the length after the first data came."""
    stream = ProducerStream()
    stream.write(b"abc")
    stream.length = 3
    stream.finish()
    assert [b"abc"] == drain(stream)
    assert 0 == stream.length


@pytest.mark.parametrize("point", [0, 1, 3, 5])
def test_splits(point: int) -> None:
    """Both halves together are the whole, wherever it is cut."""
    stream = ProducerStream(5)
    stream.write(b"abc")
    before, after = stream.split(point)
    stream.write(b"de")
    stream.finish()
    assert (b"abcde"[:point], b"abcde"[point:]) == (b"".join(drain(before)), b"".join(drain(after)))


@pytest.mark.parametrize(("point", "error"), [(-1, ValueError), (6, ValueError), ("1", TypeError)])
def test_a_bad_split_leaves_the_stream_intact(point: Any, error: type[Exception]) -> None:
    """A point outside the stream raises and nothing is lost."""
    stream = ProducerStream(5)
    with pytest.raises(error):
        stream.split(point)
    stream.write(b"abcde")
    assert b"abcde" == stream.read()
