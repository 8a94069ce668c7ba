"""CompoundStream: failures and closing."""

import array
import gc
from typing import Any

import pytest
from twisted.internet.defer import CancelledError, Deferred
from twisted.logger import capturedLogs

from tests.reference.compound_parts import source
from tests.sources import (
    LATER,
    BrokenError,
    Fired,
    ScriptedSource,
    ask,
    drain,
    failureOf,
)
from web2stream.compound import CompoundStream

# Failures


@pytest.mark.parametrize("step", [BrokenError(), Fired(BrokenError()), LATER])
def test_a_failing_bucket_fails_and_closes_everything(step: object) -> None:
    """The failure is passed on once, all buckets are closed, length is 0 and None follows."""
    bad, rest = ScriptedSource(b"a", step, length=4), [source(b"b"), source(b"c")]
    stream = CompoundStream([source(b"0"), bad, *rest])
    assert (b"0", b"a") == (stream.read(), stream.read())
    answer = ask(stream)
    if step is LATER:
        bad.fire(BrokenError())
    assert [BrokenError] == [type(error) for error in answer]
    assert (0, [], None, None) == (stream.length, stream.buckets, stream.read(), stream.deferred)
    assert [(1, 0), (1, 0)] == [(bucket.closes, bucket.reads) for bucket in rest]
    stream.close()
    assert [1, 1, 1] == [bucket.closes for bucket in (bad, *rest)]


def test_a_plain_exception_is_raised() -> None:
    """A bucket that raises makes the read raise; one that fails later fails the Deferred."""
    stream = CompoundStream([ScriptedSource(BrokenError("now"))])
    with pytest.raises(BrokenError, match="now"):
        stream.read()


def test_a_close_that_raises_does_not_stop_the_others() -> None:
    """All buckets are closed, whatever one of them does; its mistake is logged."""

    class Bad(ScriptedSource):
        def close(self) -> None:
            super().close()
            raise BrokenError

    buckets = [source(), Bad(length=0), Bad(length=0), source()]
    stream = CompoundStream(buckets)
    with capturedLogs() as logged:
        stream.close()
    assert [1] * 4 == [bucket.closes for bucket in buckets]
    assert [BrokenError] * 2 == [event["log_failure"].type for event in logged]


def test_a_bucket_that_ends_early_fails() -> None:
    """A bucket that ends before its length fails the whole: what follows would stand at a wrong place."""
    short, following = ScriptedSource(b"ab", length=4), source(b"cd")
    stream = CompoundStream([short, following])
    assert b"ab" == stream.read()
    assert isinstance(failureOf(stream), ValueError)
    assert (None, 0, 1, 1) == (stream.read(), stream.length, short.closes, following.closes)


@pytest.mark.parametrize("step", [b"abcdef", Fired(b"abcdef"), bytearray(b"abcdef"), array.array("H", b"abcdef")])
def test_a_bucket_that_runs_over_is_cut(step: object) -> None:
    """A bucket gives no more than its length, and is closed where it would."""
    long = ScriptedSource(step, b"more", length=4)
    stream = CompoundStream([long, source(b"gh")])
    assert (b"abcd", 2, 1) == (stream.read(), stream.length, long.closes)
    assert b"gh" == drain(stream)


def test_a_bucket_that_gives_more_after_its_last_byte_is_cut() -> None:
    """Pieces beyond the length are not delivered at all."""
    long = ScriptedSource(b"ab", b"", b"cd", length=2)
    stream = CompoundStream([long, source(b"e")])
    assert [b"ab", b"", b"e"] == list(iter(stream.read, None))
    assert 1 == long.closes


def test_a_bucket_without_length_in_its_body() -> None:
    """A bucket whose length never falls is held to what it first said."""

    class Constant(ScriptedSource):
        def _count(self, data: Any) -> object:
            return data

    stream = CompoundStream([Constant(b"ab", b"cd", length=4), source(b"e")])
    assert (b"abcde", 0) == (drain(stream), stream.length)


@pytest.mark.parametrize("junk", ["text", 7, object()])
def test_what_is_not_bytes_fails(junk: object) -> None:
    """A bucket that gives no bytes-like object fails the stream."""
    following = source(b"a")
    stream = CompoundStream([ScriptedSource(junk), following])
    assert isinstance(failureOf(stream), TypeError)
    assert 1 == following.closes


