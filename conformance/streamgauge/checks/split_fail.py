"""Checks of the clauses in specs/split.md about sources that fail, end early or run over."""

from hypothesis import strategies as st

from streamgauge.answers import Answer, End, Failed
from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks.look import first_answer, past_empties
from streamgauge.checks.split_parts import ERROR, HALVES, cut, cuttable, inner, may_fail_once, read_until
from streamgauge.reader import Reader
from streamgauge.script import Script

SHORT = 3
"""Bytes that a source lacks at its end."""

SHORT_ERRORS = ValueError, RuntimeError
"""What the half may fail with that did not itself need the missing byte."""


def short(t: Bench, *, known: bool | None = None) -> Script:
    """Draw a source that ends before the length it told, if it told one."""
    script = cuttable(t, known=known)
    return Script(script.steps, script.end, script.known, SHORT if script.known else 0)


def failing(t: Bench) -> Script:
    """Draw a source that fails before the length it told, if it told one."""
    script = cuttable(t, fails=True)
    return Script(script.steps, script.end, script.known, SHORT if script.known else 0)


@check("split_17", names="fallbackSplit")
def before_of_a_short_source(t: Bench) -> None:
    """Split behind the end of the data; read before."""
    script = short(t)
    _, before, _ = cut(t, script, len(script.data) + t.draw(st.integers(1, SHORT)))
    drained = before.drain()
    t.equal(drained.content, script.data, "before gives what there is:")
    t.expect(drained.last, ValueError)


@check("split_18", names="fallbackSplit")
def after_of_a_short_source(t: Bench) -> None:
    """Split behind the end of the data; read before to its failure, then after."""
    script = short(t)
    _, before, after = cut(t, script, len(script.data) + t.draw(st.integers(1, SHORT)))
    before.drain()
    for _ in range(2):
        t.expect(first_answer(after), None, *SHORT_ERRORS, promised="after ends or fails (ValueError)")


@check("split_52", names="fallbackSplit")
def waiting_for_a_short_source(t: Bench) -> None:
    """Split behind the end of the data; read after first, so that it waits, then before to its failure."""
    script = short(t)
    _, before, after = cut(t, script, len(script.data) + t.draw(st.integers(1, SHORT)))
    waiting = past_empties(after)
    before.drain()
    t.expect(t.settle(waiting), None, *SHORT_ERRORS, promised="the waiting read of after ends or fails (ValueError)")


@check("split_19", names="fallbackSplit")
def skipping_a_short_source(t: Bench) -> None:
    """Split behind the end of the data; close before; read after."""
    script = short(t)
    missing = t.draw(st.integers(1, SHORT))
    _, before, after = cut(t, script, len(script.data) + missing)
    before.close()
    answer = first_answer(after)
    if script.known and missing < SHORT:
        t.expect(answer, ValueError, promised="after fails (ValueError): the source owed it bytes")
    else:
        t.expect(answer, None, *SHORT_ERRORS, promised="after ends or fails (ValueError)")


@check("split_20", names="fallbackSplit")
def after_lacks_bytes(t: Bench) -> None:
    """Split a source that ends before the length it told, at a point it reaches; read both."""
    script = short(t, known=True)
    point = inner(t, script)
    _, before, after = cut(t, script, point)
    if t.draw(st.booleans()):
        before.close()
    before.drain()
    drained = after.drain()
    t.equal(drained.content, script.data[point:], "after gives what there is:")
    t.expect(drained.last, ValueError, promised=f"ValueError: the source ended {SHORT} bytes before its length")


@check("split_21", names="fallbackSplit", on="TruncaterStream")
def failure_reaches_after(t: Bench) -> None:
    """Split behind the place where the source fails; read before to its failure, then after."""
    script = failing(t)
    nested = t.draw(st.booleans())
    source, before, after = cut(t, script, len(script.data) + (1 if nested else t.draw(st.integers(1, SHORT - 1))))
    may_fail_once(t, source)
    parts = after.split(1) if nested else (after,)
    t.true(isinstance(before.drain().last, Failed), "before ended without a failure", "before fails with the source")
    for part in parts:
        t.expect(first_answer(part), ERROR, promised=f"{part.name} fails with the source's error")


@check("split_58", names="fallbackSplit", on=HALVES)
def failure_reaches_parts_of_after(t: Bench) -> None:
    """Read before to the source's failure; split after, which is owed two bytes or more; read both parts."""
    script = failing(t)
    _, before, after = cut(t, script, len(script.data) + 1)
    before.drain()
    point = t.draw(st.integers(0, 1))
    ended = after.length() == 0  # a failed half need not know its bytes any more: either part may tell then
    parts = after.cut(point)
    if not isinstance(parts, tuple):
        t.expect(parts, Exception, promised="two parts, or an error")
        return
    answers: dict[Reader, Answer] = {}
    for part in t.draw(st.permutations(parts)):
        if part in answers:  # a failed part may end when it is read again
            continue
        ticket = past_empties(part)
        if ticket.waiting and part is parts[1] and parts[0] not in answers:
            answers[parts[0]] = first_answer(parts[0])
        answers[part] = t.settle(ticket)
    owed = [part for part in parts if point or part is parts[1]]
    if ended:
        owed = [part for part in parts if isinstance(answers[part], Failed)][:1] or owed
    for part in parts:
        allowed = (ERROR,) if part in owed else (None, ERROR)
        t.expect(answers[part], *allowed, promised=f"{part.name} fails with the source's error" if part in owed else "")


@check("split_22", names="fallbackSplit", on="TruncaterStream")
def failure_reaches_the_waiting(t: Bench) -> None:
    """Split behind the place where the source fails; read after first, so that it waits, then before."""
    script = failing(t)
    _, before, after = cut(t, script, len(script.data) + t.draw(st.integers(1, SHORT - 1)))
    waiting = past_empties(after)
    before.drain()
    t.expect(t.settle(waiting), ERROR, promised="the waiting read of after fails with the source's error")


@check("split_23", names="fallbackSplit", on=HALVES)
def failure_while_skipping(t: Bench) -> None:
    """Split behind the place where the source fails; close before; read after."""
    script = failing(t)
    _, before, after = cut(t, script, len(script.data) + t.draw(st.integers(1, SHORT - 1)))
    read_until(before, t.draw(st.integers(0, 1)))
    waiting = past_empties(after) if t.draw(st.booleans()) else None
    before.close()
    t.expect(t.settle(waiting or past_empties(after)), ERROR, promised="after fails with the source's error")


@check("split_34", names="fallbackSplit")
def overrun_is_no_data(t: Bench) -> None:
    """Split a source that gives more than it told; no half may give the surplus."""
    script = cuttable(t, known=True)
    extra = t.draw(st.integers(1, len(script.data) - 1))
    told = len(script.data) - extra
    lying = Script(script.steps, script.end, known=True, lie=-extra)
    point = t.draw(st.integers(0, told))
    _, before, after = cut(t, lying, point)
    contents = script.data[:point], script.data[point:told]
    for half, content in zip((before, after), contents, strict=True):
        drained = half.drain()
        if isinstance(drained.last, End):
            t.equal(drained.content, content, f"{half.name} of a source of {told} bytes that runs over gives")
        else:
            fine = isinstance(drained.last, Failed) and content.startswith(drained.content)
            t.true(fine, f"{half.name} gives {drained.content!r}, then {drained.last}", f"{content!r} or an error")
        length = half.length()
        fine = isinstance(length, int) and length >= 0
        t.true(fine, f"{half.name}.length {length!r}", "a length that was known stays an int >= 0")
