"""StreamProducer: a stream read into a consumer."""

import array
import gc
from collections.abc import Callable
from typing import Any

import pytest
from twisted.internet.defer import CancelledError, Deferred, fail, succeed
from twisted.internet.error import ConnectionLost
from twisted.internet.interfaces import IConsumer, IPushProducer
from twisted.python import log
from twisted.python.failure import Failure
from zope.interface import implementer
from zope.interface.verify import verifyClass, verifyObject

from tests.reference.script import Script, Seen, errorLog
from web2stream.memory import MemoryStream
from web2stream.producer import ProducerStream, StreamProducer


@implementer(IConsumer)
class Consumer:
    """Keeps what it is given, and may do something on each call."""

    def __init__(
        self,
        write: Callable[[Any], object] = lambda _: None,
        register: Callable[[Any], object] = lambda _: None,
        unregister: Callable[[], object] = lambda: None,
    ) -> None:
        self.got: list[Any] = []
        self.producer: Any = None
        self.streaming: bool | None = None
        self.unregistered = 0
        self._write, self._register, self._unregister = write, register, unregister

    def write(self, data: Any) -> None:
        self.got.append(data)
        self._write(data)

    def registerProducer(self, producer: Any, streaming: bool) -> None:
        self.producer, self.streaming = producer, streaming
        self._register(producer)

    def unregisterProducer(self) -> None:
        self.unregistered += 1
        self.producer = None
        self._unregister()


def test_provides_its_interface() -> None:
    """It is a push producer."""
    assert verifyClass(IPushProducer, StreamProducer)
    assert verifyObject(IPushProducer, StreamProducer(MemoryStream(b"")))
    assert verifyObject(IConsumer, Consumer())


def test_starts_with_its_old_attributes() -> None:
    """The attributes that old callers look at are there."""
    source = Script([])
    producer = StreamProducer(source)
    assert (source, True, False) == (producer.stream, producer.enforceStr, producer.paused)
    assert (None, None, None) == (producer.consumer, producer.deferred, producer.finishedCallback)


def test_writes_everything_and_unregisters() -> None:
    """It registers as a push producer, writes each chunk, and unregisters before it fires with None."""
    source = Script([b"a", succeed(b""), b"b"])
    consumer = Consumer()
    fired: list[object] = []
    producer = StreamProducer(source)
    done = producer.beginProducing(consumer)
    done.addCallback(lambda result: fired.append((result, consumer.unregistered)))
    assert [(None, 1)] == fired
    assert ([b"a", b"", b"b"], True) == (consumer.got, consumer.streaming)
    assert (0, None, None) == (source.closes, producer.consumer, producer.finishedCallback)


def test_never_finishes_its_consumer() -> None:
    """A ProducerStream that was written to is still open."""
    stream = ProducerStream()
    StreamProducer(MemoryStream(b"x")).beginProducing(stream)
    assert False is stream.closed
    stream.write(b"y")
    assert [b"x", b"y"] == [stream.read(), stream.read()]


def test_no_stream_is_no_data() -> None:
    """Without a stream it fires at once and touches no consumer."""
    consumer = Consumer()
    seen = Seen(StreamProducer(None).beginProducing(consumer))
    assert ([None], None) == (seen.values, consumer.streaming)


def test_needs_only_read() -> None:
    """A stream without close and length does, in failure too."""

    class Bare:
        def __init__(self) -> None:
            self.answers: list[object] = [b"x", ValueError("broken")]

        def read(self) -> object:
            answer = self.answers.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer

    consumer = Consumer()
    seen = Seen(StreamProducer(Bare()).beginProducing(consumer))
    assert ([b"x"], [ValueError], 1) == (consumer.got, [type(v) for v in seen.values], consumer.unregistered)


@pytest.mark.parametrize("data", [bytearray(b"abcd"), memoryview(b"abcd"), array.array("H", b"abcd")])
def test_writes_plain_bytes(data: Any) -> None:
    """Whatever buffer is read, bytes are written; unless the object itself was asked for."""
    consumer = Consumer()
    StreamProducer(Script([data])).beginProducing(consumer)
    assert ([b"abcd"], bytes) == (consumer.got, type(consumer.got[0]))
    consumer = Consumer()
    StreamProducer(Script([data]), enforceStr=False).beginProducing(consumer)
    assert data is consumer.got[0]


def test_what_is_not_bytes_fails() -> None:
    """A number read from a stream is no order to make up as many zeroes."""
    source = Script([3])
    consumer = Consumer()
    seen = Seen(StreamProducer(source).beginProducing(consumer))
    assert ([], [TypeError], 1) == (consumer.got, [type(v) for v in seen.values], source.closes)


