"""Broken SimpleStreams: points that should be refused, and a base that declares nothing."""

from typing import Any

from zope.interface import Interface, implementer

from streamgauge.subject import Subject
from tests.broken import broken, port, simple_base, simple_halves  # noqa: F401 - registers theirs
from web2stream.simple import SimpleStream


@broken("simple_16")
def any_point_will_do() -> Subject:
    """A point past the end gives an empty second half."""

    class Broken(SimpleStream):
        def split(self, point: int) -> Any:
            if self.length is not None and isinstance(point, int):
                point = min(point, self.length)
            return super().split(point)

    return port(SimpleStream=Broken)


@broken("simple_16")
def refuses_too_late() -> Subject:
    """A point past the end is refused after the length was changed."""

    class Broken(SimpleStream):
        def split(self, point: int) -> Any:
            try:
                return super().split(point)
            except ValueError:
                self.length = max(point, 0) if point > 0 else self.length
                raise

    return port(SimpleStream=Broken)


@broken("simple_17")
def negative_points() -> Subject:
    """A negative point counts from the end."""

    class Broken(SimpleStream):
        def split(self, point: int) -> Any:
            if isinstance(point, int) and point < 0 and self.length is not None:
                point = max(0, self.length + point)
            return super().split(point)

    return port(SimpleStream=Broken)


@broken("simple_18")
def rounds_the_point() -> Subject:
    """A point that is no integer is made one."""

    class Broken(SimpleStream):
        def split(self, point: Any) -> Any:
            return super().split(int(point or 0))

    return port(SimpleStream=Broken)


@broken("simple_19")
def declares_nothing() -> Subject:
    """It has the methods and does not say so."""

    class INothing(Interface):
        """Asks for nothing."""

    @implementer(INothing)
    class Broken:
        length = start = None
        read, split, close = SimpleStream.read, SimpleStream.split, SimpleStream.close

    return port(SimpleStream=Broken)
