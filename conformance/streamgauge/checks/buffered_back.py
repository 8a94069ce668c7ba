"""Checks of the clauses in specs/buffered.md about bytes that are put back."""

from hypothesis import strategies as st

from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks.buffered_parts import (
    STREAM,
    buffered,
    exactly,
    fill,
    fresh_or_filled,
    line,
    push,
    rest_is,
    some_bytes,
    texts,
)
from streamgauge.script import Script, whens


@check("buffered_26", names=STREAM, on=STREAM)
def pushed_comes_first(t: Bench) -> None:
    """Put bytes back on a fresh stream or in front of a buffer, once or twice; read them by any means."""
    s, left = fresh_or_filled(t)
    for _ in range(t.draw(st.integers(1, 3))):
        data = some_bytes(t)
        push(t, s, data)
        left = data + left
    if t.draw(st.booleans()):
        size = t.draw(st.integers(1, len(left)))
        t.expect(exactly(t, s, size), left[:size])
        left = left[size:]
    rest_is(t, s, left)


@check("buffered_27", names=STREAM, on=STREAM, examples=0.5)
def pushed_after_the_end(t: Bench) -> None:
    """Read to the end, put bytes back, and read them."""
    script = t.draw(texts())
    _, s = buffered(t, script)
    how = t.draw(st.sampled_from(["read", "readline", "readExactly"]))
    if t.draw(st.booleans()):
        s.drain()
    else:
        exactly(t, s)
    data = b"one\r\n" if how == "readline" else some_bytes(t)
    push(t, s, data)
    if how == "readline":
        t.expect(line(t, s), data, data[:-2])
    elif how == "readExactly":
        t.expect(exactly(t, s, len(data)), data)
    rest_is(t, s, data if how == "read" else b"")


@check("buffered_28", names=STREAM, on=STREAM, examples=0.5)
def pushed_makes_lines(t: Bench) -> None:
    """Put a delimiter's begin back, with its rest still in the source or in the buffer."""
    when = t.draw(whens())
    script = (
        Script.of(b"a\r\n", b"b\r\nc", when=when) if t.draw(st.booleans()) else Script.of(b"a\r\nb\r\nc", when=when)
    )
    _, s = buffered(t, script)
    t.expect(exactly(t, s, 2), b"a\r")
    push(t, s, b"\r")
    t.expect(line(t, s), b"\r\n")
    t.expect(line(t, s), b"b\r\n")


@check("buffered_30", names=STREAM, on=STREAM)
def pushed_counts(t: Bench) -> None:
    """Put bytes back at the begin, in front of a buffer, and at the end; look at length."""
    place = t.draw(st.sampled_from(["begin", "buffer", "end"]))
    script = t.draw(texts(known=True))
    if place == "buffer":
        _, s, left, _ = fill(t, Script(script.steps, script.end, known=True))
    else:
        _, s = buffered(t, script)
        left = script.data
    if place == "end":
        exactly(t, s)
        left = b""
    for _ in range(t.draw(st.integers(1, 2))):
        data = some_bytes(t)
        push(t, s, data)
        left = data + left
        t.equal(s.length(), len(left), "after pushback length is")
