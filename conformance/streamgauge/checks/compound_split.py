"""Checks of the clauses in specs/compound.md about splitting."""

import itertools

from hypothesis import strategies as st

from streamgauge.answers import Data
from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks.compound_parts import BOTH, NAME, compound, joined, parts, sources
from streamgauge.checks.split_parts import gives
from streamgauge.content import contents
from streamgauge.script import Script, scripts


def a_place(t: Bench, buckets: list[Script]) -> int:
    """Draw a split point: the borders of buckets and their middles first."""
    borders = [len(joined(buckets[:count])) for count in range(len(buckets) + 1)]
    middles = [(begin + end) // 2 for begin, end in itertools.pairwise(borders) if end - begin > 1]
    places = st.sampled_from([*dict.fromkeys(middles), *dict.fromkeys(borders)])
    return t.draw(st.one_of(places, places, st.integers(0, borders[-1])))


def one_unknown(t: Bench) -> list[Script]:
    """Draw buckets of which one does not tell its length."""
    buckets = parts(t, 0, 3)
    buckets.insert(t.draw(st.integers(0, len(buckets))), t.draw(scripts(max_chunks=3, known=False, empty=False)))
    return buckets


@check("compound_28", names=NAME, on=NAME)
def split_known(t: Bench) -> None:
    """Split sources, memory and an inner compound, at their borders and inside them."""
    buckets = parts(t, 1, 2, empty=True)
    made: list[object] = list(sources(t, buckets))
    content = t.draw(contents(6, large=False, min_size=t.draw(st.sampled_from([2, 0]))))
    at = t.draw(st.integers(0, len(made)))
    memory = t.port.has("MemoryStream")
    made.insert(at, t.new("MemoryStream", content, label="m") if memory else t.source(Script.of(content)))
    buckets.insert(at, Script.of(content))
    if t.draw(st.booleans()):
        inner = parts(t, 1, 2)
        made.append(t.new(NAME, sources(t, inner), label="inner"))
        buckets += inner
    point = a_place(t, buckets)
    before, after = compound(t, made).split(point)
    gives(t, before, joined(buckets)[:point])
    gives(t, after, joined(buckets)[point:])


@check("compound_29", names=NAME, on=BOTH)
def split_unknown(t: Bench) -> None:
    """Split with one bucket of unknown length, before, inside and behind it."""
    buckets = one_unknown(t)
    point = a_place(t, buckets)
    before, after = compound(t, sources(t, buckets)).split(point)
    gives(t, before, joined(buckets)[:point])
    gives(t, after, joined(buckets)[point:])


@check("compound_30", names=NAME, on=BOTH)
def lengths_with_an_unknown(t: Bench) -> None:
    """Split with one bucket of unknown length, and look at the halves' lengths."""
    buckets = one_unknown(t)
    point = a_place(t, buckets)
    before, after = compound(t, sources(t, buckets)).split(point)
    t.equal(before.length(), point, "before's length is")
    t.equal(after.length(), None, "after's length is")


@check("compound_46", names=NAME, on=BOTH)
def split_past_the_end(t: Bench) -> None:
    """Split past all buckets, of which one does not tell its length, perhaps after that one was used up."""
    unknown = t.draw(scripts(max_chunks=2, known=False, empty=False))
    buckets = [unknown, *parts(t, 1, 2)]
    s = compound(t, sources(t, buckets))
    left, known = joined(buckets), len(joined(buckets[1:]))
    for _ in range(10 if t.draw(st.booleans()) else 0):
        answer = s.read()
        left = left[len(answer.content) :] if isinstance(answer, Data) else left
        if len(left) < known:
            break
    halves = s.cut(len(left) + t.draw(st.integers(1, 3)))
    if not isinstance(halves, tuple):
        t.expect(halves, ValueError)
        return
    drained = halves[0].drain()
    t.equal(drained.content, left, "before gives")
    t.expect(drained.last, ValueError, RuntimeError)
    t.expect(halves[1].drain().last, None, ValueError, RuntimeError)


@check("compound_31", names=NAME, on=BOTH)
def split_reads_nothing(t: Bench) -> None:
    """Split, look at the lengths, and count reads."""
    buckets = parts(t, 1, 3, known=None)
    before, after = compound(t, sources(t, buckets)).split(a_place(t, buckets))
    before.length()
    after.length()
    t.run()
    t.equal(sum(source.reads for source in t.sources), 0, "reads of the buckets before anything is read:")


@check("compound_32", names=NAME, on=BOTH)
def close_both_halves(t: Bench) -> None:
    """Split, close both halves, and look at the buckets and what they were split into."""
    buckets = parts(t, 1, 3, known=None)
    halves = compound(t, sources(t, buckets)).split(a_place(t, buckets))
    for half in t.draw(st.permutations(halves)):
        half.close()
    t.run()
    kept = ", ".join(source.name for source in t.sources if not (source.closes or source.splits))
    t.true(not kept, f"{kept} still open with both halves closed", "every bucket is closed")
