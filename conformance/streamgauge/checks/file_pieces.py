"""Checks of the clauses in specs/file.md about the pieces: how large, mapped or copied, and what they leave behind."""

from functools import cache

from hypothesis import strategies as st

from streamgauge.answers import Data, Failed, content_of
from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks.file_made import (
    FAR,
    KIB,
    a_start,
    data_of,
    drained,
    limit,
    mapped_parts,
    open_descriptors,
    overwrite,
    sparse,
    stream,
)  # fmt: skip
from streamgauge.checks.held import COUNT, held, nothing_is_held
from streamgauge.checks.look import drop_all, drop_pieces, gives, look
from streamgauge.checks.sendfile_parts import takes_sendfile
from streamgauge.checks.stream_parts import PIECE
from streamgauge.content import filler
from streamgauge.reader import Reader


@cache
def _large() -> bytes:
    """More than one mapped window, and more than a multiple of anything."""
    return filler(4 * KIB**2 + 70_001)


def _bounded(t: Bench, s: Reader, data: bytes, most: int, name: str) -> None:
    seen = drained(s)
    sizes = [len(piece.content) for piece in seen.pieces]
    t.true(not sizes or max(sizes) <= most, f"a piece of {max(sizes, default=0)} bytes", f"pieces of at most {most}")
    t.equal(seen.content, data, f"in pieces of at most {name} the stream gives")


@check("file_24", names="FileStream", on="FileStream")
def chunk_size(t: Bench) -> None:
    """Read without mapping, perhaps the beginning of a file larger than MMAP_LIMIT; look at the sizes."""
    data = data_of(t, 65_503)
    large = t.draw(st.integers(0, 3)) == 0
    s = stream(t, sparse(t, 5 * KIB**2, filler(3)) if large else t.file(data))
    own = look(t, s, "CHUNK_SIZE")
    most = own if isinstance(own, int) else 65_504
    if large:
        answer = s.read()
        size = len(answer.content) if isinstance(answer, Data) else 0
        t.true(size <= most, f"a piece of {size} bytes", f"pieces of at most {most}")
    else:
        _bounded(t, s, data, most, "CHUNK_SIZE")


@check("file_25", names="FileStream", on="FileStream")
def own_chunk_size(t: Bench) -> None:
    """Set it on one stream, and read that one and another."""
    size = t.draw(st.sampled_from([1, 2, 100, 4096, 70_000]))
    late = t.draw(st.booleans())
    data = filler(min(3 * size + late * 65_504 + t.draw(st.integers(0, 2)), 131_009))
    f = t.file(data)
    s = stream(t, f)
    if late:
        first = s.read()
        data = data[len(first.content) if isinstance(first, Data) else 0 :]
    answer = t.call(f"{s.name}.CHUNK_SIZE = {size}", setattr, s.stream, "CHUNK_SIZE", size)
    t.true(not isinstance(answer, Failed), f"setting CHUNK_SIZE {answer}", "CHUNK_SIZE may be set on one stream")
    _bounded(t, s, data, size, "that CHUNK_SIZE")


