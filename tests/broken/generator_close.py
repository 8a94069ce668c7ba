"""Broken ends of generators: inputs left open, generators left running, errors that look like the end."""

import inspect
from collections.abc import Iterator
from typing import Any

from twisted.internet.defer import fail
from twisted.python.failure import Failure

from streamgauge.subject import Subject
from tests.broken import broken
from tests.broken.generator_parts import converter, wrapping
from web2stream._streamiterator import _EndOfInput
from web2stream.generator import _IteratorStream


@broken("generator_08")
def bugs_look_like_the_end() -> Subject:
    """An error of the generator ends the stream as if it had returned."""

    def change(fun: Any, real: Any, /, *args: Any, **kwargs: Any) -> Iterator[Any]:
        try:
            yield from fun(real, *args, **kwargs)
        except ArithmeticError:
            return

    return wrapping(change)


@broken("generator_08")
def bugs_are_renamed() -> Subject:
    """An error of the generator comes back as a RuntimeError."""

    def change(fun: Any, real: Any, /, *args: Any, **kwargs: Any) -> Iterator[Any]:
        try:
            yield from fun(real, *args, **kwargs)
        except ArithmeticError as error:
            raise RuntimeError(str(error)) from error

    return wrapping(change)


@broken("generator_08")
def raised_from_the_end_is_the_end() -> Subject:
    """An error that the generator raises from its input's StopIteration is taken for the end."""

    def change(fun: Any, real: Any, /, *args: Any, **kwargs: Any) -> Iterator[Any]:
        try:
            yield from fun(real, *args, **kwargs)
        except Exception as error:
            if not isinstance(error.__cause__, _EndOfInput):
                raise

    return wrapping(change)


class _Keeping(_IteratorStream):
    """A stream that leaves its input open in one case."""

    def keeps(self, how: object) -> bool:
        raise NotImplementedError

    def _stop(self, how: Failure | None) -> None:
        stream = self._stream
        if self.keeps(how):
            self._stream = None
        super()._stop(how)
        self._stream = stream


@broken("generator_04")
def early_return_passes_the_rest_on() -> Subject:
    """When the generator returns, what it has left of its input follows."""

    def change(fun: Any, real: Any, /, *args: Any, **kwargs: Any) -> Iterator[Any]:
        yield from fun(real, *args, **kwargs)
        yield real.wait
        for piece in real:
            yield piece
            yield real.wait

    return wrapping(change)


@broken("generator_16")
def bugs_keep_the_input() -> Subject:
    """When the generator raises, its input is left open."""

    class Broken(_Keeping):
        def keeps(self, how: object) -> bool:
            return how is not None

    return converter(Broken)


@broken("generator_17")
def another_error_afterwards() -> Subject:
    """A read after the generator's error raises that the generator is done."""

    class Broken(_IteratorStream):
        def read(self) -> object:
            if isinstance(self._stopped, Failure) and self._stopped.check(ArithmeticError):
                raise RuntimeError("the generator is done")
            return super().read()

    return converter(Broken)


@broken("generator_18")
def close_during_a_wait_keeps_the_input() -> Subject:
    """Closed while it waits, the stream answers its reader and leaves the input open."""

    class Broken(_Keeping):
        def keeps(self, how: object) -> bool:
            return self.waits

        waits = False

        def close(self) -> None:
            self.waits = self._pending is not None
            super().close()

    return converter(Broken)


@broken("generator_18")
def close_inside_a_callback_keeps_the_input() -> Subject:
    """Closed from inside the callback of a read, the stream leaves the input open."""

    class Broken(_Keeping):
        firing = False

        def keeps(self, how: object) -> bool:
            return self.firing

        def _fire(self, item: object) -> None:
            self.firing = True
            super()._fire(item)
            self.firing = False

    return converter(Broken)


@broken("generator_19")
def close_leaves_the_generator() -> Subject:
    """close() closes the input and leaves the generator where it is."""

    class Broken(_IteratorStream):
        def _closeGenerator(self) -> None:
            pass

    return converter(Broken)


@broken("generator_19")
def close_during_a_wait_leaves_the_generator() -> Subject:
    """close() leaves the generator where it is when it waits for the input."""

    class Broken(_IteratorStream):
        waits = False

        def close(self) -> None:
            self.waits = self._pending is not None
            super().close()

        def _closeGenerator(self) -> None:
            if not self.waits:
                super()._closeGenerator()

    return converter(Broken)


@broken("generator_20")
def closing_starts_the_generator() -> Subject:
    """close() runs the generator to its first item, to be able to close it."""

    class Broken(_IteratorStream):
        def close(self) -> None:
            if inspect.getgeneratorstate(self._generator) == inspect.GEN_CREATED:  # type: ignore[arg-type]
                next(self._generator, None)
            super().close()

    return converter(Broken)


@broken("generator_20")
def reading_after_close_starts_the_generator() -> Subject:
    """A read after close runs the generator over an input that has ended, and drops what it gives."""

    class Broken(_IteratorStream):
        def _closeGenerator(self) -> None:
            if inspect.getgeneratorstate(self._generator) != inspect.GEN_CREATED:  # type: ignore[arg-type]
                super()._closeGenerator()

        def read(self) -> object:
            if self._stopped is None:
                for _ in self._generator:
                    pass
            return super().read()

    return converter(Broken)


@broken("generator_21")
def goes_on_after_close() -> Subject:
    """close() only closes the input; the generator finds its end and goes on."""

    class Broken(_IteratorStream):
        begun = False

        def read(self) -> object:
            self.begun = True
            return super().read()

        def close(self) -> None:
            if self._pending is not None or not self.begun:
                super().close()
                return
            self._stream.close()
            self._input.put(None)
            self._fetch = lambda: None  # type: ignore[method-assign]

    return converter(Broken)


@broken("generator_22")
def generator_cannot_be_closed_by_itself() -> Subject:
    """close() closes the generator even while it runs, and raises what Python says about that."""

    class Broken(_IteratorStream):
        def close(self) -> None:
            if self._busy:
                self._generator.close()  # type: ignore[attr-defined]
            super().close()

    return converter(Broken)


@broken("generator_31")
def failures_are_logged_too() -> Subject:
    """The failure of a read is kept in a second Deferred, which nobody looks at."""

    class Broken(_IteratorStream):
        def _stop(self, how: Failure | None) -> None:
            if isinstance(how, Failure) and how.check(ArithmeticError):
                fail(how)
            super()._stop(how)

    return converter(Broken)
