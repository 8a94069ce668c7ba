"""The stage: what one example of one check has written down, named and opened.

Strategy: the ground on which `workshop` and `bench` stand. It knows the timeline, the names in it and the one clause on
trial; it makes nothing and waits for nothing.
"""

import contextlib
import tempfile
from collections.abc import Callable, Mapping
from typing import Any, Never, TypeVar

from hypothesis import strategies as st

from streamgauge.answers import Answer, End, Failed, Returned
from streamgauge.descriptors import PREFIX
from streamgauge.reproducer import reproducer
from streamgauge.subject import Maker, Port
from streamgauge.timeline import Timeline, show
from streamgauge.violation import Violation

T = TypeVar("T")


class Stage:
    """The written side of an example.

    Args:
        clause: id of the clause on trial.
        data: Hypothesis's source of draws.
        maker: makes the stream on trial; None for a check that builds what it needs from `port`.
        port: the module on trial, if one is.
        imports: for each name of the subject the line that imports it, for reproducers.
    """

    def __init__(
        self, clause: str, data: st.DataObject, maker: Maker | None, port: Port | None, imports: Mapping[str, str]
    ) -> None:
        self.clause = clause
        self.timeline = Timeline()
        self.exercised = False
        self.lacking = ""
        self.meant: list[BaseException] = []
        self._data = data
        self._maker = maker
        self._port = port
        self._names: dict[int, str] = {}
        self._kept: list[object] = []
        self._imports = imports
        self._parts: dict[str, str] = {}
        self._exits = contextlib.ExitStack()

    def draw(self, strategy: st.SearchStrategy[T]) -> T:
        """Draw from a Hypothesis strategy."""
        return self._data.draw(strategy)

    @property
    def maker(self) -> Maker:
        """The maker of the stream on trial."""
        assert self._maker is not None
        return self._maker

    @property
    def in_port(self) -> bool:
        """The stream on trial belongs to a module, and was not made by a maker of the user's."""
        return self._port is not None

    @property
    def port(self) -> Port:
        """The module on trial."""
        assert self._port is not None
        return self._port

    def named(self, name: str, value: T) -> T:
        """Let `value` appear in the timeline under this name; it is kept alive till the end of the example."""
        self._names[id(value)] = name
        self._kept.append(value)
        return value

    def text(self, value: object) -> str:
        """Write a value as code: by its name in this example, else as a literal."""
        name = self._names.get(id(value))
        if name is not None:
            return name
        if isinstance(value, list | tuple):
            inner = ", ".join(map(self.text, value))
            return f"[{inner}]" if isinstance(value, list) else f"({inner}{',' if len(value) == 1 else ''})"
        return show(value)

    def code(self, function: str, args: tuple[object, ...], kwargs: dict[str, Any]) -> str:
        """Write a call as code."""
        parts = [*map(self.text, args), *(f"{key}={self.text(value)}" for key, value in kwargs.items())]
        return f"{function}({', '.join(parts)})"

    def call(self, code: str, function: Callable[..., object], *args: object, **kwargs: object) -> Answer:
        """Call the subject, write it down, and say what came: a value (`Returned`) or the error it raised."""
        row = self.timeline.call(code)
        try:
            result = function(*args, **kwargs)
        except Exception as error:
            answer: Answer = Failed(error, sync=True)
        else:
            answer = End() if result is None else Returned(result)
        row.seen = answer
        return answer

    def after(self, function: Callable[[], object]) -> None:
        """Call this when the example is over, whatever came of it."""
        self._exits.callback(function)

    def folder(self) -> str:
        """Make a directory that is gone after the example."""
        return self._exits.enter_context(tempfile.TemporaryDirectory(prefix=PREFIX))

    def lacks(self, what: str) -> None:
        """Say that this example cannot reach the law, since the subject has not what the law is about, and need not.

        Where no example reaches the law, the clause is then not claimed, for this reason.

        Args:
            what: the reason, as "the stream has no `split`".
        """
        self.lacking = self.lacking or what

    def violate(self, seen: str, promised: str) -> Never:
        """Say that the clause is broken here."""
        raise self.violation(seen, promised)

    def violation(self, seen: str, promised: str) -> Violation:
        """Make the violation of the clause here, with all that a report needs."""
        self.exercised = True
        script = reproducer(self.timeline, self._imports, seen, promised, self._parts)
        violation = Violation(self.clause, seen, promised, self.timeline.render(), script)
        violation.crash = self._crash(seen)
        return violation

    def _crash(self, seen: str) -> str:
        """Find the error that the subject did not mean, or else the one that nobody asked for and that was the last."""
        rows = self.timeline.rows
        failed = [(row, row.seen) for row in rows if isinstance(row.seen, Failed) and row.seen.error not in self.meant]
        told = [answer.place for row, answer in failed if row is rows[-1] or show(answer.error) in seen]
        return next((answer.crash for _, answer in failed if answer.crash), told[-1] if told else "")

    @property
    def given(self) -> tuple[object, ...]:
        """The objects that have a name in this example: what the subject gave, and the kit's own parts."""
        return tuple(self._kept)
