"""Broken inputs of generators: failures and missing waits that are swallowed, pieces lost or doubled."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any, ClassVar

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from streamgauge.subject import Subject
from tests.broken import broken
from tests.broken.generator_parts import Input, converter, input_of, wrapping
from web2stream.generator import _IteratorStream


class Passing(_IteratorStream):
    """Fails the read with the error of the input, and closes the generator, which hears nothing of it."""

    left: ClassVar[list[Any]] = []

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


@broken("generator_13")
def failure_passes_the_generator_by() -> Subject:
    """A failing input fails the read; the generator is left where it is."""

    class Broken(Passing):
        def _closeGenerator(self) -> None:
            self.left.append(self._generator)

    return converter(Broken)


class Watched(Input):
    """An input whose failures are kept; they may look like its end."""

    ends = False

    def __init__(self, real: Any) -> None:
        super().__init__(real)
        self.failures: list[Exception] = []

    def __next__(self) -> Any:
        try:
            return next(self.real)
        except StopIteration:
            raise
        except Exception as error:
            self.failures.append(error)
            if self.ends:
                raise StopIteration from None
            raise


@broken("generator_13")
def failure_is_the_end_for_the_generator() -> Subject:
    """To the generator a failing input looks like the end; the read fails afterwards."""

    def change(fun: Any, real: Any, /, *args: Any, **kwargs: Any) -> Iterator[Any]:
        watched = Watched(real)
        watched.ends = True
        yield from fun(watched, *args, **kwargs)
        if watched.failures:
            raise watched.failures[0]

    return wrapping(change)


@broken("generator_14")
def caught_failure_fails_all_the_same() -> Subject:
    """The generator is told of the failure, and may do what it wants: the read fails with it."""

    def change(fun: Any, real: Any, /, *args: Any, **kwargs: Any) -> Iterator[Any]:
        watched = Watched(real)
        for item in fun(watched, *args, **kwargs):
            if watched.failures:
                raise watched.failures[0]
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

    class Broken(Input):
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

    class Broken(Input):
        def __next__(self) -> Any:
            try:
                return next(self.real)
            except RuntimeError as error:
                raise StopIteration from error

    return input_of(Broken)


@broken("generator_24")
def no_wait_gives_none() -> Subject:
    """`next` without a wait gives None as a piece."""

    class Broken(Input):
        def __next__(self) -> Any:
            try:
                return next(self.real)
            except RuntimeError:
                return None

    return input_of(Broken)


@broken("generator_25")
def end_is_an_error_the_second_time() -> Subject:
    """After the end of the input `next` raises RuntimeError."""

    class Broken(Input):
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

    class Broken(Input):
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


@broken("generator_30")
def interrupted_cleanup_is_logged() -> Subject:
    """Whatever the generator raises while it is closed is suppressed."""

    class Broken(_IteratorStream):
        def _closeGenerator(self) -> None:
            with suppress(BaseException):
                super()._closeGenerator()

    return converter(Broken)
