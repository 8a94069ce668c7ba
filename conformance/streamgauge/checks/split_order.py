"""Checks of the clauses in specs/split.md about the order of reading: after first, and inside callbacks."""

import contextlib

from hypothesis import strategies as st

from streamgauge.answers import Answer, Data, Failed, Returned, Waiting
from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks.interrupt import Interrupt
from streamgauge.checks.look import past_empties
from streamgauge.checks.split_parts import HALVES, cut, cuttable, gives, goes_on, inner
from streamgauge.reader import Reader
from streamgauge.script import scripts


@check("split_24", names="fallbackSplit", on=HALVES)
def after_waits(t: Bench) -> None:
    """Read after first, then before, then after to its end."""
    script = cuttable(t)
    point = inner(t, script)
    _, before, after = cut(t, script, point)
    first = past_empties(after)
    t.true(first.waiting, f"after.read() {first.answer}", "a Deferred that waits, as before is not read")
    gives(t, before, script.data[:point])
    goes_on(t, after, first, script.data[point:], "when before was read the waiting read of after gets data")


@check("split_65", names="fallbackSplit", on=HALVES, examples=0.2)
def interrupted_before(t: Bench) -> None:
    """Let a read of after wait, interrupt the source inside a read of before, and read before on to its end."""
    script = cuttable(t)
    source, before, after = cut(t, script, inner(t, script))
    waiting = after.ask()
    interrupt = Interrupt(t)
    interrupt.in_read(source)
    if interrupt.leaves("before.read()", lambda: before.ask().answer):
        with contextlib.suppress(KeyboardInterrupt, SystemExit):  # the same again is an answer too
            before.drain()
        answer = t.settle(waiting)
        t.true(not isinstance(answer, Waiting), f"the waiting read of after gives {answer}", "it is answered")


@check("split_26", names="fallbackSplit", on=HALVES)
def waiting_overlap(t: Bench) -> None:
    """Read after a second time while its first read waits for before; then read everything."""
    script = cuttable(t)
    point = inner(t, script)
    _, before, after = cut(t, script, point)
    first = past_empties(after)
    second = after.ask()
    refused = isinstance(second.answer, Failed) and second.answer.sync and isinstance(second.answer.error, RuntimeError)
    t.true(refused, f"the overlapping read: {second.answer}", "RuntimeError raised by the overlapping read")
    gives(t, before, script.data[:point])
    goes_on(t, after, first, script.data[point:], "the waiting read is not disturbed: it gets data")


@check("split_29", names="fallbackSplit", on=HALVES)
def reads_inside_callbacks(t: Bench) -> None:
    """Read both halves, each read made inside the callback of another, in a drawn order."""
    script = t.draw(scripts(min_chunks=2, empty=False))
    point = inner(t, script)
    _, before, after = cut(t, script, point)
    got = {before: b"", after: b""}
    ended: dict[Reader, Answer] = {}
    busy: set[Reader] = set()
    order = t.draw(st.lists(st.booleans(), min_size=1, max_size=4))
    steps = 0

    def ask(half: Reader) -> None:
        if half not in busy and half not in ended:
            busy.add(half)
            half.ask(inside=lambda answer: came(half, answer))

    def came(half: Reader, answer: Answer) -> None:
        nonlocal steps
        busy.discard(half)
        if isinstance(answer, Data):
            got[half] += answer.content
        else:
            ended[half] = answer
        steps += 1
        for other in (after, before) if order[steps % len(order)] else (before, after):
            ask(other)

    ask(after if order[0] else before)
    ask(before)
    t.run(lambda: len(ended) == 2)
    t.equal(got[before], script.data[:point], "before, read inside callbacks, gives")
    t.equal(got[after], script.data[point:], "after, read inside callbacks, gives")
    for half in (before, after):
        t.expect(ended.get(half, Returned("no end")), None, promised=f"{half.name} ends after its last byte")
