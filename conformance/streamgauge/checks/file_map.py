"""Checks of the clauses in specs/file.md about mmapwrapper.

Strategy: what it gives may be a mapping or something like one, so it is compared through `len`, indices, slices and the
buffer interface only.
"""

import gc
import mmap
from operator import setitem
from pathlib import Path
from typing import Any, Final

from hypothesis import strategies as st

from streamgauge.answers import Answer, Failed, Returned, content_of
from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks.file_made import FAR, data_of, mapped_parts, open_descriptors, size_of, sparse
from streamgauge.content import filler

PAGE: Final = mmap.ALLOCATIONGRANULARITY
READ: Final[dict[str, Any]] = {"access": mmap.ACCESS_READ}


def _call(t: Bench, f: Any, length: int, *, named: bool = False, **kwargs: Any) -> Answer:
    """Map `length` bytes of a file from an offset on, both given by place or by name; `Returned` or `Failed`."""
    first, second = ("fileno=", "length=") if named else ("", "")
    words = [f"{first}f.fileno()", f"{second}{length}", *(f"{name}={value!r}" for name, value in kwargs.items())]
    code, wrapper = f"m = mmapwrapper({', '.join(words)})", t.port["mmapwrapper"]
    if named:
        return t.call(code, wrapper, fileno=f.fileno(), length=length, **kwargs)
    return t.call(code, wrapper, f.fileno(), length, **kwargs)


def _map(t: Bench, f: Any, length: int, *, named: bool = False, **kwargs: Any) -> Any:
    """Map where it has to work."""
    answer = _call(t, f, length, named=named, **kwargs)
    if not isinstance(answer, Returned):
        t.violate(f"mmapwrapper(...) {answer}", "a mapping")
    return answer.value


def _bytes(t: Bench, mapping: Any, count: int) -> object:
    """The first bytes, taken by slice, by index and by the buffer interface; an error if one of them fails."""
    row = t.timeline.call(f"bytes(m[0:{count}])")
    try:
        ways = {bytes(mapping[0:count]), bytes([mapping[0], *mapping[1:count]]), (content_of(mapping) or b"")[:count]}
    except Exception as error:
        row.seen = Failed(error, sync=True)
        return str(row.seen)
    row.seen = f"{len(ways)} results" if len(ways) > 1 else "bytes"
    return ways.pop() if len(ways) == 1 else sorted(ways)


