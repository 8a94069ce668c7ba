"""Checks of the clauses in specs/generator.md about cost: stack, running ahead, and what is kept."""

import gc

from hypothesis import strategies as st

from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks.generator_parts import STREAM, stream_of
from streamgauge.checks.generator_plans import Counter, Dots, Fresh, Numbers
from streamgauge.checks.look import watched
from streamgauge.checks.stream_parts import DEEP, WINDOW
from streamgauge.script import Script, Step, scripts, whens

MANY = 2 * DEEP

"""Pieces at which even the deeper stack that Hypothesis allows overflows, if each takes a level."""


@check("generator_34", names=STREAM, on=STREAM, examples=0.1)
def waits_stay_flat(t: Bench) -> None:
    """Count many pieces in one read."""
    script = Script((Step(b"x", t.draw(whens())),) * MANY)
    s = stream_of(t, t.part("counter", Counter, MANY), t.source(script))
    t.expect(s.read(), b"%d" % MANY)


@check("generator_35", names=STREAM, on=STREAM, examples=0.3)
def never_far_ahead(t: Bench) -> None:
    """Read some items of a generator that never ends; see how many it has made."""
    numbers = t.part("numbers", Numbers)
    s = stream_of(t, numbers, t.source(t.draw(scripts(max_chunks=2))))
    reads = t.draw(st.integers(1, 4))
    values = [getattr(s.read(), "value", None) for _ in range(reads)]
    t.run()
    t.equal(values, [b"%d;" % number for number in range(1, reads + 1)], "the items are")
    t.true(
        numbers.made <= reads + WINDOW,
        f"{numbers.made} items made for {reads} reads",
        f"at most {WINDOW} items more than are read",
    )


@check("generator_36", names=STREAM, on=STREAM, examples=0.2)
def dropped_pieces_are_gone(t: Bench) -> None:
    """Drop many pieces, and look which are still alive."""
    source = t.source(Script.of(*[b"piece"] * 60, when=t.draw(whens())))
    alive = watched(source)
    s = stream_of(t, t.part("dots", Dots), source)
    for _ in range(50):
        t.expect(s.read(), b".")
    gc.collect()
    kept = sum(ref() is not None for ref in alive)
    t.true(kept <= WINDOW, f"{kept} of 50 dropped pieces are still held", f"at most {WINDOW} are")


@check("generator_43", names=STREAM, on=STREAM, examples=0.2)
def given_items_are_gone(t: Bench) -> None:
    """Read many items, drop them, and look which are still alive."""
    fresh = t.part("fresh", Fresh)
    s = stream_of(t, fresh, t.source(Script.of(*[b"piece"] * 60, when=t.draw(whens()))))
    for _ in range(50):
        ticket = s.ask()
        t.expect(t.settle(ticket), b"piece")
        t.tickets.clear()
        ticket.row.seen = ""
        del ticket
    gc.collect()
    kept = sum(ref() is not None for ref in fresh.made)
    t.true(kept <= WINDOW, f"{kept} of 50 items are still held", f"at most {WINDOW} are")
