"""Broken conversions of generator functions: arguments that get lost, and generators that are begun too early."""

from collections.abc import Iterator
from typing import Any

from streamgauge.subject import Subject
from tests.broken import broken, port
from tests.broken.generator_parts import converter
from web2stream import generatorToStream
from web2stream.generator import _IteratorStream


@broken("generator_09")
def keywords_dropped() -> Subject:
    """Keyword arguments do not arrive."""
    return port(generatorToStream=lambda fun: lambda source, *args, **_: generatorToStream(fun)(source, *args))


@broken("generator_09")
def keyword_taken_for_its_own() -> Subject:
    """A keyword argument by the name of one of its own parameters is refused."""

    def convert(fun: Any) -> Any:
        def made(fun: Any, source: Any, *args: Any, **kwargs: Any) -> Any:
            return generatorToStream(fun)(source, *args, **kwargs)

        return lambda source, /, *args, **kwargs: made(fun, source, *args, **kwargs)

    return port(generatorToStream=convert)


@broken("generator_09")
def arguments_dropped() -> Subject:
    """Positional arguments do not arrive."""
    return port(generatorToStream=lambda fun: lambda source, *_, **kwargs: generatorToStream(fun)(source, **kwargs))


@broken("generator_10")
def starts_at_once() -> Subject:
    """The generator is run to its first item when the stream is made."""

    class Eager(_IteratorStream):
        def __init__(self, *args: Any) -> None:
            super().__init__(*args)
            self._generator = _begun(self._generator)

    return converter(Eager)


def _begun(generator: Iterator[Any]) -> Iterator[Any]:
    """Run a generator to its first item; what it raises there is raised by the first read."""
    failed: list[Exception] = []
    first = None
    try:
        first = next(generator, None)
    except Exception as error:
        failed.append(error)

    def resume() -> Iterator[Any]:
        try:
            for error in failed:
                raise error
            if first is not None:
                yield first
            yield from generator
        finally:
            generator.close()  # type: ignore[attr-defined]

    return resume()
