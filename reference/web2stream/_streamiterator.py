"""A stream's chunks as an iterator: how a generator made a stream sees its input.

Strategy: it holds one answer of the input at most, and never reads by itself: who runs the generator puts an
answer in when `wait` is yielded. A second `wait` while a chunk is there is harmless; `next` when none is there
is the generator's error, raised where it is made. An end or a failure stays.

An input that fails with StopIteration, as one does whose `read` is a `next` of something else, has not ended: its
generator finds a RuntimeError caused by that, as Python does with a StopIteration that leaves a generator.
"""

from collections.abc import Iterator
from typing import Any, ClassVar

from twisted.python.failure import Failure

from web2stream._flow import NOTHING


class _EndOfInput(StopIteration):
    """The StopIteration of a used-up input, to be known among others."""


class _StreamIterator(Iterator[Any]):
    """The chunks of a stream, as its generator sees them.

    Before each `next` the generator must `yield input.wait`. At the end of the stream `next` raises
    StopIteration; after a failure of the stream it raises that error, every time (a RuntimeError for StopIteration).

    Obeys: generator_02, generator_23
    """

    wait: ClassVar[object] = object()
    """What to yield before the next chunk."""

    def __init__(self) -> None:
        # The input's last answer: a chunk not yet taken, None at the end, a Failure; or none is there.
        self._answer: object = NOTHING

    def __next__(self) -> Any:
        """Give the chunk that was waited for.

        Raises:
            StopIteration: the input is used up, or closed.
            RuntimeError: `input.wait` was not yielded before.
            Exception: the error of reading the input.

        Obeys: generator_12, generator_13, generator_24, generator_25, generator_39
        """
        answer = self._answer
        if answer is NOTHING:
            raise RuntimeError("yield input.wait before each next(input)")
        if answer is None:
            raise _EndOfInput
        if isinstance(answer, Failure):
            answer.raiseException()
        self._answer = NOTHING
        return answer

    @property
    def empty(self) -> bool:
        """Whether an answer of the input must be fetched before the next chunk."""
        return self._answer is NOTHING

    def put(self, answer: object) -> None:
        """Have an answer of the input ready."""
        self._answer = _noEnd(answer) if isinstance(answer, Failure) else answer


def _noEnd(failure: Failure) -> Failure:
    """Give a failure that the generator's loop cannot take for the end."""
    if not isinstance(failure.value, StopIteration):
        return failure
    error = RuntimeError("a read of the input raised StopIteration")
    error.__cause__ = failure.value
    return Failure(error)


def ranOut(error: BaseException) -> bool:
    """Tell whether a generator let the StopIteration of its used-up input pass.

    Python turns it into a RuntimeError; an error that the generator itself raised from it is another thing.
    """
    return isinstance(error.__cause__, _EndOfInput) and error.args == ("generator raised StopIteration",)
