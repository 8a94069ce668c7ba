"""Checks of the clauses in specs/split.md about what splitting costs: reads of the source, stack and memory."""

import gc
from itertools import accumulate

from hypothesis import strategies as st

from streamgauge.answers import Answer, Data
from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks.copies import bounded, traced
from streamgauge.checks.growth import does_not_grow
from streamgauge.checks.look import first_answer, watched
from streamgauge.checks.split_parts import DEEP, HALVES, begins, cut, cuttable, gives, more, waits_for_no_more
from streamgauge.checks.stream_parts import PIECE, WINDOW
from streamgauge.content import filler
from streamgauge.script import Script, Step, When, whens


@check("split_06", names="fallbackSplit", on=HALVES)
def before_waits_for_its_own(t: Bench) -> None:
    """Read before up to its last byte; the source answers no read behind the piece that holds it."""
    drawn = cuttable(t)
    ends = list(accumulate(len(step.data or b"") for step in drawn.steps))
    point = t.draw(st.one_of(st.sampled_from(ends[:-1]), st.integers(1, ends[-1] - 1)))
    steps = [
        Step(step.data, step.when if end - len(step.data or b"") < point else When.PENDING)
        for step, end in zip(drawn.steps, ends, strict=True)
    ]
    source, before, _ = cut(t, Script((*steps, Step(b"more", When.PENDING)), known=drawn.known), point)
    waits_for_no_more(t, before, source, point)


@check("split_25", names="fallbackSplit", on=HALVES, examples=0.3)
def waiting_gathers_nothing(t: Bench) -> None:
    """Read after first, behind many pieces of before; give it time, and look at the source."""
    when, known = t.draw(whens()), t.draw(st.booleans())

    def gathered(pieces: int) -> int:
        script = Script.of(*[filler(PIECE)] * pieces, when=when, known=known)
        source, _, after = cut(t, script, (pieces - 10) * PIECE)
        after.ask()
        t.run()
        return source.given

    does_not_grow(t, 60, gathered, WINDOW * PIECE, "bytes taken from the source that nobody can have yet")


@check("split_64", names="fallbackSplit", on=HALVES, examples=0.3)
def end_of_before_gathers_nothing(t: Bench) -> None:
    """Read before to its end, which many pieces follow; give it time, and look at the source."""
    when, known = t.draw(whens()), t.draw(st.booleans())

    def gathered(pieces: int) -> int:
        source, before, _ = cut(t, Script.of(*[filler(PIECE)] * pieces, when=when, known=known), 2 * PIECE + 5)
        before.drain()
        t.run()
        return source.given - 3 * PIECE

    does_not_grow(t, 60, gathered, WINDOW * PIECE, "bytes taken from the source behind before that nobody asked for")


@check("split_36", names="fallbackSplit", examples=0.1)
def deep_nesting(t: Bench) -> None:
    """Split the first half, or the second, some hundred times; read all leaves and count the source's reads."""
    data = filler(350) + filler(350)
    inwards = t.draw(st.booleans())
    script = Script.of(data[:350], data[350:], when=t.draw(whens(pending=False)), known=t.draw(st.booleans()))
    source, before, after = cut(t, script, 601 if inwards else 1)
    leaves = [before, after]
    for number in range(600):
        if inwards:
            leaves[:1] = leaves[0].split(600 - number)
        else:
            leaves[-1:] = leaves[-1].split(1)
    t.equal(b"".join(leaf.drain().content for leaf in leaves), data, "the leaves of 600 nested splits give")
    most = len(leaves) + 3
    t.true(source.reads <= most, f"{source.reads} reads of the source", f"at most {most}: one for each leaf and piece")


@check("split_56", names="fallbackSplit", on=HALVES, examples=0.1)
def waiting_parts_are_flat(t: Bench) -> None:
    """Split some hundred times; ask the parts, the last one first, each reading on inside its callbacks."""
    data = filler(1200)
    pieces = [data[at : at + 1] for at in range(len(data))]
    leaves = list(cut(t, Script.of(*pieces, when=t.draw(whens(pending=False))), 2)[1:])
    for _ in range(598):
        leaves[-1:] = leaves[-1].split(2)
    got = [b""] * len(leaves)

    def ask(at: int) -> None:
        def came(answer: Answer) -> None:
            if isinstance(answer, Data):
                got[at] += answer.content
                ask(at)

        leaves[at].ask(inside=came)

    for at in reversed(range(len(leaves))):
        ask(at)
    t.run()
    t.equal(b"".join(got), data, f"{len(leaves)} parts, all waited for, give")


@check("split_37", names="fallbackSplit", on=HALVES, examples=0.1)
def skipping_is_flat(t: Bench) -> None:
    """Close before, whose bytes come in many pieces that are there at once; read after."""
    piece = t.draw(st.sampled_from([b"x", b""]))
    when = t.draw(st.sampled_from([When.NOW, When.FIRED]))
    script = Script((*[Step(piece, when)] * DEEP, Step(b"skip"), Step(b"kept")))
    _, before, after = cut(t, script, DEEP * len(piece) + 4)
    before.close()
    gives(t, after, b"kept")


@check("split_59", names="fallbackSplit", on=HALVES, examples=0.1)
def closed_parts_are_flat(t: Bench) -> None:
    """Split some thousand times; close all parts but the last, or but the first, and read that one."""
    data = b"!" + filler(DEEP) + b"?"
    inwards = t.draw(st.booleans())
    for kept, onwards in ((DEEP + 1, -1), (0, 1)):
        leaves = list(cut(t, Script.of(data, when=t.draw(whens(pending=False))), DEEP + 1 if inwards else 1)[1:])
        for number in range(DEEP):
            if inwards:
                leaves[:1] = leaves[0].split(DEEP - number)
            else:
                leaves[-1:] = leaves[-1].split(1)
        for leaf in leaves[::onwards]:
            if leaf is not leaves[kept]:
                leaf.close()
        t.equal(leaves[kept].drain().content, data[kept : kept + 1], f"the only open one of {len(leaves)} parts gives")


@check("split_60", names="fallbackSplit", on=HALVES, heavy=True)
def many_cuts(t: Bench) -> None:
    """Cut one piece into many parts; read them all and count what that copies."""
    size, count = 500, 300
    data = filler(size * count)
    script = Script.of(data, when=t.draw(whens(pending=False)), known=t.draw(st.booleans()))
    leaves = list(cut(t, script, size)[1:])
    for _ in range(count - 2):
        leaves[-1:] = leaves[-1].split(size)
    got = bytearray()
    reads = 0
    with traced() as taken:
        for leaf in leaves:
            more_comes = True
            while more_comes:
                answer = leaf.read()
                more_comes = isinstance(answer, Data)
                got += answer.content if isinstance(answer, Data) else b""
                reads += 1
                taken.step()
    t.equal(bytes(got), data, f"{count} parts of one piece give")
    bounded(t, taken, len(data), 2 * reads, f"making and reading {count} parts of one piece")


@check("split_38", names="fallbackSplit", examples=0.2)
def skipping_keeps_nothing(t: Bench) -> None:
    """Close before, skip its pieces; at the end look which of them are still alive."""
    count = t.draw(st.integers(20, 60))
    script = more(Script.of(*[b"skip"] * count, when=t.draw(whens())), b"kept")
    source, before, after = cut(t, script, 4 * count)
    alive = watched(source)
    before.close()
    answer = first_answer(after)
    gc.collect()
    kept = sum(ref() is not None for ref in alive[:count])
    begins(t, answer, b"kept")
    t.true(kept <= 2, f"{kept} of {count} skipped pieces still held", "skipped pieces are let go")
