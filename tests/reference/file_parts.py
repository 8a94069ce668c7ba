"""What the tests of FileStream share: data, files that are closed after the test, and ways to read."""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

import pytest

DATA = hashlib.shake_128(b"file").digest(200_000)

Opener = Callable[[bytes], Any]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opener]:
    """Write a file and open it; all are closed after the test."""
    files: list[IO[bytes]] = []

    def openWith(data: bytes, mode: str = "r+b", buffering: int = -1) -> IO[bytes]:
        path = tmp_path / f"data{len(files)}"
        path.write_bytes(data)
        files.append(path.open(mode, buffering=buffering))
        return files[-1]

    yield openWith
    for f in files:
        f.close()


def chunks(stream: Any, **call: Any) -> list[Any]:
    return list(iter(lambda: stream.read(**call), None))


def drain(stream: Any) -> bytes:
    return b"".join(chunks(stream))