def test_a_paused_producer_reads_nothing() -> None:
    """Pause stops writing and reading; resume goes on where it stopped."""
    source = Script([b"%d" % n for n in range(9)])
    consumer = Consumer(write=lambda data: consumer.producer.pauseProducing() if data in b"25" else None)
    producer = StreamProducer(source)
    seen = Seen(producer.beginProducing(consumer))
    assert (3, [b"0", b"1", b"2"], True) == (source.reads, consumer.got, producer.paused)
    producer.resumeProducing()
    assert (6, 6) == (source.reads, len(consumer.got))
    producer.resumeProducing()
    assert ([None], 9) == (seen.values, len(consumer.got))


def test_an_answer_while_paused_is_kept() -> None:
    """A read that was under way is not lost, and nothing more is read until resume."""
    waiting: Deferred[object] = Deferred()
    source = Script([waiting, b"b"])
    consumer = Consumer()
    producer = StreamProducer(source)
    seen = Seen(producer.beginProducing(consumer))
    pending: Any = producer.deferred
    assert waiting is pending
    producer.pauseProducing()
    waiting.callback(b"a")
    pending = producer.deferred
    assert ([], 1, None) == (consumer.got, source.reads, pending)
    producer.resumeProducing()
    assert ([b"a", b"b"], [None]) == (consumer.got, seen.values)


def test_resuming_while_a_read_is_under_way_does_not_read_again() -> None:
    """Pausing and resuming during a read leaves that read alone."""
    waiting: Deferred[object] = Deferred()
    source = Script([waiting])
    producer = StreamProducer(source)
    producer.beginProducing(Consumer())
    for _ in range(3):
        producer.pauseProducing()
        producer.resumeProducing()
    assert 1 == source.reads


@pytest.mark.parametrize("answer", [None, ValueError("broken")])
def test_the_end_while_paused_waits(answer: Exception | None) -> None:
    """A paused producer hears of the end or the failure when it is resumed."""
    waiting: Deferred[object] = Deferred()
    producer = StreamProducer(Script([waiting]))
    seen = Seen(producer.beginProducing(Consumer()))
    producer.pauseProducing()
    waiting.callback(answer and Failure(answer))
    assert [] == seen.values
    producer.resumeProducing()
    assert [answer] == seen.values


def test_pause_from_inside_register() -> None:
    """A consumer that is full from the start gets nothing before it resumes."""
    source = Script([b"x"])
    consumer = Consumer(register=lambda producer: producer.pauseProducing())
    producer = StreamProducer(source)
    seen = Seen(producer.beginProducing(consumer))
    assert 0 == source.reads
    producer.resumeProducing()
    assert ([b"x"], [None]) == (consumer.got, seen.values)


def test_resume_from_inside_register() -> None:
    """A consumer that resumes at once is not written to before it has returned."""
    inside: list[int] = []

    def register(producer: Any) -> None:
        producer.resumeProducing()
        inside.append(len(consumer.got))

    consumer = Consumer(register=register)
    seen = Seen(StreamProducer(Script([b"x"])).beginProducing(consumer))
    assert ([0], [b"x"], [None]) == (inside, consumer.got, seen.values)


def test_stop_from_inside_register() -> None:
    """A consumer that is closed says so at once: nothing is read, the stream is closed."""
    stream = ProducerStream()
    stream.close()
    source = Script([b"x"])
    seen = Seen(StreamProducer(source).beginProducing(stream))
    assert ([ConnectionLost], 0, 1) == ([type(v) for v in seen.values], source.reads, source.closes)


@pytest.mark.parametrize("call", ["pauseProducing", "resumeProducing", "stopProducing"])
def test_calls_from_inside_write(call: str) -> None:
    """Whatever the consumer calls inside write happens after it, once."""
    source = Script([b"a", b"b", b"c"])
    consumer = Consumer(write=lambda _: getattr(producer, call)())
    producer = StreamProducer(source)
    seen = Seen(producer.beginProducing(consumer))
    expected: dict[str, tuple[int, list[type], int]] = {
        "pauseProducing": (1, [], 0),
        "resumeProducing": (3, [type(None)], 0),
        "stopProducing": (1, [ConnectionLost], 1),
    }
    assert expected[call] == (len(consumer.got), [type(v) for v in seen.values], source.closes)


def test_pause_and_resume_from_inside_write_does_not_nest() -> None:
    """Three hundred thousand synchronous chunks, each paused and resumed, go through one loop."""

    class Endless:
        left = 300_000

        def read(self) -> bytes | None:
            self.left -= 1
            return b"x" if self.left >= 0 else None

    class Counting(Consumer):
        count = 0

        def write(self, data: Any) -> None:
            self.count += len(data)
            self.producer.pauseProducing()
            self.producer.resumeProducing()

    consumer = Counting()
    seen = Seen(StreamProducer(Endless()).beginProducing(consumer))
    assert ([None], 300_000) == (seen.values, consumer.count)


