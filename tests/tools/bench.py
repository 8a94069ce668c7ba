"""`python -m tests.tools.bench`: measure the reference and write docs/benchmarks.md.

Strategy: each figure is a ratio to a plain Python loop over the same data in the same run, taken as the median of
several rounds in turns, since machines are noisy. Nothing in the test suite depends on it.
"""

import io
import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import process_time

from twisted.internet.defer import Deferred
from twisted.internet.task import Clock

import web2stream

PAGE = Path(__file__).parents[2] / "docs" / "benchmarks.md"
ROUNDS = 5
COUNT = 20_000
CHUNK = b"x" * 1024


class Chunks:
    """A source of COUNT chunks, all there at once."""

    def __init__(self) -> None:
        self.left = COUNT
        self.length: int | None = COUNT * len(CHUNK)

    def read(self) -> bytes | None:
        """Give the next chunk."""
        if not self.left:
            return None
        self.left -= 1
        self.length = self.left * len(CHUNK)
        return CHUNK

    def close(self) -> None:
        """End."""
        self.left = self.length = 0


def plain() -> None:
    """The loop every case is compared with: read every chunk of the source."""
    source = Chunks()
    while source.read() is not None:
        pass


def drain(stream: object) -> None:
    """Read a stream that answers at once to its end."""
    while stream.read() is not None:  # type: ignore[attr-defined]
        pass


def truncater() -> None:
    """Both halves of fallbackSplit, one after the other."""
    before, after = web2stream.fallbackSplit(Chunks(), COUNT * len(CHUNK) // 2)
    drain(before)
    drain(after)


def producer() -> None:
    """Write every chunk into a ProducerStream, then read them."""
    stream = web2stream.ProducerStream()
    for _ in range(COUNT):
        stream.write(CHUNK)
    stream.finish()
    drain(stream)


def generator() -> None:
    """A generator that passes every chunk on."""

    def passing(source: object) -> object:
        yield source.wait  # type: ignore[attr-defined]
        for chunk in source:  # type: ignore[attr-defined]
            yield chunk
            yield source.wait  # type: ignore[attr-defined]

    drain(web2stream.generatorToStream(passing)(Chunks()))  # type: ignore[arg-type]


def lines() -> None:
    """COUNT lines of one chunk each."""
    stream = web2stream.BufferedStream(web2stream.MemoryStream((b"y" * 1022 + b"\r\n") * COUNT))
    while _now(stream.readline()):
        pass


def _now(deferred: "Deferred[bytes]") -> bytes:
    got: list[bytes] = []
    deferred.addCallback(got.append)
    return got[0]


def into_file() -> None:
    """readIntoFile, with a clock that is advanced for each turn."""
    clock = Clock()
    done = web2stream.readIntoFile(Chunks(), io.BytesIO(), reactor=clock)
    while not done.called:
        clock.advance(0)


def file(*, mapped: bool) -> Callable[[], None]:
    """Read a real file of the same size, by chunks or mapped."""

    def case() -> None:
        with tempfile.TemporaryFile() as f:
            f.write(CHUNK * COUNT)
            f.flush()
            stream = web2stream.FileStream(f, useMMap=mapped)
            while (piece := stream.read()) is not None:
                len(bytes(memoryview(piece)))  # type: ignore[arg-type]

    return case


CASES: dict[str, Callable[[], None]] = {
    "fallbackSplit, both halves": truncater,
    "CompoundStream of 20 000 buckets": lambda: drain(
        web2stream.CompoundStream([web2stream.MemoryStream(CHUNK) for _ in range(COUNT)])
    ),
    "ProducerStream, written then read": producer,
    "generatorToStream, passing on": generator,
    "BufferedStream, lines of 1 KiB": lines,
    "readIntoFile": into_file,
    "FileStream, read (with writing the file)": file(mapped=False),
    "FileStream, mapped (with writing the file)": file(mapped=True),
}


def seconds(case: Callable[[], None]) -> float:
    """CPU seconds of one run."""
    start = process_time()
    case()
    return process_time() - start


def main() -> int:
    """Measure in turns and write the page."""
    ratios: dict[str, list[float]] = {name: [] for name in CASES}
    base: list[float] = []
    for _ in range(ROUNDS):
        base.append(seconds(plain))
        for name, case in CASES.items():
            ratios[name].append(seconds(case) / base[-1])
    rows = [f"| {name} | {statistics.median(values):.1f} |" for name, values in ratios.items()]
    text = [
        "# Benchmarks",
        "",
        "Written by `python -m tests.tools.bench`; do not edit. CPU time for 20 MiB in chunks of 1 KiB, as a",
        f"multiple of a plain loop that reads the same source ({statistics.median(base) / COUNT * 1e6:.2f} us",
        f"a chunk where this was measured: CPython {sys.version.split()[0]}, {sys.platform}); the median of {ROUNDS}",
        "rounds in turns.",
        "",
        "| case | times the plain loop |",
        "| --- | --- |",
        *rows,
    ]
    PAGE.write_text("\n".join(text) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
