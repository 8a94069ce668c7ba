"""Real files for the checks of specs/file.md and specs/sendfile.md, and what may be done to them.

Strategy: each move is one row of code that a reproducer can run. Sizes stand around those at which real streams break:
the page, the thresholds and the piece sizes.
"""

import io
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from hypothesis import strategies as st

from streamgauge.answers import Failed, Returned
from streamgauge.bench import Bench
from streamgauge.content import filler
from streamgauge.reader import Drained, Reader

KIB: Final = 1024
SIZES: Final = (
    1, 2, 255, 4 * KIB - 1, 4 * KIB, 4 * KIB + 1, 8 * KIB - 1, 8 * KIB, 8 * KIB + 1,
    65_503, 65_504, 65_505, 64 * KIB, 64 * KIB + 1, 2 * 65_504, 2 * 65_504 + 1,
)  # fmt: skip
"""Sizes in bytes around the page, MMAP_THRESHOLD, CHUNK_SIZE and twice that."""

ANY: Final = 2 * 65_504 + 5_000
"""More reads than any of these files takes, if a stream gave it byte by byte."""

IDLE: Final = 1_000
"""More empty pieces in a row than any file gives; a stream that gives nothing else for ever is not waited for."""

BLOCK: Final = 256 * KIB
"""What a stream may have taken from a file and not given yet."""

FAR: Final = 4 * KIB**3
"""The first offset that needs more than 32 bits."""


def data_of(t: Bench, least: int = 1) -> bytes:
    """Draw the content of a file: at least so many bytes."""
    sizes = [size for size in SIZES if least <= size]
    return filler(t.draw(st.sampled_from(sizes)))


def long_data(t: Bench) -> bytes:
    """Draw the content of a file of more than CHUNK_SIZE bytes, or of more than anybody takes in advance."""
    return filler(t.draw(st.sampled_from([size for size in SIZES if size > 65_504] + [2 * BLOCK + 1])))


def kept_until(done: int, size: int) -> int:
    """Tell where the data may end that a stream gives of a file cut to `size` bytes, behind `done` bytes before that.

    It may have taken some more from the file than it gave: it reads ahead, or gives what it reads in parts.
    """
    return max(size, done + BLOCK)


