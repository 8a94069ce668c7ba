"""Checks of the clauses in specs/split.md: what fallbackSplit takes, and the bytes and lengths of the halves.

The order of reading, closing, failing, cost and substream have modules of their own, which are loaded with this one.
"""

from hypothesis import strategies as st

from streamgauge.answers import Returned
from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks import (  # noqa: F401 - registers their checks
    split_close,
    split_closed,
    split_cost,
    split_fail,
    split_order,
    split_substream,
)
from streamgauge.checks.buffers import ANY
from streamgauge.checks.look import declares
from streamgauge.checks.split_parts import HALVES, cut, cuttable, gives, inner, read_until
from streamgauge.content import filler
from streamgauge.script import Script, Step, scripts, whens


@check("split_01", names="fallbackSplit", on=HALVES)
def halves_give_the_bytes(t: Bench) -> None:
    """Read before, then after."""
    script = cuttable(t)
    point = inner(t, script)
    _, before, after = cut(t, script, point)
    gives(t, before, script.data[:point])
    gives(t, after, script.data[point:])


@check("split_02", names="fallbackSplit")
def needs_read_only(t: Bench) -> None:
    """Split, split a half, read everything; the source's own split is never called."""
    script = cuttable(t)
    source, before, after = cut(t, script, inner(t, script))
    inwards = t.draw(st.booleans())
    for half in (*before.split(1), after) if inwards else (before, *after.split(1)):
        half.drain()
    t.equal(source.splits, 0, "calls of the source's own split:")


@check("split_03", names="fallbackSplit", on=HALVES)
def length_of_before(t: Bench) -> None:
    """Look at before's length at once and while it is read."""
    script = cuttable(t)
    point = inner(t, script)
    _, before, after = cut(t, script, point)
    t.equal(before.length(), point, "before's length is")
    if t.draw(st.booleans()):
        after.ask()
    done = len(read_until(before, t.draw(st.integers(0, point))))
    t.equal(before.length(), point - done, f"after {done} bytes before's length is")


@check("split_04", names="fallbackSplit", on=HALVES)
def length_of_after(t: Bench) -> None:
    """Look at after's length at once, and while before is read or when it is closed."""
    script = cuttable(t)
    point = inner(t, script)
    _, before, after = cut(t, script, point)
    rest = len(script.data) - point if script.known else None
    t.equal(after.length(), rest, "after's length is")
    if t.draw(st.booleans()):
        before.close()
    else:
        read_until(before, t.draw(st.integers(0, point)))
    t.equal(after.length(), rest, "with nothing read of after, its length is")


@check("split_05", names="fallbackSplit")
def untouched_until_read(t: Bench) -> None:
    """Split, split the halves, look at lengths; the source is not asked."""
    script = Script.of() if t.draw(st.integers(0, 3)) == 0 else cuttable(t)
    point = inner(t, script) if script.data else 0
    source, before, after = cut(t, script, point)
    halves = [before, after]
    if t.draw(st.booleans()):
        halves += before.split(t.draw(st.integers(0, point)))
    if t.draw(st.booleans()):
        halves += after.split(0)
    for half in halves:
        half.length()
    t.run()
    t.equal((source.reads, source.closes), (0, 0), "reads and closes of the source before anything is read:")


@check("split_15", names="fallbackSplit")
def truncater_splits(t: Bench) -> None:
    """Split before, perhaps after a read; read its halves, then after."""
    script = cuttable(t)
    point = inner(t, script)
    _, before, after = cut(t, script, point)
    done = read_until(before, t.draw(st.integers(0, 1)))
    at = t.draw(st.integers(0, point - len(done)))
    first, second = before.split(at)
    gives(t, first, script.data[len(done) : len(done) + at])
    gives(t, second, script.data[len(done) + at : point])
    gives(t, after, script.data[point:])


@check("split_16", names="fallbackSplit")
def post_truncater_splits(t: Bench) -> None:
    """Split after, with before unread or partly read; read all three."""
    script = cuttable(t)
    point = inner(t, script)
    _, before, after = cut(t, script, point)
    began = read_until(before, t.draw(st.sampled_from([0, 0, 1])))
    at = t.draw(st.integers(0, len(script.data) - point))
    first, second = after.split(at)
    gives(t, before, script.data[:point], began)
    gives(t, first, script.data[point : point + at])
    gives(t, second, script.data[point + at :])


