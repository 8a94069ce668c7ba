"""BufferedStream: what it costs in time, stack and memory."""

import tracemalloc
from collections.abc import Iterator
from typing import Any

from twisted.internet.defer import succeed

from tests.reference import buffered_parts
from tests.reference.buffered_parts import buffered, rest
from tests.reference.script import Script, now
from web2stream.buffered import BufferedStream
from web2stream.memory import MemoryStream

_quiet = buffered_parts._quiet


def test_splits_nest_deeply() -> None:
    """Thousands of splits, each of the rest of the one before, give every byte."""
    stream = buffered(*[b"abcd"] * 2500)
    pieces = []
    for _ in range(3000):
        before, stream = stream.split(3)
        pieces.append(before)
    assert b"".join(rest(piece) for piece in pieces) + rest(stream) == b"abcd" * 2500


def test_splits_inside_the_buffer_move_no_bytes() -> None:
    """Splitting off small pieces of a large buffer costs no copy of the rest."""
    stream = BufferedStream(MemoryStream(bytes(8 << 20)))
    stream.pushback(now(stream.readExactly(1)))
    total = 0
    for _ in range(10_000):
        before, stream = stream.split(10)
        total += len(rest(before))
    assert (total, stream.length) == (100_000, (8 << 20) - 100_000)


def test_a_long_line_in_small_chunks_is_linear() -> None:
    """A line of 64 MiB in chunks of 1 KiB is searched once."""
    chunk = b"\r" + b"x" * 1023
    source = Script([chunk] * (64 << 10))
    assert len(now(BufferedStream(source).readline())) == 64 << 20


def test_a_million_short_lines_in_one_chunk() -> None:
    """The lines of one large chunk leave without moving the rest of it."""
    stream = BufferedStream(MemoryStream(b"ab\r\n" * 300_000))
    assert sum(1 for _ in iter(lambda: now_fast(stream), b"")) == 300_000


def now_fast(stream: BufferedStream) -> Any:
    return stream.readline().result


def test_a_million_chunks_keep_the_stack_flat() -> None:
    """A million chunks, some of them empty, make one answer."""
    chunks: Iterator[bytes] = (b"" if i % 2 else b"x" for i in range(1_000_000))
    assert len(now(BufferedStream(Script(chunks)).readExactly())) == 500_000


def test_many_fired_deferreds_keep_the_stack_flat() -> None:
    """A hundred thousand chunks in fired Deferreds make one answer."""
    stream = BufferedStream(Script(succeed(b"x") for _ in range(100_000)))
    assert len(now(stream.readline())) == 100_000


def test_memory_stays_in_proportion_to_what_is_buffered() -> None:
    """A long stream read line by line never holds more than a few chunks."""
    chunk = (b"x" * 1022 + b"\r\n") * 64
    stream = BufferedStream(Script(chunk for _ in range(256)))
    tracemalloc.start()
    try:
        count = sum(1 for _ in iter(lambda: now_fast(stream), b""))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert count == 64 * 256
    assert peak < 1 << 20
