"""Right conversions, unlike the reference: a coroutine that throws failures in at the wait; others."""

from collections.abc import Callable
from contextlib import closing, suppress
from types import GeneratorType
from typing import Any

from twisted.internet.defer import Deferred, succeed

from web2stream import _IteratorStream, generatorToStream


class Input:
    """An iterator with a queue; what to yield for a wait is an object of its own."""

    def __init__(self) -> None:
        self.wait = ["wait"]
        self.queue: list[Any] = []
        self.end: BaseException | None = None

    def __iter__(self) -> "Input":
        return self

    def __next__(self) -> Any:
        if self.queue:
            return self.queue.pop(0)
        raise self.end or LookupError("yield input.wait first")


class Coroutine:
    """The stream of what a generator yields; its length and its split are nobody's business."""

    def __init__(self, generator: "GeneratorType[Any, Any, Any]", source: Any, given: Input) -> None:
        self.generator, self.source, self.input = generator, source, given
        self.over = False
        self.reader: Deferred[Any] | None = None
        self.passing: BaseException | None = None

    def read(self) -> Any:
        """Give a Deferred, always."""
        if self.over:
            return succeed(None)
        if self.reader is not None or self.generator.gi_running:
            raise RuntimeError("one read at a time")
        reader: Deferred[Any] = Deferred(lambda _: self._abandon())
        self.reader = reader
        Deferred.fromCoroutine(self._next()).addBoth(self._answer, reader)
        if self.passing is not None:
            reader.addErrback(lambda _: None)
            raise self.passing
        return reader

    def close(self) -> None:
        """End everything below; the reader gets None."""
        reader, self.reader = self.reader, None
        self._end()
        if reader is not None:
            reader.callback(None)

    def _abandon(self) -> None:
        self.reader = None
        self.close()

    def _answer(self, value: Any, reader: "Deferred[Any]") -> None:
        if self.reader is reader:
            self.reader = None
            reader.callback(value)

    def _end(self) -> None:
        if self.over:
            return
        self.over = True
        if not self.generator.gi_running:
            with suppress(Exception):
                self.generator.close()
        self.source.close()

    def _step(self, error: BaseException | None) -> Any:
        try:
            return next(self.generator) if error is None else self.generator.throw(error)
        except StopIteration:
            self._end()
        except BaseException as failed:
            self._end()
            if not isinstance(failed, Exception):
                self.passing = failed
            raise
        finally:
            if self.over:
                with suppress(Exception):
                    self.generator.close()
        return None

    async def _next(self) -> Any:
        error: BaseException | None = None
        while not self.over:
            item = self._step(error)
            error = None
            if item is self.input.wait:
                error = await self._fetch()
            elif not self.over:
                return await self._settled(item)
        return None

    async def _settled(self, item: Any) -> Any:
        try:
            value = await item if isinstance(item, Deferred) else item
        except Exception:
            self._end()
            raise
        if value is None:
            self._end()
        return value

    async def _fetch(self) -> BaseException | None:
        """Have a piece there, or give the error to throw into the generator."""
        if self.input.queue or isinstance(self.input.end, StopIteration):
            return None
        if self.input.end is not None:
            return self.input.end
        try:
            piece = self.source.read()
            piece = await piece if isinstance(piece, Deferred) else piece
        except Exception as error:
            self.input.end = error
            return error
        except BaseException as error:
            self.passing = error
            raise
        if piece is None:
            self.input.end = StopIteration()
        else:
            self.input.queue.append(piece)
        return None


def converted(fun: Callable[..., Any]) -> Callable[..., Coroutine]:
    """Convert a generator function."""

    def make(source: Any, /, *args: Any, **kwargs: Any) -> Coroutine:
        given = Input()
        return Coroutine(fun(given, *args, **kwargs), source, given)

    return make


class Lenient(_IteratorStream):
    """Any StopIteration that its generator lets pass, not only its input's, is the end, as it once was in Python."""

    def _ranOut(self, error: BaseException) -> bool:
        return isinstance(error, RuntimeError) and isinstance(error.__cause__, StopIteration)


def ahead(fun: Callable[..., Any]) -> Any:
    """Convert a generator function that is run one item ahead of its reader, unless it waits."""

    def one_ahead(given: Any, /, *args: Any, **kwargs: Any) -> Any:
        held: list[Any] = []
        with closing(fun(given, *args, **kwargs)) as items:
            try:
                for item in items:
                    yield from held
                    held = [item]
                    if item is given.wait:
                        yield held.pop()
            except Exception:
                yield from held
                raise
            yield from held

    return generatorToStream(one_ahead)
