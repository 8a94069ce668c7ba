"""Broken byte streams: pieces that are no bytes, and parts of the interface that are missing."""

from typing import Any

from twisted.internet.defer import Deferred

from streamgauge.subject import Subject
from streamgauge.target import subject
from tests.broken import broken
from tests.broken.bytestream_parts import StreamWithSplit
from tests.broken.stream_parts import later
from tests.kit.right_later import Later
from tests.kit.right_pieces import Pieces


@broken("bytestream_01")
def gives_text() -> Subject:
    """Read gives str."""

    class Broken(Pieces):
        def read(self) -> Any:
            piece = super().read()
            return piece and piece.decode("latin-1")

    return subject(Broken)


@broken("bytestream_01")
def gives_numbers_later() -> Subject:
    """Its Deferreds fire with the number of bytes that came, not with them."""

    class Broken(Later):
        def _deliver(self, answer: Deferred[Any]) -> None:
            if answer is self._answer and self._data:
                self._answer, count, self._data = None, len(self._data), b""
                answer.callback(count)
            else:
                super()._deliver(answer)

    return later(Broken)


@broken("bytestream_02")
def cannot_be_split() -> Subject:
    """It has a length and no split."""

    class Broken:
        def __init__(self, data: bytes) -> None:
            self.length, self._data = len(data), data

        def read(self) -> bytes | None:
            data, self._data, self.length = self._data, b"", 0
            return data or None

        def close(self) -> None:
            self._data, self.length = b"", 0

    return subject(Broken)


@broken("bytestream_02")
def has_no_length() -> Subject:
    """It can be split and has no length."""

    class Broken(StreamWithSplit):
        pass

    return subject(Broken)