def test_fired_deferreds_do_not_nest() -> None:
    """Fifty thousand reads that give fired Deferreds go through one loop."""
    consumer = Consumer()
    seen = Seen(StreamProducer(Script(succeed(b"x") for _ in range(50_000))).beginProducing(consumer))
    assert ([None], 50_000) == (seen.values, len(consumer.got))


def test_stop_fails_with_connection_lost() -> None:
    """Stopping unregisters, closes the stream and fails the Deferred; a second stop does nothing."""
    source = Script([Deferred()])
    consumer = Consumer()
    producer = StreamProducer(source)
    seen = Seen(producer.beginProducing(consumer))
    producer.stopProducing()
    producer.stopProducing(None)
    producer.resumeProducing()
    assert [ConnectionLost] == [type(v) for v in seen.values]
    assert (1, []) == (consumer.unregistered, consumer.got)
    assert source.closes


@pytest.mark.parametrize(
    "reason", [KeyError("why"), Failure(KeyError("why")), KeyError], ids=["exception", "failure", "class"]
)
def test_stop_with_a_reason(reason: Any) -> None:
    """The Deferred fails with what stopProducing was given."""
    producer = StreamProducer(Script([Deferred()]))
    seen = Seen(producer.beginProducing(Consumer()))
    producer.stopProducing(reason)
    assert [KeyError] == [type(v) for v in seen.values]


def test_stop_without_a_reason_is_success() -> None:
    """`stopProducing(None)` fires the Deferred with None."""
    source = Script([Deferred()])
    producer = StreamProducer(source)
    seen = Seen(producer.beginProducing(Consumer()))
    producer.stopProducing(None)
    assert ([None], True) == (seen.values, source.closes > 0)


@pytest.mark.parametrize("later", [False, True])
def test_a_failing_read(later: bool) -> None:
    """It closes the stream, unregisters and fails the Deferred; data before it was written."""
    error = ValueError("broken")
    waiting: Deferred[object] = Deferred()
    source = Script([b"a", waiting if later else error])
    consumer = Consumer()
    seen = Seen(StreamProducer(source).beginProducing(consumer))
    if later:
        waiting.errback(error)
    assert ([error], [b"a"], 1) == (seen.values, consumer.got, consumer.unregistered)
    assert source.closes


@pytest.mark.parametrize("answer", [ValueError("broken"), lambda: fail(ValueError("broken"))])
def test_a_replaced_stop_gets_the_failure_of_a_read(answer: Any) -> None:
    """A replacement on the instance is what a failing read calls; it decides what becomes of the Deferred."""
    source = Script([b"a", answer, b"never"])
    consumer = Consumer()
    producer = StreamProducer(source)
    reasons: list[Failure] = []
    producer.stopProducing = reasons.append  # type: ignore[assignment,method-assign]
    seen = Seen(producer.beginProducing(consumer))
    assert ([ValueError], [], [b"a"]) == ([r.type for r in reasons], seen.values, consumer.got)
    producer.resumeProducing()
    assert [b"a"] == consumer.got
    StreamProducer.stopProducing(producer, None)
    assert ([None], 1) == (seen.values, consumer.unregistered)


def test_a_replaced_stop_may_call_the_old_one() -> None:
    """A replacement that passes the failure on gives what there would have been without it."""
    producer = StreamProducer(Script([ValueError("broken")]))
    old = producer.stopProducing
    producer.stopProducing = lambda failure=None: old(failure)  # type: ignore[method-assign]
    seen = Seen(producer.beginProducing(Consumer()))
    assert [ValueError] == [type(v) for v in seen.values]


def test_a_replaced_stop_that_raises() -> None:
    """Its error comes back through the Deferred."""

    def broken(_: object) -> None:
        raise KeyError("replacement")

    producer = StreamProducer(Script([ValueError("broken")]))
    producer.stopProducing = broken  # type: ignore[assignment,method-assign]
    seen = Seen(producer.beginProducing(Consumer()))
    assert [KeyError] == [type(v) for v in seen.values]


@pytest.mark.parametrize("later", [False, True])
def test_a_failing_consumer(later: bool) -> None:
    """An error of write closes the stream, unregisters and comes back."""
    error = ValueError("full")

    def write(_: object) -> None:
        raise error

    waiting: Deferred[object] = Deferred()
    source = Script([waiting if later else b"x", b"y"])
    consumer = Consumer(write=write)
    seen = Seen(StreamProducer(source).beginProducing(consumer))
    if later:
        waiting.callback(b"x")
    assert ([error], 1, 1) == (seen.values, source.reads, consumer.unregistered)
    assert source.closes


