"""Checks of the clauses in specs/generator.md about failing inputs, mistakes with waits, and the rest."""

from hypothesis import strategies as st

from streamgauge.answers import Answer, Failed
from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks.generator_parts import ERROR, STREAM, Plan, items, joined, planned, stream_of
from streamgauge.checks.generator_plans import Interrupted
from streamgauge.checks.interrupt import Interrupt
from streamgauge.script import Script, scripts, whens
from streamgauge.timeline import show


@check("generator_13", names=STREAM, on=STREAM)
def failure_is_raised_inside(t: Bench) -> None:
    """Keep the errors that the generator is raised while it goes through a failing input.

    One that is raised none may be closed instead; then the error is the read's.
    """
    script = t.draw(scripts(fails=True, empty=False))
    error = t.draw(st.sampled_from([ERROR, EOFError("no more"), OSError(5, "no answer"), ValueError("closed")]))
    source, plan, s = planned(t, script, *["try"] * len(script.steps))
    if error is not ERROR:
        source.raise_at(len(script.steps), error)
    answer = s.read()
    if plan.closed and not plan.errors:
        t.expect(answer, error)
        return
    t.equal([show(error) for error in plan.errors[:1]], [show(error)], "the generator is raised")


@check("generator_14", names=STREAM, on=STREAM)
def caught_failure(t: Bench) -> None:
    """Catch the input's failure, and yield something instead."""
    script = t.draw(scripts(fails=True, empty=False))
    _, plan, s = planned(t, script, *["try"] * len(script.steps), (b"instead",), (b"more",))
    values, last = items(s)
    if _passed_by(t, plan):
        return
    t.equal(joined(values), b"insteadmore", "the bytes read are")
    t.expect(last, None)


def _passed_by(t: Bench, plan: Plan) -> bool:
    """Tell whether the generator was closed instead of being raised an error: it can catch none then."""
    passed = plan.closed and not plan.errors
    if passed:
        t.lacks("the error of its input is not raised in the generator, which is closed instead")
    return passed


def _nothing_lost(t: Bench, plan: Plan, data: bytes, last: Answer) -> None:
    """Ask that the generator found all data, or a part and then an error."""
    took = joined(plan.took)
    if isinstance(last, Failed):
        t.true(
            data.startswith(took), f"the generator finds {show(took)}", f"the generator finds a part of {show(data)}"
        )
    else:
        t.equal(took, data, "the generator finds")
        t.expect(last, None, Exception)


@check("generator_23", names=STREAM, on=STREAM)
def waiting_twice(t: Bench) -> None:
    """Wait once or several times before each piece."""
    script = t.draw(scripts(min_chunks=2, empty=False))
    moves: list[object] = []
    for _ in range(len(script.steps) + 1):
        moves += ["wait"] * t.draw(st.integers(1, 3)) + ["take"]
    _, plan, s = planned(t, script, *moves, "rest")
    _, last = items(s)
    _nothing_lost(t, plan, script.data, last)


@check("generator_24", names=STREAM, on=STREAM)
def not_waiting(t: Bench) -> None:
    """Take pieces without waiting, some of them."""
    script = t.draw(scripts(min_chunks=1, empty=False))
    slip = t.draw(st.sampled_from(["grab", "take"]))
    moves: list[object] = [slip] * t.draw(st.integers(0, 1))
    for _ in range(len(script.steps)):
        moves += ["wait", "take", *[slip] * t.draw(st.integers(0, 2))]
    _, plan, s = planned(t, script, *moves, "rest")
    _, last = items(s)
    _nothing_lost(t, plan, script.data, last)


@check("generator_25", names=STREAM, on=STREAM, examples=0.5)
def input_end_is_sticky(t: Bench) -> None:
    """Wait and take again after the input's end."""
    script = t.draw(scripts())
    again = t.draw(st.integers(1, 3))
    _, plan, s = planned(t, script, "rest", *["again"] * again, (b"tail",))
    items(s)
    seen = [*plan.story, *map(show, plan.errors)]
    t.equal(seen, ["started", *["StopIteration"] * again, "finished"], "the generator's story is")


