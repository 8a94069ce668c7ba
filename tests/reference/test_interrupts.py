"""KeyboardInterrupt and SystemExit where they cannot pass: whoever waits is told, and nothing is logged."""

import gc
from collections.abc import Iterator
from typing import Any

import pytest
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IHalfCloseableProtocol
from twisted.internet.task import Clock
from twisted.logger import capturedLogs
from twisted.python.failure import Failure
from zope.interface import implementer

from tests.reference.compound_parts import source
from tests.reference.link import Diary, Given, collected, connected, raising, turn
from tests.reference.script import Script, Seen, now
from tests.sources import LATER, BrokenError, ScriptedSource, ask, drain
from web2stream._flow import WAITING, take
from web2stream.buffered import BufferedStream
from web2stream.compound import CompoundStream
from web2stream.connect import connectStream
from web2stream.generator import generatorToStream
from web2stream.producer import StreamProducer
from web2stream.split import fallbackSplit


@pytest.fixture(autouse=True)
def logged() -> Iterator[Any]:
    """Hold every test to a clean log, also when what it made is collected; who expects an entry takes it out."""
    with capturedLogs() as logged:
        yield logged
        gc.collect()
    assert [] == list(logged)


def interrupted() -> None:
    raise KeyboardInterrupt


def types(answers: list[object]) -> list[type]:
    return [type(answer) for answer in answers]


# CompoundStream


@pytest.mark.parametrize("interrupt", [KeyboardInterrupt, SystemExit])
def test_a_compound_whose_next_bucket_is_interrupted(interrupt: type[BaseException]) -> None:
    """The read that has waited for the bucket before fails; the stream can be read on."""
    first = ScriptedSource(LATER, length=0)
    stream = CompoundStream([first, ScriptedSource(interrupt, b"b", length=1)])
    answers = ask(stream)
    first.fire(None)
    assert [interrupt] == types(answers)
    assert b"b" == drain(stream)


def test_a_compound_that_is_interrupted_while_it_closes_its_buckets(logged: Any) -> None:
    """A bucket's failure reaches the reader, though the close of another one doesn't return; the log gets that."""

    def close_in_vain() -> None:
        first, last = ScriptedSource(LATER, length=1), source(b"b")
        last.close = interrupted  # type: ignore[method-assign]
        stream = CompoundStream([first, last])
        answers = ask(stream)
        first.fire(BrokenError())
        assert [BrokenError] == types(answers)
        assert (None, 0) == (stream.read(), stream.length)

    close_in_vain()
    gc.collect()
    assert [KeyboardInterrupt] == [event["log_failure"].type for event in logged if "log_failure" in event]
    logged.clear()


# The halves of a split


@pytest.mark.parametrize("interrupt", [KeyboardInterrupt, SystemExit])
def test_halves_whose_source_is_interrupted_in_a_later_turn(interrupt: type[BaseException]) -> None:
    """The half that waits fails, and can be read on: what it skipped for the other, closed half is skipped once."""
    stream = ScriptedSource(LATER, interrupt, b"bcd", length=4)
    before, after = fallbackSplit(stream, 2)
    before.close()
    answers = ask(after)
    stream.fire(b"a")
    assert [interrupt] == types(answers)
    assert b"cd" == drain(after)


def test_both_halves_wait_when_the_source_is_interrupted() -> None:
    """Each reader is told, also when the first one reads again at once; no byte is lost."""
    stream = ScriptedSource(LATER, KeyboardInterrupt, b"bcd", length=4)
    before, after = fallbackSplit(stream, 2)
    answers: list[object] = []

    def readOn(answer: object) -> None:
        answers.append(answer.type if isinstance(answer, Failure) else answer)
        if answer is not None and (answer := take(before.read, readOn)) is not WAITING:
            readOn(answer)

    assert take(before.read, readOn) is WAITING
    told = ask(after)
    stream.fire(b"a")
    assert [b"a", KeyboardInterrupt, b"b", None] == answers
    assert [KeyboardInterrupt] == types(told)
    assert b"cd" == drain(after)


