"""Checks of the clauses in specs/history.md about ProcessStreamer.

Strategy: a real process passes its input on to both outputs, as far as they are open. The moves are its reader's and
its input's; the reactor is turned until nothing more happens after each of them.
"""

from typing import Final

from streamgauge.answers import End, Waiting
from streamgauge.bench import Bench
from streamgauge.checks.history_machine import FAILS, Machine
from streamgauge.checks.process_parts import Process, on_process
from streamgauge.reader import Reader
from streamgauge.script import Script, scripts

TEE: Final = """import os
while data := os.read(0, 65536):
    for output in (1, 2):
        try:
            os.write(output, data)
        except OSError:
            pass
"""
"""Copies its input to both outputs; an output that is closed is no error."""


class _Running(Machine):
    """The process, its two outputs, and the moves."""

    def __init__(self, t: Bench) -> None:
        super().__init__(t)
        self.script: Script = t.draw(scripts(min_chunks=2, fails=t.draw(FAILS)))
        self.p = Process(t, TEE, self.script).run()
        self.closed: list[Reader | None] = []

    def can(self, move: str) -> bool:
        """One output is closed at most, and not read then: the other one shows whether that cost it something."""
        if move.startswith("close_"):
            return not self.closed
        return {"out": self.p.out, "err": self.p.err}.get(move) not in self.closed

    def feed(self) -> None:
        """Let the input answer."""
        if self.p.source.pending is not None:
            self.p.source.fire()
        self.p.quiet()

    def out(self) -> None:
        """Read outStream."""
        self._read(self.p.out)

    def err(self) -> None:
        """Read errStream."""
        self._read(self.p.err)

    def _read(self, reader: Reader) -> None:
        self.p.quiet(reader)

    def close_out(self) -> None:
        """Close outStream."""
        self._close(self.p.out)

    def close_err(self) -> None:
        """Close errStream."""
        self._close(self.p.err)

    def _close(self, reader: Reader) -> None:
        reader.close()
        self.closed.append(reader)

    def sound(self) -> None:
        """What came of each output is the beginning of the input."""
        for reader, clause in ((self.p.out, "process_02"), (self.p.err, "process_03")):
            self.t.clause = clause
            seen, whole = self.p.got(reader), self.script.data
            self.t.true(
                whole.startswith(seen),
                f"{reader.name} gave {self.t.text(seen)}",
                f"the beginning of {self.t.text(whole)}",
            )

    def end(self) -> None:
        """Let everything happen; the open outputs give all, and run gives None."""
        t, p = self.t, self.p
        answer = p.finish()
        t.clause = "process_18" if isinstance(answer, Waiting) else "process_15"
        t.true(isinstance(answer, End), f"run() {answer}", "run() gives None")
        self.sound()
        for reader, clause in ((p.out, "process_02"), (p.err, "process_03")):
            if reader not in self.closed:
                t.clause = "process_45" if self.closed else clause
                t.equal(p.got(reader), self.script.data, f"{reader.name} gives")
                t.clause = "process_12"
                p.ends(reader)


@on_process("history_09")
def any_history_of_a_process(t: Bench) -> None:
    """Feed the input, read and close the outputs, in any order."""
    running = _Running(t)
    running.play("feed", "out", "close_out", "err", "close_err", least=4, most=10)
    running.end()
