"""Broken items of generators: objects that are changed, and Deferreds and None taken for what they are not."""

from collections.abc import Iterator
from typing import Any

from twisted.internet.defer import Deferred

from streamgauge.subject import Subject
from tests.broken import broken
from tests.broken.generator_parts import Input, converter, input_of, wrapping
from web2stream.generator import _IteratorStream, _StreamIterator


@broken("generator_11")
def false_items_end() -> Subject:
    """An item that is false ends the stream."""

    class Broken(_IteratorStream):
        def _settle(self, item: Any) -> object:
            return super()._settle(item if item or isinstance(item, bytes) else None)

    return converter(Broken)


@broken("generator_11")
def tuples_are_unpacked() -> Subject:
    """A tuple becomes several items."""

    def change(fun: Any, real: Any, /, *args: Any, **kwargs: Any) -> Iterator[Any]:
        for item in fun(real, *args, **kwargs):
            if isinstance(item, tuple) and not (item and isinstance(item[0], tuple)):
                yield from item
            else:
                yield item

    return wrapping(change)


@broken("generator_11")
def text_becomes_bytes() -> Subject:
    """Text is encoded."""

    def change(fun: Any, real: Any, /, *args: Any, **kwargs: Any) -> Iterator[Any]:
        for item in fun(real, *args, **kwargs):
            yield item.encode() if isinstance(item, str) else item

    return wrapping(change)


@broken("generator_11")
def equal_to_wait_waits() -> Subject:
    """An item that is equal to `input.wait`, not only the thing itself, is taken for a wait."""

    def change(fun: Any, real: Any, /, *args: Any, **kwargs: Any) -> Iterator[Any]:
        for item in fun(real, *args, **kwargs):
            yield real.wait if item == real.wait else item

    return wrapping(change)


@broken("generator_12")
def input_must_be_bytes() -> Subject:
    """The input is measured, so that items without a length fail."""

    class Broken(Input):
        def __next__(self) -> Any:
            piece = next(self.real)
            memoryview(piece)
            return piece

    return input_of(Broken)


@broken("generator_26")
def none_is_no_end() -> Subject:
    """A read gives the None that was yielded, and the next read goes on."""

    class Broken(_IteratorStream):
        def _settle(self, item: Any) -> object:
            return item if item is None and self._stopped is not None else super()._settle(item)

    return converter(Broken)


@broken("generator_27")
def deferred_handed_over() -> Subject:
    """A Deferred that was yielded is given inside another one, as if it were an item."""

    class Broken(_IteratorStream):
        def _advance(self) -> object:
            return super()._advance()

        def _step(self) -> object:
            item = super()._step()
            return [item] if isinstance(item, Deferred) else item

    return converter(Broken)


@broken("generator_27")
def failing_deferred_is_an_item() -> Subject:
    """The failure of a yielded Deferred is given as an item."""

    class Broken(_IteratorStream):
        def _step(self) -> object:
            item = super()._step()
            if isinstance(item, Deferred):
                item.addErrback(lambda failure: str(failure.value))
            return item

    return converter(Broken)


@broken("generator_28")
def runs_on_behind_the_reader() -> Subject:
    """While a yielded Deferred has not fired, a second read gets the next item."""

    class Broken(_IteratorStream):
        def read(self) -> object:
            if self._pending is not None and self._input.empty and self._waits:
                item = next(self._generator)
                return item if item is not _StreamIterator.wait else None
            return super().read()

        _waits = False

        def _step(self) -> object:
            item = super()._step()
            self._waits = isinstance(item, Deferred)
            return item

    return converter(Broken)


@broken("generator_11")
def empty_bytes_are_a_wait() -> Subject:
    """Empty bytes that the generator yields are taken for a wait."""

    class Broken(_IteratorStream):
        def _step(self) -> object:
            item = super()._step()
            return self._input.wait if isinstance(item, bytes) and not item else item

    return converter(Broken)