def test_a_failing_unregister() -> None:
    """An error of unregisterProducer at the end comes back; after another error it does not hide that."""

    def unregister() -> None:
        raise KeyError("unregister")

    seen = Seen(StreamProducer(Script([])).beginProducing(Consumer(unregister=unregister)))
    assert [KeyError] == [type(v) for v in seen.values]
    seen = Seen(StreamProducer(Script([ValueError("broken")])).beginProducing(Consumer(unregister=unregister)))
    assert [ValueError] == [type(v) for v in seen.values]


def test_a_failing_close() -> None:
    """An error of closing the stream is logged, and does not hide why it was closed."""

    class Stuck(Script):
        def close(self) -> None:
            raise KeyError("close")

    with errorLog() as logged:
        producer = StreamProducer(Stuck([Deferred()]))
        seen = Seen(producer.beginProducing(Consumer()))
        producer.stopProducing()
        assert [KeyError] == [type(logged.pop())]
    assert [ConnectionLost] == [type(v) for v in seen.values]


def test_a_consumer_that_refuses() -> None:
    """Its error comes out of beginProducing, nothing is read, and another consumer may be tried."""
    source = Script([b"x"])
    busy = ProducerStream()
    busy.registerProducer(StreamProducer(Script([])), True)
    producer = StreamProducer(source)
    with pytest.raises(RuntimeError):
        producer.beginProducing(busy)
    assert (0, 0) == (source.reads, source.closes)
    consumer = Consumer()
    assert [None] == Seen(producer.beginProducing(consumer)).values
    assert [b"x"] == consumer.got


def test_begins_only_once() -> None:
    """A second beginProducing raises and disturbs nothing, during the first and after it."""
    waiting: Deferred[object] = Deferred()
    producer = StreamProducer(Script([waiting]))
    seen = Seen(producer.beginProducing(Consumer()))
    other = Consumer()
    with pytest.raises(RuntimeError):
        producer.beginProducing(other)
    waiting.callback(None)
    with pytest.raises(RuntimeError):
        producer.beginProducing(other)
    assert ([None], None) == (seen.values, other.streaming)


def test_stopped_before_it_began() -> None:
    """Stopping closes the stream, and then there is nothing to begin."""
    source = Script([b"x"])
    producer = StreamProducer(source)
    producer.resumeProducing()
    producer.stopProducing()
    with pytest.raises(RuntimeError):
        producer.beginProducing(Consumer())
    assert (0, 1) == (source.reads, source.closes)


def test_cancelling_stops_the_work() -> None:
    """Cancelling the Deferred closes the stream and unregisters; what still comes is dropped."""
    waiting: Deferred[object] = Deferred()

    class Unmoved(Script):
        def close(self) -> None:
            self.closes += 1

    source = Unmoved([waiting])
    consumer = Consumer()
    done = StreamProducer(source).beginProducing(consumer)
    seen = Seen(done)
    done.cancel()
    waiting.callback(b"late")
    assert [CancelledError] == [type(v) for v in seen.values]
    assert (1, 1, []) == (source.closes, consumer.unregistered, consumer.got)


@pytest.mark.parametrize("interrupt", [KeyboardInterrupt, SystemExit])
def test_an_interrupt_passes(interrupt: type[BaseException]) -> None:
    """KeyboardInterrupt passes through, at the beginning and at resume, and the stream is closed."""
    source = Script([interrupt()])
    consumer = Consumer()
    with pytest.raises(interrupt):
        StreamProducer(source).beginProducing(consumer)
    assert (1, 1) == (source.closes, consumer.unregistered)
    source = Script([b"x", interrupt()])
    consumer = Consumer(write=lambda _: consumer.producer.pauseProducing())
    producer = StreamProducer(source)
    seen = Seen(producer.beginProducing(consumer))
    with pytest.raises(interrupt):
        producer.resumeProducing()
    assert ([interrupt], 1) == ([type(v) for v in seen.values], source.closes)


def test_an_interrupt_inside_a_deferred_does_not_hang() -> None:
    """Where a Deferred swallows it, it comes back through the one that was given; nothing is logged."""

    def write(_: object) -> None:
        raise KeyboardInterrupt

    events: list[Any] = []
    log.addObserver(events.append)
    try:
        waiting: Deferred[object] = Deferred()
        source = Script([waiting])
        seen = Seen(StreamProducer(source).beginProducing(Consumer(write=write)))
        waiting.callback(b"x")
        del waiting, source._last, source
        gc.collect()
    finally:
        log.removeObserver(events.append)
    assert ([KeyboardInterrupt], []) == ([type(v) for v in seen.values], events)
