"""The bench: everything one example of one check has at hand.

Strategy: a check draws, acts and compares through the bench alone, so that every move stands in the timeline, every
source and Deferred is known, and everything an example opened is closed after it. The bench raises the one clause of
its check; it does not know which clause that is about.
"""

import contextlib
import inspect
import os
import tempfile
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Never, TypeVar

from hypothesis import strategies as st

from streamgauge.answers import Answer, Data, End, Failed, Returned, Waiting
from streamgauge.guard import Runaway
from streamgauge.logwatch import LogWatch
from streamgauge.pump import Pump
from streamgauge.reader import Reader
from streamgauge.reproducer import reproducer
from streamgauge.script import Script
from streamgauge.source import Source
from streamgauge.subject import Maker, Port
from streamgauge.ticket import Ticket
from streamgauge.timeline import Timeline, show
from streamgauge.violation import Violation

T = TypeVar("T")
_source = cache(inspect.getsource)  # it reads and scans a file, in each example with a helper
Allowed = bytes | None | BaseException | type[BaseException]
"""One thing that may be seen: these bytes, the end, this very error, or an error of this type."""


class Bench:
    """One example.

    Args:
        clause: id of the clause on trial.
        data: Hypothesis's source of draws.
        pump: the reactor.
        maker: makes the stream on trial; None for a check that builds what it needs from `port`.
        port: the module on trial, if one is.
        imports: for each name of the subject the line that imports it, for reproducers.
    """

    def __init__(
        self,
        clause: str,
        data: st.DataObject,
        pump: Pump,
        maker: Maker | None = None,
        port: Port | None = None,
        imports: Mapping[str, str] | None = None,
    ) -> None:
        self.clause = clause
        self.timeline = Timeline()
        self.pump = pump
        self.exercised = False
        self.sources: list[Any] = []
        self.readers: list[Reader] = []
        self.tickets: list[Ticket] = []
        self.log = LogWatch()
        self._data = data
        self._maker = maker
        self._port = port
        self._names: dict[int, str] = {}
        self._kept: list[object] = []
        self._imports = imports or {}
        self._parts: dict[str, str] = {}
        self._exits = contextlib.ExitStack()

    # -- drawing -------------------------------------------------------------------------------------------

    def draw(self, strategy: st.SearchStrategy[T]) -> T:
        """Draw from a Hypothesis strategy."""
        return self._data.draw(strategy)

    # -- building ------------------------------------------------------------------------------------------

    @property
    def maker(self) -> Maker:
        """The maker of the stream on trial."""
        assert self._maker is not None
        return self._maker

    @property
    def port(self) -> Port:
        """The module on trial."""
        assert self._port is not None
        return self._port

    def source(self, script: Script, name: str = "source") -> Source:
        """Make a scripted source which the port takes for an IByteStream."""
        name = self.timeline.name(name)
        source = Source(script, self.timeline.note, name, self.sources)
        if self._port is not None:
            self._port.provide(source)
        lie = f", lie={script.lie}" if script.lie else ""
        end = "" if script.end.value == "now" else f", end={script.end.value}"
        known = "" if script.known else ", length unknown"
        provides = f"; directlyProvides({name}, {self._port.source_interface})" if self._port is not None else ""
        self.timeline.note(f"{name} gives {list(script.steps)}{end}{known}{lie}", f"{name} = {script.code()}{provides}")
        self.named(name, source)
        return source

    def make(self, content: Script | bytes) -> Reader:
        """Make the stream on trial, with this content, by the subject's maker."""
        script = Script.of(content) if isinstance(content, bytes) else content
        return self.reader(self.maker.build(self, script), "s")

    def reader(self, stream: object, name: str = "s") -> Reader:
        """Observe a stream, under the name that it has in the timeline already, else under a name of its own."""
        known = self._names.get(id(stream))
        name = known or self.timeline.name(name)
        reader = Reader(self, stream, name)
        self.readers.append(reader)
        if known is None:
            self.named(name, stream)
        return reader

    def named(self, name: str, value: T) -> T:
        """Let `value` appear in the timeline under this name; it is kept alive till the end of the example."""
        self._names[id(value)] = name
        self._kept.append(value)
        return value

    def forget(self) -> None:
        """Drop every stream, source and answer of the example, so that what they leave behind can be seen."""
        for ticket in self.tickets:
            ticket.deferred = None
        for reader in self.readers:
            reader.stream = None
        for row in self.timeline.rows:
            row.seen = None if row.seen is None else str(row.seen)
        self.readers, self.sources, self.tickets = [], [], []
        self._names.clear()
        self._kept.clear()

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

    def build(self, name: str, *args: object, **kwargs: object) -> Answer:
        """Call a name of the port; a `Returned` or a `Failed`."""
        return self.call(self.code(name, args, kwargs), self.port[name], *args, **kwargs)

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
            self.violate(f"{name}(...) {row.seen}", f"{name}(...) accepts these arguments")
        return self.named(label, value)

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

    def part(self, label: str, kind: Callable[..., T], *args: object, **kwargs: object) -> T:
        """Make a helper of the check, named `label`; its class is copied into reproducers, so it must stand alone."""
        label = self.timeline.name(label)
        name = kind.__name__
        self.copy(kind)
        code = self.code(name, args, kwargs)
        self.timeline.note(f"{label} = {code}", f"{label} = {code}")
        return self.named(label, kind(*args, **kwargs))

    def copy(self, kind: Callable[..., object]) -> None:
        """Have the source of a class, which must stand alone, copied into the reproducers that use its name."""
        if kind.__name__ not in self._parts:
            self._parts[kind.__name__] = _source(kind)

    def folder(self) -> str:
        """Make a directory that is gone after the example."""
        return self._exits.enter_context(tempfile.TemporaryDirectory(prefix="streamgauge-"))

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

    def after(self, function: Callable[[], object]) -> None:
        """Call this when the example is over, whatever came of it."""
        self._exits.callback(function)

    # -- waiting -------------------------------------------------------------------------------------------

    def watch(self, deferred: object, code: str) -> Ticket:
        """Follow a Deferred (or a plain result) that a call of the subject gave."""
        ticket = Ticket(self.timeline.call(code))
        self.tickets.append(ticket)
        ticket.follow(deferred)
        return ticket

    def start(self, name: str, *args: object, **kwargs: object) -> Ticket:
        """Call a name of the port that answers with a Deferred, and follow it."""
        return self.begin(self.code(name, args, kwargs), self.port[name], *args, **kwargs)

    def begin(self, code: str, function: Callable[..., object], *args: object, **kwargs: object) -> Ticket:
        """Call anything of the subject that answers with a Deferred, and follow it."""
        ticket = Ticket(self.timeline.call(code))
        self.tickets.append(ticket)
        try:
            result = function(*args, **kwargs)
        except Exception as error:
            ticket.done(Failed(error, sync=True))
        else:
            ticket.follow(result)
        return ticket

    def pending(self) -> list[Any]:
        """The sources that have an answer to fire."""
        return [source for source in self.sources if source.pending is not None]

    def settle(self, ticket: Ticket) -> Answer:
        """Make everything happen that can, until the ticket is answered; else it hangs."""
        while isinstance(ticket.answer, Waiting):
            if pending := self.pending():
                pending[0].fire()
                continue
            if self.pump.reactor is not None:
                self.timeline.turned()
            verdict = self.pump.until(lambda: not isinstance(ticket.answer, Waiting) or bool(self.pending()))
            if verdict:
                ticket.row.seen = hung = Waiting(hung=True, watchdog=verdict == "watchdog")
                return hung
        ticket.check()
        return ticket.answer

    def run(self, done: Callable[[], bool] = lambda: False) -> bool:
        """Make everything happen that can, until `done()` or until nothing is left to happen; tells whether done."""
        while not done():
            if pending := self.pending():
                pending[0].fire()
            elif self.pump.until(lambda: done() or bool(self.pending())):
                return done()
        return True

    # -- comparing -----------------------------------------------------------------------------------------

    def violate(self, seen: str, promised: str) -> Never:
        """Say that the clause is broken here."""
        raise self.violation(seen, promised)

    def violation(self, seen: str, promised: str) -> Violation:
        """Make the violation of the clause here, with all that a report needs."""
        self.exercised = True
        script = reproducer(self.timeline, self._imports, seen, promised, self._parts)
        return Violation(self.clause, seen, promised, self.timeline.render(), script)

    @property
    def given(self) -> tuple[object, ...]:
        """The objects that have a name in this example: what the subject gave, and the kit's own parts."""
        return tuple(self._kept)

    def expect(self, answer: Answer, *allowed: Allowed, promised: str = "") -> Answer:
        """Compare an answer with the set of what may come.

        Args:
            answer: what came.
            allowed: bytes, None for the end, an error type, or an error itself.
            promised: how to write the allowed set; written from it by default.
        """
        self.exercised = True
        if not any(_fits(answer, one) for one in allowed):
            self.violate(str(answer), promised or " or ".join(map(_write, allowed)))
        return answer

    def equal(self, seen: object, promised: object, what: str) -> None:
        """Compare plain values; `what` says what is compared."""
        self.exercised = True
        if type(seen) is not type(promised) or seen != promised:
            self.violate(f"{what} {show(seen)}", f"{what} {show(promised)}")

    def true(self, fact: object, seen: str, promised: str) -> None:
        """Ask for a fact."""
        self.exercised = True
        if not fact:
            self.violate(seen, promised)

    def finish(self) -> None:
        """Raise in the open what a move from inside a callback raised, if nobody waited for its answer."""
        for ticket in self.tickets:
            ticket.check()
        for source in self.sources:
            if getattr(source, "runaway", False):
                self.violate(f"{source.name} is read without end", "nobody reads on after the end, for ever")

    # -- ending --------------------------------------------------------------------------------------------

    def release(self) -> None:
        """Close what the example opened of the subject, its streams, sources and Deferreds; no error can fail it."""
        for reader in self.readers:
            _try(reader.discard)
        for source in self.sources:
            _try(source.close)
        for ticket in self.tickets:
            _try(ticket.cancel)
        if self.pump.reactor is not None and self.pump.busy():
            self.pump.empty()

    def close(self) -> None:
        """Give back what the example took of the machine: files, the reactor, the log."""
        _try(self._exits.close)
        self.pump.stop()
        self.log.stop()


def _try(function: Callable[[], object]) -> None:
    """Call what may raise anything; only what ends the whole example passes."""
    try:
        function()
    except (KeyboardInterrupt, Runaway):
        raise
    except BaseException:
        pass


def _fits(answer: Answer, allowed: Allowed) -> bool:
    if allowed is None:
        return isinstance(answer, End)
    if isinstance(allowed, bytes):
        return isinstance(answer, Data) and answer.content == allowed
    if isinstance(allowed, type):
        return isinstance(answer, Failed) and isinstance(answer.error, allowed)
    return isinstance(answer, Failed) and (
        answer.error is allowed or (type(answer.error) is type(allowed) and answer.error.args == allowed.args)
    )


def _write(allowed: Allowed) -> str:
    if isinstance(allowed, type):
        return allowed.__name__
    return show(allowed)
