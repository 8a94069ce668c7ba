"""Checks of the clauses in specs/memory.md about the kinds of buffers: of wide items, of rows, of scattered bytes."""

from array import array
from collections.abc import Callable
from typing import Any, Final

from hypothesis import strategies as st

from streamgauge.answers import Failed, Returned
from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks.bytestream_parts import a_point
from streamgauge.checks.look import gives
from streamgauge.content import contents, filler
from streamgauge.timeline import show


def mapped(data: bytes) -> object:
    """Make an anonymous mapping that holds these bytes."""
    import mmap

    memory = mmap.mmap(-1, max(len(data), 1))
    memory[: len(data)] = data
    return memory


def c_bytes(data: bytes) -> object:
    """Make a C array of these bytes."""
    import ctypes

    return (ctypes.c_ubyte * len(data))(*data)


KINDS: Final[tuple[tuple[str, Callable[[bytes], Any]], ...]] = (
    ("bytes({})", bytes),
    ("bytearray({})", bytearray),
    ("memoryview({})", memoryview),
    ("memoryview(bytearray({}))", lambda data: memoryview(bytearray(data))),
    ("memoryview(b'<<' + {} + b'>>')[2:-2]", lambda data: memoryview(b"<<" + data + b">>")[2:-2]),
    ("array('B', {})", lambda data: array("B", data)),
    ("c_bytes({})", c_bytes),
    ("mapped({})", mapped),
)
"""How each kind of byte-wide memory is written, and how it is made."""


def have(t: Bench, mem: object, written: str) -> object:
    """Name a memory in the timeline, with the code that makes it."""
    t.copy(mapped)
    t.copy(c_bytes)
    t.timeline.note(f"mem = {written}", f"mem = {written}")
    return t.named("mem", mem)


def content(t: Bench, min_size: int = 1) -> bytes:
    """Draw the bytes of a memory."""
    return t.draw(contents(min_size=min_size, large=70_000))


@check("memory_01", names="MemoryStream", on="MemoryStream")
def any_buffer(t: Bench) -> None:
    """Stream a memory of a drawn kind."""
    data = content(t)
    written, make = t.draw(st.sampled_from(KINDS))
    mem = have(t, make(data), written.format(show(data)))
    gives(t, t.reader(t.new("MemoryStream", mem)), data)


def _wide(t: Bench) -> tuple[Any, bytes]:
    """Draw an array, a view of it, or a view of its bytes in two rows."""
    code = t.draw(st.sampled_from(["H", "I", "Q", "d"]))
    data = filler(array(code).itemsize * t.draw(st.sampled_from([1, 2, 3, 100])))
    mem: Any = array(code, data)
    written = f"array({code!r}, {show(data)})"
    form = t.draw(st.sampled_from(["array", "view", "rows"]))
    if form == "view":
        mem, written = memoryview(mem), f"memoryview({written})"
    elif form == "rows":
        shape = (2, len(data) // 2)
        mem, written = memoryview(data).cast("B", shape), f"memoryview({show(data)}).cast('B', {shape})"
    return have(t, mem, written), data


@check("memory_13", names="MemoryStream", on="MemoryStream")
def wide_items(t: Bench) -> None:
    """Stream an array of wide items; look at the length first."""
    mem, data = _wide(t)
    s = t.reader(t.new("MemoryStream", mem))
    t.equal(s.length(), len(data), f"over {len(mem)} items of {len(data)} bytes length is")
    gives(t, s, data)


@check("memory_14", names="MemoryStream", on="MemoryStream")
def wide_windows(t: Bench) -> None:
    """Window an array of wide items, and split the window; both between the bytes of an item."""
    mem, data = _wide(t)
    start = t.draw(st.integers(0, len(data) - 1))
    length = t.draw(st.integers(1, len(data) - start))
    window = data[start : start + length]
    s = t.reader(t.new("MemoryStream", mem, start, length))
    if t.draw(st.booleans()):
        gives(t, s, window)
        return
    point = a_point(t, length)
    before, after = s.split(point)
    gives(t, before, window[:point])
    gives(t, after, window[point:])


@check("memory_18", names="MemoryStream", on="MemoryStream")
def scattered(t: Bench) -> None:
    """Stream every second byte of a memory, or a memory backwards."""
    data = content(t, 2)
    step = t.draw(st.sampled_from([2, -1]))
    mem = have(t, memoryview(data)[::step], f"memoryview({show(data)})[::{step}]")
    made = t.try_new("s", "MemoryStream", mem)
    if isinstance(made, Failed):
        t.expect(made, TypeError, ValueError, BufferError, promised="its bytes, or a refusal")
    elif isinstance(made, Returned):
        gives(t, t.reader(made.value), data[::step])
