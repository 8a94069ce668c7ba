"""KeyboardInterrupt and SystemExit where they cannot pass: whoever waits is told, and nothing is logged."""

import gc
from collections.abc import Iterator
from typing import Any

import pytest
from twisted.logger import capturedLogs
from twisted.python.failure import Failure

from tests.reference.compound_parts import source
from tests.sources import LATER, BrokenError, ScriptedSource, ask, drain
from web2stream._flow import WAITING, take
from web2stream.compound import CompoundStream
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


def test_a_half_that_waits_while_the_other_one_is_closed() -> None:
    """An interrupt passes through close, where the source is read on for the other half; that one is told too."""
    stream = ScriptedSource(KeyboardInterrupt, b"abcd", length=4)
    before, after = fallbackSplit(stream, 2)
    answers = ask(after)
    with pytest.raises(KeyboardInterrupt):
        before.close()
    assert [KeyboardInterrupt] == types(answers)
    assert b"cd" == drain(after)


def test_a_half_that_waits_while_the_other_one_is_read() -> None:
    """An interrupt passes through the read that met it; the half that waits for those bytes is told too."""
    stream = ScriptedSource(KeyboardInterrupt, b"abcd", length=4)
    before, after = fallbackSplit(stream, 2)
    answers = ask(after)
    with pytest.raises(KeyboardInterrupt):
        before.read()
    assert [KeyboardInterrupt] == types(answers)
    assert (b"ab", b"cd") == (drain(before), drain(after))
