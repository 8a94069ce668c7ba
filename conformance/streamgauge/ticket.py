"""Tickets: one call whose answer may come later.

Strategy: the ticket takes every Deferred over (so no error of it is ever unhandled), counts how often it is answered,
and runs what a check wants to do from inside the callback.
"""

import contextlib
from collections.abc import Callable
from typing import Any

from twisted.python.failure import Failure

from streamgauge.answers import Answer, Returned, Waiting, answer_of, is_deferred
from streamgauge.timeline import Timeline


class Ticket:
    """An answer that is there or will be.

    Attributes:
        row: its row of the timeline.
        answer: what came; `Waiting` until then.
        late: True if a Deferred was given that had not fired.
        inside: called with the answer from inside the callback that brings it; set it before the answer comes.
    """

    def __init__(self, timeline: Timeline, code: str, inside: Callable[[Answer], object] | None = None) -> None:
        self.row = timeline.call(code)
        self.row.asked = True
        self._timeline = timeline
        self.answer: Answer = Waiting()
        self.late = False
        self.deferred: Any = None
        self.inside = inside
        self._fallout: BaseException | None = None

    @property
    def waiting(self) -> bool:
        """True while no answer is there."""
        return isinstance(self.answer, Waiting)

    def follow(self, result: object) -> None:
        """Take over what the call returned."""
        if not is_deferred(result):
            # An error is raised or fails a Deferred: a Failure that is handed back is no answer of a stream.
            self.done(Returned(result) if isinstance(result, Failure) else answer_of(result))
            return
        self.deferred = result
        self.row.late = True
        self.deferred.addBoth(lambda value: self.done(answer_of(value)))
        self.late = self.row.later = self.waiting

    def done(self, answer: Answer) -> None:
        """Record the answer."""
        self.answer = answer
        self.row.seen = answer
        if self.inside is not None:
            first = len(self._timeline.rows)
            try:
                self.inside(answer)
            except Exception as error:  # the Deferred would swallow it; `check` raises it in the open
                self._fallout = error
            self._timeline.nest(self.row, first)

    def then(self, inside: Callable[[Answer], object]) -> None:
        """Call `inside` with the answer: now if it is there, else from inside the callback that brings it."""
        self.inside = inside
        if not self.waiting:
            self.done(self.answer)

    def check(self) -> None:
        """Raise in the open what a move from inside the callback raised."""
        if self._fallout is not None:
            fallout, self._fallout = self._fallout, None
            raise fallout

    def cancel(self) -> None:
        """End an unanswered call after the example."""
        if self.deferred is not None and self.waiting:
            with contextlib.suppress(Exception):
                self.deferred.cancel()
