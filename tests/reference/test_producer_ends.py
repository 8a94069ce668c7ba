"""ProducerStream: how it ends: finished, failed, with more or less than promised, closed."""

import gc
from collections.abc import Callable
from typing import Any

import pytest
from twisted.internet.defer import CancelledError, Deferred
from twisted.python import log
from twisted.python.failure import Failure

from tests.reference.producers import Push
from tests.reference.script import Seen, now
from web2stream.producer import ProducerStream


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
