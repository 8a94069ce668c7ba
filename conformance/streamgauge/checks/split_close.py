"""Checks of the clauses in specs/split.md about closing halves, and when that closes the source.

Wherever the number of closes counts, the source has more to give than is read, so that it cannot have ended by itself.
"""

from hypothesis import strategies as st

from streamgauge.answers import Data, End
from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks.look import past_empties
from streamgauge.checks.split_parts import HALVES, cut, cuttable, gives, goes_on, inner, may_linger, more, read_until
from streamgauge.reader import Reader
from streamgauge.script import Script, Step, When
from streamgauge.source import Source
from streamgauge.ticket import Ticket


def closed_once(t: Bench, source: Source, reads: int) -> None:
    """Ask that the source was closed once, and read no more than so often."""
    t.run()
    t.equal((source.closes, source.reads), (1, reads), "closes and reads of the source:")


@check("split_07", names="fallbackSplit", on=HALVES)
def close_before_then_after(t: Bench) -> None:
    """Close before, then after, with nothing read."""
    script = cuttable(t)
    source, before, after = cut(t, script, t.draw(st.sampled_from([inner(t, script), 0])))
    before.close()
    after.close()
    closed_once(t, source, 0)


@check("split_08", names="fallbackSplit", on=HALVES)
def close_after_then_before(t: Bench) -> None:
    """Close after, then before, with nothing read."""
    script = cuttable(t)
    source, before, after = cut(t, script, t.draw(st.sampled_from([inner(t, script), 0])))
    after.close()
    before.close()
    closed_once(t, source, 0)


@check("split_09", names="fallbackSplit", on=HALVES)
def close_both_partly_read(t: Bench) -> None:
    """Read some of before; close both."""
    script = more(cuttable(t))
    point = inner(t, script)
    source, before, after = cut(t, script, point)
    got = read_until(before, t.draw(st.integers(1, point)))
    if len(got) == point:
        return  # before is at its end: split_14
    reads = source.reads
    for half in t.draw(st.permutations([before, after])):
        half.close()
    closed_once(t, source, reads)


@check("split_10", names="fallbackSplit", on=HALVES)
def close_again(t: Bench) -> None:
    """Close one half twice; read the other; close both again."""
    script = more(cuttable(t))
    point = inner(t, script)
    source, before, after = cut(t, script, point)
    halves = (before, script.data[:point]), (after, script.data[point:])
    which = t.draw(st.integers(0, 1))
    halves[which][0].close()
    halves[which][0].close()
    t.equal(source.closes, 0, "while one half is open, closes of the source:")
    kept, content = halves[1 - which]
    if t.draw(st.booleans()):
        gives(t, kept, content)
    for half in (before, after, before, after):
        half.close()
    t.true(source.closes <= 1, f"{source.closes} closes of the source", "the source is closed once")


@check("split_11", names="fallbackSplit", on=HALVES)
def skip_before(t: Bench) -> None:
    """Read some of before, or nothing; close it; read after."""
    script = cuttable(t)
    point = inner(t, script)
    _, before, after = cut(t, script, point)
    read_until(before, t.draw(st.sampled_from([0, 0, 1, point])))
    before.close()
    gives(t, after, script.data[point:])


@check("split_12", names="fallbackSplit", on=HALVES)
def skip_before_while_after_waits(t: Bench) -> None:
    """Read after first, so that it waits for before; read some of before, or nothing; close it."""
    script = cuttable(t)
    point = inner(t, script)
    _, before, after = cut(t, script, point)
    first = after.ask()
    read_until(before, t.draw(st.sampled_from([0, 0, 1])))
    before.close()
    goes_on(t, after, first, script.data[point:], "when before is closed the waiting read of after gets data")


@check("split_13", names="fallbackSplit", on=HALVES)
def before_finishes(t: Bench) -> None:
    """Close after, perhaps when some of before was read; read the rest of before."""
    script = cuttable(t)
    point = inner(t, script)
    _, before, after = cut(t, script, point)
    began = read_until(before, t.draw(st.sampled_from([0, 0, 1, point])))
    after.close()
    gives(t, before, script.data[:point], began)


@check("split_14", names="fallbackSplit", on="PostTruncaterStream")
def closed_by_the_end_of_before(t: Bench) -> None:
    """Close after at some point of before, or behind it; when before has ended look at the source."""
    script = more(cuttable(t))
    point = inner(t, script)
    source, before, after = cut(t, script, point)
    how = t.draw(st.sampled_from(["at once", "later", "all bytes read", "at the end"]))
    if how == "at the end":
        before.drain()
    elif how != "at once":
        read_until(before, point if how == "all bytes read" else 1)
    after.close()
    before.drain()
    t.run()
    t.equal(source.closes, 1, "with after closed and before read to its end, closes of the source:")


