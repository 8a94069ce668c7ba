"""The check of the clause in specs/history.md about readStream, readAndDiscard and readIntoFile.

Strategy: as in `history_ports`. Up to three readings go on at once; their sources answer, the reactor turns and
readings are cancelled, in any order.
"""

from typing import Final

from hypothesis import strategies as st

from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks.consume_draw import failing, plain
from streamgauge.checks.consume_ways import Run, begin
from streamgauge.checks.history_machine import BROKEN, FAILS, Machine
from streamgauge.script import When

MOST: Final = 3
"""Readings of a history."""

PASSES: Final = {"readStream": "consume_01", "readAndDiscard": "consume_25", "readIntoFile": "consume_37"}
ENDS: Final = {"readStream": "consume_03", "readAndDiscard": "consume_26", "readIntoFile": "consume_38"}
FAILED: Final = {"readStream": "consume_05", "readAndDiscard": "consume_27", "readIntoFile": "consume_39"}
STOPS: Final = {"readStream": "consume_16", "readAndDiscard": "consume_32", "readIntoFile": "consume_55"}
"""For each function: which clause says that it passes on all data, that it ends, that it fails, that it stops."""


class _Readings(Machine):
    """Readings at work, and the moves."""

    def __init__(self, t: Bench) -> None:
        super().__init__(t)
        self.names = t.draw(st.sampled_from([*([name] for name in PASSES), list(PASSES)]))
        self.runs: list[Run] = []
        self.stopped: dict[int, list[object]] = {}

    def can(self, move: str) -> bool:
        """Begin while there are few, and at first two; cancel what waits."""
        return {
            "begin": len(self.runs) < MOST,
            "turn": len(self.runs) > 1,
            "feed": len(self.runs) > 1 and bool(self.t.pending()),
            "cancel": len(self.runs) > 1 and any(run.ticket.waiting for run in self.runs),
        }.get(move, True)

    def begin(self) -> None:
        """Begin one more."""
        t = self.t
        script = failing(*When) if t.draw(FAILS) else plain(*When, min_chunks=2, end=When.PENDING)
        self.runs.append(begin(t, t.draw(st.sampled_from(self.names)), t.draw(script)))

    def feed(self) -> None:
        """Let one of the sources that are waited for answer."""
        pending = self.t.pending()
        pending[self.t.draw(st.integers(0, len(pending) - 1))].fire()

    def turn(self) -> None:
        """Turn the reactor."""
        self.t.turn()

    def cancel(self) -> None:
        """Cancel one that waits."""
        waiting = [run for run in self.runs if run.ticket.waiting]
        run = waiting[self.t.draw(st.integers(0, len(waiting) - 1))]
        if run.cancel():
            self.stopped[id(run)] = _state(run)

    def sound(self) -> None:
        """What each has passed on is the beginning of its own stream, and a cancelled one passes on no more."""
        t = self.t
        for run in self.runs:
            t.clause = PASSES[run.name]
            seen, whole = b"".join(run.arrived()), run.source.script.data
            t.true(whole.startswith(seen), f"{run.label} passed on {t.text(seen)}", f"the beginning of {t.text(whole)}")
            t.clause = STOPS[run.name]
            then = self.stopped.get(id(run))
            t.true(then in (None, _state(run)), f"{run.label} goes on after cancelling", "cancelling stops the reading")

    def end(self) -> None:
        """Let everything happen; those that were not cancelled have passed on everything and ended as they had to."""
        t = self.t
        for run in self.runs:
            if id(run) in self.stopped:
                continue
            fails = run.source.script.fails
            answer = t.settle(run.ticket)
            t.clause = FAILED[run.name] if fails else ENDS[run.name]
            t.expect(answer, BROKEN if fails else None)
            t.clause = PASSES[run.name]
            t.equal(b"".join(run.arrived()), run.source.script.data, f"{run.label} passed on")
        t.run()
        self.sound()


def _state(run: Run) -> list[object]:
    return [run.source.reads, run.arrived()]


@check("history_10", names="readStream readAndDiscard readIntoFile", examples=4)
def any_history_of_readings(t: Bench) -> None:
    """Begin readings, let their sources answer and the reactor turn, and cancel some."""
    readings = _Readings(t)
    readings.play("begin", "feed", "turn", "cancel")
    readings.end()