@check("split_31", names="fallbackSplit", on=HALVES)
def empty_before(t: Bench) -> None:
    """Split at 0; read or close before, then read after."""
    script = t.draw(scripts(min_chunks=1, empty=False))
    _, before, after = cut(t, script, 0)
    t.equal(before.length(), 0, "at point 0 before's length is")
    if t.draw(st.booleans()):
        before.close()
    else:
        gives(t, before, b"")
    gives(t, after, script.data)


@check("split_32", names="fallbackSplit", on=HALVES)
def empty_after(t: Bench) -> None:
    """Split at the end of the data; read before, then after."""
    script = t.draw(scripts(min_chunks=1, empty=False))
    _, before, after = cut(t, script, len(script.data))
    gives(t, before, script.data)
    gives(t, after, b"")


@check("split_33", names="fallbackSplit", on=HALVES)
def any_buffer_is_cut(t: Bench) -> None:
    """Cut through a piece that is a bytearray, a memoryview or an array of 4-byte items."""
    sizes = t.draw(st.lists(st.integers(1, 3), min_size=1, max_size=4))
    data = filler(4 * sum(sizes))
    steps, at = [], 0
    when = t.draw(whens())
    for size in sizes:
        steps.append(Step(data[at : at + 4 * size], when))
        at += 4 * size
    script = Script(tuple(steps))
    point = inner(t, script)
    kind = t.draw(st.sampled_from(ANY))
    source, before, after = cut(t, script, point)
    source.gives_by(*kind)
    gives(t, before, script.data[:point])
    gives(t, after, script.data[point:])


@check("split_35", names="fallbackSplit")
def impossible_points(t: Bench) -> None:
    """Split where it cannot be; the source is untouched."""
    script = cuttable(t)
    size = len(script.data)
    bad: list[tuple[object, type[Exception]]] = [(-1, ValueError), (-size, ValueError), ("1", TypeError)]
    bad += [(None, TypeError), (0.5, TypeError), (1.0, TypeError), (-(2**70), ValueError)]
    if script.known:
        bad += [(size + 1, ValueError), (size + 70_000, ValueError), (2**70, ValueError)]
    point, error = t.draw(st.sampled_from(bad))
    source = t.source(script)
    answer = t.build("fallbackSplit", source, point)
    t.expect(answer, error, promised=f"{error.__name__} from fallbackSplit(source, {point!r})")
    t.equal((source.reads, source.closes), (0, 0), "reads and closes of the source whose split was refused:")


@check("split_39", names="TruncaterStream PostTruncaterStream")
def built_by_hand(t: Bench) -> None:
    """Build the halves as fallbackSplit does, with the source, the point and each other."""
    script = t.draw(st.sampled_from([cuttable(t), Script.of(filler(400), filler(300))]))
    point = inner(t, script)
    source = t.source(script)
    second = t.new("PostTruncaterStream", source, point, label="after")
    again = int(str(point))  # an equal number, not the same object
    first = t.new("TruncaterStream", source, again, second, label="before")
    gives(t, t.reader(first), script.data[:point])
    gives(t, t.reader(second), script.data[point:])


@check("split_40", names="fallbackSplit", examples=0.2)
def arguments_by_name(t: Bench) -> None:
    """Call fallbackSplit with its arguments by their names, in either order."""
    script = cuttable(t)
    named = {"stream": t.source(script), "point": inner(t, script)}
    order = t.draw(st.permutations(list(named)))
    answer = t.build("fallbackSplit", **{name: named[name] for name in order})
    t.true(isinstance(answer, Returned), f"fallbackSplit {answer}", "fallbackSplit(stream=..., point=...) is accepted")


@check("split_55", names="TruncaterStream PostTruncaterStream", examples=0.1)
def halves_by_name(t: Bench) -> None:
    """Build both halves with all arguments by name."""
    script = cuttable(t)
    point = inner(t, script)
    source = t.source(script)
    second = t.new("PostTruncaterStream", stream=source, point=point, label="after")
    answer = t.build("TruncaterStream", stream=source, point=point, postTruncater=second)
    t.true(isinstance(answer, Returned), f"TruncaterStream {answer}", "stream=, point= and postTruncater= are accepted")


@check("split_62", names="fallbackSplit IByteStream", on=HALVES, examples=0.2)
def halves_declare(t: Bench) -> None:
    """Ask the port's IByteStream whether the halves provide it, or what a half gives when it is split again."""
    script = cuttable(t)
    _, before, after = cut(t, script, inner(t, script))
    how = t.draw(st.sampled_from(["plain", "before", "after"]))
    for half in (before, after) if how == "plain" else (before if how == "before" else after).split(1):
        declares(t, half, "IByteStream")
