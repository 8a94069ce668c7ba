"""ProducerStream: what producers write, as a stream."""


# Reactions are lambdas for what they do.
# mypy: disable-error-code="func-returns-value"

import array
import gc
import io
import sys
from collections.abc import Callable
from typing import Any

import pytest
from twisted.internet.defer import CancelledError, Deferred, succeed
from twisted.internet.interfaces import IConsumer, IPullProducer, IPushProducer
from twisted.internet.task import Cooperator
from twisted.protocols.basic import FileSender
from twisted.python import log
from twisted.python.failure import Failure
from twisted.web.client import FileBodyProducer
from zope.interface import implementer
from zope.interface.verify import verifyClass, verifyObject

from tests.reference.script import Script, Seen, drain, now
from web2stream.bytestream import IByteStream
from web2stream.producer import ProducerStream, StreamProducer


@implementer(IPushProducer)
class Push:
    """A push producer that keeps a diary, and may do something on each entry."""

    def __init__(self, **reactions: Callable[[], object]) -> None:
        self.diary: list[str] = []
        self._reactions = reactions

    def _note(self, what: str) -> None:
        self.diary.append(what)
        self._reactions.get(what, lambda: None)()

    def pauseProducing(self) -> None:
        self._note("pause")

    def resumeProducing(self) -> None:
        self._note("resume")

    def stopProducing(self) -> None:
        self._note("stop")


@implementer(IPullProducer)
class Pull:
    """A pull producer of given chunks, which unregisters itself after the last."""

    def __init__(self, consumer: ProducerStream, chunks: Any) -> None:
        self._consumer = consumer
        self._chunks = iter(chunks)
        self.asked = 0
        self.stopped = 0

    def resumeProducing(self) -> None:
        self.asked += 1
        chunk = next(self._chunks, None)
        if chunk is None:
            self._consumer.unregisterProducer()
            self._consumer.finish()
        else:
            self._consumer.write(chunk)

    def stopProducing(self) -> None:
        self.stopped += 1


def raising(error: BaseException) -> Callable[[], object]:
    def raise_() -> object:
        raise error

    return raise_


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


def depth() -> int:
    frame = sys._getframe()
    count = 0
    while frame.f_back is not None:
        frame = frame.f_back
        count += 1
    return count


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


def test_a_file_sender_fills_it() -> None:
    """Twisted's FileSender, a pull producer, gives the whole file."""
    data = bytes(range(256)) * 500
    stream = ProducerStream(len(data))
    sent = FileSender().beginFileTransfer(io.BytesIO(data), stream)
    sent.addCallback(lambda _: stream.finish())
    assert data == b"".join(drain(stream))


def test_a_file_sender_whose_file_fails() -> None:
    """The error of reading the file reaches the reader; the sender is told to stop."""

    class Broken(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell():
                raise OSError("disk")
            return super().read(size)

    stream = ProducerStream()
    sent = Seen(FileSender().beginFileTransfer(Broken(b"x" * 100_000), stream))
    assert 2**14 == len(now(stream.read()))
    assert isinstance(now(stream.read()), OSError)
    assert 1 == len(sent.values)


def test_closing_stops_a_file_sender() -> None:
    """The sender's own Deferred fails when the reader goes away."""
    stream = ProducerStream()
    sent = Seen(FileSender().beginFileTransfer(io.BytesIO(b"x" * 100_000), stream))
    stream.close()
    assert 1 == len(sent.values)


def test_a_body_producer_fills_it() -> None:
    """Twisted's FileBodyProducer writes into it, paused and resumed by the reader."""
    turns: list[Callable[[], object]] = []

    def later(turn: Callable[[], object]) -> Any:
        turns.append(turn)
        return None

    data = bytes(range(256)) * 100
    body = FileBodyProducer(io.BytesIO(data), Cooperator(scheduler=later), readSize=1000)
    stream = ProducerStream(len(data))
    stream.registerProducer(body, True)
    body.startProducing(stream).addCallback(lambda _: stream.unregisterProducer() or stream.finish())
    got: list[bytes] = []
    seen = Seen()
    seen.watch(StreamProducer(stream).beginProducing(Collector(got)))
    while turns:
        turns.pop(0)()
    assert ([None], data) == (seen.values, b"".join(got))


class Collector:
    """A consumer that never pauses."""

    def __init__(self, got: list[bytes]) -> None:
        self.write = got.append

    def registerProducer(self, producer: object, streaming: bool) -> None:
        pass

    def unregisterProducer(self) -> None:
        pass


def test_a_stream_through_a_producer_is_the_stream() -> None:
    """StreamProducer into ProducerStream gives what the source gave, chunk by chunk, and holds a few only."""
    chunks = [b"%d," % n for n in range(1000)]
    source = Script([chunk if n % 3 else succeed(chunk) for n, chunk in enumerate(chunks)])
    stream = ProducerStream()
    done = StreamProducer(source).beginProducing(stream)
    done.addCallback(lambda _: stream.finish())
    assert source.reads <= stream.bufferSize + 2
    assert chunks == drain(stream)
    assert None is stream.producer


def test_closing_reaches_through_a_stream_producer() -> None:
    """Closing the far end closes the source."""
    source = Script([b"x"] * 99)
    stream = ProducerStream()
    done = Seen(StreamProducer(source).beginProducing(stream))
    stream.close()
    assert (1, 1) == (source.closes, len(done.values))
