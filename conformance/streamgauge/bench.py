"""The bench: everything one example of one check has at hand.

Strategy: a check draws, acts and compares through the bench alone, so that every move stands in the timeline, every
source and Deferred is known, and everything an example opened is closed after it. The bench raises the one clause of
its check; it does not know which clause that is about. What it writes down stands in `stage`, what it builds in
`workshop`; here it waits, compares and ends.
"""

import warnings
from collections.abc import Callable, Mapping
from typing import Any

from hypothesis import strategies as st

from streamgauge.answers import Answer, Data, End, Failed, Returned, Waiting
from streamgauge.guard import Runaway
from streamgauge.interrupt import by_a_check
from streamgauge.logwatch import LogWatch
from streamgauge.pump import Pump
from streamgauge.reader import Reader
from streamgauge.script import Script
from streamgauge.subject import Maker, Port
from streamgauge.ticket import Ticket
from streamgauge.timeline import show
from streamgauge.workshop import Workshop

Allowed = bytes | None | BaseException | type[BaseException]
"""One thing that may be seen: these bytes, the end, this very error, or an error of this type."""


class Bench(Workshop):
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
        super().__init__(clause, data, maker, port, imports or {})
        self.pump = pump
        self.sources = []
        self._made = 0
        self.readers: list[Reader] = []
        self.tickets: list[Ticket] = []
        self.log = LogWatch()
        pump.note = self.timeline.happens

    def make(self, content: Script | bytes) -> Reader:
        """Make the stream on trial, with this content, by the subject's maker."""
        script = Script.of(content) if isinstance(content, bytes) else content
        self._made += len(script.data)
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

    def let_go(self, reader: Reader) -> None:
        """Drop the kit's references to one stream, as a user does with what is not needed any more.

        A subject may leave an open file to its destructor; a warning about that is no verdict.
        """
        stream, reader.stream = reader.stream, None
        self.readers.remove(reader)
        self._names.pop(id(stream), None)
        self._kept[:] = [one for one in self._kept if one is not stream]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)
            del stream
        self.timeline.call(f"del {reader.name}")

    def forget(self) -> None:
        """Drop every stream, source and answer of the example, so that what they leave behind can be seen."""
        for ticket in self.tickets:
            ticket.deferred = None
        for reader in self.readers:
            reader.stream = None
        for row in self.timeline.rows:
            row.seen = None if row.seen is None else str(row.seen)
        self.sources.clear()  # its sources hold the list too
        self.readers, self.tickets = [], []
        self._names.clear()
        self._kept.clear()

    def watch(self, deferred: object, code: str) -> Ticket:
        """Follow a Deferred (or a plain result) that a call of the subject gave."""
        ticket = Ticket(self.timeline, code)
        self.tickets.append(ticket)
        ticket.follow(deferred)
        return ticket

    def start(self, name: str, *args: object, **kwargs: object) -> Ticket:
        """Call a name of the port that answers with a Deferred, and follow it."""
        return self.begin(self.code(name, args, kwargs), self.port[name], *args, **kwargs)

    def begin(self, code: str, function: Callable[..., object], *args: object, **kwargs: object) -> Ticket:
        """Call anything of the subject that answers with a Deferred, and follow it."""
        ticket = Ticket(self.timeline, code)
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

    def patience(self) -> int:
        """Tell how many reads may give data: what it is made of may come byte by byte, and empty pieces besides."""
        return 5_000 + min(100_000, self._made + sum(len(source.script.data) for source in self.sources))

    def settle(self, ticket: Ticket) -> Answer:
        """Make everything happen that can, until the ticket is answered; else it hangs."""
        self.timeline.waits("turn(step.given)" if ticket.row is self.timeline.rows[-1] else "turn()")
        ticket.row.awaited = True
        while isinstance(ticket.answer, Waiting):
            if pending := self.pending():
                pending[0].fire()
                self.timeline.waits()
                continue
            verdict = self.pump.until(
                lambda: not isinstance(ticket.answer, Waiting) or bool(self.pending()), outside=not self.in_port
            )
            if verdict:
                ticket.row.seen = hung = Waiting(hung=True, watchdog=verdict == "watchdog")
                return hung
        ticket.check()
        return ticket.answer

    def turn(self) -> None:
        """Turn the reactor once."""
        self.timeline.turned()
        self.pump.turn()

    def run(self, done: Callable[[], bool] = lambda: False) -> bool:
        """Make everything happen that can, until `done()` or until nothing is left to happen; tells whether done."""
        self.timeline.waits()
        while not done():
            if pending := self.pending():
                pending[0].fire()
                self.timeline.waits()
            elif self.pump.until(lambda: done() or bool(self.pending())):
                return done()
        return True

    def expect(self, answer: Answer, *allowed: Allowed, promised: str = "") -> Answer:
        """Compare an answer with the set of what may come.

        Args:
            answer: what came.
            allowed: bytes, None for the end, an error type, or an error itself.
            promised: how to write the allowed set; written from it by default.
        """
        self.exercised = True
        if not any(_fits(answer, one) for one in allowed):
            seen = f"gives {answer}" if isinstance(answer, Returned) and answer.is_error else str(answer)
            self.violate(seen, promised or " or ".join(map(_write, allowed)))
        if isinstance(answer, Failed):
            self.meant.append(answer.error)
        return answer

    def equal(self, seen: object, promised: object, what: str) -> None:
        """Compare plain values; `what` says what is compared. An enumeration's member is the number that it is."""
        self.exercised = True
        alike = isinstance(seen, type(promised)) and isinstance(seen, bool) is isinstance(promised, bool)
        if not alike or seen != promised:
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
    except Runaway:
        raise
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt) and not by_a_check(error):
            raise


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
        return f"fails with {allowed.__name__}"
    return f"fails with {show(allowed)}" if isinstance(allowed, BaseException) else show(allowed)
