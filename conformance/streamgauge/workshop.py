"""The workshop: what checks build an example from: scripted sources, objects of the port, helpers, files.

Strategy: whatever is made here has a name in the timeline and a line that makes it in a reproducer. A call that has to
work breaks the clause on trial when it does not.
"""

import inspect
import os
from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

from streamgauge.answers import Answer, Failed, Returned
from streamgauge.script import Script, SourceError
from streamgauge.source import Source
from streamgauge.stage import Stage
from streamgauge.timeline import show

T = TypeVar("T")
_source = cache(inspect.getsource)  # it reads and scans a file, in each example with a helper


def _words(kind: Callable[..., object]) -> str:
    """Take what a helper is from its documentation: "a file", where that says "A file." or "Make a file."."""
    said = (kind.__doc__ or "").partition("\n")[0].removeprefix("Make ").rstrip(".")
    return said[:1].lower() + said[1:]


class Workshop(Stage):
    """The building side of an example.

    Attributes:
        sources: all scripted sources, and what else has answers to fire.
        kind: the type of the error with which sources made from here on fail.
    """

    sources: list[Any]
    kind: type[Exception] = SourceError

    def source(self, script: Script, name: str = "source") -> Source:
        """Make a scripted source which the port takes for an IByteStream."""
        name = self.timeline.name(name)
        source = Source(script, self.timeline.note, name, self.sources)
        if self._port is not None:
            self._port.provide(source)
        provides = f"; directlyProvides({name}, {self._port.source_interface})" if self._port is not None else ""
        self.timeline.note(script.told(name), f"{name} = {script.code()}{provides}")
        self.named(name, source)
        if script.fails and self.kind is not SourceError:
            source.fail_with(self.kind("the source fails here"))
        return source

    def build(self, name: str, *args: object, **kwargs: object) -> Answer:
        """Call a name of the port; a `Returned` or a `Failed`."""
        return self.call(self.code(name, args, kwargs), self.port[name], *args, **kwargs)

    def try_new(self, label: str, name: str, *args: object) -> Answer:
        """Call a name of the port that may fail, and name what it returns `label`."""
        label = self.timeline.name(label)
        answer = self.call(f"{label} = {self.code(name, args, {})}", self.port[name], *args)
        if isinstance(answer, Returned):
            self.named(label, answer.value)
        return answer

    def new(self, name: str, *args: object, label: str = "s", **kwargs: object) -> Any:
        """Call a name of the port that has to work, and give what it returns, named `label` from here on."""
        return self.have(label, self.code(name, args, kwargs), self.port[name], *args, **kwargs)

    def have(self, label: str, code: str, function: Callable[..., T], *args: object, **kwargs: object) -> T:
        """Make any call of the subject that has to work, and give what it returns, named `label` from here on."""
        label = self.timeline.name(label)
        row = self.timeline.call(f"{label} = {code}")
        try:
            value = function(*args, **kwargs)
        except Exception as error:
            row.seen = Failed(error, sync=True)
            name = code.partition("(")[0]
            self.violate(f"{name}(...) {row.seen}", f"{name}(...) takes these arguments and raises nothing")
        return self.named(label, value)

    def has(self, name: str, stream: object, method: str) -> bool:
        """Look whether the stream of this name in the timeline has a method, and write it down."""
        code = f"callable(getattr({name}, {method!r}, None))"
        return self.call(code, lambda: callable(getattr(stream, method, None))) == Returned(value=True)

    def halves(self, stream: object, point: int, *labels: str) -> tuple[Any, Any]:
        """Call the port's `fallbackSplit`, which has to work, and give the two halves under these names."""
        before, after = map(self.timeline.name, labels)
        row = self.timeline.call(f"{before}, {after} = {self.code('fallbackSplit', (stream, point), {})}")
        try:
            first, second = self.port["fallbackSplit"](stream, point)
        except Exception as error:
            row.seen = Failed(error, sync=True)
            self.violate(f"fallbackSplit(...) {row.seen}", "fallbackSplit(...) gives (before, after)")
        return self.named(before, first), self.named(after, second)

    def part(self, label: str, kind: Callable[..., T], *args: object, says: str = "", **kwargs: object) -> T:
        """Make a helper of the check, named `label`; its class is copied into reproducers, so it must stand alone.

        The timeline says what it is: `says`, or the first line of its documentation.
        """
        label = self.timeline.name(label)
        name = kind.__name__
        self.copy(kind)
        code = self.code(name, args, kwargs)
        self.timeline.note(f"{label} = {code}: {says or _words(kind)}", f"{label} = {code}")
        if inspect.isclass(kind):
            public = f"{{name: value for name, value in vars({label}).items() if name[0] != '_'}}"
            self.timeline.last.append(f"print('{label} has kept', {public})")
        return self.named(label, kind(*args, **kwargs))

    def copy(self, kind: Callable[..., object]) -> None:
        """Have the source of a class, which must stand alone, copied into the reproducers that use its name.

        Its bases from the same module come with it.
        """
        if kind.__name__ not in self._parts:
            bases = reversed(kind.__mro__) if inspect.isclass(kind) else [kind]
            texts = [_source(base) for base in bases if base.__module__ == kind.__module__]
            self._parts[kind.__name__] = "\n\n".join(texts)

    def file(self, content: bytes, mode: str = "rb", label: str = "f", buffering: int = -1) -> Any:
        """Write a real file and open it; it is closed and gone after the example."""
        path = os.path.join(self.folder(), "content")  # noqa: PTH118 - pathlib is slow at this rate
        with open(path, "wb") as out:  # noqa: PTH123
            out.write(content)
        opened = self._exits.enter_context(open(path, mode, buffering))  # noqa: PTH123, SIM115
        how = "" if (mode, buffering) == ("rb", -1) else f", {mode!r}, {buffering}"
        self.timeline.note(
            f"{label} is an open file of {len(content)} bytes", f"{label} = open_file({show(content)}{how})"
        )
        return self.named(label, opened)
