"""Checks of the clauses in specs/generator.md: what the generator finds, what its readers get, and when it runs.

What ends a stream, and what goes wrong in it, have modules of their own, which are loaded with this one.
"""

import gc
import weakref

from hypothesis import strategies as st
from twisted.internet.defer import Deferred

from streamgauge.answers import Failed, Returned
from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks import generator_close, generator_wrong  # noqa: F401 - registers their checks
from streamgauge.checks.generator_parts import (
    ERROR,
    STREAM,
    Arguments,
    Counter,
    Dots,
    Numbers,
    Plan,
    Rot13,
    at_once,
    converted,
    items,
    joined,
    planned,
    stream_of,
)
from streamgauge.checks.stream import DEEP, WINDOW
from streamgauge.reader import Reader
from streamgauge.script import Script, Step, When, scripts, whens

MANY = 2 * DEEP
"""Pieces at which even the deeper stack that Hypothesis allows overflows, if each takes a level."""


@check("generator_01", names=STREAM, examples=0.2)
def makes_streams(t: Bench) -> None:
    """Convert a generator function, call it with a stream, and look at what comes."""
    _, _, s = planned(t, t.draw(scripts()), "rest")
    for method in ("read", "close"):
        t.true(
            callable(getattr(s.stream, method, None)), f"no {method}()", f"what it gives is a stream: it has {method}()"
        )


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
    script = Script((Step(b"a"), Step(b"b", When.PENDING)), end=When.PENDING, known=t.draw(st.booleans()))
    heads = [b"%d;" % number for number in range(t.draw(st.integers(1, 3)))]
    step = ["wait", "take"] * t.draw(st.integers(0, 1))
    _, _, s = planned(t, script, *step, *[(head,) for head in heads], "rest")
    for head in heads:
        t.expect(at_once(t, s.ask()), head, promised=f"{head!r}, without anything more of the input")


@check("generator_07", names=STREAM, on=STREAM)
def streams_are_independent(t: Bench) -> None:
    """Make two streams by one converted function, and read them in turns."""
    sources = [t.source(t.draw(scripts(max_chunks=4))) for _ in range(2)]
    convert = converted(t, t.part("plan", Plan, "rest"))
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
    """Call the converted function with further arguments, and read what arrived."""
    args = t.draw(st.sampled_from([(), (1,), (b"x", None)]))
    kwargs = t.draw(st.sampled_from([{}, {"size": 3}, {"size": None, "extra": "y"}]))
    s = stream_of(t, t.part("arguments", Arguments), t.source(Script.of()), *args, **kwargs)
    answer = s.read()
    seen = answer.value if isinstance(answer, Returned) else str(answer)
    t.equal(seen, (args, kwargs), "the generator was given")


@check("generator_10", names=STREAM, on=STREAM)
def starts_at_the_first_read(t: Bench) -> None:
    """Make the stream, give it time, and look whether the generator has begun; then read."""
    _, plan, s = planned(t, t.draw(scripts()), (b"head",), "rest")
    t.run(lambda: bool(plan.story))
    t.equal(plan.story, [], "before the first read the generator's story is")
    s.read()
    t.equal(plan.story[:1], ["started"], "after the first read it is")


THINGS = (0, 1, -1.5, "", "text", (), (1, b"two"), [], {}, {"a": [1]}, False, True, frozenset({3}), NotImplemented)


@check("generator_11", names=STREAM, on=STREAM)
def items_are_anything(t: Bench) -> None:
    """Yield objects of any type, with or without waits between them, and read them one by one."""
    given = [*t.draw(st.lists(st.sampled_from(THINGS), min_size=1, max_size=4)), t.have("thing", "object()", object)]
    moves: list[object] = []
    for thing in given:
        moves += ["try"] * t.draw(st.integers(0, 1)) + [(thing,)]
    _, _, s = planned(t, Script.of(*[b"piece"] * 9, when=t.draw(whens())), *moves)
    _compare(t, s, given)


