"""Checks of the clauses in specs/compound.md about buckets that fail or break their word, and about closing."""

from dataclasses import replace

from hypothesis import strategies as st

from streamgauge.answers import Answer, Data, End, Failed, Waiting
from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks.buffers import ANY
from streamgauge.checks.compound_parts import BOTH, NAME, add, added, compound, failing, joined, parts, sources
from streamgauge.checks.split_parts import read_until
from streamgauge.reader import Drained, Reader
from streamgauge.script import Script, Step, When, scripts, whens
from streamgauge.source import Source


def fail(t: Bench, *, known: bool | None = True) -> tuple[Reader, list[Source], Failed]:
    """Make a compound in which a bucket fails and others follow; read to the failure. Give the followers too."""
    good = parts(t, 0, 2, known=known)
    bad = failing(t.draw(scripts(max_chunks=2, known=known, empty=False)), t.draw(whens()))
    many = [Script.of(b"x")] * t.draw(st.sampled_from([0, 0, 0, 20]))
    made = sources(t, [*good, bad, *parts(t, 1, 3, known=known), *many])
    s = compound(t, made)
    last = s.drain().last
    if not isinstance(last, Failed):
        t.violate(f"the read that needed the failing bucket gives {last}", "it fails")
    return s, made[len(good) + 1 :], last


@check("compound_21", names=NAME, on=NAME)
def add_after_failure(t: Bench) -> None:
    """Read to a failure, add a stream, read."""
    s, _, last = fail(t)
    add(t, s, t.source(Script.of(b"added")))
    for _ in range(2):
        t.expect(s.read(), None, last.error)


@check("compound_24", names=NAME, on=BOTH)
def failure_closes_the_rest(t: Bench) -> None:
    """Read to a failure, and look at the buckets behind it."""
    _, followers, _ = fail(t, known=None)
    t.run()
    kept = ", ".join(source.name for source in followers if not source.closes)
    t.true(not kept, f"{kept} still open after the failure", "all buckets behind a failing one are closed")


@check("compound_25", names=NAME, on=BOTH)
def failure_zeroes(t: Bench) -> None:
    """Read to a failure, and look at the length."""
    s, _, _ = fail(t, known=None)
    t.equal(s.length(), 0, "after a bucket failed length is")


@check("compound_26", names=NAME, on=BOTH)
def nothing_after_failure(t: Bench) -> None:
    """Read on after a failure, with buckets behind it."""
    s, _, last = fail(t, known=None)
    for _ in range(3):
        t.expect(s.read(), None, last.error)


@check("compound_27", names=NAME, on=BOTH)
def close_closes_all(t: Bench) -> None:
    """Compose sources, an inner compound and added streams; close at some point, perhaps during a read."""
    made: list[object] = list(sources(t, parts(t, 1, 2, known=None)))
    made.append(t.new(NAME, sources(t, parts(t, 1, 2, known=None)), label="inner"))
    s = compound(t, made)
    for script in parts(t, 1, 2, known=None):
        added(t, s, t.source(script))
    read_until(s, t.draw(st.sampled_from([0, 0, 1, 5])))
    if t.draw(st.booleans()):
        s.ask()
    s.close()
    t.run()
    kept = ", ".join(source.name for source in t.sources if not (source.closes or source.splits or _used_up(source)))
    t.true(not kept, f"{kept} still open after close()", "close() closes every bucket")


def _used_up(source: Source) -> bool:
    """Tell whether a bucket has given its end, or all of its known length."""
    return source.finished or (source.length == 0 and source.given > 0)


@check("compound_45", names=NAME, on=BOTH)
def close_before_a_late_answer(t: Bench) -> None:
    """Close during a read of a bucket that answers it, with None, some time after it was closed."""
    gone = parts(t, 0, 1, known=None)
    late = Script((Step(b"late", When.PENDING),), known=t.draw(st.booleans()))
    made = sources(t, [*gone, late, *parts(t, 0, 2, known=None)])
    s = compound(t, [*made])  # a list that some keep, and change
    read_until(s, len(joined(gone)))
    ticket = s.ask()
    for source in made:
        source.linger()
    s.close()
    if ticket.waiting:
        t.expect(t.settle(ticket), None, promised="the outstanding read fires with None")
    t.run()
    t.equal(s.length(), 0, "of the closed compound length is")
    t.expect(s.read(), None)


@check("compound_38", names=NAME, on=NAME)
def bucket_ends_early(t: Bench) -> None:
    """Let a bucket end before the length it told, with others behind it or none."""
    good = parts(t, 0, 2)
    script = t.draw(scripts(max_chunks=3, known=True, empty=False))
    short = Script(script.steps, script.end, known=True, lie=t.draw(st.integers(1, 4)))
    s = compound(t, sources(t, [*good, short, *parts(t, 0, 2)]))
    drained = s.drain()
    t.equal(drained.content, joined(good) + script.data, "before the gap reads give")
    t.true(isinstance(drained.last, Failed), f"the read behind it gives {drained.last}", "an error: bytes are missing")


@check("compound_39", names=NAME, on=NAME)
def bucket_runs_over(t: Bench) -> None:
    """Let a bucket give more than the length it told, of wide items too, with others behind it or none."""
    good = parts(t, 0, 2)
    script = t.draw(scripts(min_chunks=1, max_chunks=3, known=True, empty=False))
    wide = t.draw(st.sampled_from(ANY))
    script = replace(script, steps=tuple(replace(step, data=4 * (step.data or b"")) for step in script.steps))
    extra = t.draw(st.integers(1, len(script.data)))
    over = replace(script, lie=-extra)
    behind = parts(t, 0, 2)
    told = joined(good) + script.data[: len(script.data) - extra]
    made = sources(t, [*good, over, *behind])
    made[len(good)].gives_by(*wide)
    s = compound(t, made)
    drained = _from_inside(t, s) if t.draw(st.booleans()) else s.drain()
    if isinstance(drained.last, End):
        t.equal(drained.content, told + joined(behind), "with the surplus cut off reads give")
    else:
        fine = isinstance(drained.last, Failed) and (told + joined(behind)).startswith(drained.content)
        t.true(fine, f"reads give {drained.content!r}, then {drained.last}", f"{told!r} at most, then an error")


def _from_inside(t: Bench, s: Reader) -> Drained:
    """Read to the end, each time inside the callback of the read before."""
    pieces: list[Data] = []
    last: Answer = Waiting(hung=True)

    def came(answer: Answer) -> None:
        nonlocal last
        if isinstance(answer, Data):
            pieces.append(answer)
            s.ask(inside=came)
        else:
            last = answer

    s.ask(inside=came)
    t.run()
    return Drained(b"".join(piece.content for piece in pieces), last, tuple(pieces))
