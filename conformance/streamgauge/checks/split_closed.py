"""Checks of the clauses in specs/split.md about closed parts: what the others give, and the source."""

from hypothesis import strategies as st

from streamgauge.answers import End, Failed
from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks.look import drop_pieces, watched
from streamgauge.checks.split_parts import HALVES, cut, cuttable, gives, inner, more, read_until
from streamgauge.reader import Reader


@check("split_57", names="fallbackSplit", on=HALVES)
def split_the_closed(t: Bench) -> None:
    """Close one half, perhaps partly read; split it at 0, which may be refused; read the other, or not; close all."""
    script = more(cuttable(t))
    point = inner(t, script)
    source, before, after = cut(t, script, point)
    closed, kept, content = t.draw(
        st.sampled_from([(before, after, script.data[point:]), (after, before, script.data[:point])])
    )
    if closed is before:
        read_until(before, t.draw(st.sampled_from([0, 0, 1])))
    closed.close()
    parts = closed.cut(0)
    is_read = t.draw(st.booleans())
    if is_read:
        gives(t, kept, content)
    for half in t.draw(st.permutations([kept, *(parts if isinstance(parts, tuple) else [closed])])):
        answer = half.close()
        t.true(not isinstance(answer, Failed), f"{half.name}.close() {answer}", "close() raises nothing")
    t.run()
    if not (is_read and kept is after):  # there the source has ended by itself
        t.equal(source.closes, 1, "with all parts closed, closes of the source:")


@check("split_61", names="fallbackSplit", on=HALVES)
def some_parts_closed(t: Bench) -> None:
    """Split halves of halves; read a piece of the first; close some of the parts; read the others in order."""
    script = cuttable(t)
    point = inner(t, script)
    _, before, after = cut(t, script, point)
    leaves = [(before, script.data[:point]), (after, script.data[point:])]
    for _ in range(t.draw(st.integers(1, 3))):
        at = t.draw(st.integers(0, len(leaves) - 1))
        half, content = leaves[at]
        point = t.draw(st.integers(0, len(content)))
        first, second = half.split(point)
        leaves[at : at + 1] = [(first, content[:point]), (second, content[point:])]
    began = read_until(leaves[0][0], min(len(leaves[0][1]), t.draw(st.integers(0, 1))))
    count = t.draw(st.integers(1, len(leaves) - 1))
    closed = t.draw(st.permutations(range(len(leaves))))[:count]
    for at in closed:
        leaves[at][0].close()
    for at, (half, content) in enumerate(leaves):
        if at not in closed:
            gives(t, half, content, b"" if at else began)


def _ended(half: Reader, reads: int) -> bool:
    """Read so many times at most; tell whether that was the end."""
    return any(isinstance(half.read(), End) for _ in range(reads))


@check("split_63", names="fallbackSplit", on=HALVES)
def closed_keep_nothing(t: Bench) -> None:
    """Read some of before, or all of it and some of after; close both, and look which pieces are still alive."""
    script = cuttable(t)
    source, before, after = cut(t, script, inner(t, script))
    alive = watched(source)
    if _ended(before, t.draw(st.integers(0, 3))):
        _ended(after, t.draw(st.integers(0, 3)))
    for half in t.draw(st.permutations([before, after])):
        half.close()
    t.run()
    drop_pieces(t)
    kept = sum(ref() is not None for ref in alive)
    t.equal(kept, 0, "with both halves closed, pieces of the source that are still held:")
