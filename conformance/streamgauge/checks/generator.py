"""Checks of the clauses in specs/generator.md: what the generator finds, what its readers get, and when it runs.

Items of all kinds, ends, mistakes and costs have modules of their own, which are loaded with this one.
"""

from typing import Any

from hypothesis import strategies as st

from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks import generator_close, generator_cost, generator_items, generator_wrong  # noqa: F401 - registers their checks
from streamgauge.checks.generator_parts import (
    STREAM,
    Plan,
    at_once,
    converted,
    items,
    joined,
    plan_told,
    planned,
    stream_of,
)
from streamgauge.checks.generator_plans import Arguments, Rot13
from streamgauge.script import Script, Step, When, scripts, whens


@check("generator_01", names=STREAM, examples=0.2)
def makes_streams(t: Bench) -> None:
    """Convert a generator function, call it with a stream, and look at what comes."""
    _, _, s = planned(t, t.draw(scripts()), "rest")
    for method in ("read", "close"):
        t.true(t.has(s.name, s.stream, method), f"no {method}()", f"what it gives is a stream: it has {method}()")


@check("generator_02", names=STREAM, on=STREAM)
def input_iterates(t: Bench) -> None:
    """Go through the input by `next` for some pieces and by `for` for the rest."""
    script = t.draw(scripts())
    steps = t.draw(st.integers(0, 3))
    _, plan, s = planned(t, script, *["wait", "take"] * steps, "loop")
    _, last = items(s)
    t.equal(joined(plan.took), script.data, "the generator finds")
    t.expect(last, None, promised="the loop over the input ends, and then the stream")


@check("generator_03", names=STREAM, on=STREAM, examples=0.5)
def documented_example(t: Bench) -> None:
    """Read the sample through the filter, once and twice."""
    whens_drawn = [t.draw(whens()) for _ in range(3)]
    source = t.source(Script(tuple(Step(b"Sample", when) for when in whens_drawn), known=t.draw(st.booleans())))
    rot13 = t.part("rot13", Rot13)
    s = stream_of(t, rot13, source)
    twice = t.draw(st.booleans())
    if twice:
        s = stream_of(t, rot13, s.stream)
    values, last = items(s)
    t.equal(joined(values), b"SampleSampleSample" if twice else b"FnzcyrFnzcyrFnzcyr", "the bytes read are")
    t.expect(last, None)


@check("generator_04", names=STREAM, on=STREAM)
def all_items_come(t: Bench) -> None:
    """Yield any number of items before the first piece and after each."""
    script = t.draw(scripts())
    moves: list[object] = []
    for number in range(4):
        moves += ["try"] * (number > 0)
        moves += [(b"%d.%d;" % (number, item),) for item in range(t.draw(st.integers(0, 3)))]
    _, plan, s = planned(t, script, *moves)
    values, last = items(s)
    reached: list[bytes] = []
    found = len(plan.took)
    for move in moves:  # at the end of its input the generator returns
        found -= move == "try"
        if found < 0:
            break
        reached += move if isinstance(move, tuple) else ()
    t.equal(joined(values), b"".join(reached), "the bytes read are")
    t.expect(last, None)


@check("generator_05", names=STREAM, on=STREAM)
def after_the_input(t: Bench) -> None:
    """Yield some more when the loop over the input is done."""
    script = t.draw(scripts())
    tail = [b"tail", b"end"][: t.draw(st.integers(1, 2))]
    _, _, s = planned(t, script, "rest", *[(item,) for item in tail])
    values, last = items(s)
    t.equal(joined(values), script.data + b"".join(tail), "the bytes read are")
    t.expect(last, None)


@check("generator_06", names=STREAM, on=STREAM)
def items_need_no_input(t: Bench) -> None:
    """Yield items while the input would keep everybody waiting."""
    steps = t.draw(st.integers(0, 1))
    script = Script((*[Step(b"a")] * steps, Step(b"b", When.PENDING)), end=When.PENDING, known=t.draw(st.booleans()))
    heads = [b"%d;" % number for number in range(t.draw(st.integers(1, 3)))]
    step = ["wait", "take"] * steps
    _, _, s = planned(t, script, *step, *[(head,) for head in heads], "rest")
    for head in heads:
        t.expect(at_once(t, s.ask()), head, promised=f"{head!r}, without anything more of the input")


@check("generator_07", names=STREAM, on=STREAM)
def streams_are_independent(t: Bench) -> None:
    """Make two streams by one converted function, and read them in turns."""
    sources = [t.source(t.draw(scripts(max_chunks=4))) for _ in range(2)]
    convert = converted(t, t.part("plan", Plan, "rest", says=plan_told("rest")))
    code = t.text(convert)
    readers = [t.reader(t.have("s", t.code(code, (source,), {}), convert, source)) for source in sources]
    gave: list[list[object]] = [[], []]
    for which in t.draw(st.lists(st.integers(0, 1), max_size=6)):
        answer = readers[which].read()
        gave[which].append(getattr(answer, "value", b""))
    for s, source, values in zip(readers, sources, gave, strict=True):
        rest, last = items(s)
        t.equal(joined(values + rest), source.script.data, f"{s.name} gives")
        t.expect(last, None)


@check("generator_09", names=STREAM, on=STREAM, examples=0.5)
def arguments_are_handed_on(t: Bench) -> None:
    """Call the converted function with further arguments, read, and look at what arrived."""
    args = t.draw(st.sampled_from([(), (1,), (b"x", None)]))
    named: list[dict[str, Any]] = [{}, {"size": 3}, {"size": None, "extra": "y"}, {"fun": 1, "self": 2}]
    kwargs = t.draw(st.sampled_from(named))
    plan = t.part("arguments", Arguments)
    stream_of(t, plan, t.source(Script.of()), *args, **kwargs).read()
    t.call("arguments.given", lambda: plan.given)
    t.equal(plan.given, (args, kwargs), "the generator was given")


@check("generator_10", names=STREAM, on=STREAM)
def starts_at_the_first_read(t: Bench) -> None:
    """Make the stream, give it time, and look whether the generator has begun; then read."""
    _, plan, s = planned(t, t.draw(scripts()), (b"head",), "rest")
    t.run(lambda: bool(plan.story))
    t.equal(plan.story, [], "before the first read the generator's story is")
    s.read()
    t.equal(plan.story[:1], ["started"], "after the first read it is")
