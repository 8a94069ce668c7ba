"""The moves that a check makes from inside the calls of the kit's own objects, laid down for the script.

Strategy: an object of the kit that a subject calls (a consumer, a callback, a protocol) may do something inside such a
call: call the subject, raise, return something. The timeline says so, and the line that makes its stand-in in a
reproducer (`told_script`) lists those moves by method and number of the call, so that the script makes them too.
"""

from collections.abc import Callable
from itertools import groupby
from typing import NamedTuple

from twisted.python.failure import Failure

from streamgauge.bench import Bench
from streamgauge.checks import told_script
from streamgauge.timeline import Row, show


class Coded(NamedTuple):
    """A value that an object of the kit returns, and the code that makes it in a script."""

    code: str
    value: object


class Moves:
    """The moves of one object.

    Args:
        t: the example.
        kind: what the timeline says that the object is.
        methods: the names of its methods, with a blank between two.
        interface: the name of Twisted's interface that it provides, if any.

    Attributes:
        name: how the timeline calls it, once it is introduced.
    """

    def __init__(self, t: Bench, kind: str, methods: str, interface: str = "") -> None:
        self.name = ""
        self._laid: dict[str, dict[int, list[str]]] = {}
        self._t = t
        self._kind = kind
        self._methods = methods
        self._interface = interface
        self._calls: dict[str, int] = {}
        self._row: Row | None = None
        self._before = ""

    def introduce(self, who: object, name: str, before: str = "") -> None:
        """Give the object its name in the timeline and its line in the script, with `before` in front of it."""
        self.name = self._t.timeline.name(name)
        self._t.copy(told_script.Told)
        self._t.timeline.note(f"{self.name} is {self._kind}", before)
        self._row = self._t.timeline.rows[-1]
        self._before = before
        self._write()
        self._t.named(self.name, who)

    def inside(self, method: str, act: Callable[[], object], *given: object) -> object:
        """Note a call, and do what is to be done inside it; gives what that gives, or raises what it raises."""
        self._calls[method] = number = self._calls.get(method, 0) + 1
        shown = ", ".join(map(self._shown, given))
        self._t.timeline.note(f"{self.name}.{method}({shown}) is called".replace(".__call__", ""))
        row = self._t.timeline.rows[-1]
        first = len(self._t.timeline.rows)
        lines = []
        try:
            value = act()
            if isinstance(value, Coded):
                lines = [f"return {value.code}"]
                value = value.value
        except BaseException as error:
            lines = [f"raise {self._code(error)}"]
            row.call += f", and raises {show(error)}"
            raise
        finally:
            self.lay_down(method, number, [*self._taken(first), *lines])
        return value

    def _shown(self, value: object) -> str:
        return f"Failure({show(value.value)})" if isinstance(value, Failure) else self._t.text(value)

    def _taken(self, first: int) -> list[str]:
        """Take the moves made since row `first` out of the script: they are made from inside the call."""
        rows = [row for row in self._t.timeline.rows[first:] if row.code]
        for row in rows:
            row.code = False
        return [row.call for row in rows]

    def lay_down(self, method: str, number: int, lines: list[str]) -> None:
        """Add moves to those of one call."""
        if lines:
            calls = self._laid.setdefault(method, {})
            calls[number] = calls.get(number, []) + lines
            self._write()

    def _write(self) -> None:
        if self._row is not None:
            interface = f", {self._interface!r}" if self._interface else ""
            line = f"{self.name} = Told({self.name!r}, {self._methods!r}, {self._written()}{interface})"
            self._row.script = self._before + line

    def _written(self) -> str:
        """Write the moves laid down as code; those of more than three calls in a row that are the same, once."""
        methods = []
        for method, calls in self._laid.items():
            same = [list(group) for _, group in groupby(sorted(calls.items()), key=lambda call: call[1])]
            parts = [
                f"**dict.fromkeys(range({group[0][0]}, {group[-1][0] + 1}), {group[0][1]!r})"
                if len(group) > 3 and group[-1][0] - group[0][0] == len(group) - 1
                else ", ".join(f"{number}: {lines!r}" for number, lines in group)
                for group in same
            ]
            methods.append(f"{method!r}: {{{', '.join(parts)}}}")
        return f"{{{', '.join(methods)}}}"

    def _code(self, error: BaseException) -> str:
        """Write an error as a script can make it: an error class of the kit comes with it."""
        kind = type(error)
        if kind.__bases__ == (Exception,) and kind.__module__.startswith("streamgauge."):
            self._t.copy(kind)
            return repr(error)
        return repr(error) if kind.__module__ == "builtins" else f"RuntimeError({str(error)!r})"
