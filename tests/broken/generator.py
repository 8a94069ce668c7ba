"""Broken streams of generators: pieces and items that are lost or moved."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from streamgauge.subject import Subject
from tests.broken import (  # noqa: F401 - registers theirs
    broken,
    generator_answers,
    generator_bytes,
    generator_close,
    generator_cost,
    generator_inputs,
    generator_items,
    generator_start,
    generator_wrong,
    port,
)
from tests.broken.generator_parts import Input, converter, input_of, wrapping
from web2stream import generatorToStream
from web2stream.generator import _IteratorStream


@broken("generator_01")
def no_close() -> Subject:
    """What the converted function gives can be read, and no more."""

    class Broken(_IteratorStream):
        close = None  # type: ignore[assignment]

    return converter(Broken)


@broken("generator_02")
def input_without_iter() -> Subject:
    """The input has a `next`, but no `for` can loop over it."""

    class Broken(Input):
        __iter__ = None  # type: ignore[assignment]

    return input_of(Broken)


@broken("generator_02")
def loop_skips_a_piece() -> Subject:
    """Beginning a loop over the input throws a piece away that was waited for."""

    class Broken(Input):
        looped = False

        def __iter__(self) -> "Broken":
            if not self.looped:
                self.looped = True
                with suppress(StopIteration):
                    next(self.real)
            return self

    return input_of(Broken)


@broken("generator_03")
def never_converts_twice() -> Subject:
    """A stream that is made by a generator already is given back as it is."""

    def convert(fun: Any) -> Any:
        make = generatorToStream(fun)
        return lambda source, *args, **kwargs: (
            source
            if isinstance(source, _IteratorStream) and not (*args, *kwargs) and _bytes(fun)
            else make(source, *args, **kwargs)
        )

    return port(generatorToStream=convert)


def _bytes(fun: Any) -> bool:
    """Tell whether a function's items are bytes: of those that the checks convert twice, the documented example's."""
    return "Rot13" in getattr(fun, "__qualname__", "")


@broken("generator_04")
def one_item_for_each_piece() -> Subject:
    """Of several items yielded for one piece only the first is read."""

    def change(fun: Any, real: Any, /, *args: Any, **kwargs: Any) -> Iterator[Any]:
        gave = False
        for item in fun(real, *args, **kwargs):
            if item is real.wait:
                gave = False
            elif gave and isinstance(item, bytes) and b"." in item:
                continue
            else:
                gave = True
            yield item

    return wrapping(change)


@broken("generator_04")
def nothing_before_the_first_wait() -> Subject:
    """Two items yielded before the first wait come in the wrong order."""

    def change(fun: Any, real: Any, /, *args: Any, **kwargs: Any) -> Iterator[Any]:
        held: list[Any] = []
        made = fun(real, *args, **kwargs)
        for item in made:
            if item is real.wait or not (isinstance(item, bytes) and b"." in item):
                yield from reversed(held)
                yield item
                break
            held.append(item)
        else:
            yield from reversed(held)
        yield from made

    return wrapping(change)


@broken("generator_40")
def returned_value_is_an_item() -> Subject:
    """A value that the generator returns is read as its last item."""

    def change(fun: Any, real: Any, /, *args: Any, **kwargs: Any) -> Iterator[Any]:
        value = yield from fun(real, *args, **kwargs)
        if value is not None:
            yield value

    return wrapping(change)


@broken("generator_05")
def no_trailer() -> Subject:
    """When the input has ended, nothing more of the generator is read."""

    def change(fun: Any, real: Any, /, *args: Any, **kwargs: Any) -> Iterator[Any]:
        class Watched(Input):
            ended = False

            def __next__(self) -> Any:
                try:
                    return next(self.real)
                except StopIteration:
                    self.ended = True
                    raise

        watched = Watched(real)
        for item in fun(watched, *args, **kwargs):
            if watched.ended and item is not real.wait:
                return
            yield item

    return wrapping(change)


@broken("generator_06")
def reads_the_input_for_each_item() -> Subject:
    """Before each item a piece of the input is waited for."""

    def change(fun: Any, real: Any, /, *args: Any, **kwargs: Any) -> Iterator[Any]:
        for item in fun(real, *args, **kwargs):
            yield real.wait
            yield item

    return wrapping(change)


@broken("generator_06")
def reads_the_input_first() -> Subject:
    """Before the generator begins a piece of the input is waited for."""

    def change(fun: Any, real: Any, /, *args: Any, **kwargs: Any) -> Iterator[Any]:
        made = fun(real, *args, **kwargs)
        try:
            yield real.wait
            yield from made
        finally:
            made.close()

    return wrapping(change)


@broken("generator_07")
def one_input_for_all() -> Subject:
    """All streams of one converted function share the input of the first."""

    def convert(fun: Any) -> Any:
        inputs: list[Any] = []

        def change(real: Any, /, *args: Any, **kwargs: Any) -> Iterator[Any]:
            inputs.append(real)
            yield from fun(_Shared(real, inputs), *args, **kwargs)

        return generatorToStream(change)

    class _Shared(Input):
        def __init__(self, real: Any, inputs: list[Any]) -> None:
            super().__init__(real)
            self.inputs = inputs

        def __next__(self) -> Any:
            try:
                return next(self.inputs[0])
            except RuntimeError:
                return next(self.real)

    return port(generatorToStream=convert)
