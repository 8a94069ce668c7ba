"""A ProcessStreamer and its three streams under observation: what the checks of specs/process.md act with.

Strategy: the processes are real, tiny Python programs that do what they are told and sleep when they wait; what they
wait for is the kit's move, or the subject's. None is waited for by the clock. Whatever a subject leaves running is
killed when its example is over.
"""

import contextlib
import os
import signal
import sys
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, Final

from streamgauge.answers import Answer, Data, Endless
from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks.look import cancel
from streamgauge.checks.process_gate import written
from streamgauge.children import children, descendants
from streamgauge.reader import Reader
from streamgauge.script import Script, Step
from streamgauge.ticket import Ticket

NAME: Final = "ProcessStreamer"

ECHO: Final = """import os
while data := os.read(0, 65536):
    os.write(1, data)
"""
"""Copies its input to its output."""

COUNT: Final = """import os
count = 0
while data := os.read(0, 65536):
    count += len(data)
os.write(1, b"%d bytes" % count)
"""
"""Reads its input to the end, then says how much came."""

MUCH: Final = """import os
for _ in range(2000):
    os.write({}, bytes(8192))
"""
"""Writes until it gets an error for it, or has written 16 MB: a subject that takes them all must not keep the kit."""

PIECES: Final = 1_000_000
"""Reads after which an output counts as endless; what a process writes may come a few bytes at a time."""

EMPTY: Final = 10_000
"""The same of empty pieces in a row."""


def _is_endless(pieces: list[bytes]) -> bool:
    most = len(pieces) >= PIECES
    return most or (not pieces[-1] and len(pieces) >= EMPTY and not any(pieces[-EMPTY:]))


def on_process(clause: str, names: str = "") -> Callable[[Callable[[Bench], None]], Callable[[Bench], None]]:
    """Register a check that starts processes: what it leaves is killed.

    Args:
        clause: the clause's id.
        names: names asked of the port beside ProcessStreamer.
    """

    def register(body: Callable[[Bench], None]) -> Callable[[Bench], None]:
        @wraps(body)
        def guarded(t: Bench) -> None:
            before = children()
            t.timeline.races = True
            try:
                body(t)
            finally:
                clear(t, before)

        return check(clause, names=f"{NAME} {names}", heavy=True)(guarded)

    return register


def clear(t: Bench, before: frozenset[int]) -> None:
    """Kill every child that was not there before, and what it started."""
    for pid in children() - before:
        for one in descendants(pid):
            with contextlib.suppress(OSError):
                os.kill(one, signal.SIGKILL)
    t.pump.until(lambda: not children() - before)
    for pid in children() - before:  # those that neither Twisted nor the subject asks for their exit code
        with contextlib.suppress(OSError):
            os.waitpid(pid, 0)


