"""StreamProducer: stopping, failures of the stream and the consumer, cancelling and interrupts."""

import gc
from typing import Any

import pytest
from twisted.internet.defer import CancelledError, Deferred, fail
from twisted.internet.error import ConnectionLost
from twisted.python import log
from twisted.python.failure import Failure

from tests.reference.script import Script, Seen, errorLog
from tests.reference.streamproducer_parts import Consumer
from web2stream.producer import StreamProducer


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


@pytest.mark.parametrize(
    ("answers", "given"),
    [([b"a"], [None]), ([b"a", ValueError("broken")], [ValueError])],
    ids=["end", "failure"],
)
def test_a_stop_from_inside_unregister_changes_nothing(answers: list[Any], given: list[Any]) -> None:
    """A consumer that stops its producer while it lets it go does not make the end a lost connection."""
    source = Script(answers)
    producer = StreamProducer(source)
    consumer = Consumer(unregister=lambda: producer.stopProducing())
    seen = Seen(producer.beginProducing(consumer))
    assert given == [v and type(v) for v in seen.values]
    assert (1, [b"a"]) == (consumer.unregistered, consumer.got)


def test_a_second_stop_from_inside_unregister() -> None:
    """The first reason stands."""
    producer = StreamProducer(Script([Deferred()]))
    consumer = Consumer(unregister=lambda: producer.stopProducing())
    seen = Seen(producer.beginProducing(consumer))
    producer.stopProducing(None)
    assert ([None], 1) == (seen.values, consumer.unregistered)


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
