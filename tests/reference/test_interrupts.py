"""KeyboardInterrupt and SystemExit where they cannot pass: whoever waits is told, and nothing is logged."""

import gc
from collections.abc import Iterator
from typing import Any

import pytest
from twisted.logger import capturedLogs

from tests.reference.compound_parts import source
from tests.sources import LATER, BrokenError, ScriptedSource, ask, drain
from web2stream.compound import CompoundStream


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
