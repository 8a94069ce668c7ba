"""ProducerStream: what is written is read; how it ends."""

import array
import gc
from collections.abc import Callable
from typing import Any

import pytest
from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.interfaces import IConsumer
from twisted.python import log
from twisted.python.failure import Failure
from zope.interface.verify import verifyClass, verifyObject

from tests.reference.producers import Push
from tests.reference.script import Seen, drain, now
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


def test_finish_fires_a_waiting_read() -> None:
    """The end reaches a reader that waits; what is written later is ignored, and so is a second finish."""
    stream = ProducerStream()
    seen = Seen(stream.read())
    stream.finish()
    stream.write(b"late")
    stream.finish(ValueError("late"))
    assert [None] == seen.values
    assert (None, True, False) == (stream.read(), stream.closed, stream.failed)


@pytest.mark.parametrize("wrap", [lambda error: error, Failure])
def test_a_failure_comes_after_the_data(wrap: Callable[[Exception], Any]) -> None:
    """A failed finish, bare exception or Failure, fails the reads after the buffered data."""
    stream = ProducerStream()
    stream.write(b"data")
    error = ValueError("broken")
    stream.finish(wrap(error))
    assert [b"data", error, error] == [now(stream.read()) for _ in range(3)]
    assert (0, True, True) == (stream.length, stream.closed, stream.failed)
    assert stream.failure is not None
    assert stream.failure.value is error


def test_a_failure_reaches_a_waiting_read() -> None:
    """A reader that waits gets the failure at once."""
    stream = ProducerStream()
    seen = Seen(stream.read())
    error = ValueError("broken")
    stream.finish(error)
    assert [error] == seen.values


def test_an_unread_failure_is_not_logged() -> None:
    """Nothing goes to the log for a failure that nobody reads."""
    events: list[Any] = []
    log.addObserver(events.append)
    try:
        stream = ProducerStream()
        stream.write(b"x")
        stream.finish(ValueError("unread"))
        stream.close()
        other = ProducerStream()
        other.finish(Failure(ValueError("unread")))
        del stream, other
        gc.collect()
    finally:
        log.removeObserver(events.append)
    assert [] == events


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
    """Several pieces are written as one."""
    stream = ProducerStream()
    pieces: list[Any] = [b"a", bytearray(b"b"), memoryview(b"c")]
    stream.writeSequence(iter(pieces))
    assert b"abc" == stream.read()


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


@pytest.mark.parametrize("waiting", [False, True])
def test_fewer_bytes_than_promised_fail(waiting: bool) -> None:
    """A stream finished before its declared length fails after the data, and stays so."""
    stream = ProducerStream(5)
    stream.write(b"abc")
    assert b"abc" == stream.read()
    seen = Seen(stream.read()) if waiting else None
    stream.finish()
    values = seen.values if seen else [now(stream.read())]
    assert [RuntimeError] == [type(value) for value in values]
    assert isinstance(now(stream.read()), RuntimeError)
    assert 0 == stream.length


def test_a_given_failure_goes_before_a_missed_length() -> None:
    """What finish was told says more than that bytes are missing."""
    stream = ProducerStream(5)
    error = ValueError("why")
    stream.finish(error)
    assert error is now(stream.read())


@pytest.mark.parametrize("waiting", [False, True])
def test_more_bytes_than_promised_are_cut(waiting: bool) -> None:
    """Data past the declared length is cut off; the stream ends there and the producer is stopped."""
    stream = ProducerStream(4)
    producer = Push()
    stream.registerProducer(producer, True)
    stream.write(b"abc")
    assert b"abc" == stream.read()
    seen = Seen(stream.read()) if waiting else None
    stream.write(b"def")
    stream.write(b"ghi")
    assert [b"d"] == (seen.values if seen else [stream.read()])
    assert [None, None] == [stream.read(), stream.read()]
    assert (["stop"], None, 0) == (producer.diary, stream.producer, stream.length)


def test_nothing_but_surplus_is_the_end() -> None:
    """When all promised bytes are out, surplus data ends the stream."""
    stream = ProducerStream(1)
    stream.write(b"a")
    assert b"a" == stream.read()
    seen = Seen(stream.read())
    stream.write(b"b")
    assert [None] == seen.values


def test_close_ends_everything() -> None:
    """Closing drops the data, stops the producer once and makes reads give None."""
    stream = ProducerStream(9)
    producer = Push()
    stream.registerProducer(producer, True)
    stream.write(b"dropped")
    stream.close()
    stream.close()
    stream.write(b"late")
    assert [None, None] == [stream.read(), stream.read()]
    assert (["stop"], 0, None) == (producer.diary, stream.length, stream.producer)


def test_close_fires_a_waiting_read() -> None:
    """The Deferred of an outstanding read fires with None, once."""
    stream = ProducerStream()
    seen = Seen(stream.read())
    stream.close()
    stream.write(b"late")
    stream.finish(ValueError("late"))
    assert [None] == seen.values


def test_close_from_inside_a_read_callback() -> None:
    """The reader may close while it is handed data, also from the end's own callback."""
    stream = ProducerStream()
    Seen(stream.read(), lambda _: stream.close())
    stream.write(b"x")
    assert None is stream.read()
    other = ProducerStream()
    seen = Seen(other.read(), lambda _: other.close())
    other.close()
    assert [None] == seen.values


def test_close_forgets_a_failure() -> None:
    """After close reads give None, whatever had been stored."""
    stream = ProducerStream()
    stream.finish(ValueError("unread"))
    stream.close()
    assert None is stream.read()


def test_close_survives_its_producer() -> None:
    """An error of stopProducing, and whatever it calls, does not disturb close."""
    stream = ProducerStream()

    def meddle() -> None:
        stream.unregisterProducer()
        stream.write(b"x")
        stream.finish()
        stream.close()
        raise ValueError("stop")

    stream.registerProducer(Push(stop=meddle), True)
    seen = Seen(stream.read())
    stream.close()
    assert ([None], None) == (seen.values, stream.read())


def test_cancelling_a_read_closes_the_stream() -> None:
    """The cancelled Deferred fails with CancelledError, the producer is stopped, later reads give None."""
    stream = ProducerStream()
    producer = Push()
    stream.registerProducer(producer, True)
    waiting = stream.read()
    seen = Seen(waiting)
    assert isinstance(waiting, Deferred)
    waiting.cancel()
    stream.write(b"late")
    assert [CancelledError] == [type(value) for value in seen.values]
    assert (None, ["stop"]) == (stream.read(), producer.diary)


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