def a_start(t: Bench, last: int) -> int:
    """Draw an offset from 0 to `last`: the edges, and those around a page, first."""
    edges = [at for at in (0, 1, last, last // 2, 4 * KIB - 1, 4 * KIB, 4 * KIB + 1) if 0 <= at <= last]
    return t.draw(st.sampled_from(edges))


def stream(t: Bench, f: Any, *args: object, mapped: bool = False, label: str = "s") -> Reader:
    """Make a FileStream; `mapped` is its useMMap."""
    return t.reader(t.new("FileStream", f, *args, label=label, useMMap=mapped))


def drained(s: Reader) -> Drained:
    """Read until something else than data comes; more pieces than bytes, or only empty ones, count as endless."""
    return s.drain(limit=ANY, idle=IDLE)


def move(t: Bench, code: str, function: Callable[[], object]) -> None:
    """Do something to a file that is no use of the subject; the code needs nothing but `os`."""
    t.timeline.call(code)
    function()


def own_file(path: str) -> "io.BufferedReader":
    """Open a file as an object of a type that nobody knows; copied into reproducers."""
    import io

    class Own(io.BufferedReader):
        pass

    return Own(io.FileIO(path))


def of_any_type(t: Bench, data: bytes) -> Any:
    """Open a file of these data as a file object of a drawn type, each with a number and a position."""
    how = t.draw(st.sampled_from(["buffered", "raw", "own", "spooled"]))
    if how == "spooled":
        spooled = tempfile.SpooledTemporaryFile()  # noqa: SIM115 - closed after the example
        _temporary(t, spooled, data, "SpooledTemporaryFile")
        move(t, "f.rollover()", spooled.rollover)
        return spooled
    f = t.file(data, buffering=0 if how == "raw" else -1)
    if how != "own":
        return f
    t.copy(own_file)
    g = own_file(f.name)
    t.after(g.close)
    move(t, "f = own_file(f.name)", lambda: t.named("f", g))
    return g


def opened(t: Bench, data: bytes) -> Any:
    """Open a file of these data in a drawn way: buffered or raw, to be read or written too, read-only, temporary."""
    how = t.draw(st.sampled_from(["rb", "r+b", "raw", "raw r+b", "read-only", "temporary", "named"]))
    if how == "temporary":
        return _temporary(t, tempfile.TemporaryFile(), data, "TemporaryFile")
    if how == "named":
        return _temporary(t, tempfile.NamedTemporaryFile(), data, "NamedTemporaryFile")
    f = t.file(data, "r+b" if "r+b" in how else "rb", buffering=0 if "raw" in how else -1)
    if how == "read-only":
        move(t, "os.chmod(f.name, 0o444)", lambda: Path(f.name).chmod(0o444))
    return f


def _temporary(t: Bench, f: Any, data: bytes, kind: str) -> Any:
    t.after(f.close)
    move(t, f"f = tempfile.{kind}()", lambda: None)
    move(t, f"f.write(filler({len(data)})); f.seek(0)", lambda: (f.write(data), f.seek(0)))
    return t.named("f", f)


def truncate(t: Bench, f: Any, size: int) -> None:
    """Make the file this long, behind the back of whoever reads it."""
    move(t, f"os.truncate(f.name, {size})", lambda: os.truncate(f.name, size))


def append(t: Bench, f: Any, data: bytes, code: str) -> None:
    """Write more, given as code too, to the end of the file through another descriptor."""

    def more() -> None:
        with Path(f.name).open("ab") as out:
            out.write(data)

    move(t, f"with open(f.name, 'ab') as g: g.write({code})", more)


def overwrite(t: Bench, f: Any, size: int) -> None:
    """Write other bytes over the first `size` ones, through another descriptor."""

    def other() -> None:
        with Path(f.name).open("r+b") as out:
            out.write(b"!" * size)

    move(t, f"with open(f.name, 'r+b') as g: g.write(b'!' * {size})", other)


def sparse(t: Bench, at: int, data: bytes, mode: str = "rb") -> Any:
    """Make an open file with a hole of `at` bytes before its data, which costs next to nothing."""
    f = t.file(b"", mode)

    def fill() -> None:
        with Path(f.name).open("r+b") as out:
            out.seek(at)
            out.write(data)

    move(t, f"with open(f.name, 'r+b') as g: g.seek({at}); g.write(filler({len(data)}))", fill)
    return f


def limit(t: Bench, name: str, value: int) -> int:
    """The port's own value of a constant, which is another clause's matter; the old one if it has none."""
    own = t.port.names.get(name, value)
    return own if isinstance(own, int) else value


def size_of(answer: object) -> object:
    """The `len` of what a call returned, or the error of asking for it."""
    try:
        value: Any = answer.value if isinstance(answer, Returned) else answer
        return len(value)
    except Exception as error:
        return Failed(error)


def mapped_parts(path: str) -> int | None:
    """Count the mapped parts of a file in this process; None where the system does not tell."""
    maps = Path("/proc/self/maps")
    if not maps.exists():
        return None
    return sum(line.rstrip().endswith(path) for line in maps.read_text().splitlines())


def open_descriptors(path: str) -> int | None:
    """Count the descriptors of a file in this process; None where the system does not tell."""
    folder = Path("/proc/self/fd")
    if not folder.exists():
        return None
    count = 0
    for name in os.listdir(folder):  # noqa: PTH208 - the listing itself opens a descriptor
        try:
            count += os.readlink(folder / name) == path  # noqa: PTH115
        except OSError:
            continue
    return count