@check("split_27", names="fallbackSplit", on=HALVES)
def close_the_waiting(t: Bench) -> None:
    """Read after first, so that it waits for before; close after; read before."""
    script = cuttable(t)
    point = inner(t, script)
    _, before, after = cut(t, script, point)
    first = after.ask()
    began = read_until(before, t.draw(st.integers(0, 1)))
    was_waiting = first.waiting
    after.close()
    if was_waiting:
        t.expect(t.settle(first), None, promised="the waiting read of the closed half fires with None")
    gives(t, before, script.data[:point], began)


@check("split_28", names="fallbackSplit", on=HALVES)
def close_one_of_two_waiting(t: Bench) -> None:
    """With a read of each half outstanding, close one; the other gets its bytes."""
    script = cuttable(t)
    point = inner(t, script)
    _, before, after = cut(t, script, point)
    contents = {before: script.data[:point], after: script.data[point:]}
    tickets = {before: before.ask(), after: after.ask()}
    closed, kept = t.draw(st.permutations([before, after]))
    was_waiting = tickets[closed].waiting
    closed.close()
    if was_waiting:
        t.expect(t.settle(tickets[closed]), None, promised="the outstanding read of the closed half fires with None")
    goes_on(t, kept, tickets[kept], contents[kept], "the outstanding read of the other half gets data")


@check("split_53", names="fallbackSplit", on=HALVES)
def close_before_in_mid_read(t: Bench) -> None:
    """Close before while a read of it is outstanding; read after then, or once that piece has come."""
    drawn = cuttable(t)
    script = Script(tuple(Step(step.data, When.PENDING) for step in drawn.steps), drawn.end, drawn.known)
    point = inner(t, script)
    _, before, after = cut(t, script, point)
    read_until(before, t.draw(st.sampled_from([0, 0, 1])))
    before.ask()
    before.close()
    if t.draw(st.booleans()):
        t.run()  # the piece comes while nobody reads
    gives(t, after, script.data[point:])


@check("split_54", names="fallbackSplit", on=HALVES)
def close_both_in_mid_read(t: Bench) -> None:
    """Close both halves while a read of before, of after, or of each is outstanding."""
    script = more(cuttable(t))
    source, before, after = cut(t, script, inner(t, script))
    halves = [before, after]
    asked = t.draw(st.sampled_from([[before], [after], [before, after], [after, before]]))
    tickets = [past_empties(half) for half in asked]
    waiting = [ticket for ticket in tickets if ticket.waiting]
    may_linger(t, source)
    if not waiting:
        return  # nothing is outstanding: split_07, split_08, split_09 and split_14
    for half in t.draw(st.permutations(halves)):
        half.close()
    # A close lets a waiting read of the other half go on, which may have its data before that one is closed.
    for ticket in waiting:
        answer = t.settle(ticket)
        t.true(isinstance(answer, End | Data), f"an outstanding read: {answer}", "None, or data that came before")
    for half in halves:
        t.expect(half.read(), None, promised=f"{half.name} is closed: None")
    t.run()
    t.equal(source.closes, 1, "with both halves closed, closes of the source:")


@check("split_30", names="fallbackSplit", on=HALVES)
def close_inside_callbacks(t: Bench) -> None:
    """Close a half inside the callback of a read of before; read the other to its end."""
    script = more(cuttable(t))
    point = inner(t, script)
    source, before, after = cut(t, script, point)
    closed = t.draw(st.sampled_from([before, after]))
    waiting = after.ask() if closed is before and t.draw(st.booleans()) else None
    first = t.settle(before.ask(inside=lambda _: _close(closed)))
    began = first.content if isinstance(first, Data) else b""
    if closed is before:
        t.expect(before.read(), None, promised="before was closed: None")
        gives(t, after, script.data[point:], _content(t, waiting))
    else:
        gives(t, before, script.data[:point], began)
        t.run()
        t.equal(source.closes, 1, "with after closed and before read to its end, closes of the source:")


def _close(half: Reader) -> None:
    half.close()


def _content(t: Bench, waiting: Ticket | None) -> bytes:
    answer = t.settle(waiting) if waiting is not None else None
    return answer.content if isinstance(answer, Data) else b""
