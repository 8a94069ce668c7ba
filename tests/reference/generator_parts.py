"""Generators that the tests of generatorToStream share."""

import codecs
from collections.abc import Iterator
from typing import Any

import pytest

from tests.reference.script import errorLog
from web2stream.generator import generatorToStream


@pytest.fixture(autouse=True)
def logged() -> Iterator[list[BaseException]]:
    """Errors in the log."""
    with errorLog() as errors:
        yield errors


@generatorToStream
def rot13(input: Any) -> Iterator[object]:
    """Turn letters by half the alphabet."""
    yield input.wait
    for data in input:
        yield codecs.encode(bytes(data).decode("ascii"), "rot13").encode("ascii")
        yield input.wait


@generatorToStream
def echo(chunks: Any) -> Iterator[object]:
    """Give what comes, in the style that lets StopIteration pass."""
    while True:
        yield chunks.wait
        yield next(chunks)


def guarded(events: list[str]) -> Any:
    @generatorToStream
    def fun(chunks: Any) -> Iterator[object]:
        try:
            while True:
                yield chunks.wait
                yield next(chunks)
        except GeneratorExit:
            events.append("exit")
            raise
        finally:
            events.append("finally")

    return fun
