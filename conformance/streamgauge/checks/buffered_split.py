"""Checks of the clauses in specs/buffered.md about splitting a stream with bytes in its buffer."""

from hypothesis import strategies as st

from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks.buffered_parts import (
    STREAM,
    fill,
    fresh_or_filled,
    push,
    rest_is,
    some_bytes,
    texts,
)
from streamgauge.reader import Reader


def _halves_give(t: Bench, halves: tuple[Reader, Reader], left: bytes, point: int) -> None:
    before, after = halves
    rest_is(t, before, left[:point])
    rest_is(t, after, left[point:])


@check("buffered_32", names=STREAM, on=STREAM)
def split_inside(t: Bench) -> None:
    """Split within what is buffered, its two ends included."""
    _, s, left, held = fill(t, t.draw(texts(least=1)))
    point = t.draw(st.integers(0, held))
    _halves_give(t, s.split(point), left, point)


@check("buffered_33", names=STREAM, on=STREAM)
def split_behind(t: Bench) -> None:
    """Split behind what is buffered, up to the end."""
    _, s, left, held = fill(t, t.draw(texts(least=1)))
    point = t.draw(st.integers(held + 1, len(left)))
    _halves_give(t, s.split(point), left, point)


@check("buffered_34", names=STREAM, on=STREAM)
def split_after_pushback(t: Bench) -> None:
    """Put bytes back, on a fresh stream too, and split anywhere."""
    s, left = fresh_or_filled(t)
    if t.draw(st.integers(0, 3)) == 0:
        rest_is(t, s, left)
        left = b""
    data = some_bytes(t)
    push(t, s, data)
    left = data + left
    point = t.draw(st.integers(0, len(left)))
    _halves_give(t, s.split(point), left, point)


@check("buffered_35", names=STREAM, on=STREAM)
def lengths_of_halves(t: Bench) -> None:
    """Split with bytes buffered, and look at the halves' lengths."""
    script = t.draw(texts(least=1))
    _, s, left, _ = fill(t, script)
    point = t.draw(st.integers(0, len(left)))
    before, after = s.split(point)
    t.equal(before.length(), point, "before's length is")
    t.equal(after.length(), len(left) - point if script.known else None, "after's length is")


@check("buffered_36", names=STREAM, on=STREAM, examples=0.5)
def impossible_points(t: Bench) -> None:
    """Split where that cannot be, with bytes buffered; then read on."""
    script = t.draw(texts(known=True))
    _, s, left, _ = fill(t, script)
    point = t.draw(st.sampled_from([-1, -2, len(left) + 1, len(left) + 3]))
    answer = s.cut(point)
    seen = "two streams" if isinstance(answer, tuple) else str(answer)
    refused = not isinstance(answer, tuple) and isinstance(getattr(answer, "error", None), ValueError)
    t.true(refused, f"split({point}) of {len(left)} bytes: {seen}", "ValueError")
    t.equal(s.length(), len(left), "afterwards length is")
    rest_is(t, s, left)
