"""Checks of the clauses in specs/file.md about files that are shorter than their window, or become so."""

from hypothesis import strategies as st

from streamgauge.answers import Data, End, Failed, Returned
from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks.file_made import (
    KIB,
    a_start,
    append,
    data_of,
    drained,
    kept_until,
    long_data,
    mapped_parts,
    stream,
    truncate,
)
from streamgauge.checks.look import drain_of
from streamgauge.content import filler
from streamgauge.reader import Reader


def _beyond(t: Bench, size: int) -> tuple[int, int]:
    """Draw a window that ends past the end of a file of this size."""
    start = a_start(t, size)
    return start, size - start + t.draw(st.sampled_from([1, 2, 4096, 70_000]))


@check("file_12", names="FileStream", on="FileStream")
def may_reach_past(t: Bench) -> None:
    """Make a stream over a window that ends past the end, or starts there."""
    data = data_of(t)
    start, length = _beyond(t, len(data))
    if t.draw(st.booleans()):
        start, length = len(data) + t.draw(st.sampled_from([0, 1, 5000])), 1
    made = t.try_new("s", "FileStream", t.file(data), start, length)
    t.true(not isinstance(made, Failed), f"FileStream(...) {made}", "such a window is accepted")
    if isinstance(made, Returned):
        t.equal(t.reader(made.value).length(), length, "the length of such a window is")


@check("file_13", names="FileStream", on="FileStream")
def gives_what_there_is(t: Bench) -> None:
    """Read a window that ends past the end; compare the bytes."""
    data = data_of(t)
    start, length = _beyond(t, len(data))
    seen = drained(stream(t, t.file(data), start, length))
    t.equal(seen.content, data[start:], "the bytes that came before the end of the file are")


@check("file_14", names="FileStream", on="FileStream")
def then_fails(t: Bench) -> None:
    """Read a window that ends past the end, until something else than data comes."""
    data = data_of(t)
    start, length = _beyond(t, len(data))
    t.expect(drained(stream(t, t.file(data), start, length)).last, RuntimeError)


@check("file_15", names="FileStream", on="FileStream")
def mapped_too(t: Bench) -> None:
    """The same with useMMap, for windows that are large enough to be mapped."""
    data = data_of(t, 8 * KIB + 1)
    start, length = _beyond(t, len(data))
    seen = drained(stream(t, t.file(data), start, length, mapped=True))
    t.equal(seen.content, data[start:], "the bytes that came before the end of the file are")
    t.expect(seen.last, RuntimeError)


@check("file_16", names="FileStream", on="FileStream")
def and_comes_to_an_end(t: Bench) -> None:
    """Read on after the failure; what the window lacked is there by then, or is not."""
    data = data_of(t)
    start, length = _beyond(t, len(data))
    f = t.file(data)
    s = stream(t, f, start, length, mapped=t.draw(st.booleans()))
    if isinstance(drained(s).last, Failed):
        if t.draw(st.booleans()):
            append(t, f, filler(length), f"filler({length})")
        for _ in range(3):
            t.expect(s.read(), None, RuntimeError)


@check("file_17", names="FileStream", on="FileStream")
def shrinks(t: Bench) -> None:
    """Cut the file short before the first read, or after it."""
    data = long_data(t)
    f = t.file(data, buffering=0)
    s = stream(t, f)
    first = s.read() if t.draw(st.booleans()) else End()
    done = len(first.content) if isinstance(first, Data) else 0
    size = t.draw(st.sampled_from([0, done // 2, done, (done + len(data)) // 2, len(data) - 1]))
    truncate(t, f, size)
    _gives_the_rest(t, s, data, done, size)


def _gives_the_rest(t: Bench, s: Reader, data: bytes, done: int, size: int) -> None:
    """Read on in a file that was cut: to its new end, or a little further, and the error if that is not all."""
    seen = drain_of(s, data)
    end = max(size, min(done + len(seen.content), kept_until(done, size)))
    t.equal(seen.content, data[done:end], f"from {done} on, a file cut to {size} bytes gives")
    t.expect(seen.last, *([None] if done + len(seen.content) == len(data) else [RuntimeError]))


@check("file_18", names="FileStream", on="FileStream")
def shrinks_before_mapping(t: Bench) -> None:
    """The same with useMMap, before the first read: what is mapped already must not be touched then."""
    data = t.draw(st.sampled_from([filler(8 * KIB + 1), long_data(t)]))
    f = t.file(data)
    s = stream(t, f, mapped=True)
    if mapped_parts(f.name) != 0:
        return  # mapped already: nobody may touch that (or the system does not tell)
    size = t.draw(st.sampled_from([0, 1, len(data) // 2, len(data) - 1]))
    truncate(t, f, size)
    _gives_the_rest(t, s, data, 0, size)


@check("file_19", names="FileStream", on="FileStream")
def grows(t: Bench) -> None:
    """Write the bytes that the window wants after the stream was made, or read once."""
    data = data_of(t, 2)
    there = a_start(t, len(data) - 1)
    f = t.file(data[:there], buffering=0)
    start = a_start(t, len(data) - 1)
    s = stream(t, f, start, len(data) - start, mapped=t.draw(st.booleans()))
    first = s.read() if there > start and t.draw(st.booleans()) else End()
    append(t, f, data[there:], f"filler({len(data)})[{there}:]")
    content = (first.content if isinstance(first, Data) else b"") + drained(s).content
    t.equal(content, data[start:], "of a file that grew into its window, reads give")
