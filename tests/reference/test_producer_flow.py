"""ProducerStream: who its producer is, and how it is paused and resumed."""

# Reactions are lambdas for what they do.
# mypy: disable-error-code="func-returns-value"

from collections.abc import Callable
from typing import Any

import pytest
from twisted.internet.defer import Deferred

from tests.reference.producers import Pull, Push, raising
from tests.reference.script import Seen, depth, drain, now
from web2stream.producer import ProducerStream


def test_a_push_producer_is_paused_once_and_resumed_once() -> None:
    """More than bufferSize waiting chunks pause it; a read that finds nothing resumes it."""
    stream = ProducerStream()
    producer = Push()
    stream.registerProducer(producer, True)
    for _ in range(stream.bufferSize):
        stream.write(b"x")
    assert [] == producer.diary
    for _ in range(3):
        stream.write(b"x")
    assert (["pause"], True) == (producer.diary, stream.producerPaused)
    for _ in range(8):
        stream.read()
    waiting = Seen(stream.read())
    assert (["pause", "resume"], False) == (producer.diary, stream.producerPaused)
    stream.write(b"y")
    assert [b"y"] == waiting.values
    Seen(stream.read())
    assert ["pause", "resume"] == producer.diary


def test_the_buffer_size_may_be_set() -> None:
    """A subclass or an instance chooses how many chunks may wait."""
    stream = ProducerStream()
    stream.bufferSize = 0
    producer = Push()
    stream.registerProducer(producer, True)
    stream.write(b"x")
    assert ["pause"] == producer.diary


def test_a_pull_producer_is_asked_for_each_chunk() -> None:
    """It is asked once when it registers, then by each read that finds nothing."""
    stream = ProducerStream()
    producer = Pull(stream, [b"a", b"b", b"c"])
    stream.registerProducer(producer, False)
    assert (1, [b"a"]) == (producer.asked, list(stream.buffer))
    assert b"a" == now(stream.read())
    assert 1 == producer.asked
    assert b"b" == now(stream.read())
    assert 2 == producer.asked
    assert [b"c"] == drain(stream)
    assert (4, None) == (producer.asked, stream.producer)


def test_a_pull_producer_that_writes_empty_chunks_is_asked_on() -> None:
    """Empty chunks are data: each read gets one and the next asks again."""
    stream = ProducerStream()
    stream.registerProducer(Pull(stream, [b"", b"", b"x"]), False)
    assert [b"", b"", b"x"] == drain(stream)


def test_a_pull_producer_that_writes_twice_is_buffered() -> None:
    """What it gives beyond one chunk waits for later reads, without being asked."""
    stream = ProducerStream()
    producer = Push(resume=lambda: stream.writeSequence([b"x"]) or stream.write(b"y"))
    stream.registerProducer(producer, False)
    assert [b"x", b"y"] == [now(stream.read()) for _ in range(2)]
    assert ["resume"] == producer.diary


def test_an_emptied_buffer_does_not_pause_a_pull_producer() -> None:
    """A pull producer is never told to pause."""
    stream = ProducerStream()
    producer = Push()
    stream.registerProducer(producer, False)
    for _ in range(9):
        stream.write(b"x")
    assert ["resume"] == producer.diary


def test_a_second_producer_is_refused() -> None:
    """Registering while one is registered raises and keeps the first; after unregistering it works."""
    stream = ProducerStream()
    first, second = Push(), Push()
    stream.registerProducer(first, True)
    with pytest.raises(RuntimeError):
        stream.registerProducer(second, False)
    assert (first, []) == (stream.producer, second.diary)
    stream.unregisterProducer()
    stream.registerProducer(second, True)
    assert second is stream.producer


@pytest.mark.parametrize("end", [ProducerStream.close, ProducerStream.finish])
@pytest.mark.parametrize("streaming", [True, False])
def test_a_producer_on_a_closed_stream_is_stopped(end: Callable[[ProducerStream], None], streaming: bool) -> None:
    """It is told to stop, and not registered."""
    stream = ProducerStream()
    end(stream)
    producer = Push()
    stream.registerProducer(producer, streaming)
    assert (["stop"], None) == (producer.diary, stream.producer)


def test_an_unregistered_producer_is_left_alone() -> None:
    """After unregistering, nobody is paused, resumed or stopped, and the data stays."""
    stream = ProducerStream()
    producer = Push()
    stream.registerProducer(producer, True)
    stream.write(b"x")
    stream.unregisterProducer()
    stream.unregisterProducer()
    for _ in range(9):
        stream.write(b"x")
    assert 10 == len([stream.read() for _ in range(10)])
    Seen(stream.read())
    stream.close()
    assert [] == producer.diary


