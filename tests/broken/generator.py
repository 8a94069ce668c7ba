"""Broken streams of generators: inputs that lose or double pieces, generators left running, reads that miss their end."""

import inspect
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from twisted.internet.defer import Deferred, fail
from twisted.python.failure import Failure

from streamgauge.subject import Subject
from tests.broken import broken, port
from web2stream import generatorToStream
from web2stream.generator import _IteratorStream, _StreamIterator


def converter(stream: Callable[..., Any]) -> Subject:
    """Give a port whose `generatorToStream` makes streams of this class."""

    def generatorToStream(fun: Any) -> Any:
        return lambda source, *args, **kwargs: stream(fun, source, args, kwargs)

    return port(generatorToStream=generatorToStream)


def wrapping(change: Callable[..., Iterator[Any]]) -> Subject:
    """Give a port whose `generatorToStream` converts `change(fun, input, *args, **kwargs)` instead of `fun`."""

    def convert(fun: Any) -> Any:
        return generatorToStream(partial(change, fun))

    return port(generatorToStream=convert)


class _Input:
    """An input that hands everything on; to be changed in one place."""

    def __init__(self, real: Any) -> None:
        self.real = real
        self.wait = real.wait

    def __iter__(self) -> "_Input":
        return self

    def __next__(self) -> Any:
        return next(self.real)


def input_of(kind: Callable[[Any], Any]) -> Subject:
    """Give a port whose generators see their input through `kind`."""

    def change(fun: Any, real: Any, /, *args: Any, **kwargs: Any) -> Iterator[Any]:
        yield from fun(kind(real), *args, **kwargs)

    return wrapping(change)


# -- what the generator finds, what its readers get ------------------------------------------------------------


@broken("generator_01")
def takes_the_stream_at_once() -> Subject:
    """generatorToStream wants the stream beside the function."""
    return port(generatorToStream=lambda fun, stream: generatorToStream(fun)(stream))


@broken("generator_02")
def input_without_iter() -> Subject:
    """The input has a `next`, but no `for` can loop over it."""

    class Broken(_Input):
        __iter__ = None  # type: ignore[assignment]

    return input_of(Broken)


@broken("generator_02")
def loop_skips_a_piece() -> Subject:
    """Beginning a loop over the input throws a piece away that was waited for."""

    class Broken(_Input):
        looped = False

        def __iter__(self) -> "Broken":
            if not self.looped:
                self.looped = True
                try:
                    next(self.real)
                except StopIteration:
                    pass
            return self

    return input_of(Broken)


@broken("generator_03")
def never_converts_twice() -> Subject:
    """A stream that is made by a generator already is given back as it is."""

    def convert(fun: Any) -> Any:
        make = generatorToStream(fun)
        return lambda source, *args, **kwargs: (
            source
            if isinstance(source, _IteratorStream) and not args + (*kwargs,) and _bytes(fun)
            else make(source, *args, **kwargs)
        )

    return port(generatorToStream=convert)


def _bytes(fun: Any) -> bool:
    return "turned" in inspect.getsource(fun)


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


@broken("generator_05")
def no_trailer() -> Subject:
    """When the input has ended, nothing more of the generator is read."""

    def change(fun: Any, real: Any, /, *args: Any, **kwargs: Any) -> Iterator[Any]:
        class Watched(_Input):
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


@broken("generator_07")
def one_input_for_all() -> Subject:
    """All streams of one converted function share the input of the first."""

    def convert(fun: Any) -> Any:
        inputs: list[Any] = []

        def change(real: Any, /, *args: Any, **kwargs: Any) -> Iterator[Any]:
            inputs.append(real)
            yield from fun(_Shared(real, inputs), *args, **kwargs)

        return generatorToStream(change)

    class _Shared(_Input):
        def __init__(self, real: Any, inputs: list[Any]) -> None:
            super().__init__(real)
            self.inputs = inputs

        def __next__(self) -> Any:
            try:
                return next(self.inputs[0])
            except RuntimeError:
                return next(self.real)

    return port(generatorToStream=convert)


@broken("generator_09")
def keywords_dropped() -> Subject:
    """Keyword arguments do not arrive."""
    return port(generatorToStream=lambda fun: lambda source, *args, **_: generatorToStream(fun)(source, *args))


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
    first = next(generator, None)

    def resume() -> Iterator[Any]:
        try:
            if first is not None:
                yield first
            yield from generator
        finally:
            generator.close()  # type: ignore[attr-defined]

    return resume()


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


@broken("generator_12")
def input_must_be_bytes() -> Subject:
    """The input is measured, so that items without a length fail."""

    class Broken(_Input):
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


# -- what ends a stream, and what is freed then ----------------------------------------------------------------


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


@broken("generator_15")
def early_return_keeps_the_input() -> Subject:
    """When the generator returns, its input is left open."""

    class Broken(_Keeping):
        closing = False

        def keeps(self, how: object) -> bool:
            return how is None and not self.closing

        def close(self) -> None:
            self.closing = True
            super().close()

    return converter(Broken)


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


# -- what goes wrong ---------------------------------------------------------------------------------------------


@broken("generator_13")
def failure_passes_the_generator_by() -> Subject:
    """A failing input fails the read; the generator is only closed."""

    class Broken(_IteratorStream):
        def _fetch(self) -> object:
            answer = super()._fetch()
            self._pass_by()
            return answer

        def _run(self) -> object:
            self._pass_by()
            return super()._run()

        def _pass_by(self) -> None:
            if isinstance(answer := self._input._answer, Failure):
                self._stop(answer)

    return converter(Broken)


