"""readIntoFile: files that take a part of a chunk, or nothing for now."""

import array
import io
import os
import tempfile
from pathlib import Path
from typing import Any

import pytest
from twisted.internet.task import Clock

from tests.reactor import turnUntil
from tests.reference.consume_file_parts import Raw
from tests.reference.link import turn
from tests.reference.script import Script, Seen
from web2stream.consume import readIntoFile


@pytest.mark.parametrize(
    "takes", [(1, 1, 1), (3, None, None, 2), (None, 1, None), (0, 0, 3), (2, 0, None, 1, 5)], ids=str
)
def test_short_writes_lose_nothing(takes: tuple[int | None, ...]) -> None:
    """A raw file that takes a part, or nothing for now, gets all bytes once and in order."""
    clock = Clock()
    out = Raw(*takes)
    source = Script([b"abcdef", b"", b"ghi"])
    seen = Seen(readIntoFile(source, out, clock))
    turn(clock)
    assert ([None], b"abcdefghi", True) == (seen.values, out.got, out.closed)


def test_a_blocked_file_is_not_spun_on() -> None:
    """While a file takes nothing nothing is read, and the tries get rarer."""
    clock = Clock()
    out = Raw(*[None] * 100)
    source = Script([b"x", b"y"])
    readIntoFile(source, out, clock)
    waits = []
    for _ in range(99):
        (call,) = clock.getDelayedCalls()
        waits.append(round(call.getTime() - clock.seconds(), 6))
        clock.advance(max(waits[-1], 1e-9))
    assert (1, 0.0, 0.05) == (source.reads, waits[0], waits[-1])
    assert sorted(waits) == waits


def test_short_writes_count_bytes_not_items() -> None:
    """The rest of a chunk of wide items is cut at the byte."""
    clock = Clock()
    words = array.array("I", [1, 2, 3])
    out = Raw(5, 1)
    readIntoFile(Script([words]), out, clock)
    turn(clock)
    assert words.tobytes() == out.got


def test_a_chunk_in_tiny_pieces_takes_linear_time() -> None:
    """A raw file that takes a byte at a time gets 100,000 of them without copying the rest each time."""

    class Tiny(io.RawIOBase):
        count = 0

        def write(self, data: Any, /) -> int:
            self.count += len(data[:1])
            return 1

    out = Tiny()
    seen = Seen(readIntoFile(Script([b"x" * 100_000]), out, Clock()))
    assert 100_000 == out.count
    assert [] == seen.values


def test_a_wrapped_raw_file_is_raw(tmp_path: Path) -> None:
    """An unbuffered temporary file takes everything."""
    clock = Clock()
    with tempfile.NamedTemporaryFile(buffering=0, dir=tmp_path, delete=False) as out:
        readIntoFile(Script([b"abc", b"def"]), out, clock)
        turn(clock)
    assert b"abcdef" == Path(out.name).read_bytes()


def test_a_full_pipe_is_waited_for() -> None:
    """A non-blocking pipe with a slow reader on the other side loses nothing."""
    data = bytes(range(256)) * 4_000
    readEnd, writeEnd = os.pipe()
    os.set_blocking(writeEnd, False)
    os.set_blocking(readEnd, False)
    out = open(writeEnd, "wb", buffering=0)  # noqa: PTH123, SIM115  a descriptor; closed by the subject
    got: list[bytes] = []
    seen = Seen(readIntoFile(Script([data[:500_000], data[500_000:]]), out))

    def emptied() -> bool:
        try:
            piece = os.read(readEnd, 30_000)
        except BlockingIOError:
            return False
        got.append(piece)
        return piece == b""

    turnUntil(emptied)
    os.close(readEnd)
    assert ([None], data) == (seen.values, b"".join(got))


def test_a_full_buffered_pipe_is_waited_for() -> None:
    """A buffered writer that would block says how much it took; the rest follows."""
    clock = Clock()
    took: list[bytes] = []

    class Buffered(io.BytesIO):
        def write(self, data: Any, /) -> int:
            if len(took) % 2 == 0:
                took.append(bytes(data[:2]))
                raise BlockingIOError(11, "full", len(took[-1]))
            took.append(bytes(data))
            return len(data)

    readIntoFile(Script([b"abcde", b"fgh"]), Buffered(), clock)
    turn(clock)
    assert b"abcdefgh" == b"".join(took)
