"""What the broken streams of generators are made of: the reference with its stream or its generator changed."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from streamgauge.subject import Subject
from tests.broken import port
from web2stream import generatorToStream


def conversion(stream: Callable[..., Any]) -> Callable[[Any], Any]:
    """Give a `generatorToStream` that makes streams of this class."""
    return lambda fun: lambda source, *args, **kwargs: stream(fun, source, args, kwargs)


def converter(stream: Callable[..., Any]) -> Subject:
    """Give a port with this `conversion`."""
    return port(generatorToStream=conversion(stream))


def wrapping(change: Callable[..., Iterator[Any]]) -> Subject:
    """Give a port whose `generatorToStream` converts `change(fun, input, *args, **kwargs)` instead of `fun`."""

    def convert(fun: Any) -> Any:
        return generatorToStream(partial(change, fun))

    return port(generatorToStream=convert)


class Input:
    """An input that hands everything on; to be changed in one place."""

    def __init__(self, real: Any) -> None:
        self.real = real
        self.wait = real.wait

    def __iter__(self) -> "Input":
        return self

    def __next__(self) -> Any:
        return next(self.real)


def input_of(kind: Callable[[Any], Any]) -> Subject:
    """Give a port whose generators see their input through `kind`."""

    def change(fun: Any, real: Any, /, *args: Any, **kwargs: Any) -> Iterator[Any]:
        yield from fun(kind(real), *args, **kwargs)

    return wrapping(change)
