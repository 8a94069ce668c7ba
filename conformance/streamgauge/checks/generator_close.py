"""Checks of the clauses in specs/generator.md about what ends a stream and what is freed then."""

from hypothesis import strategies as st

from streamgauge.answers import Failed
from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks.generator_parts import BUG, CUT, STREAM, freed, items, joined, planned, stream_of
from streamgauge.checks.generator_plans import Closing, Resisting
from streamgauge.reader import Reader
from streamgauge.script import Script, Step, When, scripts, whens
from streamgauge.source import Source
from streamgauge.ticket import Ticket


@check("generator_08", names=STREAM, on=STREAM)
def bugs_come_back(t: Bench) -> None:
    """Raise in the generator, at a drawn place, or at the end of its input and from that."""
    moves: list[object] = []
    for number in range(t.draw(st.integers(0, 3))):
        moves += ["try"] * t.draw(st.integers(0, 2)) + [(b"%d;" % number,)]
    moves += ["try"] * t.draw(st.integers(0, 1))
    how = t.draw(st.sampled_from(["fail", "from"]))
    _, _, s = planned(t, Script.of(*[b"piece"] * 9, when=t.draw(whens())), *moves, how)
    values, last = items(s)
    t.equal(joined(values), b"".join(m[0] for m in moves if isinstance(m, tuple)), "the bytes before the error are")
    t.expect(last, BUG if how == "fail" else CUT)


@check("generator_16", names=STREAM, on=STREAM, examples=0.5)
def bugs_free(t: Bench) -> None:
    """Raise with pieces left in the input."""
    step = ["try"] * t.draw(st.integers(0, 2))
    source, _, s = planned(t, Script.of(*[b"piece"] * 9, when=t.draw(whens())), *step, "fail")
    items(s)
    freed(t, source, "the generator's error")


@check("generator_17", names=STREAM, on=STREAM, examples=0.5)
def bugs_are_sticky(t: Bench) -> None:
    """Read on after the generator raised."""
    step = ["try"] * t.draw(st.integers(0, 2))
    _, _, s = planned(t, Script.of(*[b"piece"] * 9, when=t.draw(whens())), *step, "fail")
    items(s)
    for _ in range(3):
        t.expect(s.read(), None, BUG)


@check("generator_44", names=STREAM, on=STREAM, examples=0.5)
def closed_after_its_failure(t: Bench) -> None:
    """Close after the generator raised, and read on."""
    step = ["try"] * t.draw(st.integers(0, 2))
    _, _, s = planned(t, Script.of(*[b"piece"] * 9, when=t.draw(whens())), *step, "fail")
    items(s)
    s.close()
    for _ in range(3):
        t.expect(s.read(), None)


STARTED = ("waiting", "between", "inside")
"""Where a stream whose generator has begun is closed: while a read waits, between two, or in the callback of one."""


def _close_somewhere(t: Bench, s: Reader, source: Source, *places: str) -> None:
    """Close at a drawn one of these places, or unread."""
    place = t.draw(st.sampled_from(places))
    for _ in range(t.draw(st.integers(0, 2)) if place != "unread" else 0):
        s.read()
    if place == "unread":
        s.close()
    elif place == "between":
        s.read()
        s.close()
    elif place == "waiting":
        ticket = s.ask()
        for _ in range(len(source.script.steps)):
            if ticket.waiting:
                break
            ticket = s.ask()
        s.close()
    else:
        t.settle(s.ask(inside=lambda _: _closed(s)))


def _closed(s: Reader) -> None:
    s.close()


def _mixed(t: Bench) -> Script:
    """Draw how the first pieces come; the later ones have to be waited for."""
    drawn = t.draw(st.lists(whens(), min_size=3, max_size=3))
    return Script(tuple(Step(b"piece", when) for when in [*drawn, *[When.PENDING] * 6]))


@check("generator_18", names=STREAM, on=STREAM)
def close_frees_anywhere(t: Bench) -> None:
    """Close before the first read, between, during and inside reads."""
    source, _, s = planned(t, _mixed(t), "rest")
    _close_somewhere(t, s, source, *STARTED, "unread")
    freed(t, source, "close()")


@check("generator_19", names=STREAM, on=STREAM)
def close_ends_the_generator(t: Bench) -> None:
    """Close a started generator, and look whether its `finally` has run."""
    source, plan, s = planned(t, _mixed(t), "rest", (b"tail",))
    _close_somewhere(t, s, source, *STARTED)
    t.run()
    if plan.story:  # it may have been closed before it could start
        t.equal(plan.story, ["started", "finished"], "after close() the generator's story is")


