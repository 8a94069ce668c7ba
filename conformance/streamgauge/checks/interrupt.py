"""An interrupt that a check raises inside one call of the subject: KeyboardInterrupt or SystemExit.

Strategy: both are control flow that no answer may hold. The check places `strike` where it wants it raised, and makes
the call by `during`; what is called later, in another turn say, or in another thread, which a subject may use, strikes
no more: it could not pass out of the call, and the kit or that thread would be hit.
"""

import threading
from collections.abc import Callable

from hypothesis import strategies as st

from streamgauge.bench import Bench
from streamgauge.interrupt import BY_THE_CHECK
from streamgauge.source import Source


class Interrupt:
    """An interrupt of a drawn kind, raised once at most.

    Attributes:
        name: the kind.
        raised: whether it was; a subject may do later what the call seemed to ask of it.
    """

    def __init__(self, t: Bench) -> None:
        self._t = t
        self._kind: type[BaseException] = t.draw(st.sampled_from([KeyboardInterrupt, SystemExit]))
        self.name = self._kind.__name__
        self.raised = False
        self._over = False
        self._thread = threading.get_ident()

    def strike(self) -> None:
        """Raise it, if the call is still made, in this thread, and this is the first time."""
        if not (self.raised or self._over) and threading.get_ident() == self._thread:
            self.raised = True
            raise self._kind(BY_THE_CHECK)

    def in_read(self, *sources: Source) -> None:
        """Strike in the next read of these sources."""
        for source in sources:
            source.on_read = self.strike
            source.note_error(source.reads + 1, self._kind(BY_THE_CHECK))

    def during(self, call: Callable[[], object]) -> str:
        """Make the call; tell what it gives in words, or the kind of the interrupt that left it."""
        try:
            return str(call())
        except (KeyboardInterrupt, SystemExit) as passed:
            return type(passed).__name__
        finally:
            self._over = True

    def passes(self, what: str, call: Callable[[], object]) -> None:
        """Make the call, which `what` names; an interrupt that is raised inside has to leave it."""
        seen = self.during(call)
        if self.raised:
            said = f"{what}, in which {self.name} is raised, gives"
            self._t.true(seen == self.name, f"{said} {seen}", f"{said} {self.name}")
        else:
            self._t.lacks(f"nothing that the kit interrupts is called inside {what}")

    def leaves(self, what: str, call: Callable[[], object]) -> bool:
        """Make the call, which `what` names; tell whether an interrupt left it, which another clause asks for."""
        if self.during(call) == self.name:
            return True
        if not self.raised:
            self._t.lacks(f"nothing that the kit interrupts is called inside {what}")
        return False
