"""Checks of the clauses in specs/memory.md: which memory, and which window of it."""

import gc
import weakref
from typing import Final

from hypothesis import strategies as st

from streamgauge.answers import Returned
from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks.bytestream_parts import a_point
from streamgauge.checks.look import declares, gives
from streamgauge.checks.memory_kinds import content, have
from streamgauge.content import filler
from streamgauge.reader import Reader
from streamgauge.timeline import show

SIZES: Final = (1, 2, 3, 7, 300, 70_000)
"""Sizes of memories in bytes."""


class Memory(bytearray):
    """A bytearray of which one can see whether it is still there."""


def _stream(t: Bench, data: bytes, *args: object) -> Reader:
    return t.reader(t.new("MemoryStream", data, *args))


@check("memory_02", names="MemoryStream", on="MemoryStream")
def starts(t: Bench) -> None:
    """Give a start and no length."""
    data = content(t)
    start = a_point(t, len(data) - 1)
    gives(t, _stream(t, data, start), data[start:])


@check("memory_03", names="MemoryStream", on="MemoryStream")
def lasts(t: Bench) -> None:
    """Give a start and a length that ends before the memory does."""
    data = content(t, 2)
    start = a_point(t, len(data) - 2)
    length = t.draw(st.integers(1, len(data) - 1 - start))
    gives(t, _stream(t, data, start, length), data[start : start + length])


@check("memory_04", names="MemoryStream", on="MemoryStream")
def rest_is_the_length(t: Bench) -> None:
    """Look at the length of a window that has only a start."""
    data = content(t)
    start = t.draw(st.integers(0, len(data) - 1))
    t.equal(_stream(t, data, start).length(), len(data) - start, f"from {start} on, length is")


@check("memory_05", names="MemoryStream", on="MemoryStream", examples=0.5)
def zero_is_a_length(t: Bench) -> None:
    """Ask for no bytes."""
    data = content(t)
    s = _stream(t, data, t.draw(st.integers(0, len(data))), 0)
    t.equal(s.length(), 0, "the length of an empty window is")
    gives(t, s, b"")


@check("memory_06", names="MemoryStream", on="MemoryStream")
def touches_the_end(t: Bench) -> None:
    """End a window exactly at the end of the memory, the empty one too."""
    data = content(t, 0)
    size, half = len(data), len(data) // 2
    window = t.draw(st.sampled_from([(size,), (size, 0), (half, size - half), (0, size)]))
    gives(t, _stream(t, data, *window), data[window[0] :])


@check("memory_07", names="MemoryStream", on="MemoryStream")
def all_at_once(t: Bench) -> None:
    """Read once."""
    data = filler(t.draw(st.sampled_from([*SIZES, 3 << 20])))
    start = t.draw(st.sampled_from([0, len(data) // 2]))
    length: tuple[int, ...] = (len(data) - start,) if t.draw(st.booleans()) else ()
    t.expect(_stream(t, data, start, *length).read(), data[start:], promised="the whole window in the first read")


def _refused(t: Bench, data: bytes, *args: object) -> None:
    t.expect(t.build("MemoryStream", data, *args), ValueError)


@check("memory_08", names="MemoryStream", examples=0.5)
def longer_than_memory(t: Bench) -> None:
    """Ask for more than the memory has."""
    data = content(t, 0)
    _refused(t, data, 0, len(data) + t.draw(st.sampled_from([1, 2, 70_000])))


@check("memory_09", names="MemoryStream", examples=0.5)
def past_the_end(t: Bench) -> None:
    """Ask for a length that the memory has, but not behind the start."""
    data = content(t)
    start = t.draw(st.integers(1, len(data)))
    _refused(t, data, start, t.draw(st.integers(len(data) - start + 1, len(data))))


@check("memory_10", names="MemoryStream", examples=0.5)
def starts_past_the_end(t: Bench) -> None:
    """Start behind the last byte."""
    data = content(t, 0)
    length: tuple[int, ...] = (0,) if t.draw(st.booleans()) else ()
    _refused(t, data, len(data) + t.draw(st.sampled_from([1, 2, 70_000])), *length)


@check("memory_11", names="MemoryStream", examples=0.5)
def starts_before_the_memory(t: Bench) -> None:
    """Start before the first byte."""
    data = content(t)
    length: tuple[int, ...] = (1,) if t.draw(st.booleans()) else ()
    _refused(t, data, -t.draw(st.integers(1, len(data) + 1)), *length)


@check("memory_12", names="MemoryStream", examples=0.5)
def negative_length(t: Bench) -> None:
    """Ask for less than nothing."""
    data = content(t)
    _refused(t, data, t.draw(st.integers(0, len(data))), -t.draw(st.integers(1, len(data) + 1)))


@check("memory_15", names="MemoryStream", on="MemoryStream")
def memory_untouched(t: Bench) -> None:
    """Use a stream over a memory in some way, or a half of it; look at the memory, stream it again, read the other."""
    data = content(t)
    kind = t.draw(st.sampled_from(["bytearray", "bytearray", "memoryview"]))
    mem = memoryview(data) if kind == "memoryview" else bytearray(data)
    have(t, mem, f"{kind}({show(data)})")
    s = t.reader(t.new("MemoryStream", mem))
    parts = [(s, data)]
    if t.draw(st.booleans()):
        point = a_point(t, len(data))
        parts = list(zip(s.split(point), (data[:point], data[point:]), strict=True))
    (used, _), *others = t.draw(st.permutations(parts))
    if t.draw(st.booleans()):
        used.read()
    if t.draw(st.booleans()):
        used.close()
    seen = t.call("bytes(mem)", lambda: bytes(mem))
    t.true(seen == Returned(data), f"the memory is now {seen}", f"the memory is {show(data)}")
    for other, rest in [*others, (t.reader(t.new("MemoryStream", mem)), data)]:
        gives(t, other, rest)


@check("memory_16", names="MemoryStream", on="MemoryStream", examples=0.2)
def memory_let_go(t: Bench) -> None:
    """Close, drop the memory, and see whether it is still there."""
    mem = Memory(content(t))
    t.copy(Memory)
    there = weakref.ref(mem)
    s = t.reader(t.new("MemoryStream", mem))
    s.close()
    del mem
    t.run()
    gc.collect()
    t.true(there() is None, "the memory is still referred to after close()", "close() lets the memory go")


@check("memory_17", names="MemoryStream IByteStream", on="MemoryStream", examples=0.1)
def declares_it(t: Bench) -> None:
    """Ask the interface."""
    declares(t, _stream(t, b"data"), "IByteStream")


@check("memory_19", names="MemoryStream", on="MemoryStream", examples=0.5)
def nothing_at_once(t: Bench) -> None:
    """Read a window without bytes, or a half without bytes, once."""
    data = content(t, 0)
    start = t.draw(st.integers(0, len(data)))
    if t.draw(st.booleans()):
        s = _stream(t, data, start, 0)
    else:
        at_end = t.draw(st.booleans())
        s = _stream(t, data).split(len(data) if at_end else 0)[at_end]
    t.expect(s.read(), None)