@check("generator_20", names=STREAM, on=STREAM, examples=0.3)
def closed_unread(t: Bench) -> None:
    """Close, then read; the generator never begins."""
    _, plan, s = planned(t, t.draw(scripts()), (b"head",), "rest")
    s.close()
    t.run()
    t.equal(plan.story, [], "after close() the generator's story is")
    for _ in range(2):
        s.read()
    t.equal(plan.story, [], "after close() and reads the generator's story is")


@check("generator_21", names=STREAM, on=STREAM)
def closed_gives_nothing(t: Bench) -> None:
    """Close a stream whose generator has more to say, with its input or without."""
    steps = t.draw(st.integers(0, 2))
    moves = ["rest", (b"tail",)] if t.draw(st.booleans()) else [*[(b"item",)] * (steps + 1), "rest", (b"tail",)]
    _, _, s = planned(t, _mixed(t), *moves)
    for _ in range(steps):
        s.read()
    s.close()
    for _ in range(3):
        t.expect(s.read(), None)


@check("generator_22", names=STREAM, on=STREAM)
def close_from_inside(t: Bench) -> None:
    """Let the generator close the stream that it makes."""
    step = ["try"] * t.draw(st.integers(0, 2))
    more: list[object] = ["rest"] if t.draw(st.booleans()) else [(b"item",), "rest"]
    source, plan, s = planned(t, _mixed(t), *step, "close", *more)
    t.call(f"setattr({t.text(plan)}, 'stream', {s.name})", setattr, plan, "stream", s.stream)
    t.expect(s.read(), None, b"item", b"piece", promised="the item, or None")
    t.equal([str(error) for error in plan.errors], [], "close() inside the generator raises")
    for _ in range(2):
        t.expect(s.read(), None)
    freed(t, source, "close() inside the generator")
    t.equal(plan.story, ["started", "finished"], "after close() inside the generator its story is")


@check("generator_31", names=STREAM, on=STREAM, examples=0.5)
def quiet_log(t: Bench) -> None:
    """Fail, return early, or close during a wait; drop everything and look at the log."""
    t.log.restart()
    _make_trouble(t)
    t.run()
    t.forget()
    t.equal(t.log.errors(), [], "errors logged:")


def _close_inside(t: Bench) -> None:
    """Let the generator close its own stream, when an answer of the input that came late has let it go on."""
    _, plan, s = planned(t, Script((Step(b"piece", When.PENDING),)), "wait", "close", "rest")
    plan.stream = s.stream
    t.settle(s.ask())
    s.close()


def _make_trouble(t: Bench) -> None:
    how = t.draw(st.sampled_from(["fail", "return", "input", "close", "inside"]))
    if how == "inside":
        _close_inside(t)
        return
    steps: tuple[Step, ...] = (Step(b"piece", t.draw(whens())),) * 2
    if how == "input":
        steps += (Step(None, t.draw(whens())),)
    else:
        steps += (Step(b"late", When.PENDING),)
    moves: list[object] = ["wait", "take", (b"item",), "wait", "take"]
    moves += {"fail": ["fail"], "return": [], "input": ["rest"], "close": ["rest"]}[how]
    _, _, s = planned(t, Script(steps), *moves)
    s.read()
    last = s.ask()
    if how != "close":
        t.settle(last)
        s.read()
    s.close()


@check("generator_37", names=STREAM, on=STREAM, examples=0.5)
def resists_closing(t: Bench) -> None:
    """Close a generator that raises or yields then, between two reads or while one waits."""
    how = t.draw(st.sampled_from(["raises", "yields"]))
    source = t.source(Script((Step(b"late", When.PENDING),)))
    resisting = t.part("resisting", Resisting, how)
    t.after(lambda: setattr(resisting, "how", ""))
    s = stream_of(t, resisting, source)
    t.expect(s.read(), b"item")
    if t.draw(st.booleans()):
        s.ask()
    answer = s.close()
    t.true(not isinstance(answer, Failed), f"close() {answer}", "close() raises nothing")
    freed(t, source, "close()")


@check("generator_38", names=STREAM, on=STREAM, examples=0.5)
def close_answers_the_waiting_read(t: Bench) -> None:
    """Close while a read waits, in a generator that has more to say at the end of its input."""
    pieces = t.draw(st.integers(0, 2))
    script = Script((*[Step(b"piece", t.draw(whens()))] * pieces, Step(b"late", When.PENDING)))
    s = stream_of(t, t.part("closing", Closing, t.draw(st.booleans())), t.source(script))
    for _ in range(pieces):
        s.read()
    again: list[Ticket] = []
    ticket = s.ask(inside=lambda _: again.append(s.ask()))
    s.close()
    t.expect(t.settle(ticket), None)
    for other in again:
        t.expect(t.settle(other), None, promised="inside the callback of the read that close() answers, None")