def _kept(t: Bench, size: int, mapped: bool) -> None:
    """Read a file, whole or in two halves, write over it, and look at what was read."""
    data = filler(size)
    f = t.file(data + filler(t.draw(st.sampled_from([0, 1, 50_000]))))
    s = stream(t, f, 0, size, mapped=mapped)
    parts = s.split(t.draw(st.sampled_from([0, size // 2]))) if t.draw(st.booleans()) else (s,)
    pieces = [piece for part in parts for piece in drained(part).pieces]
    overwrite(t, f, size)
    now = b"".join(content_of(piece.value) or b"" for piece in pieces)
    t.equal(now, data, "after the file was overwritten, what was read before is")


@check("file_26", names="FileStream", on="FileStream")
def copies(t: Bench) -> None:
    """Read without mapping, then change the file."""
    _kept(t, len(data_of(t)), mapped=False)


@check("file_27", names="FileStream", on="FileStream")
def small_are_copies(t: Bench) -> None:
    """Read at most MMAP_THRESHOLD bytes with useMMap, then change the file."""
    most = limit(t, "MMAP_THRESHOLD", 8 * KIB)
    _kept(t, t.draw(st.sampled_from([most, most - 1, most // 2 + 1, 1])), mapped=True)


@check("file_28", names="FileStream", on="FileStream", heavy=True)
def mapped_at_most(t: Bench) -> None:
    """Read a large file with useMMap; look at the sizes."""
    most = limit(t, "MMAP_LIMIT", 4 * KIB**2)
    f = sparse(t, 5 * KIB**2, filler(3))
    start = a_start(t, 5000)
    rest = () if t.draw(st.booleans()) else (most + 1,)
    s = stream(t, f, start, *rest, mapped=True)
    for _ in range(1000):
        answer = s.read()
        if not isinstance(answer, Data):
            break
        size = len(answer.content)
        t.true(size <= most, f"a piece of {size} bytes", f"pieces of at most MMAP_LIMIT, {most} bytes")


@check("file_29", names="FileStream", on="FileStream")
def mapped_anywhere(t: Bench) -> None:
    """Read a window of more than MMAP_THRESHOLD bytes with useMMap."""
    data = data_of(t, 8 * KIB + 1)
    start = a_start(t, min(len(data) - 1, 20_000))
    length = len(data) - start - t.draw(st.sampled_from([0, 0, 1]))
    gives(t, stream(t, t.file(data), start, length, mapped=True), data[start : start + length])


@check("file_30", names="FileStream", on="FileStream", heavy=True)
def many_windows(t: Bench) -> None:
    """Read a file larger than one mapped window."""
    data = _large()
    start = a_start(t, 5000)
    end = len(data) - t.draw(st.sampled_from([0, 1]))
    gives(t, stream(t, t.file(data), start, end - start, mapped=True), data[start:end])


@check("file_62", names="FileStream", on="FileStream FileStream-mapped", heavy=True)
def windows_stay(t: Bench) -> None:
    """Read a file larger than one mapped window, perhaps close and drop the stream; then look at the pieces again."""
    data = _large()
    s = stream(t, t.file(data), a_start(t, 5000), mapped=True)
    pieces = drained(s).pieces
    if t.draw(st.booleans()):
        s.close()
        t.forget()
    for number, piece in enumerate(pieces):
        now = content_of(piece.value)
        t.true(now == piece.content, f"piece {number}, read as {piece}, has changed", "what was read keeps its content")


@check("file_63", names="FileStream", on="FileStream", heavy=True)
def given_is_gone(t: Bench) -> None:
    """Read a file without mapping, keep nothing, and count what is held."""
    skipped = a_start(t, 5000)
    f = t.file(filler(COUNT * PIECE + skipped + 1))
    with held() as kept:
        nothing_is_held(t, stream(t, f, skipped), kept)


@check("file_31", names="FileStream", on="FileStream", heavy=True)
def far_away(t: Bench) -> None:
    """Read a window past the first 4 GiB of a sparse file."""
    data = filler(20_001)
    f = sparse(t, FAR, data)
    skipped = a_start(t, 5000)
    mapped = t.draw(st.booleans())
    s = stream(t, f, 7, mapped=mapped, label="all")
    t.equal(s.length(), FAR + len(data) - 7, "the length of the whole file behind its seventh byte is")
    gives(t, stream(t, f, FAR + skipped, mapped=mapped), data[skipped:])


@check("file_32", names="FileStream", on="FileStream")
def unreadable(t: Bench) -> None:
    """Read a file that was opened for writing only."""
    data = data_of(t)
    f = t.file(data, "ab")
    made = t.build("FileStream", f, 0, len(data), useMMap=t.draw(st.booleans()))
    if isinstance(made, Failed):
        t.exercised = True  # refusing such a file is an error that comes back too
        return
    s = stream(t, f, 0, len(data), mapped=t.draw(st.booleans()))
    t.expect(s.read(), Exception, promised="an error of reading")


def _used(t: Bench, f: object, data: bytes, *, mapped: bool, closed: bool) -> None:
    """Use a stream up in a drawn way: to its end, in part, beyond the file or by sendfile; close it if it has more."""
    how = t.draw(st.sampled_from(["to the end", "in part", "beyond", "beyond", "by sendfile"]))
    if how == "beyond" and isinstance(t.build("FileStream", f, 0, len(data) + 1), Failed):
        return
    s = stream(t, f, *((0, len(data) + 1) if how == "beyond" else ()), mapped=mapped)
    if how == "by sendfile" and takes_sendfile(s):
        s.read(sendfile=True)
    elif how in {"in part", "by sendfile"}:
        s.read()
    else:
        drained(s)
    if closed or how in {"in part", "by sendfile"}:
        s.close()


@check("file_33", names="FileStream", on="FileStream", examples=0.8)
def no_descriptor_left(t: Bench) -> None:
    """Use streams; drop what was read, then the streams, and count the file's open descriptors."""
    data = data_of(t)
    f = t.file(data)
    before = open_descriptors(f.name)
    if before is None:
        return
    closed = t.draw(st.booleans())
    for _ in range(3):
        _used(t, f, data, mapped=t.draw(st.booleans()), closed=closed)
    for drop in (drop_pieces, drop_all) if closed else (drop_all,):
        drop(t)
        t.equal(open_descriptors(f.name), before, "descriptors of the file that are open in the end:")


@check("file_34", names="FileStream", on="FileStream", examples=0.3)
def no_mapping_left(t: Bench) -> None:
    """Use streams with useMMap; drop what was read, then the streams, and count the file's mapped parts."""
    data = data_of(t, 8 * KIB + 1)
    f = t.file(data)
    if mapped_parts(f.name) is None:
        return
    closed = t.draw(st.booleans())
    for _ in range(3):
        _used(t, f, data, mapped=True, closed=closed)
    for drop in (drop_pieces, drop_all) if closed else (drop_all,):
        drop(t)
        t.equal(mapped_parts(f.name), 0, "parts of the file that are mapped in the end:")
