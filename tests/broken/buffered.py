"""Broken lines: delimiters missed, bounds that do not bound, answers too late or of the wrong type."""

from collections.abc import Callable
from typing import Any, Final

from twisted.internet.defer import Deferred, fail, maybeDeferred

from streamgauge.subject import Subject
from tests.broken import broken, buffered_ends, buffered_store, port  # noqa: F401 - registers theirs
from web2stream import BufferedStream

CRLF: Final = b"\r\n"


def finding(find: Callable[[Any, bytes, int | None], int]) -> Subject:
    """Give a port whose lines end where `find(data, delimiter, size)` says: a count of bytes, -1 for not yet."""

    class Broken(BufferedStream):
        def readline(self, delimiter: Any = CRLF, size: int | None = None) -> "Deferred[bytes]":
            if size is not None and size <= 0:
                return super().readline(delimiter, size)

            def attempt() -> bytes | None:
                end = find(bytes(self._queue), delimiter, size)
                return None if end < 0 else self._queue.take(end)

            return self._gather(attempt)

    return port(BufferedStream=Broken)


def _end(data: bytes, delimiter: bytes, size: int | None) -> int:
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


@broken("buffered_01")
def no_exact_counts() -> Subject:
    """There is no readExactly."""

    class Broken(BufferedStream):
        readExactly = None  # type: ignore[assignment]

    return port(BufferedStream=Broken)


@broken("buffered_09")
def any_line_feed_ends() -> Subject:
    """The default delimiter is a line feed."""
    return finding(lambda data, delimiter, size: _end(data, b"\n" if delimiter == CRLF else delimiter, size))


@broken("buffered_09")
def last_delimiter_ends() -> Subject:
    """A line ends at the last delimiter that is buffered."""

    def find(data: bytes, delimiter: bytes, size: int | None) -> int:
        place = data.rfind(delimiter, 0, size)
        return place + len(delimiter) if place >= 0 else _end(data, delimiter, size)

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
                end = _end(data[seen:], delimiter, None if size is None else size - seen)
                begin, seen = seen, len(data)
                return None if end < 0 else self._queue.take(begin + end)

            return super().readline(delimiter, size) if size is not None and size <= 0 else self._gather(attempt)

    return port(BufferedStream=Broken)


@broken("buffered_12")
def always_crlf() -> Subject:
    """The delimiter that is asked for is ignored."""
    return finding(lambda data, _, size: _end(data, CRLF, size))


@broken("buffered_12")
def first_byte_of_the_delimiter() -> Subject:
    """Of a delimiter, other than CRLF, only the first byte is looked for."""
    return finding(lambda data, delimiter, size: _end(data, delimiter if delimiter == CRLF else delimiter[:1], size))


@broken("buffered_13")
def match_starts_over_behind() -> Subject:
    """After a false begin of the delimiter the search starts over behind it."""

    def find(data: bytes, delimiter: bytes, size: int | None) -> int:
        matched = 0
        for place, byte in enumerate(data[:size]):
            matched = matched + 1 if byte == delimiter[matched] else int(len(delimiter) < 3 and byte == delimiter[0])
            if matched == len(delimiter):
                return place + 1
        return _end(data[:0], delimiter, None) if size is None or len(data) < size else size

    return finding(find)


@broken("buffered_13")
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


@broken("buffered_14")
def bound_is_ignored() -> Subject:
    """Of a size no notice is taken."""
    return finding(lambda data, delimiter, _: _end(data, delimiter, None))


@broken("buffered_14")
def bound_is_one_too_large() -> Subject:
    """A line may be one byte longer than its bound."""
    return finding(lambda data, delimiter, size: _end(data, delimiter, None if size is None else size + 1))


@broken("buffered_14")
def bound_only_without_a_delimiter() -> Subject:
    """A bound counts only where no delimiter is buffered."""

    def find(data: bytes, delimiter: bytes, size: int | None) -> int:
        whole = _end(data, delimiter, None)
        return whole if whole >= 0 else _end(data, delimiter, size)

    return finding(find)


@broken("buffered_15")
def delimiter_is_never_cut() -> Subject:
    """A bound inside the delimiter gives all of it."""

    def find(data: bytes, delimiter: bytes, size: int | None) -> int:
        place = data.find(delimiter)
        return place + len(delimiter) if 0 <= place and size and place < size else _end(data, delimiter, size)

    return finding(find)


