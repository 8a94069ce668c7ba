"""Checks of the clauses in specs/history.md: whole histories, with a model that knows what each step may show.

Strategy: the machine of `history_parts`, on whatever a maker makes. The violation carries the clause that the wrong
observation breaks, and the history as its counterexample; prerequisites failing by themselves block these checks.
"""

from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks import (  # noqa: F401 - they register theirs
    history_bridges,
    history_buffered,
    history_connect,
    history_ports,
    history_process,
    history_readings,
)
from streamgauge.checks.history_machine import BROKEN, FAILS
from streamgauge.checks.history_model import Part
from streamgauge.checks.history_parts import History
from streamgauge.checks.stream_parts import any_content, failing
from streamgauge.script import scripts


def a_history(t: Bench) -> History:
    """Make the stream on trial, of a source that may fail."""
    if "scripted" in t.maker.abilities:
        fails = t.draw(FAILS)
        script = t.draw(scripts(min_chunks=2, fails=fails, empty=False))
        script = failing(script) if fails else script
    else:
        fails, script = False, any_content(t)
    stream = Part(t.make(script), script.data, surplus=script.lie)
    return History(t, stream, BROKEN if fails else None, lengths="length" in t.maker.abilities)


@check("history_01", "read", "close", examples=2)
def any_history(t: Bench) -> None:
    """Read, overlap, read and close from inside callbacks, look, close."""
    a_history(t).play("read", "read", "settle", "look", "close")


@check("history_02", "read", "close", "length", "split", examples=2)
def any_history_of_halves(t: Bench) -> None:
    """Split, and split again; read the parts in any order; close some, drop some."""
    a_history(t).play("split", "read", "split", "read", "settle", "look", "close", "drop", "drop")