def _window(t: Bench, size: int, *, page: bool) -> tuple[int, int]:
    """Draw an offset, at a page border or between two, and a length."""
    pages = t.draw(st.integers(0, 2)) * PAGE
    offset = pages if page else pages + t.draw(st.sampled_from([1, 2, PAGE // 2, PAGE - 1]))
    return offset, t.draw(st.sampled_from([1, 2, 100, PAGE - 1, PAGE, PAGE + 1, size - offset]))


@check("file_37", names="mmapwrapper")
def from_the_start(t: Bench) -> None:
    """Map without an offset, by place and by name."""
    data = data_of(t)
    f = t.file(data, "r+b")
    length = t.draw(st.sampled_from([1, len(data)]))
    mapping = _map(t, f, length, named=t.draw(st.booleans()))
    t.equal(_bytes(t, mapping, length), data[:length], "the mapping holds")


@check("file_38", names="mmapwrapper")
def from_a_page(t: Bench) -> None:
    """Map from a page border on."""
    data = filler(4 * PAGE)
    offset, length = _window(t, len(data), page=True)
    mapping = _map(t, t.file(data, "r+b"), length, offset=offset)
    t.equal(_bytes(t, mapping, length), data[offset : offset + length], f"from {offset} on, the mapping holds")


@check("file_39", names="mmapwrapper")
def from_anywhere(t: Bench) -> None:
    """Map from between two page borders on, by place or by name."""
    data = filler(4 * PAGE)
    offset, length = _window(t, len(data), page=False)
    mapping = _map(t, t.file(data, "r+b"), length, named=t.draw(st.booleans()), offset=offset)
    t.equal(_bytes(t, mapping, length), data[offset : offset + length], f"from {offset} on, the mapping holds")


@check("file_40", names="mmapwrapper")
def as_long_as_asked(t: Bench) -> None:
    """Compare the length, and the size of the buffer."""
    data = filler(4 * PAGE)
    offset, length = _window(t, len(data), page=t.draw(st.booleans()))
    answer = _call(t, t.file(data, "r+b"), length, offset=offset)
    if isinstance(answer, Returned):
        t.equal(size_of(answer), length, "len of the mapping is")
        t.equal(len(content_of(answer.value) or b""), length, "the size of its buffer is")


@check("file_41", names="mmapwrapper")
def rest_of_the_file(t: Bench) -> None:
    """Ask for the length 0."""
    data = filler(4 * PAGE)
    offset, _ = _window(t, len(data), page=t.draw(st.booleans()))
    mapping = _map(t, t.file(data, "r+b"), 0, offset=offset)
    t.equal(content_of(mapping), data[offset:], f"from {offset} on, the mapping of the rest holds")


@check("file_42", names="mmapwrapper", examples=0.1)
def no_arguments(t: Bench) -> None:
    """Call it with nothing, or with a length alone."""
    arguments: dict[str, object] = {"length": 100} if t.draw(st.booleans()) else {}
    t.expect(t.build("mmapwrapper", **arguments), TypeError)


@check("file_43", names="mmapwrapper", examples=0.2)
def offset_alone(t: Bench) -> None:
    """Call it with an offset alone that means the start."""
    t.expect(t.build("mmapwrapper", offset=t.draw(st.sampled_from([0, None]))), TypeError)


@check("file_60", names="mmapwrapper", examples=0.3)
def real_offset_alone(t: Bench) -> None:
    """Call it with another offset alone."""
    t.expect(t.build("mmapwrapper", offset=t.draw(st.sampled_from([1, PAGE, PAGE + 1]))), TypeError)


@check("file_44", names="mmapwrapper")
def offset_nothing(t: Bench) -> None:
    """Say "from the start" in both ways."""
    data = data_of(t)
    mapping = _map(t, t.file(data, "r+b"), len(data), offset=t.draw(st.sampled_from([None, 0])))
    t.equal(_bytes(t, mapping, len(data)), data, "the mapping holds")


@check("file_45", names="mmapwrapper", heavy=True)
def far_away(t: Bench) -> None:
    """Map from past the first 4 GiB of a sparse file."""
    data = filler(3 * PAGE)
    f = sparse(t, FAR, data, "r+b")
    skipped = t.draw(st.sampled_from([0, 1, PAGE - 1, PAGE + 1]))
    mapping = _map(t, f, PAGE, offset=FAR + skipped)
    t.equal(_bytes(t, mapping, PAGE), data[skipped : skipped + PAGE], "the mapping holds")


def _write(t: Bench, mapping: Any, at: int, data: bytes) -> Answer:
    return t.call(f"m[{at}:{at + len(data)}] = {data!r}", setitem, mapping, slice(at, at + len(data)), data)


@check("file_46", names="mmapwrapper", examples=0.5)
def read_only(t: Bench) -> None:
    """Map a file that is open for reading, and try to write."""
    data = filler(2 * PAGE)
    f = t.file(data)
    mapping = _map(t, f, 100, offset=t.draw(st.sampled_from([0, 1, PAGE])), **READ)
    t.expect(_write(t, mapping, 0, b"no"), Exception, promised="writing into a read-only mapping is refused")
    t.equal(Path(f.name).read_bytes(), data, "the file holds")


@check("file_47", names="mmapwrapper", examples=0.5)
def written_through(t: Bench) -> None:
    """Write into a shared mapping; read the file."""
    data = filler(5 * PAGE)
    f = t.file(data, "r+b")
    offset, length = _window(t, 4 * PAGE, page=t.draw(st.booleans()))
    length = max(length, 4)
    mapping = _map(t, f, length, offset=offset)
    at = t.draw(st.sampled_from([0, length - 4]))
    answer = _write(t, mapping, at, b"here")
    t.true(not isinstance(answer, Failed), f"writing {answer}", "a shared mapping can be written")
    at += offset
    t.equal(Path(f.name).read_bytes(), data[:at] + b"here" + data[at + 4 :], "the file holds")


@check("file_48", names="mmapwrapper", examples=0.5)
def anonymous(t: Bench) -> None:
    """Map memory without a file, and write into it."""
    size = t.draw(st.sampled_from([10, PAGE, PAGE + 1]))
    mapping = t.new("mmapwrapper", -1, size, label="m")
    t.equal(content_of(mapping), bytes(size), "the memory holds")
    answer = _write(t, mapping, 3, b"here")
    t.true(not isinstance(answer, Failed), f"writing {answer}", "the memory can be written")
    t.equal(content_of(mapping), bytes(3) + b"here" + bytes(size - 7), "the memory holds")


@check("file_49", names="mmapwrapper", examples=0.5)
def past_the_end(t: Bench) -> None:
    """Map more than there is; what comes instead of an error is not touched."""
    data = data_of(t)
    offset = t.draw(st.sampled_from([0, 1, len(data) - 1, len(data), len(data) + 1, len(data) + PAGE]))
    length = max(len(data) - offset, 0) + t.draw(st.sampled_from([1, PAGE]))
    t.expect(_call(t, t.file(data), length, offset=offset, **READ), Exception, promised="an error")


@check("file_50", names="mmapwrapper", examples=0.5)
def negative_offset(t: Bench) -> None:
    """Map from before the start of the file."""
    offset = -t.draw(st.sampled_from([1, PAGE - 1, PAGE, PAGE + 1]))
    t.expect(_call(t, t.file(filler(2 * PAGE)), 1, offset=offset, **READ), Exception, promised="an error")


@check("file_51", names="mmapwrapper", examples=0.3)
def unmapped(t: Bench) -> None:
    """Map, be refused, drop everything; count the file's mapped parts and open descriptors."""
    data = filler(3 * PAGE + 10)
    f = t.file(data)
    before = open_descriptors(f.name)
    if before is None:
        return
    for _ in range(3):
        offset = t.draw(st.sampled_from([0, 1, PAGE + 1, 3 * PAGE + 11]))
        _call(t, f, t.draw(st.sampled_from([0, 1, 100])), offset=offset, **READ)
    t.forget()
    gc.collect()
    t.equal(mapped_parts(f.name), 0, "parts of the file that are mapped in the end:")
    t.equal(open_descriptors(f.name), before, "descriptors of the file that are open in the end:")