@check("generator_39", names=STREAM, on=STREAM, examples=0.5)
def input_failure_is_sticky(t: Bench) -> None:
    """Wait and take again after the input's failure was caught."""
    script = t.draw(scripts(fails=True, empty=False))
    again = t.draw(st.integers(1, 3))
    _, plan, s = planned(t, script, *["try"] * len(script.steps), *["again"] * again, (b"tail",))
    values, last = items(s)
    if _passed_by(t, plan):
        return
    seen = [show(error) for error in plan.errors if show(error) != show(ERROR)]
    t.equal(seen, [], "after its failure the input raises also")
    t.true("another piece" not in plan.story, "a piece comes after the input's failure", "no piece comes after it")
    t.equal(joined(values), b"tail", "the bytes read are")
    t.expect(last, None)


@check("generator_29", names=STREAM, on=STREAM)
def no_read_inside(t: Bench) -> None:
    """Read the stream from inside its generator."""
    steps = ["try"] * t.draw(st.integers(0, 2))
    script = Script.of(*[b"piece"] * 9, when=t.draw(whens()))
    _, plan, s = planned(t, script, *steps, "read", (b"item",), (b"tail",))
    t.call(f"setattr({t.text(plan)}, 'stream', {s.name})", setattr, plan, "stream", s.stream)
    values, last = items(s)
    t.true(
        len(plan.errors) == 1 and isinstance(plan.errors[0], RuntimeError | ValueError),
        f"the read inside the generator raises {t.text(plan.errors)}",
        "the read inside the generator raises RuntimeError, or the ValueError of a generator that runs",
    )
    t.equal(joined(values), b"itemtail", "the bytes read are")
    t.expect(last, None)


@check("generator_30", names=STREAM, on=STREAM, examples=0.2)
def interrupts_pass(t: Bench) -> None:
    """Interrupt the generator, behind its item, or in its `finally` when it is read to its end or closed."""
    interrupt = Interrupt(t)
    where = t.draw(st.sampled_from(["behind its item", "at its end", "closed"]))
    plan: Interrupted = t.part("interrupted", Interrupted, interrupt.name, where != "behind its item")
    s = stream_of(t, plan, t.source(t.draw(scripts(max_chunks=2))))
    first: list[Answer] = []
    seen = interrupt.during(lambda: first.append(s.read()))  # one that runs ahead may raise it here
    if first:
        t.expect(first[0], b"item")
        if plan.raised:
            t.lacks("the generator was run ahead, in a turn that no read asked for")
            return
        seen = interrupt.during(s.close if where == "closed" else lambda: s.ask().answer)
    raised, plan.error = plan.raised, ""  # a generator that goes on later has no call to be raised from
    t.equal(seen, interrupt.name if raised else seen, f"the call whose generator raises {interrupt.name} gives")


@check("generator_32", names=STREAM, on=STREAM)
def no_false_length(t: Bench) -> None:
    """Ask for the length where there is one, then read what there is; close it if it declares IByteStream."""
    script = t.draw(scripts(known=True))
    shape: list[object] = t.draw(
        st.sampled_from([["rest", (b"tail",)], [(b"head",), "rest"], ["try", "rest"], ["rest"]])
    )
    _, _, s = planned(t, script, *shape)
    length = s.length()
    values, _ = items(s)
    if t.port.has("IByteStream") and t.port["IByteStream"].providedBy(s.stream):
        s.close()
        t.equal(s.length(), 0, "of a closed IByteStream length is")
    if isinstance(length, Failed) and isinstance(length.error, AttributeError):
        t.lacks("the stream has no `length`")
    elif length is None:
        t.exercised = True
    else:
        t.equal(length, len(joined(values)), "before the first read length is")


@check("generator_33", names=STREAM, on=STREAM)
def splits_at_bytes(t: Bench) -> None:
    """Split where that is offered, and read both halves; what a false length spoils is another clause's matter."""
    script = t.draw(scripts(known=False))
    data = b"<" + script.data
    _, _, s = planned(t, script, (b"<",), "rest")
    point = t.draw(st.integers(0, len(data)))
    if not hasattr(s.stream, "split"):
        t.lacks("the stream has no `split`")
        return
    before, after = s.split(point)
    t.equal(before.drain().content, data[:point], "before gives")
    t.equal(after.drain().content, data[point:], "after gives")