@broken("buffered_15")
def rest_of_the_delimiter_is_dropped() -> Subject:
    """When the bound falls inside the delimiter, the delimiter's rest is swallowed."""

    class Broken(BufferedStream):
        def readline(self, delimiter: Any = CRLF, size: int | None = None) -> "Deferred[bytes]":
            def swallow(line: bytes) -> bytes:
                for part in range(1, len(delimiter)) if size and len(line) == size else ():
                    rest = delimiter[part:]
                    if line.endswith(delimiter[:part]) and bytes(self._queue).startswith(rest):
                        self._queue.take(len(rest))
                return line

            return super().readline(delimiter, size).addCallback(swallow)

    return port(BufferedStream=Broken)


@broken("buffered_16")
def bound_of_nothing_is_no_bound() -> Subject:
    """readline(size=0) is taken for a line without a bound."""

    class Broken(BufferedStream):
        def readline(self, delimiter: Any = CRLF, size: int | None = None) -> "Deferred[bytes]":
            return super().readline(delimiter, size or None)

    return port(BufferedStream=Broken)


@broken("buffered_17")
def negative_bound_fails_later() -> Subject:
    """The ValueError of a negative bound is the failure of a Deferred."""

    class Broken(BufferedStream):
        def readline(self, delimiter: Any = CRLF, size: int | None = None) -> "Deferred[bytes]":
            return fail(ValueError(size)) if size is not None and size < 0 else super().readline(delimiter, size)

    return port(BufferedStream=Broken)


@broken("buffered_17")
def negative_bound_is_no_bound() -> Subject:
    """A negative bound means none."""

    class Broken(BufferedStream):
        def readline(self, delimiter: Any = CRLF, size: int | None = None) -> "Deferred[bytes]":
            return super().readline(delimiter, None if size is not None and size < 0 else size)

    return port(BufferedStream=Broken)


class _Ending(BufferedStream):
    """Tells the lines that have no end from the others."""

    def unended(self, line: bytes) -> Any:
        """Change what the last line gives."""
        raise NotImplementedError

    def readline(self, delimiter: Any = CRLF, size: int | None = None) -> "Deferred[bytes]":
        def look(line: bytes) -> Any:
            return line if line.endswith(delimiter) or len(line) == size else self.unended(line)

        return super().readline(delimiter, size).addCallback(look)


@broken("buffered_18")
def last_line_is_lost() -> Subject:
    """A last line without an end is dropped."""

    class Broken(_Ending):
        def unended(self, line: bytes) -> Any:
            return b""

    return port(BufferedStream=Broken)


@broken("buffered_18")
def last_line_gets_an_end() -> Subject:
    """A last line without an end is given one."""

    class Broken(_Ending):
        def unended(self, line: bytes) -> Any:
            return line and line + CRLF

    return port(BufferedStream=Broken)


@broken("buffered_19")
def end_of_lines_is_none() -> Subject:
    """When nothing is left readline gives None."""

    class Broken(_Ending):
        def unended(self, line: bytes) -> Any:
            return line or None

    return port(BufferedStream=Broken)


@broken("buffered_19")
def end_of_lines_is_an_error() -> Subject:
    """When nothing is left readline fails with EOFError."""

    class Broken(_Ending):
        def unended(self, line: bytes) -> Any:
            return line or fail(EOFError())

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


@broken("buffered_21")
def lines_are_plain_when_there() -> Subject:
    """A line that is buffered is given as plain bytes."""
    return lines(_plain)


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
def size_is_called_limit() -> Subject:
    """The bound's name is limit."""

    class Broken(BufferedStream):
        def readline(self, delimiter: Any = CRLF, limit: int | None = None) -> "Deferred[bytes]":
            return super().readline(delimiter, limit)

    return port(BufferedStream=Broken)


@broken("buffered_23")
def size_comes_first() -> Subject:
    """The bound comes before the delimiter."""

    class Broken(BufferedStream):
        def readline(self, size: Any = None, delimiter: Any = CRLF) -> "Deferred[bytes]":
            return super().readline(delimiter, size)

    return port(BufferedStream=Broken)
