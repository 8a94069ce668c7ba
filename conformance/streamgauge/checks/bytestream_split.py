"""Checks of the clauses in specs/bytestream.md about where and how a stream is split."""

from hypothesis import strategies as st

from streamgauge.answers import Answer, Data, Failed, Halves
from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks.bytestream_parts import SPLITS, a_point, counts, gives, interleave, number, well_formed
from streamgauge.checks.stream_parts import any_content, read_some
from streamgauge.content import filler
from streamgauge.script import Script, Step, scripts, whens
from streamgauge.timeline import show


@check("bytestream_07", "read", "split")
def split_cuts(t: Bench) -> None:
    """Split an unread stream; read before, then after."""
    script = any_content(t)
    point = a_point(t, len(script.data))
    before, after = t.make(script).split(point)
    gives(t, before, script.data[:point])
    gives(t, after, script.data[point:])


@check("bytestream_08", "read", "split")
def any_order(t: Bench) -> None:
    """Ask the halves in a drawn order, one read of each outstanding at most."""
    script = any_content(t)
    point = a_point(t, len(script.data))
    halves = t.make(script).split(point)
    order = t.draw(st.lists(st.integers(0, 1), max_size=12))
    got, ended = interleave(t, halves, order)
    t.equal(got[0], script.data[:point], "before, read in this order, gives")
    t.equal(got[1], script.data[point:], "after, read in this order, gives")
    for which in (0, 1):
        t.expect(ended[which], None, promised=f"{halves[which].name} ends after its last byte")


@check("bytestream_09", "length", "split")
def half_lengths(t: Bench) -> None:
    """Split and look at the lengths at once."""
    script = any_content(t)
    point = a_point(t, len(script.data))
    s = t.make(script)
    length = s.length()
    before, after = s.split(point)
    first, second = before.length(), after.length()
    if length is not None or first is not None:
        t.true(number(first) == point, f"before's length is {show(first)}", f"before's length is {point}")
    rest = length - point if isinstance(length, int) else None
    fine = number(second) == rest and well_formed(second)
    t.true(fine, f"after's length is {show(second)}", f"after's length is {rest}")


