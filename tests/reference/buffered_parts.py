"""What the tests of BufferedStream share."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.reference.script import Script, drain, errorLog, now
from web2stream.buffered import BufferedStream


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Nothing is left in the log."""
    with errorLog():
        yield


def buffered(*chunks: object, length: int | None = None) -> BufferedStream:
    return BufferedStream(Script(chunks, length))


def lines(stream: BufferedStream, *args: Any, **kwargs: Any) -> list[bytes]:
    return list(iter(lambda: now(stream.readline(*args, **kwargs)), b""))


def rest(stream: Any) -> bytes:
    return b"".join(map(bytes, drain(stream)))