def test_a_new_producer_starts_unpaused() -> None:
    """That the last producer was paused says nothing about the next."""
    stream = ProducerStream()
    stream.registerProducer(Push(), True)
    for _ in range(6):
        stream.write(b"x")
    stream.unregisterProducer()
    producer = Push()
    stream.registerProducer(producer, True)
    assert False is stream.producerPaused
    stream.write(b"x")
    assert ["pause"] == producer.diary


@pytest.mark.parametrize("streaming", [True, False])
def test_a_producer_that_raises_fails_the_stream(streaming: bool) -> None:
    """An error of resumeProducing comes after the data; the producer is told to stop."""
    stream = ProducerStream()
    error = ValueError("resume")
    asked: list[int] = []

    def produce() -> None:
        asked.append(1)
        stream.write(b"data")
        if len(asked) + streaming > 1:
            raise error

    producer = Push(resume=produce)
    stream.registerProducer(producer, streaming)
    for _ in range(6 if streaming else 0):
        stream.write(b"data")
    assert [b"data"] * (7 if streaming else 2) == [now(stream.read()) for _ in range(7 if streaming else 2)]
    assert error is now(stream.read())
    assert (None, "stop") == (stream.producer, producer.diary[-1])


@pytest.mark.parametrize("interrupt", [KeyboardInterrupt, SystemExit])
def test_an_interrupt_passes(interrupt: type[BaseException]) -> None:
    """KeyboardInterrupt from a producer passes through read, which may then be called again."""
    stream = ProducerStream()
    reactions: list[Callable[[], object]] = [lambda: None, raising(interrupt()), lambda: stream.write(b"x")]
    stream.registerProducer(Push(resume=lambda: reactions.pop(0)()), False)
    with pytest.raises(interrupt):
        stream.read()
    assert b"x" == now(stream.read())


def test_a_reader_that_reads_from_its_callback_keeps_the_stack_flat() -> None:
    """A pull producer and a recursive reader go through 100,000 chunks without growing the stack."""
    stream = ProducerStream()
    depths: set[int] = set()
    count = 0

    def got(data: object) -> None:
        nonlocal count
        if data is None:
            return
        count += 1
        if count % 1000 == 0:
            depths.add(depth())
        reading = stream.read()
        assert isinstance(reading, Deferred)
        reading.addCallback(got)

    first = stream.read()
    assert isinstance(first, Deferred)
    first.addCallback(got)
    stream.registerProducer(Pull(stream, (b"x" for _ in range(100_000))), False)
    assert 100_000 == count
    assert 1 == len(depths)


def test_a_million_chunks_through_a_full_buffer_take_linear_time() -> None:
    """Chunks written ahead without a producer are kept and given one by one."""
    stream = ProducerStream(1_000_000)
    for _ in range(1_000_000):
        stream.write(b"x")
    stream.finish()
    read: Any = stream.read
    assert 1_000_000 == sum(len(chunk) for chunk in iter(read, None))


def test_finish_from_inside_a_write() -> None:
    """The reader's callback may finish the stream; what the writer adds afterwards is dropped."""
    stream = ProducerStream()
    Seen(stream.read(), lambda _: stream.finish())
    stream.write(b"x")
    stream.write(b"y")
    assert None is stream.read()


def test_a_write_from_inside_a_write_keeps_the_order() -> None:
    """What a callback writes comes right after what it was called with."""
    stream = ProducerStream()
    Seen(stream.read(), lambda _: stream.write(b"2"))
    stream.write(b"1")
    stream.write(b"3")
    stream.finish()
    assert [b"2", b"3"] == drain(stream)


def test_closing_while_the_producer_is_being_stopped_for_surplus() -> None:
    """A producer whose stop closes the stream does not upset the write that went too far."""
    stream = ProducerStream(1)
    stream.registerProducer(Push(stop=stream.close), True)
    seen = Seen(stream.read())
    stream.write(b"ab")
    assert 1 == len(seen.values)
    assert None is stream.read()


def test_a_replaced_producer_is_asked_in_turn() -> None:
    """A pull producer may hand over to another while it is asked."""
    stream = ProducerStream()

    def handOver() -> None:
        stream.unregisterProducer()
        stream.registerProducer(Pull(stream, [b"b"]), False)

    chunks: list[Callable[[], object]] = [lambda: stream.write(b"a"), handOver]
    stream.registerProducer(Push(resume=lambda: chunks.pop(0)()), False)
    assert [b"a", b"b"] == drain(stream)
