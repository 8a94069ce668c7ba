"""Broken SimpleStreams: halves that are not the right parts, or no independent streams of the same kind."""

from copy import copy, deepcopy
from typing import Any

from streamgauge.subject import Subject
from tests.broken import broken, port
from web2stream.simple import SimpleStream


@broken("simple_05")
def needs_its_initializer() -> Subject:
    """split() needs what only the base's initializer sets."""

    class Broken(SimpleStream):
        def __init__(self) -> None:
            self._parent: Any = None

        def split(self, point: int) -> Any:
            before, after = super().split(point)
            after._parent = self._parent
            return before, after

    return port(SimpleStream=Broken)


@broken("simple_06")
def no_split_at_the_end() -> Subject:
    """split(length) is refused, though length > 0."""

    class Broken(SimpleStream):
        def split(self, point: int) -> Any:
            if point and point == self.length:
                raise ValueError("nothing would remain")
            return super().split(point)

    return port(SimpleStream=Broken)


@broken("simple_06")
def no_split_at_the_start() -> Subject:
    """split(0) gives one stream."""

    class Broken(SimpleStream):
        def split(self, point: int) -> Any:
            return super().split(point) if point else self

    return port(SimpleStream=Broken)


@broken("simple_07")
def first_half_is_everything() -> Subject:
    """The first half keeps the original's length."""

    class Broken(SimpleStream):
        def split(self, point: int) -> Any:
            length = self.length
            before, after = super().split(point)
            before.length = length
            return before, after

    return port(SimpleStream=Broken)


@broken("simple_08")
def second_half_from_zero() -> Subject:
    """The second half starts at the point, whatever the start was."""

    class Broken(SimpleStream):
        def split(self, point: int) -> Any:
            before, after = super().split(point)
            after.start = point
            return before, after

    return port(SimpleStream=Broken)


@broken("simple_08")
def second_half_too_long() -> Subject:
    """The second half keeps the original's length."""

    class Broken(SimpleStream):
        def split(self, point: int) -> Any:
            length = self.length
            before, after = super().split(point)
            after.length = length
            return before, after

    return port(SimpleStream=Broken)


@broken("simple_09")
def unknown_becomes_zero() -> Subject:
    """The second half of an unknown length has the length 0."""

    class Broken(SimpleStream):
        def split(self, point: int) -> Any:
            before, after = super().split(point)
            after.length = after.length or 0
            return before, after

    return port(SimpleStream=Broken)


@broken("simple_10")
def splits_once() -> Subject:
    """The second half refuses to be split again."""

    class Broken(SimpleStream):
        cut = False

        def split(self, point: int) -> Any:
            if self.cut:
                raise ValueError("split already")
            before, after = super().split(point)
            after.cut = True
            return before, after

    return port(SimpleStream=Broken)


@broken("simple_11")
def copies_the_storage() -> Subject:
    """The second half is a deep copy."""

    class Broken(SimpleStream):
        def split(self, point: int) -> Any:
            before, after = super().split(point)
            after.__dict__.update(deepcopy(after.__dict__))
            return before, after

    return port(SimpleStream=Broken)


@broken("simple_12")
def second_half_is_bare() -> Subject:
    """The second half is a plain SimpleStream with the right numbers."""

    class Broken(SimpleStream):
        def split(self, point: int) -> Any:
            before, after = super().split(point)
            bare = Broken()
            bare.start, bare.length = after.start, after.length
            return before, bare

    return port(SimpleStream=Broken)


@broken("simple_13")
def copies_by_hand() -> Subject:
    """The second half is made past the copy protocol, attribute by attribute."""

    class Broken(SimpleStream):
        def split(self, point: int) -> Any:
            twin = object.__new__(type(self))
            twin.__dict__.update(self.__dict__)
            after = SimpleStream.split(twin, point)[0]
            after.start = (self.start or 0) + point
            after.length = None if self.length is None else self.length - point
            self.length = point
            return self, after

    return port(SimpleStream=Broken)


@broken("simple_14")
def split_closes_the_original() -> Subject:
    """split() closes the original after copying it twice."""

    class Broken(SimpleStream):
        def split(self, point: int) -> Any:
            before, after = SimpleStream.split(copy(self), point)
            self.close()
            return before, after

    return port(SimpleStream=Broken)


@broken("simple_15")
def halves_share_their_length() -> Subject:
    """Closing the first half closes the second."""

    class Broken(SimpleStream):
        twin: Any = None

        def split(self, point: int) -> Any:
            before, after = super().split(point)
            before.twin = after
            return before, after

        def close(self) -> None:
            super().close()
            if self.twin is not None:
                self.twin.length = 0

    return port(SimpleStream=Broken)
