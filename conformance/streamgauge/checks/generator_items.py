"""Checks of the clauses in specs/generator.md about items that are not bytes: objects, None and Deferreds."""

from hypothesis import strategies as st
from twisted.internet.defer import Deferred

from streamgauge.answers import Failed
from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks.generator_parts import ERROR, STREAM, Plan, items, plan_told, planned, stream_of
from streamgauge.checks.generator_plans import Odd, Returning
from streamgauge.reader import Reader
from streamgauge.script import Script, scripts, whens

THINGS: tuple[object, ...] = (
    0,
    1,
    -1.5,
    "",
    "text",
    (),
    (1, b"two"),
    [],
    {},
    {"a": [1]},
    False,
    True,
    frozenset({3}),
    NotImplemented,
)


@check("generator_11", names=STREAM, on=STREAM)
def items_are_anything(t: Bench) -> None:
    """Yield objects of any type, with or without waits between them, and read them one by one."""
    given = [
        *t.draw(st.lists(st.sampled_from(THINGS), min_size=1, max_size=4)),
        b"",
        t.have("thing", "object()", object),
        t.part("odd", Odd),
    ]
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
    s = stream_of(t, t.part("plan", Plan, "rest", says=plan_told("rest")), inner.stream)
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


def _fire(t: Bench, deferred: "Deferred[object]", *, fails: bool) -> None:
    if fails:
        t.call("d.errback(SourceError('the source fails here'))", deferred.errback, ERROR)
    else:
        t.call("d.callback(b'item')", deferred.callback, b"item")


@check("generator_41", names=STREAM, on=STREAM, examples=0.3)
def close_answers_a_waiting_item(t: Bench) -> None:
    """Close while a yielded Deferred has not fired; fire it afterwards, or never."""
    deferred: Deferred[object] = t.have("d", "Deferred()", Deferred)
    step = ["try"] * t.draw(st.integers(0, 1))
    _, _, s = planned(t, Script.of(b"a", b"b", when=t.draw(whens())), *step, (deferred,), (b"tail",))
    ticket = s.ask()
    t.run()
    s.close()
    t.expect(t.settle(ticket), None)
    if t.draw(st.booleans()):
        _fire(t, deferred, fails=False)
    t.expect(s.read(), None)


@check("generator_42", names=STREAM, on=STREAM, examples=0.3)
def failed_item_is_sticky(t: Bench) -> None:
    """Read on after a yielded Deferred failed."""
    deferred: Deferred[object] = t.have("d", "Deferred()", Deferred)
    step = ["try"] * t.draw(st.integers(0, 1))
    _, _, s = planned(t, Script.of(b"a", b"b", when=t.draw(whens())), *step, (deferred,), (b"tail",), "rest")
    early = t.draw(st.booleans())
    if early:
        _fire(t, deferred, fails=True)
    ticket = s.ask()
    if not early:
        t.run()
        _fire(t, deferred, fails=True)
    t.settle(ticket)
    for _ in range(3):
        t.expect(s.read(), None, ERROR)


@check("generator_40", names=STREAM, on=STREAM, examples=0.3)
def returned_is_no_item(t: Bench) -> None:
    """Return a value from the generator."""
    value = t.draw(st.sampled_from([b"returned", 1, ()]))
    s = stream_of(t, t.part("returning", Returning, value), t.source(t.draw(scripts(max_chunks=2))))
    t.expect(s.read(), b"item")
    for _ in range(2):
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