class Process:
    """A ProcessStreamer.

    Args:
        t: the bench.
        code: the Python program to run.
        script: what its input does; it is empty by default.
        more: arguments of the Python program.
        plain: given as the input instead of a scripted source.
        program: run instead of Python, with `args`.
        args: all arguments of that program, its name first.
        kwargs: passed on to ProcessStreamer.

    Attributes:
        source: its input.
        streamer: the ProcessStreamer.
        out: reader of outStream.
        err: reader of errStream.
        done: what `run` gave, once it was called.
    """

    done: Ticket

    def __init__(
        self,
        t: Bench,
        code: str,
        script: Script | None = None,
        *more: str,
        plain: object = None,
        program: str = sys.executable,
        args: Sequence[str] = (),
        **kwargs: Any,
    ) -> None:
        self.t = t
        self.source = t.source(script or Script(()), "input")
        args = list(args) or [program, "-S", "-E", "-c", code, *more]
        name = t.timeline.name("args")
        t.timeline.note(f"{name} = {args}", f"{name} = {written(t, args)}")
        t.named(name, args)
        self.streamer = t.new(NAME, self.source if plain is None else plain, program, args, label="p", **kwargs)
        self.name = t.text(self.streamer)
        self.out, self.err = self._stream("outStream"), self._stream("errStream")
        self._asked: dict[str, Ticket] = {}
        self._pieces: dict[str, list[bytes]] = {self.out.name: [], self.err.name: []}
        self.last: dict[str, Answer] = {}

    def _stream(self, attribute: str) -> Reader:
        stream = getattr(self.streamer, attribute, None)
        if stream is None:
            self.t.call(f"getattr({self.name}, {attribute!r}, None)", lambda: None)
            self.t.violate(f"{self.name} has no {attribute}", f"{attribute} is there before run")
        name = f"{self.name}.{attribute}"
        self.t.named(name, stream)
        reader = self.t.reader(stream)
        reader.name = name
        return reader

    def run(self) -> "Process":
        """Call `run`."""
        self.done = self.t.begin(f"done = {self.name}.run()", lambda: self.streamer.run())
        return self

    def cancel(self) -> Answer:
        """Cancel what `run` gave."""
        return cancel(self.t, "done", self.done)

    # -- reading -------------------------------------------------------------------------------------------

    def got(self, reader: Reader) -> bytes:
        """Give what was read from an output so far."""
        return b"".join(self._pieces[reader.name])

    def ended(self, *readers: Reader) -> bool:
        """Tell whether these outputs, both by default, gave something else than data."""
        return all(reader.name in self.last for reader in readers or (self.out, self.err))

    def pull(self, reader: Reader) -> None:
        """Take what an output has, and leave a read outstanding at it."""
        pieces = self._pieces[reader.name]
        while reader.name not in self.last:
            ticket = self._asked.get(reader.name)
            if ticket is not None:
                if ticket.waiting:
                    return
                ticket.row.awaited = True
                if not isinstance(ticket.answer, Data):
                    self.last[reader.name] = ticket.answer
                    return
                pieces.append(ticket.answer.content)
                if _is_endless(pieces):
                    self.last[reader.name] = Endless(len(pieces))
                    return
            self._asked[reader.name] = reader.ask()
            self.t.timeline.waits("turn(step.given)")

    def wait(self, done: Callable[[], bool], *readers: Reader) -> bool:
        """Make everything happen that can, reading these outputs, until `done()`; tells whether it came to that."""

        def step() -> bool:
            for reader in readers:
                self.pull(reader)
            return done()

        return self.t.run(step)

    def quiet(self, *readers: Reader) -> None:
        """Make everything happen that can, reading these outputs; the input answers nothing meanwhile."""

        def step() -> bool:
            for reader in readers:
                self.pull(reader)
            return False

        self.t.timeline.waits()
        self.t.pump.until(step)

    def finish(self) -> Answer:
        """Read both outputs to the end and give what `run` answers."""
        self.wait(lambda: self.ended() and not self.done.waiting, self.out, self.err)
        return self.t.settle(self.done)

    # -- comparing -----------------------------------------------------------------------------------------

    def gives(self, reader: Reader, content: bytes) -> None:
        """Read both outputs; this one has to give just these bytes, and end."""
        self.wait(lambda: self.ended(reader), self.out, self.err)
        self.t.equal(self.got(reader), content, f"{reader.name} gives")
        self.ends(reader)

    def ends(self, reader: Reader) -> None:
        """An output has to have come to its end."""
        answer = self.last.get(reader.name) or self.t.settle(self._asked[reader.name])
        self.t.expect(answer, None, promised=f"{reader.name} ends")

    def works(self) -> None:
        """`run` has to give None."""
        self.t.expect(self.finish(), None, promised="run() gives None")


def many(count: int, size: int = 10_000) -> Script:
    """Make a script of many pieces, all there at once."""
    return Script(tuple(Step(b"%05d" % number * (size // 5)) for number in range(count)))
