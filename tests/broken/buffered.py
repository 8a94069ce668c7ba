"""Broken lines: delimiters missed, answers too late or of the wrong type."""

from typing import Any

from twisted.internet.defer import Deferred, maybeDeferred

from streamgauge.subject import Subject
from tests.broken import (  # noqa: F401 - registers theirs
    broken,
    buffered_bounds,
    buffered_close,
    buffered_cost,
    buffered_counts,
    buffered_ends,
    buffered_halves,
    buffered_promises,
    buffered_split,
    buffered_store,
    buffered_waits,
    buffered_work,
    port,
)
from tests.broken.buffered_counts import plain
from tests.broken.buffered_parts import CRLF, finding, line_end, lines
from web2stream import BufferedStream


@broken("buffered_01")
def no_exact_counts() -> Subject:
    """There is no readExactly."""

    class Broken(BufferedStream):
        readExactly = None  # type: ignore[assignment]

    return port(BufferedStream=Broken)


@broken("buffered_09")
def any_line_feed_ends() -> Subject:
    """The default delimiter is a line feed."""
    return finding(lambda data, delimiter, size: line_end(data, b"\n" if delimiter == CRLF else delimiter, size))


@broken("buffered_09")
def last_delimiter_ends() -> Subject:
    """A line ends at the last delimiter that is buffered."""

    def find(data: bytes, delimiter: bytes, size: int | None) -> int:
        place = data.rfind(delimiter, 0, size)
        return place + len(delimiter) if place >= 0 else line_end(data, delimiter, size)

    return finding(find)


@broken("buffered_10")
def delimiter_is_stripped() -> Subject:
    """Lines are given without their ends."""
    return lines(lambda deferred: deferred.addCallback(lambda line: line.removesuffix(CRLF)))


@broken("buffered_11")
def only_the_new_piece_is_searched() -> Subject:
    """A delimiter is looked for in the piece that came last."""

    class Broken(BufferedStream):
        def readline(self, delimiter: Any = CRLF, size: int | None = None) -> "Deferred[bytes]":
            seen = 0

            def attempt() -> bytes | None:
                nonlocal seen
                data = bytes(self._queue)
                end = line_end(data[seen:], delimiter, None if size is None else size - seen)
                begin, seen = seen, len(data)
                return None if end < 0 else self._queue.take(begin + end)

            return super().readline(delimiter, size) if size is not None and size <= 0 else self._gather(attempt)

    return port(BufferedStream=Broken)


@broken("buffered_12")
def always_crlf() -> Subject:
    """The delimiter that is asked for is ignored."""
    return finding(lambda data, _, size: line_end(data, CRLF, size))


@broken("buffered_10")
def first_byte_of_the_delimiter() -> Subject:
    """Of a delimiter, other than CRLF, only the first byte is looked for."""
    return finding(
        lambda data, delimiter, size: line_end(data, delimiter if delimiter == CRLF else delimiter[:1], size)
    )


@broken("buffered_13")
def match_starts_over_behind() -> Subject:
    """After a false begin of the delimiter the search starts over behind it."""

    def find(data: bytes, delimiter: bytes, size: int | None) -> int:
        if len(data) > 200:  # what this costs is another matter
            return line_end(data, delimiter, size)
        matched = 0
        for place, byte in enumerate(data[:size]):
            matched = matched + 1 if byte == delimiter[matched] else int(len(delimiter) < 3 and byte == delimiter[0])
            if matched == len(delimiter):
                return place + 1
        return line_end(data[:0], delimiter, None) if size is None or len(data) < size else size

    return finding(find)


@broken("buffered_11")
def one_byte_is_searched_again() -> Subject:
    """With a new piece only one byte of the old ones is searched again."""

    class Broken(BufferedStream):
        def readline(self, delimiter: Any = CRLF, size: int | None = None) -> "Deferred[bytes]":
            if size is not None or len(delimiter) > 4:
                return super().readline(delimiter, size)
            seen = 0

            def attempt() -> bytes | None:
                nonlocal seen
                place = bytes(self._queue).find(delimiter, max(0, seen - 1))
                seen = len(self._queue)
                return None if place < 0 else self._queue.take(place + len(delimiter))

            return self._gather(attempt)

    return port(BufferedStream=Broken)


@broken("buffered_20")
def line_wants_one_more_piece() -> Subject:
    """A line at the end of the buffer is given when the next piece has come."""

    class Broken(BufferedStream):
        def readline(self, delimiter: Any = CRLF, size: int | None = None) -> "Deferred[bytes]":
            def look_behind(line: bytes) -> Any:
                if self._queue or size == 0:
                    return line
                behind = maybeDeferred(self.read)
                behind.addCallback(lambda piece: self.pushback(piece) if piece else None)  # type: ignore[arg-type]
                return behind.addErrback(lambda _: None).addCallback(lambda _: line)

            return super().readline(delimiter, size).addCallback(look_behind)

    return port(BufferedStream=Broken)


@broken("buffered_20")
def bound_wants_one_more() -> Subject:
    """A line as long as its bound is given when more than that has come."""

    class Broken(BufferedStream):
        def readline(self, delimiter: Any = CRLF, size: int | None = None) -> "Deferred[bytes]":
            if not size or size < 0:
                return super().readline(delimiter, size)

            def attempt() -> bytes | None:
                end = self._queue.find(bytes(delimiter), 0, size)
                if end >= 0:
                    return self._queue.take(end + len(delimiter))
                return self._queue.take(size) if len(self._queue) > size else None

            return self._gather(attempt)

    return port(BufferedStream=Broken)


@broken("buffered_21")
def lines_are_plain_when_there() -> Subject:
    """A line that is buffered is given as plain bytes."""
    return lines(plain)


@broken("buffered_22")
def lines_are_views() -> Subject:
    """Lines are given as the bytearrays in which they were collected."""
    return lines(lambda deferred: deferred.addCallback(bytearray))


@broken("buffered_22")
def counts_are_views() -> Subject:
    """Counts are given as views of the buffer."""

    class Broken(BufferedStream):
        def readExactly(self, size: int | None = None) -> Any:
            return super().readExactly(size).addCallback(memoryview)

    return port(BufferedStream=Broken)


@broken("buffered_23")
def named_size_is_lost() -> Subject:
    """Readline takes anything, and looks at what is given by place only."""

    class Broken(BufferedStream):
        def readline(self, *args: Any, **named: Any) -> "Deferred[bytes]":
            return super().readline(*args, **{name: value for name, value in named.items() if name != "size"})

    return port(BufferedStream=Broken)