@broken("generator_13")
def failure_is_the_end_for_the_generator() -> Subject:
    """To the generator a failing input looks like the end; the read fails afterwards."""

    def change(fun: Any, real: Any, /, *args: Any, **kwargs: Any) -> Iterator[Any]:
        failures: list[Exception] = []

        class Watched(_Input):
            def __next__(self) -> Any:
                try:
                    return next(self.real)
                except StopIteration:
                    raise
                except Exception as error:
                    failures.append(error)
                    raise StopIteration from None

        yield from fun(Watched(real), *args, **kwargs)
        if failures:
            raise failures[0]

    return wrapping(change)


@broken("generator_14")
def caught_failure_fails_all_the_same() -> Subject:
    """The generator is told of the failure, and may do what it wants: the read fails with it."""

    def change(fun: Any, real: Any, /, *args: Any, **kwargs: Any) -> Iterator[Any]:
        failures: list[Exception] = []

        class Watched(_Input):
            def __next__(self) -> Any:
                try:
                    return next(self.real)
                except StopIteration:
                    raise
                except Exception as error:
                    failures.append(error)
                    raise

        for item in fun(Watched(real), *args, **kwargs):
            if failures:
                raise failures[0]
            yield item

    return wrapping(change)


@broken("generator_23")
def each_wait_reads() -> Subject:
    """A second wait reads the next piece over the one that is there."""

    class Broken(_IteratorStream):
        def _fetch(self) -> object:
            if self._input._answer is not None and not isinstance(self._input._answer, Failure):
                self._input.__init__()  # type: ignore[misc]
            return super()._fetch()

    return converter(Broken)


@broken("generator_23")
def second_wait_hangs() -> Subject:
    """A second wait while a piece is there never ends."""

    class Broken(_IteratorStream):
        def _fetch(self) -> object:
            if not self._input.empty and isinstance(self._input._answer, bytes):
                self._stream = type("Never", (), {"read": lambda _: Deferred(), "close": lambda _: None})()
                self._input.__init__()  # type: ignore[misc]
            return super()._fetch()

    return converter(Broken)


@broken("generator_24")
def piece_given_again() -> Subject:
    """`next` without a wait gives the last piece once more."""

    class Broken(_Input):
        last = b""

        def __next__(self) -> Any:
            try:
                self.last = next(self.real)
            except RuntimeError:
                if not self.last:
                    raise
            return self.last

    return input_of(Broken)


@broken("generator_24")
def no_wait_looks_like_the_end() -> Subject:
    """`next` without a wait raises StopIteration."""

    class Broken(_Input):
        def __next__(self) -> Any:
            try:
                return next(self.real)
            except RuntimeError as error:
                raise StopIteration from error

    return input_of(Broken)


@broken("generator_24")
def no_wait_gives_none() -> Subject:
    """`next` without a wait gives None as a piece."""

    class Broken(_Input):
        def __next__(self) -> Any:
            try:
                return next(self.real)
            except RuntimeError:
                return None

    return input_of(Broken)


@broken("generator_25")
def end_is_an_error_the_second_time() -> Subject:
    """After the end of the input `next` raises RuntimeError."""

    class Broken(_Input):
        ended = False

        def __next__(self) -> Any:
            if self.ended:
                raise RuntimeError("the input has ended")
            try:
                return next(self.real)
            except StopIteration:
                self.ended = True
                raise

    return input_of(Broken)


@broken("generator_25")
def last_piece_after_the_end() -> Subject:
    """After the end of the input `next` gives an empty piece."""

    class Broken(_Input):
        ended = False

        def __next__(self) -> Any:
            if self.ended:
                return b""
            try:
                return next(self.real)
            except StopIteration:
                self.ended = True
                raise

    return input_of(Broken)


@broken("generator_29")
def read_inside_meets_python() -> Subject:
    """A read from inside the generator raises Python's own ValueError."""

    class Broken(_IteratorStream):
        def read(self) -> object:
            if self._busy:
                raise ValueError("generator already executing")
            return super().read()

    return converter(Broken)


@broken("generator_29")
def read_inside_gives_the_end() -> Subject:
    """A read from inside the generator gives None."""

    class Broken(_IteratorStream):
        def read(self) -> object:
            return None if self._busy else super().read()

    return converter(Broken)


@broken("generator_30")
def interrupts_become_failures() -> Subject:
    """Whatever the generator raises fails the read."""

    class Broken(_IteratorStream):
        def _step(self) -> object:
            try:
                return next(self._generator)
            except StopIteration:
                self._stop(None)
            except BaseException:
                self._stop(Failure())
            return None

    return converter(Broken)


@broken("generator_32")
def length_of_the_input() -> Subject:
    """length is the input's."""

    class Broken(_IteratorStream):
        @property
        def length(self) -> int | None:
            return getattr(self._stream, "length", None)

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


# -- what it costs -------------------------------------------------------------------------------------------------


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

    class Broken(_Input):
        def __init__(self, real: Any) -> None:
            super().__init__(real)
            self.kept: list[Any] = []

        def __next__(self) -> Any:
            self.kept.append(next(self.real))
            return self.kept[-1]

    return input_of(Broken)
