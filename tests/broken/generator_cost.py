"""Broken costs of generators: stacks that grow, items collected ahead, pieces kept."""

from collections.abc import Iterator
from typing import Any

from streamgauge.subject import Subject
from tests.broken import broken
from tests.broken.generator_parts import Input, converter, input_of, wrapping
from web2stream._flow import OPEN, WAITING
from web2stream.generator import _IteratorStream


@broken("generator_34")
def each_wait_takes_a_level() -> Subject:
    """Each wait is answered one level deeper."""

    class Broken(_IteratorStream):
        _reached: object = WAITING

        def _fetch(self) -> object:
            answer = super()._fetch()
            if answer is WAITING or self._stopped is not OPEN:
                return answer
            # The rest of the read runs in here; what it comes to is handed up level by level.
            self._reached = self._advance()
            return WAITING

        def _advance(self) -> object:
            self._reached = WAITING
            answer = super()._advance()
            return self._reached if answer is WAITING else answer

    return converter(Broken)


@broken("generator_35")
def collects_everything_first() -> Subject:
    """All items that need no input are collected before the first is given."""

    def change(fun: Any, real: Any, /, *args: Any, **kwargs: Any) -> Iterator[Any]:
        held: list[Any] = []
        made = fun(real, *args, **kwargs)
        failed: Exception | None = None
        while failed is None:
            try:
                held.append(next(made))
            except StopIteration:
                break
            except Exception as error:
                failed = error
            else:
                if not (isinstance(held[-1], bytes) and held[-1].endswith(b";")):
                    yield from held
                    held.clear()
        yield from held
        if failed is not None:
            raise failed

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


@broken("generator_43")
def keeps_all_items() -> Subject:
    """Every item is kept till the end."""

    def change(fun: Any, real: Any, /, *args: Any, **kwargs: Any) -> Iterator[Any]:
        kept: list[Any] = []
        for item in fun(real, *args, **kwargs):
            kept.append(item)
            yield item

    return wrapping(change)
