"""StreamProducer: pausing and resuming, and calls from inside the consumer."""

from typing import Any

import pytest
from twisted.internet.defer import Deferred, succeed
from twisted.internet.error import ConnectionLost
from twisted.python.failure import Failure

from tests.reference.script import Script, Seen
from tests.reference.streamproducer_parts import Consumer
from web2stream.producer import ProducerStream, StreamProducer


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
