"""Checks of the clauses in specs/buffered.md about the halves of a stream with bytes in its buffer."""

from hypothesis import strategies as st

from streamgauge.answers import Data
from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks.buffered_parts import CLOSES, ERROR, STREAM, buffered, failing, fill, rest_is, texts
from streamgauge.checks.bytestream_parts import a_point, gives, interleave
from streamgauge.checks.split_parts import may_linger
from streamgauge.reader import Reader
from streamgauge.script import Script, Step, When, whens


def _halves(t: Bench) -> tuple[tuple[Reader, Reader], tuple[bytes, bytes]]:
    """Split a stream, most often with bytes buffered: its halves, and what each is to give."""
    script = Script((*t.draw(texts(least=1)).steps, Step(b"more", t.draw(whens()))), known=t.draw(st.booleans()))
    if t.draw(st.integers(0, 3)):
        _, s, left, held = fill(t, script)
        point = t.draw(st.one_of(st.integers(0, held), st.integers(0, len(left))))
    else:
        _, s = buffered(t, script)
        left = script.data
        point = a_point(t, len(left))
    return s.split(point), (left[:point], left[point:])


@check("buffered_61", names=STREAM, on=STREAM)
def any_order(t: Bench) -> None:
    """Read the halves in a drawn order, asking one while the other waits."""
    halves, contents = _halves(t)
    got, ended = interleave(t, halves, t.draw(st.lists(st.integers(0, 1), max_size=6)))
    for half, content, seen, last in zip(halves, contents, got, ended, strict=True):
        t.equal(seen, content, f"{half.name} gives")
        t.expect(last, None, promised=f"{half.name} ends after its last byte")


@check("buffered_62", names=CLOSES, on=STREAM, examples=2)
def close_one_half(t: Bench) -> None:
    """Close one half, read or not; read the other."""
    halves, contents = _halves(t)
    closed = t.draw(st.integers(0, 1))
    if closed == 0 and t.draw(st.booleans()):
        halves[0].read()
    halves[closed].close()
    t.expect(halves[closed].read(), None, promised=f"{halves[closed].name} is closed: None")
    gives(t, halves[1 - closed], contents[1 - closed])


@check("buffered_63", names=CLOSES, on=STREAM)
def close_both_halves(t: Bench) -> None:
    """Close both halves in a drawn order, and look at the source, or at what it was split into."""
    halves, _ = _halves(t)
    first = t.draw(st.integers(0, 1))
    halves[first].close()
    halves[1 - first].close()
    t.run()
    still = [source.name for source in t.sources if not (source.closes or source.finished or source.splits)]
    t.equal(still, [], "after both halves were closed, the sources still open are")


@check("buffered_64", names=CLOSES, on=STREAM, examples=0.5)
def close_answers_a_half(t: Bench) -> None:
    """Close a half while a read of it waits for the source."""
    late = Script((Step(b"late", When.PENDING), Step(b"more", When.PENDING)), known=t.draw(st.booleans()))
    _, s, left, held = fill(t, late)
    point = t.draw(st.integers(0, len(left) - 1))
    halves = s.split(point)
    half = halves[0] if held < point and t.draw(st.booleans()) else halves[1]
    for _ in range(len(left)):
        ticket = half.ask()
        if ticket.waiting:
            may_linger(t, *t.sources)
            half.close()
            t.expect(t.settle(ticket), None, promised=f"the outstanding read of {half.name} gives None")
            return
        if not isinstance(ticket.answer, Data):
            return


@check("buffered_65", names=STREAM, on=STREAM, examples=0.5)
def failure_behind_the_buffer(t: Bench) -> None:
    """Split within the buffer; read before, then after to the source's failure."""
    _, s, left, held = fill(t, failing(t.draw(texts()), t.draw(whens())))
    point = t.draw(st.one_of(st.just(held), st.integers(0, held)))
    before, after = s.split(point)
    rest_is(t, before, left[:point])
    drained = after.drain()
    t.equal(drained.content, left[point:], f"{after.name} gives")
    t.expect(drained.last, ERROR, promised=f"{after.name} fails with the source's error")


@check("buffered_66", names=STREAM, on=STREAM)
def splits_nest(t: Bench) -> None:
    """Split a half of the halves, and read the leaves in order."""
    halves, contents = _halves(t)
    leaves = list(zip(halves, contents, strict=True))
    for _ in range(t.draw(st.integers(1, 2))):
        at = t.draw(st.integers(0, len(leaves) - 1))
        half, content = leaves[at]
        point = a_point(t, len(content))
        before, after = half.split(point)
        leaves[at : at + 1] = [(before, content[:point]), (after, content[point:])]
    for half, content in leaves:
        gives(t, half, content)
