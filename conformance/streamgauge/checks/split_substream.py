"""Checks of the clauses in specs/split.md about substream."""

from hypothesis import strategies as st

from streamgauge.answers import Answer
from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks.growth import does_not_grow, given_so_far
from streamgauge.checks.split_parts import HALVES, cuttable, gives, more, read_until
from streamgauge.checks.stream_parts import PIECE, WINDOW
from streamgauge.content import filler
from streamgauge.reader import Reader
from streamgauge.script import Script, whens
from streamgauge.source import Source

NAMES = "substream"


def window(t: Bench, script: Script) -> tuple[int, int]:
    """Draw a start and an end with bytes between them."""
    start = t.draw(st.integers(0, len(script.data) - 1))
    return start, t.draw(st.integers(start + 1, len(script.data)))


def take(t: Bench, source: Source, start: int, end: int) -> Reader:
    """Call substream where it has to work."""
    return t.reader(t.new("substream", source, start, end))


def read_only(t: Bench, script: Script) -> Source:
    """Make a source whose split is the port's fallbackSplit."""
    source = t.source(script)
    source.split = lambda point: t.port["fallbackSplit"](source, point)  # type: ignore[method-assign]
    code = f"{source.name}.split = lambda point: fallbackSplit({source.name}, point)"
    t.timeline.note(code, code)
    return source


@check("split_41", names=NAMES, on="substream TruncaterStream PostTruncaterStream")
def bytes_between(t: Bench) -> None:
    """Take a window of a source that splits by itself, or can only be read, and read it."""
    script = cuttable(t)
    start, end = window(t, script)
    source = t.source(script) if t.draw(st.booleans()) or not t.port.has("fallbackSplit") else read_only(t, script)
    gives(t, take(t, source, start, end), script.data[start:end])


@check("split_42", names=NAMES, on="substream")
def nothing_between(t: Bench) -> None:
    """Take an empty window at the front, inside or at the end."""
    script = cuttable(t)
    at = t.draw(st.one_of(st.sampled_from([0, len(script.data)]), st.integers(0, len(script.data))))
    gives(t, take(t, t.source(script), at, at), b"")


@check("split_43", names=NAMES, on="substream")
def window_length(t: Bench) -> None:
    """Look at the length of a window."""
    script = cuttable(t)
    start, end = window(t, script)
    length = take(t, t.source(script), start, end).length()
    if length is not None or script.known:
        t.equal(length, end - start, "the substream's length is")


def refuse(t: Bench, source: Source, start: object, end: object, error: type[Exception]) -> Answer:
    """Call substream where it must not work."""
    answer = t.build("substream", source, start, end)
    return t.expect(answer, error, promised=f"{error.__name__} from substream(source, {start!r}, {end!r})")


@check("split_44", names=NAMES)
def start_behind_end(t: Bench) -> None:
    """Take a window that starts behind its end."""
    script = cuttable(t)
    end = t.draw(st.integers(0, len(script.data) - 1))
    refuse(t, t.source(script), t.draw(st.integers(end + 1, len(script.data))), end, ValueError)


@check("split_45", names=NAMES)
def past_the_end(t: Bench) -> None:
    """Take a window that ends, or even starts, past a known length."""
    script = cuttable(t, known=True)
    size = len(script.data)
    end = size + t.draw(st.sampled_from([1, 2, 70_000]))
    refuse(t, t.source(script), t.draw(st.sampled_from([0, size - 1, size, end])), end, ValueError)


@check("split_46", names=NAMES)
def impossible_positions(t: Bench) -> None:
    """Take a window with a negative position, or one that is no integer."""
    bad: list[tuple[object, object, type[Exception]]] = [(-1, 1, ValueError), (-2, -1, ValueError)]
    bad += [("0", 1, TypeError), (0, "1", TypeError), (0, None, TypeError), (0.0, 1, TypeError)]
    start, end, error = t.draw(st.sampled_from(bad))
    refuse(t, t.source(cuttable(t)), start, end, error)


@check("split_47", names=NAMES)
def refused_leaves_intact(t: Bench) -> None:
    """Take an impossible window; the source must not have been read, split or closed."""
    script = cuttable(t, known=True)
    size = len(script.data)
    windows = [(2, 1), (size, 0), (0, size + 1), (1, size + 1), (size + 1, size + 2), (-1, 1), (1, -1)]
    start, end = t.draw(st.sampled_from(windows))
    source = t.source(script)
    t.build("substream", source, start, end)
    seen = (source.reads, source.splits, source.closes)
    t.equal(seen, (0, 0, 0), "reads, splits and closes of the source after the refused call:")


@check("split_48", names=NAMES, examples=0.5)
def does_not_read_the_rest(t: Bench) -> None:
    """Take a window with much before it and much behind it; look at the source before and while it is read."""
    when, known = t.draw(whens()), t.draw(st.booleans())
    first, begin = t.draw(st.sampled_from([(False, 0), (True, 0), (True, 2)]))
    size = t.draw(st.integers(1, 6))
    split = t.draw(st.booleans()) or not t.port.has("fallbackSplit")

    def unneeded(pieces: int) -> int:
        before = given_so_far(t)
        around = [filler(PIECE)] * pieces
        script = Script.of(*around, b"data", *around, when=when, known=known)
        start = first * pieces * PIECE + begin
        s = take(t, t.source(script) if split else read_only(t, script), start, start + size)
        t.run()
        early = given_so_far(t) - before
        read_until(s, size)
        t.run()
        return max(early, given_so_far(t) - before - start - size)

    does_not_grow(t, 30, unneeded, (WINDOW + 1) * PIECE, "bytes taken from the source that are not needed")


@check("split_49", names="substream fallbackSplit")
def too_short(t: Bench) -> None:
    """Take a window past the end of a source of unknown length; read it."""
    script = cuttable(t, known=False)
    size = len(script.data)
    start = t.draw(st.integers(0, size + 1))
    s = take(t, read_only(t, script), start, size + t.draw(st.integers(2, 4)))
    drained = s.drain()
    t.equal(drained.content, script.data[start:], "the substream gives what there is:")
    t.expect(drained.last, ValueError, RuntimeError)


def kept_open(t: Bench) -> list[str]:
    """Name what is left of the source, not closed, not at its end, not split into others."""
    t.run()
    return [part.name for part in t.sources if not (part.closes or part.finished or part.splits)]


@check("split_50", names="substream fallbackSplit", on=f"substream {HALVES}")
def close_closes_all(t: Bench) -> None:
    """Take a window of a source that can only be read; close it at some point."""
    script = more(cuttable(t))
    start, end = window(t, script)
    s = take(t, read_only(t, script), start, end)
    read_until(s, t.draw(st.sampled_from([0, 0, 1])))
    s.close()
    kept = kept_open(t)
    t.true(not kept, f"{', '.join(kept)} still open after close()", "closing the substream closes the source")
