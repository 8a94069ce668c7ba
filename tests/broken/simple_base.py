"""Broken SimpleStreams: bases that cannot be made, read or closed as the old one could."""

from streamgauge.subject import Subject
from tests.broken import broken, port
from web2stream.simple import SimpleStream


@broken("simple_01")
def needs_a_length() -> Subject:
    """It cannot be made without a length."""

    class Broken(SimpleStream):
        def __init__(self, length: int) -> None:
            self.length = length

    return port(SimpleStream=Broken)


@broken("simple_01")
def starts_at_zero() -> Subject:
    """A plain one starts at 0, as if it had a storage."""

    class Broken(SimpleStream):
        start = 0

    return port(SimpleStream=Broken)


@broken("simple_02")
def reads_nothing_as_bytes() -> Subject:
    """read() gives empty bytes instead of None."""

    class Broken(SimpleStream):
        def read(self) -> object:
            return b""

    return port(SimpleStream=Broken)


@broken("simple_02")
def reading_leaves_a_byte() -> Subject:
    """After a read that gave None one byte remains, by its length."""

    class Broken(SimpleStream):
        def read(self) -> object:
            self.length = 1
            return None

    return port(SimpleStream=Broken)


@broken("simple_03")
def close_forgets_the_length() -> Subject:
    """close() makes the length unknown."""

    class Broken(SimpleStream):
        def close(self) -> None:
            self.length = None

    return port(SimpleStream=Broken)


@broken("simple_03")
def close_zeroes_only_what_is_known() -> Subject:
    """close() leaves an unknown length as it is."""

    class Broken(SimpleStream):
        def close(self) -> None:
            if self.length is not None:
                self.length = 0

    return port(SimpleStream=Broken)


@broken("simple_04")
def close_calls_back() -> Subject:
    """close() looks for a rest by the subclass's own read."""

    class Broken(SimpleStream):
        def close(self) -> None:
            self.read()
            super().close()

    return port(SimpleStream=Broken)


@broken("simple_04")
def close_recurses() -> Subject:
    """close() hands on to a hook, which calls the subclass's close again."""

    class Broken(SimpleStream):
        def close(self) -> None:
            if self.length != 0:
                self.length = 0
                self.close()

    return port(SimpleStream=Broken)
