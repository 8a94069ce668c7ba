"""Broken costs of generators: stacks that grow, items collected ahead, pieces kept."""

from collections.abc import Iterator
from typing import Any

from streamgauge.subject import Subject
from tests.broken import broken
from tests.broken.generator_parts import Input, converter, input_of, wrapping
from web2stream.generator import _IteratorStream, _StreamIterator


@broken("generator_34")
def each_wait_takes_a_level() -> Subject:
    """Each wait is answered one level deeper."""

    class Broken(_IteratorStream):
        def _advance(self) -> object:
            item = self._step()
            if item is not _StreamIterator.wait:
                return self._settle(item)
            from web2stream._flow import WAITING

            if self._fetch() is WAITING:
                return WAITING
            return self._advance()

    return converter(Broken)


@broken("generator_35")
def collects_everything_first() -> Subject:
    """All items that need no input are collected before the first is given."""

    def change(fun: Any, real: Any, /, *args: Any, **kwargs: Any) -> Iterator[Any]:
        held: list[Any] = []
        for item in fun(real, *args, **kwargs):
            held.append(item)
            if not (isinstance(item, bytes) and item.endswith(b";")):
                yield from held
                held.clear()
        yield from held

    return wrapping(change)


@broken("generator_36")
def keeps_all_pieces() -> Subject:
    """Every piece of the input is kept till the end."""

    class Broken(Input):
        def __init__(self, real: Any) -> None:
            super().__init__(real)
            self.kept: list[Any] = []

        def __next__(self) -> Any:
            self.kept.append(next(self.real))
            return self.kept[-1]

    return input_of(Broken)
