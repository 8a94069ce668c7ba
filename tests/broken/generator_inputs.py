"""Broken inputs of generators: errors that are taken for the end."""

from typing import Any

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from streamgauge.subject import Subject
from tests.broken import broken
from tests.broken.generator_parts import Input, converter, input_of
from web2stream.generator import _IteratorStream


@broken("generator_13")
def end_of_file_is_the_end() -> Subject:
    """An input that fails with EOFError has come to its end."""

    class Broken(Input):
        def __next__(self) -> Any:
            try:
                return next(self.real)
            except EOFError:
                raise StopIteration from None

    return input_of(Broken)


@broken("generator_45")
def stop_iteration_ends_the_input() -> Subject:
    """An input whose read raises StopIteration has come to its end."""

    class Broken(Input):
        def __next__(self) -> Any:
            try:
                return next(self.real)
            except RuntimeError as error:
                if isinstance(error.__cause__, StopIteration):
                    raise StopIteration from error
                raise

    return input_of(Broken)


@broken("generator_45")
def late_stop_iteration_ends_the_input() -> Subject:
    """An input whose Deferred fails with StopIteration has come to its end."""

    class Read:
        def __init__(self, real: Any) -> None:
            self.real = real

        def read(self) -> object:
            answer = self.real.read()
            return answer.addErrback(self.ended) if isinstance(answer, Deferred) else answer

        def ended(self, failure: Failure) -> None:
            failure.trap(StopIteration)

        def close(self) -> None:
            self.real.close()

    class Broken(_IteratorStream):
        def __init__(self, fun: Any, stream: Any, args: Any = (), kwargs: Any = None) -> None:
            super().__init__(fun, Read(stream), args, kwargs)

    return converter(Broken)
