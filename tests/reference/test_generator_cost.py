"""generatorToStream: many chunks keep the stack flat."""

import sys
from collections.abc import Iterator
from typing import Any

from twisted.internet.defer import Deferred, succeed

from tests.reference import generator_parts
from tests.reference.script import Script, Seen, drain
from web2stream.generator import generatorToStream

logged = generator_parts.logged


MILLION = 1_000_000


def test_a_million_chunks_swallowed_in_one_read() -> None:
    """The stack stays flat when one item takes a million chunks, now or fired already."""

    @generatorToStream
    def count(chunks: Any) -> Iterator[object]:
        total = 0
        yield chunks.wait
        for data in chunks:
            total += len(data)
            yield chunks.wait
        yield total

    assert drain(count(Script(b"x" for _ in range(MILLION)))) == [MILLION]
    assert drain(count(Script(succeed(b"x") for _ in range(50_000)))) == [50_000]


def test_many_late_chunks_keep_the_stack_flat() -> None:
    """A hundred thousand chunks that each come late go through one loop."""
    late: list[Deferred[object]] = []

    def wait() -> Deferred[object]:
        late.append(Deferred())
        return late[-1]

    @generatorToStream
    def depth(chunks: Any) -> Iterator[object]:
        yield chunks.wait
        for _ in chunks:
            yield chunks.wait
        yield len(list(iter_frames()))

    seen = Seen(depth(Script(iter(lambda: wait, None))).read())
    for _ in range(100_000):
        late.pop().callback(b"x")
    late.pop().callback(None)
    assert seen.values[0] < 200


def iter_frames() -> Iterator[object]:
    frame = sys._getframe()
    while frame is not None:
        yield frame
        frame = frame.f_back  # type: ignore[assignment]
