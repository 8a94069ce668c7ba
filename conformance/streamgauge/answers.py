"""Answers: what a call gave, as values that can be compared.

Strategy: a subject may return, raise, fail a Deferred, never fire it, or give something that no stream gives. Each is a
small value here. Only the interface is observed: bytes through the buffer protocol, Deferreds through callbacks.
"""

from dataclasses import InitVar, dataclass, field

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from streamgauge.crash import crash_of, place_of
from streamgauge.timeline import show


@dataclass(frozen=True, slots=True)
class Data:
    """Bytes were read; `value` is the object given, `content` a copy of its bytes at that moment."""

    content: bytes
    value: object = None

    def __str__(self) -> str:
        return show(self.content)


@dataclass(frozen=True, slots=True)
class End:
    """None was read."""

    def __str__(self) -> str:
        return "None"


@dataclass(frozen=True, slots=True)
class Returned:
    """A call that is no read returned this value; or a read gave something that is no data."""

    value: object

    def __str__(self) -> str:
        """Write the value; an error that was given like data must not read like one that was raised."""
        return f"the object {show(self.value)}" if self.is_error else show(self.value)

    @property
    def is_error(self) -> bool:
        """True if the value is an exception, given instead of raised."""
        return isinstance(self.value, BaseException)


@dataclass(frozen=True, slots=True, repr=False)
class Failed:
    """An error: raised by the call itself (`sync`), or the failure of its Deferred.

    `place` is where it came up in the subject, `crash` the same if nobody meant it; both may be empty.
    """

    error: BaseException
    sync: bool = False
    failure: InitVar[Failure | None] = None
    place: str = field(default="", init=False, compare=False)
    crash: str = field(default="", init=False, compare=False)

    def __post_init__(self, failure: Failure | None) -> None:
        """Look where the error comes from, as long as that is known."""
        object.__setattr__(self, "place", place_of(self.error, failure))
        object.__setattr__(self, "crash", crash_of(self.error, failure))

    def __str__(self) -> str:
        return f"{'raises' if self.sync else 'fails with'} {show(self.error)}"

    def __repr__(self) -> str:
        """Write it where a value is expected; without its places, which name files of one machine."""
        return f"an error: {show(self.error)}"


def too_deep(answer: object) -> bool:
    """Tell whether an answer is the error of a full stack, which is a law of its own: no level for each piece."""
    return isinstance(answer, Failed) and isinstance(answer.error, RecursionError)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A Deferred that has not fired; `hung` when nothing is left that could fire it."""

    hung: bool = False
    watchdog: bool = False

    def __str__(self) -> str:
        if self.watchdog:
            return "a Deferred that had not fired when the watchdog stopped the wait"
        return "a Deferred that never fires: nothing is scheduled any more" if self.hung else "a Deferred, waiting"


@dataclass(frozen=True, slots=True)
class Halves:
    """A split gave two streams."""

    def __str__(self) -> str:
        return "two halves"


@dataclass(frozen=True, slots=True)
class Endless:
    """Reading to the end did not come to one within `pieces` pieces."""

    pieces: int

    def __str__(self) -> str:
        return f"still no end after {self.pieces} pieces"


Answer = Data | End | Returned | Failed | Waiting | Halves | Endless


def is_deferred(value: object) -> bool:
    """Tell a Deferred (or a subclass's instance); the exact type first, since isinstance is slow here."""
    return type(value) is Deferred or isinstance(value, Deferred)


def content_of(value: object) -> bytes | None:
    """Copy the bytes of a bytes-like object; None if it is not bytes-like or not contiguous."""
    if type(value) is bytes:
        return value
    try:
        with memoryview(value) as view:  # type: ignore[arg-type]
            return view.tobytes()
    except (TypeError, ValueError, BufferError):
        return None


class NoError(Exception):
    """Stands for what a Failure holds instead of an exception, which is all that Twisted does not refuse."""


def failed_with(failure: Failure) -> Failed:
    """Turn a Failure into an answer; one of a string or the like, or of nothing, is an error of no clause's."""
    error: object = failure.value
    if not isinstance(error, BaseException):
        error = NoError(f"a Failure of {show(error)}")
    return Failed(error, failure=failure)


def answer_of(result: object) -> Answer:
    """Turn the plain result of a read, or of its Deferred, into an answer."""
    if result is None:
        return End()
    if isinstance(result, Failure):
        return failed_with(result)
    content = content_of(result)
    return Returned(result) if content is None else Data(content, result)