def test_a_length_that_raises_is_a_failure_of_reading() -> None:
    """A bucket whose length can't be told when it is read fails the stream."""

    class Nameless(ScriptedSource):
        asked = 0

        def __getattribute__(self, name: str) -> Any:
            if name == "length":
                self.asked += 1
                if self.asked > 2:
                    raise BrokenError
            return super().__getattribute__(name)

    stream = CompoundStream([Nameless(b"a", length=1)])
    assert isinstance(failureOf(stream), BrokenError)
    assert (None, 0) == (stream.read(), stream.length)


def test_keyboard_interrupt_passes() -> None:
    """What is no Exception passes, and leaves the stream usable."""
    stream = CompoundStream([ScriptedSource(KeyboardInterrupt, b"a", length=1)])
    with pytest.raises(KeyboardInterrupt):
        stream.read()
    assert b"a" == drain(stream)


# Closing


def test_close_closes_all_buckets_left() -> None:
    """Closing closes every bucket that is left, once, and ends the stream."""
    buckets = [source(b"a"), source(b"b", b"c"), source(b"d")]
    stream = CompoundStream(buckets)
    stream.read()
    stream.read()
    for _ in range(3):
        stream.close()
    assert [0, 1, 1] == [bucket.closes for bucket in buckets]
    assert (None, 0, []) == (stream.read(), stream.length, stream.buckets)


def test_close_sets_an_unknown_length_to_zero() -> None:
    """A closed stream has length 0, whatever it was before."""
    stream = CompoundStream([ScriptedSource(b"a")])
    stream.close()
    assert 0 == stream.length


def test_closing_with_a_read_outstanding_gives_none() -> None:
    """The outstanding Deferred fires with None, once."""
    bucket = ScriptedSource(LATER, length=4)
    stream = CompoundStream([bucket, source(b"b")])
    waiting = ask(stream)
    stream.close()
    assert ([None], None, None) == (waiting, stream.deferred, stream.read())


@pytest.mark.parametrize("answer", [b"data", None, BrokenError()])
def test_an_answer_after_the_close_goes_nowhere(answer: object) -> None:
    """What a bucket still answers after the close isn't delivered, and isn't logged."""
    bucket = ScriptedSource(LATER)
    stream = CompoundStream([bucket, source(b"b")])
    waiting = ask(stream)
    late = bucket.outstanding.popleft()
    stream.close()
    bucket.outstanding.append(late)
    bucket.fire(answer)
    assert ([None], None) == (waiting, stream.read())


def test_a_bucket_that_gives_data_when_it_is_closed() -> None:
    """Data that a bucket hands out while it is being closed is not delivered."""

    class Rude(ScriptedSource):
        def close(self) -> None:
            self.fire(b"data")

    stream = CompoundStream([Rude(LATER)])
    waiting = ask(stream)
    stream.close()
    assert [None] == waiting


def test_closing_inside_a_callback() -> None:
    """A callback of a read may close the stream, twice."""
    bucket, following = ScriptedSource(LATER, length=1), source(b"b")
    stream = CompoundStream([bucket, following])
    waiting = stream.read()
    assert isinstance(waiting, Deferred)

    def closeTwice(_: object) -> None:
        stream.close()
        stream.close()

    waiting.addCallback(closeTwice)
    bucket.fire(b"a")
    assert (1, 0, None) == (following.closes, following.reads, stream.read())


def test_a_bucket_that_closes_its_compound_while_it_is_read() -> None:
    """A bucket may close the compound from within its read; its answer is dropped."""

    def closeAll() -> bytes:
        stream.close()
        return b"a"

    bucket = ScriptedSource(closeAll, length=1)
    stream = CompoundStream([bucket, source(b"b")])
    assert (None, 1, None) == (stream.read(), bucket.closes, stream.read())


def test_cancelling_closes_the_stream() -> None:
    """A reader that cancels gets CancelledError, and all buckets are closed."""
    buckets = [ScriptedSource(LATER), source(b"b")]
    stream = CompoundStream(buckets)
    waiting = stream.read()
    assert isinstance(waiting, Deferred)
    errors: list[object] = []
    waiting.addErrback(lambda failure: errors.append(failure.type))
    waiting.cancel()
    assert ([CancelledError], [1, 1]) == (errors, [bucket.closes for bucket in buckets])
    assert (None, 0) == (stream.read(), stream.length)


def test_failures_leave_nothing_in_the_log() -> None:
    """A failure that was delivered isn't reported again when everything is forgotten."""
    with capturedLogs() as logged:
        bucket = ScriptedSource(LATER)
        stream = CompoundStream([bucket])
        answer = ask(stream)
        bucket.fire(BrokenError())
        assert [BrokenError] == [type(error) for error in answer]
        del bucket, stream, answer
        gc.collect()
    assert [] == list(logged)
