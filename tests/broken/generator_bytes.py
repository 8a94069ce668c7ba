"""Broken lengths and splits of generators whose items are bytes."""

from typing import Any

from streamgauge.subject import Subject
from tests.broken import broken
from tests.broken.generator_parts import converter
from web2stream.generator import _IteratorStream


@broken("generator_32")
def length_of_the_input() -> Subject:
    """Length is the input's."""

    class Broken(_IteratorStream):
        @property
        def length(self) -> int | None:
            return getattr(self._stream, "length", None)

        @length.setter
        def length(self, _: int | None) -> None:
            pass

    return converter(Broken)


@broken("generator_32")
def never_knows() -> Subject:
    """Length is None, also when it is closed."""

    class Broken(_IteratorStream):
        @property
        def length(self) -> int | None:
            return None

        @length.setter
        def length(self, _: int | None) -> None:
            pass

    return converter(Broken)


@broken("generator_33")
def splits_the_input() -> Subject:
    """split() splits the input and makes a generator for each half."""

    class Broken(_IteratorStream):
        def __init__(self, fun: Any, stream: Any, args: Any = (), kwargs: Any = None) -> None:
            super().__init__(fun, stream, args, kwargs)
            self._fun = fun

        def split(self, point: int) -> tuple[object, object]:
            before, after = self._stream.split(point)
            return Broken(self._fun, before), Broken(self._fun, after)

    return converter(Broken)