@pytest.mark.parametrize(("call", "rest"), [("close", b""), ("read", b"ab")])
def test_a_half_that_waits_while_the_other_one_is_called(call: str, rest: bytes) -> None:
    """An interrupt passes through the call in which the source was read; the half that waits is told too."""
    stream = ScriptedSource(KeyboardInterrupt, b"abcd", length=4)
    before, after = fallbackSplit(stream, 2)
    answers = ask(after)
    with pytest.raises(KeyboardInterrupt):
        getattr(before, call)()
    assert [KeyboardInterrupt] == types(answers)
    assert (rest, b"cd") == (drain(before), drain(after))


# Streams that are read on until there is enough


def test_a_buffered_stream_whose_source_is_interrupted_in_a_later_turn() -> None:
    """The call that waits fails; what it has gathered can be read."""
    late: Deferred[object] = Deferred()
    stream = BufferedStream(Script([late, KeyboardInterrupt(), b"\r\n"]))
    seen = Seen(stream.readline())
    late.callback(b"a")
    assert [KeyboardInterrupt] == types(seen.values)
    assert b"a\r\n" == now(stream.readline())


def test_a_generator_that_is_interrupted_in_a_later_turn() -> None:
    """The read that waits fails."""

    @generatorToStream
    def interrupting(chunks: Any) -> Iterator[object]:
        yield chunks.wait
        raise KeyboardInterrupt

    late: Deferred[object] = Deferred()
    seen = Seen(interrupting(Script([late])).read())
    late.callback(b"a")
    assert [KeyboardInterrupt] == types(seen.values)


# connectStream


@implementer(IHalfCloseableProtocol)
class HalfCloseable(Diary):
    """One that is told of the end of its input, and has its own."""

    def readConnectionLost(self) -> None:
        self._note("readLost")

    def writeConnectionLost(self) -> None: ...


@pytest.mark.parametrize("interrupt", [KeyboardInterrupt, SystemExit])
@pytest.mark.parametrize("end", [None, BrokenError()])
def test_a_protocol_interrupted_at_the_late_end_of_its_input(interrupt: type[BaseException], end: Any) -> None:
    """The output fails with it after what was written, and whoever produces for it is told to stop."""
    late: Deferred[Any] = Deferred()
    answer = Script([Deferred()])

    def send(protocol: Any) -> None:
        protocol.transport.write(b"some")
        StreamProducer(answer).beginProducing(protocol.transport).addErrback(lambda _: None)

    clock, _, _, out = connected([late], made=send, lost=raising(interrupt()))
    late.callback(end if end is None else Failure(end))
    data, (error,) = collected(out, clock)
    assert (b"some", interrupt) == (data, type(error))
    assert answer.closes


@pytest.mark.parametrize("interrupt", [KeyboardInterrupt, SystemExit])
def test_a_protocol_interrupted_when_it_is_half_closed(interrupt: type[BaseException]) -> None:
    """The output fails with it, and the connection is lost."""
    late: Deferred[Any] = Deferred()
    clock = Clock()
    protocol = HalfCloseable(readLost=raising(interrupt()))
    seen = Seen(connectStream(Script([late]), Given(protocol), clock).read())
    late.callback(None)
    turn(clock)
    assert [interrupt] == types(seen.values)
    assert ["made", "readLost", ("lost", interrupt)] == protocol.diary


@pytest.mark.parametrize("end", [None, BrokenError()])
def test_a_protocol_interrupted_in_a_turn(end: Any) -> None:
    """It passes to the reactor, and the output fails with it, since a reactor goes on."""
    clock, _, _, out = connected([b"x", end], lost=raising(KeyboardInterrupt()))
    seen = Seen(out.read())
    with pytest.raises(KeyboardInterrupt):
        turn(clock)
    assert [KeyboardInterrupt] == types(seen.values)


@pytest.mark.parametrize("end", [None, BrokenError()])
def test_a_protocol_interrupted_at_once(end: Any) -> None:
    """An input that is over at once: it passes out of connectStream."""
    with pytest.raises(KeyboardInterrupt):
        connected([end], lost=raising(KeyboardInterrupt()))
