"""Broken inputs of generators: errors that are taken for the end."""

from typing import Any

from streamgauge.subject import Subject
from tests.broken import broken
from tests.broken.generator_parts import Input, input_of


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
