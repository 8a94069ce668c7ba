"""What broken buffered streams share: a changed search, changed answers, and a source that is dead."""

from collections.abc import Callable
from typing import Any, Final

from twisted.internet.defer import Deferred

from streamgauge.subject import Subject
from tests.broken import port
from web2stream import BufferedStream
from web2stream._bytequeue import ByteQueue

CRLF: Final = b"\r\n"


class Never:
    """A stream that never answers."""

    length = None

    def read(self) -> "Deferred[Any]":
        return Deferred()

    def close(self) -> None:
        pass


def queueing(queue: type[ByteQueue]) -> type[BufferedStream]:
    """Give a BufferedStream that keeps its bytes in a `queue`."""

    class Queueing(BufferedStream):
        def __init__(self, stream: Any) -> None:
            super().__init__(stream)
            self._queue = queue()

    return Queueing


def finding(find: Callable[[Any, bytes, int | None], int]) -> Subject:
    """Give a port whose lines end where `find(data, delimiter, size)` says: a count of bytes, -1 for not yet."""

    class Broken(BufferedStream):
        def readline(self, delimiter: Any = CRLF, size: int | None = None) -> "Deferred[bytes]":
            if size is not None and size <= 0:
                return super().readline(delimiter, size)

            seen = 0

            def attempt() -> bytes | None:
                nonlocal seen
                if len(self._queue) > 4096:  # what this costs is another matter
                    place = self._queue.find(delimiter, max(0, seen - len(delimiter)), size)
                    seen = len(self._queue)
                    end = place + len(delimiter) if place >= 0 else -1
                else:
                    end = find(bytes(self._queue), delimiter, size)
                return None if end < 0 else self._queue.take(end)

            return self._gather(attempt)

    return port(BufferedStream=Broken)


def line_end(data: bytes, delimiter: bytes, size: int | None) -> int:
    """The right answer."""
    place = data.find(delimiter, 0, size)
    if place >= 0:
        return place + len(delimiter)
    return size if size is not None and len(data) >= size else -1


def lines(change: Callable[[Any], Any]) -> Subject:
    """Give a port that changes what its readline gives."""

    class Broken(BufferedStream):
        def readline(self, delimiter: Any = CRLF, size: int | None = None) -> "Deferred[bytes]":
            return change(super().readline(delimiter, size))  # type: ignore[no-any-return]

    return port(BufferedStream=Broken)
