"""The kit's own stream: a source that follows a script to the letter and counts what is asked of it.

Strategy: it obeys IByteStream itself, so a subject that breaks on it is at fault. It shares no code with any
subject. It fires a pending answer only when the kit says so (`fire`).
"""

from collections.abc import Callable
from operator import index
from typing import Any, Final

from twisted.internet.defer import Deferred, succeed
from twisted.python.failure import Failure

from streamgauge.guard import Runaway
from streamgauge.script import Script, SourceError, Step, When

PATIENCE: Final = 5_000
"""Reads beyond the script's steps after which it is plain that the reader loops."""


class OtherDeferred(Deferred[object]):
    """A Deferred of a class of its own."""


class Source:
    """A scripted stream.

    Attributes:
        script: what it does.
        length: bytes remaining, or None if the script does not tell it.
        reads: how often `read` was called.
        closes: how often `close` was called.
        overlaps: how often `read` was called while an answer was outstanding.
        given: bytes it has delivered.
        runaway: it was read so often that its reader had to be stopped.
        pending: the unfired Deferred it gave, if any.
        wrap: makes the object that is given out of the bytes of a step.

    Args:
        script: what it does.
        note: writes an event into the timeline.
        name: how the timeline calls it.
        family: the list in which it and the halves it is split into are kept.
    """

    def __init__(
        self,
        script: Script,
        note: Callable[..., None],
        name: str = "source",
        family: list[Any] | None = None,
    ) -> None:
        self.script = script
        self.name = name
        self.length: int | None = len(script.data) + script.lie if script.known else None
        self.reads = self.closes = self.overlaps = self.splits = self.given = 0
        self.runaway = False
        self.pending: Deferred[object] | None = None
        self.wrap: Callable[[bytes], object] = bytes
        self.on_read: Callable[[], None] | None = None
        self._deferred: type[Deferred[object]] = Deferred
        self._errors: dict[int, Exception] = {}
        self._chained = False
        self._error: Exception = SourceError("the source fails here")
        self._note = note
        self._family = [] if family is None else family
        self._family.append(self)
        self._steps = list(script.steps)
        self._next = 0
        self._waiting: Step | None = None
        self._closed = self._is_half = self._lingers = self._once = False

    def __conform__(self, interface: Any) -> object:
        """Let `IByteStream(source)` give the source itself, whichever module's IByteStream that is."""
        return self if interface.__name__ in {"IStream", "IByteStream"} else None

    def raise_at(self, read: int, error: Exception) -> None:
        """Let the read of this number, counted from 1, raise an error of another kind than the script's."""
        self._errors[read] = error
        self.note_error(read, error)

    def gives_by(self, code: str, wrap: Callable[[bytes], object]) -> None:
        """Give each piece as `wrap` makes it of its bytes; `code` says so in scripts: a name, or a lambda."""
        self.wrap = wrap
        self.note_wrap(code)

    def answer_by_others(self) -> None:
        """From now on give Deferreds of a class of their own."""
        self._deferred = OtherDeferred
        code = f"{self.name}.deferred = type('OtherDeferred', (Deferred,), {{}})"
        self._note(f"{self.name} gives Deferreds of a class of its own", code)

    def chain(self) -> None:
        """From now on give Deferreds that have fired, and whose chain waits for the answer."""
        self._chained = True
        self._note(f"{self.name} gives fired Deferreds that wait for others", f"{self.name}.chained = True")

    def fail_with(self, error: Exception) -> None:
        """Fail, where the script says so, with this error."""
        self._error = error
        kind = type(error)
        known = "" if kind.__module__ == "builtins" else f"from {kind.__module__} import {kind.__name__}; "
        self._note(f"{self.name} fails with {error!r}", f"{known}{self.name}.error = {error!r}")

    def fail_once(self) -> None:
        """From now on end after the failure, instead of failing again and again."""
        self._once = True
        self._note(f"{self.name} fails once, and then ends", f"{self.name}.once = True")

    def note_wrap(self, code: str) -> None:
        """Write down what each piece is made into before it is given: a type, or a lambda of its bytes."""
        self._note(f"{self.name} gives each piece by {code}", f"{self.name}.wrap = {code}")

    def note_error(self, read: int, error: BaseException) -> None:
        """Write down that a read raises this error."""
        self._note(f"read {read} of {self.name} raises {error!r}", f"{self.name}.errors[{read}] = {error!r}")

    @property
    def finished(self) -> bool:
        """True when it was closed or has given its end or failure."""
        return self._closed or self._next > len(self._steps)

    def read(self) -> object:
        """Answer as the script says."""
        self.reads += 1
        if self.reads > len(self._steps) + PATIENCE:
            self.runaway = True
            raise Runaway(f"it has read {self.name} {self.reads} times")
        if self.pending is not None:
            self.overlaps += 1
            raise RuntimeError("a read of the source is outstanding")
        if self.on_read is not None:
            self.on_read()
        if self.reads in self._errors:
            raise self._errors[self.reads]
        if self._closed:
            return None
        step = self._step()
        if step is None and self._is_half and self.length:
            raise ValueError("the source ended before this half of it did")
        if step is not None and step.data is None and step.when is When.NOW:
            raise self._error
        when = self.script.end if step is None else step.when
        if when is When.NOW:
            return self._deliver(step)
        deferred = self._deferred(lambda _: self._cancelled())
        if when is When.FIRED:
            self._fire(deferred, step)
        else:
            self.pending, self._waiting = deferred, step
        return succeed(None).addCallback(lambda _: deferred) if self._chained else deferred

    def _step(self) -> Step | None:
        if self._next >= len(self._steps):
            self._next += 1
            return None
        step = self._steps[self._next]
        if step.data is not None or self._once:
            self._next += 1
        if step.data is None:
            self._is_half = False  # it owes nothing more
        return step

    def _deliver(self, step: Step | None) -> object:
        if step is None or step.data is None:
            return None
        if self.length is not None:
            self.length = max(0, self.length - len(step.data))
        self.given += len(step.data)
        return self.wrap(step.data)

    def _fire(self, deferred: "Deferred[object]", step: Step | None) -> None:
        if step is not None and step.data is None:
            deferred.errback(Failure(self._error))
        else:
            deferred.callback(self._deliver(step))

    def _cancelled(self) -> None:
        self.pending = self._waiting = None

    def fire(self) -> None:
        """Fire the pending answer; the kit's move alone."""
        deferred, step = self.pending, self._waiting
        assert deferred is not None
        self.pending = self._waiting = None
        self._note(f"{self.name} fires its pending read: {step!r}", f"{self.name}.fire()")
        self._fire(deferred, step)

    def linger(self) -> None:
        """From now on let a close leave a pending read to be answered later, with None, by `fire`."""
        self._lingers = True
        name = self.name
        ends = f"print('  (a source is closed)'), {name}.steps.clear(), vars({name}).update(closed=True, length=0)"
        self._note(f"{name}, when closed, answers its pending read later", f"{name}.close = lambda: ({ends})")

    def close(self) -> None:
        """End early, free the script; a pending read gets None, at once or, if it lingers, later."""
        self.closes += 1
        self._note(f"{self.name} is closed")
        self._closed = True
        self.length = 0
        self._waiting = None
        if self._lingers:
            return
        deferred, self.pending = self.pending, None
        if deferred is not None:
            deferred.callback(None)

    def split(self, point: int) -> "tuple[Source, Source]":
        """Cut what is left of the script at a byte position.

        Raises:
            ValueError: there is no such position; nothing is changed.
            TypeError: the point is no integer; nothing is changed.
        """
        point = index(point)
        if point < 0 or (self.length is not None and point > self.length):
            raise ValueError(f"{self.name} cannot be split at {point}")
        self.splits += 1
        self._note(f"{self.name} is split at {point}", splits=True)
        left: list[Step] = []
        right = self._steps[self._next :]
        remaining = point
        while right and right[0].data is not None and len(right[0].data) <= remaining:
            left.append(right.pop(0))
            remaining -= len(left[-1].data or b"")
        if right and right[0].data is not None and remaining:
            cut = right.pop(0)
            assert cut.data is not None
            left.append(Step(cut.data[:remaining], cut.when))
            right.insert(0, Step(cut.data[remaining:], cut.when))
        elif remaining:  # a failure, or the end, comes before the point: both halves meet it
            left += right
        after = None if self.length is None else self.length - point
        return self._half(left, "before", point), self._half(right, "after", after)

    def _half(self, steps: list[Step], which: str, length: int | None) -> "Source":
        half = type(self)(Script(tuple(steps), self.script.end), self._note, f"{self.name}.{which}", self._family)
        half.length = length
        half._is_half = True  # noqa: SLF001
        half.wrap = self.wrap
        half._lingers = self._lingers  # noqa: SLF001
        half._deferred = self._deferred  # noqa: SLF001
        half._chained, half._error, half._once = self._chained, self._error, self._once  # noqa: SLF001
        if (declared := vars(self).get("__provides__")) is not None:
            vars(half)["__provides__"] = declared
        return half
