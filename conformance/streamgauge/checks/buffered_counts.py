"""Checks of the clauses in specs/buffered.md about readExactly."""

from hypothesis import strategies as st

from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks.buffered_parts import (
    STREAM,
    always_deferred,
    ask,
    at_once,
    buffered,
    exactly,
    needs_nothing,
    refuses_negative,
)
from streamgauge.script import Script, Step, When, scripts, whens


@check("buffered_02", names=STREAM, on=STREAM)
def exact_counts(t: Bench) -> None:
    """Read counts while there is enough."""
    script = t.draw(scripts(min_chunks=1, empty=False))
    _, s = buffered(t, script)
    rest = script.data
    while rest:
        size = t.draw(st.integers(1, len(rest)))
        t.expect(exactly(t, s, size), rest[:size])
        rest = rest[size:]


@check("buffered_03", names=STREAM, on=STREAM, examples=0.5)
def count_at_the_end(t: Bench) -> None:
    """Ask for more than there is."""
    script = t.draw(scripts(empty=False))
    _, s = buffered(t, script)
    t.expect(exactly(t, s, len(script.data) + t.draw(st.sampled_from([1, 2, 3, 2**70]))), script.data)
    for _ in range(2):
        t.expect(exactly(t, s, t.draw(st.integers(1, 3))), b"")


@check("buffered_04", names=STREAM, on=STREAM, examples=0.5)
def everything(t: Bench) -> None:
    """Ask for all of it, without a size and with None, fresh or after a first count."""
    script = t.draw(scripts(empty=False))
    _, s = buffered(t, script)
    args = t.draw(st.sampled_from([(), (None,)]))
    done = t.draw(st.integers(0, len(script.data) // 2))
    if done:
        t.expect(exactly(t, s, done), script.data[:done])
    t.expect(exactly(t, s, *args), script.data[done:])
    for _ in range(4):
        t.expect(exactly(t, s, *args), b"")


@check("buffered_05", names=STREAM, on=STREAM, examples=0.5)
def count_of_nothing(t: Bench) -> None:
    """Ask for no bytes while the source has none to give."""
    needs_nothing(t, "readExactly", (0,), {})


@check("buffered_06", names=STREAM, on=STREAM, examples=0.5)
def negative_count(t: Bench) -> None:
    """Ask for less than nothing, then go on."""
    refuses_negative(t, "readExactly", (t.draw(st.sampled_from([-1, -2, -3, -(2**40)])),), {})


@check("buffered_07", names=STREAM, on=STREAM, examples=0.5)
def count_waits_for_no_more(t: Bench) -> None:
    """Ask for what is there, while the source has nothing more to give yet."""
    size = t.draw(st.integers(1, 5))
    when = t.draw(whens(pending=False))
    script = Script((Step(b"abc", when), Step(b"de", when), Step(b"f", When.PENDING)), known=t.draw(st.booleans()))
    _, s = buffered(t, script)
    t.expect(at_once(t, ask(t, s, "readExactly", size)), b"abcde"[:size], promised=f"{b'abcde'[:size]!r}, at once")


@check("buffered_08", names=STREAM, on=STREAM, examples=0.5)
def counts_are_deferred(t: Bench) -> None:
    """Look at the type of what each call gives, to the end and behind it."""
    always_deferred(t, "readExactly", [(2,), (0,), (1,), (), (3,), (0,), ()])
