"""Broken ends of lines: bounds that do not bound, last lines that are lost."""

from typing import Any

from twisted.internet.defer import Deferred, fail

from streamgauge.subject import Subject
from tests.broken import broken, port
from tests.broken.buffered_parts import CRLF, finding, line_end
from web2stream import BufferedStream


@broken("buffered_14")
def bound_is_ignored() -> Subject:
    """Of a size no notice is taken."""
    return finding(lambda data, delimiter, _: line_end(data, delimiter, None))


@broken("buffered_14")
def bound_is_one_too_large() -> Subject:
    """A line may be one byte longer than its bound."""
    return finding(lambda data, delimiter, size: line_end(data, delimiter, None if size is None else size + 1))


@broken("buffered_14")
def bound_only_without_a_delimiter() -> Subject:
    """A bound counts only where no delimiter is buffered."""

    def find(data: bytes, delimiter: bytes, size: int | None) -> int:
        whole = line_end(data, delimiter, None)
        return whole if whole >= 0 else line_end(data, delimiter, size)

    return finding(find)


@broken("buffered_15")
def delimiter_is_never_cut() -> Subject:
    """A bound inside the delimiter gives all of it."""

    def find(data: bytes, delimiter: bytes, size: int | None) -> int:
        place = data.find(delimiter)
        return place + len(delimiter) if 0 <= place and size and place < size else line_end(data, delimiter, size)

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


@broken("buffered_16")
def bound_of_nothing_gives_what_is_there() -> Subject:
    """readline(size=0) gives a line that is buffered whole."""

    class Broken(BufferedStream):
        def readline(self, delimiter: Any = CRLF, size: int | None = None) -> "Deferred[bytes]":
            return super().readline(delimiter, size or (None if CRLF in self.data else size))

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
            whole = line.endswith(delimiter) or len(line) == size or self._closed
            return line if whole else self.unended(line)

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