def _compare(t: Bench, s: Reader, given: list[object]) -> None:
    values, last = items(s)
    same = len(values) == len(given) and all(
        seen is thing or (type(seen) is type(thing) and seen == thing)
        for seen, thing in zip(values, given, strict=True)
    )
    t.true(same, f"the items are {t.text(values)}, then {last}", f"the items are {t.text(given)}")
    t.expect(last, None)


@check("generator_12", names=STREAM, on=STREAM)
def input_items_are_anything(t: Bench) -> None:
    """Put a generator over a stream of objects."""
    given = t.draw(st.lists(st.sampled_from(THINGS), min_size=1, max_size=4))
    moves: list[object] = []
    for thing in given:
        moves += ["try"] * t.draw(st.integers(0, 1)) + [(thing,)]
    _, _, inner = planned(t, Script.of(*[b"piece"] * 9, when=t.draw(whens())), *moves)
    s = stream_of(t, t.part("plan", Plan, "rest"), inner.stream)
    _compare(t, s, list(given))


@check("generator_26", names=STREAM, on=STREAM, examples=0.3)
def none_is_the_end(t: Bench) -> None:
    """Yield None between items, and read on after it."""
    step = ["try"] * t.draw(st.integers(0, 1))
    _, _, s = planned(t, Script.of(b"piece", when=t.draw(whens())), (b"a",), *step, (None,), (b"b",), "rest")
    _, last = items(s)
    if isinstance(last, Failed):
        return  # refusing None is allowed
    for _ in range(3):
        t.expect(last, None)
        last = s.read()


@check("generator_27", names=STREAM, on=STREAM)
def deferred_items(t: Bench) -> None:
    """Yield a Deferred, and fire it when it is read."""
    deferred: Deferred[object] = t.have("d", "Deferred()", Deferred)
    step = ["try"] * t.draw(st.integers(0, 1))
    _, _, s = planned(t, Script.of(b"a", b"b", when=t.draw(whens())), *step, (deferred,), (b"tail",))
    fails, early = t.draw(st.booleans()), t.draw(st.booleans())
    fire = deferred.errback if fails else deferred.callback
    text, result = (
        ("d.errback(SourceError('the source fails here'))", ERROR) if fails else ("d.callback(b'item')", b"item")
    )
    if early:
        t.call(text, fire, result)
    ticket = s.ask()
    if not early:
        t.run()
        t.true(ticket.waiting, f"before the Deferred fires the read gives {ticket.answer}", "the read waits for it")
        t.call(text, fire, result)
    t.expect(t.settle(ticket), result)
    if not fails:
        t.expect(s.read(), b"tail")
        t.expect(s.read(), None)


@check("generator_28", names=STREAM, on=STREAM, examples=0.3)
def deferred_item_is_outstanding(t: Bench) -> None:
    """Read again while a yielded Deferred has not fired."""
    deferred: Deferred[object] = t.have("d", "Deferred()", Deferred)
    _, _, s = planned(t, t.draw(scripts(max_chunks=2)), (deferred,), (b"tail",))
    first = s.ask()
    second = s.ask().answer
    refused = isinstance(second, Failed) and second.sync and isinstance(second.error, RuntimeError)
    t.true(refused, f"the overlapping read: {second}", "RuntimeError raised by the overlapping read")
    t.call("d.callback(b'item')", deferred.callback, b"item")
    t.expect(t.settle(first), b"item")
    t.expect(s.read(), b"tail")


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


class Piece(bytearray):
    """A piece of data whose life can be watched."""


@check("generator_36", names=STREAM, on=STREAM, examples=0.2)
def dropped_pieces_are_gone(t: Bench) -> None:
    """Drop many pieces, and look which are still alive."""
    source = t.source(Script.of(*[b"piece"] * 60, when=t.draw(whens())))
    alive: list[weakref.ref[Piece]] = []

    def watched(data: bytes) -> object:
        piece = Piece(data)
        alive.append(weakref.ref(piece))
        return piece

    source.wrap = watched
    s = stream_of(t, t.part("dots", Dots), source)
    for _ in range(50):
        t.expect(s.read(), b".")
    gc.collect()
    kept = sum(ref() is not None for ref in alive)
    t.true(kept <= WINDOW, f"{kept} of 50 dropped pieces are still held", f"at most {WINDOW} are")