def _can_split(t: Bench, script: Script) -> bool:
    """Try whether another stream like this one can be split at all; the timeline tells nothing of it."""
    rows = t.timeline.rows
    before = len(rows)
    halves = t.make(script).cut(len(script.data) // 2)
    del rows[before:]
    return isinstance(halves, tuple)


@check("bytestream_10", "read", "split")
def impossible_points(t: Bench) -> None:
    """Split where it cannot be, then read everything."""
    script = any_content(t)
    s = t.make(script)
    length = s.length()
    bad: list[tuple[object, type[Exception]]] = [(-1, ValueError), (-len(script.data) - 1, ValueError)]
    bad += [("1", TypeError), (0.5, TypeError), (1.0, TypeError), (None, TypeError), (-(2**70), ValueError)]
    if number(length) == len(script.data):
        bad += [(len(script.data) + 1, ValueError), (len(script.data) + 70_000, ValueError), (2**70, ValueError)]
    point, error = t.draw(st.sampled_from(bad))
    halves = s.cut(point)
    seen: Answer = Halves() if isinstance(halves, tuple) else halves
    wrong = isinstance(seen, Failed) and not isinstance(seen.error, error)
    if wrong and not _can_split(t, script):
        t.exercised = True
        return  # which is bytestream_07's matter
    t.expect(seen, error, promised=f"{error.__name__} from split({point!r})")
    now = s.length()
    same = now == length or not well_formed(length)
    t.true(same, f"after the refused split length is {show(now)}", f"it is {show(length)} as before")
    drained = s.drain()
    t.equal(drained.content, script.data, "after the refused split reads give")


@check("bytestream_11", "read", "split")
def splits_nest(t: Bench) -> None:
    """Split halves of halves; read the leaves in order."""
    script = any_content(t)
    leaves = [(t.make(script), script.data)]
    for _ in range(t.draw(st.integers(2, 4))):
        at = t.draw(st.integers(0, len(leaves) - 1))
        reader, content = leaves[at]
        point = a_point(t, len(content))
        before, after = reader.split(point)
        leaves[at : at + 1] = [(before, content[:point]), (after, content[point:])]
        reader, content = leaves[0]
        if content and t.draw(st.integers(0, 3)) == 0:
            answer = reader.read()
            if isinstance(answer, Data):
                t.equal(answer.content, content[: len(answer.content)], f"a read of {reader.name} gives")
                leaves[0] = reader, content[len(answer.content) :]
    for reader, content in leaves:
        gives(t, reader, content)


@check("bytestream_12", "read", "split")
def split_after_reads(t: Bench) -> None:
    """Read some pieces, then split what remains."""
    script = any_content(t, min_size=1)
    if "scripted" not in t.maker.abilities and t.draw(st.booleans()):
        script = Script.of(filler(min(t.maker.largest, 8193)))  # more than one piece of most streams
    s = t.make(script)
    drawn = a_point(t, len(script.data))  # before the reads: how much they give may differ from run to run
    first = s.read()
    if not isinstance(first, Data):
        return
    done = first.content + read_some(t, s)
    rest = script.data[len(done) :]
    point = min(drawn, len(rest))
    before, after = s.split(point)
    gives(t, before, rest[:point])
    gives(t, after, rest[point:])


def items_of(data: bytes) -> object:
    """Make a buffer of 4-byte items, where that can be."""
    return memoryview(data).cast("I") if data and not len(data) % 4 else data


def rows_of(data: bytes) -> object:
    """Make a buffer of four rows, where that can be."""
    return memoryview(data).cast("B", (4, len(data) // 4)) if data and not len(data) % 4 else data


@check("bytestream_14", "read", "length", "split", "sourced", examples=2)
def bytes_not_items(t: Bench) -> None:
    """Give pieces of 4-byte items, or in rows; look at the length, and split between the bytes of an item."""
    groups = t.draw(st.lists(st.integers(1, 3), min_size=1, max_size=4))
    script = Script.of(*(filler(4 * count) for count in groups), when=t.draw(whens()))
    s = t.make(script)
    shape = t.draw(st.sampled_from([items_of, rows_of]))
    for source in t.sources:
        t.copy(shape)
        source.gives_by(shape.__name__, shape)
    if t.draw(st.booleans()):
        length = s.length()
        answer = s.read()
        if isinstance(length, int) and isinstance(answer, Data):
            counts(t, s.length(), length - len(answer.content), "after a read of wide items length is")
        return
    point = a_point(t, len(script.data))
    before, after = s.split(point)
    gives(t, before, script.data[:point])
    gives(t, after, script.data[point:])


@check("bytestream_18", "read", "split", examples=0.1)
def deep_splits(t: Bench) -> None:
    """Split off the first byte again and again; read what was split off, or close it; read the last rest."""
    data = filler(SPLITS + 40)
    rest = t.make(Script.of(data[:50], data[50:]))
    heads = []
    for _ in range(SPLITS):
        head, rest = rest.split(1)
        heads.append(head)
    if "close" in t.maker.abilities and t.draw(st.booleans()):
        answers = [*(head.close() for head in heads), rest.drain().last]
        deep = [a for a in answers if isinstance(a, Failed) and isinstance(a.error, RecursionError)]
        seen = str(deep[0]) if deep else ""
        t.true(not deep, f"closing {SPLITS} heads and reading the rest {seen}", "the stack stays flat")
    else:
        got = b"".join(head.drain().content for head in heads)
        t.equal(got, data[:SPLITS], f"the first bytes of {SPLITS} nested splits are")
        t.equal(rest.drain().content, data[SPLITS:], f"the rest after {SPLITS} nested splits is")


@check("bytestream_24", "read", "split", "scripted")
def empties_in_halves(t: Bench) -> None:
    """Split a source with empty pieces, some of them at the point; read before, then after."""
    script = t.draw(scripts(min_chunks=1))
    at = t.draw(st.integers(0, len(script.steps)))
    script = Script((*script.steps[:at], Step(b""), *script.steps[at:], Step(b"!")), script.end, script.known)
    border = sum(len(step.data or b"") for step in script.steps[:at])
    point = t.draw(st.one_of(st.just(border), st.integers(0, len(script.data))))
    before, after = t.make(script).split(point)
    gives(t, before, script.data[:point])
    gives(t, after, script.data[point:])
