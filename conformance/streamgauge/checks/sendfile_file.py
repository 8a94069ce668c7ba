"""Checks of the clauses in specs/sendfile.md about FileStream: when a piece comes, how large it is, what it covers."""

from hypothesis import strategies as st

from streamgauge.answers import Data, End, Returned
from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks.bytestream_parts import a_point
from streamgauge.checks.file_made import (
    ANY,
    KIB,
    a_start,
    data_of,
    kept_until,
    limit,
    long_data,
    move,
    opened,
    sparse,
    stream,
    truncate,
)
from streamgauge.checks.look import declares
from streamgauge.checks.sendfile_parts import cover, covered, take, takes_sendfile
from streamgauge.content import filler
from streamgauge.reader import Reader


def _file(t: Bench, size: int, *window: int, mapped: bool) -> Reader:
    return stream(t, opened(t, filler(size)), *window, mapped=mapped)


@check("sendfile_08", names="FileStream SendfileBuffer", on="FileStream")
def above_threshold(t: Bench) -> None:
    """Ask a stream that has more left than the threshold."""
    least = limit(t, "SENDFILE_THRESHOLD", 256) + 1
    more, mapped = t.draw(st.sampled_from([(0, False), (1, True), (8000, True), (70_000, False), (70_000, True)]))
    size = least + more
    start = t.draw(st.sampled_from([0, 1, 5000]))
    answer, covered = take(_file(t, start + size, start, mapped=mapped), sendfile=True)
    kind, value = t.port["SendfileBuffer"], getattr(answer, "value", None)
    given = isinstance(answer, Returned) or (isinstance(kind, type) and isinstance(value, kind))  # it may be data too
    t.true(
        given and covered is not None,
        f"with {size} bytes left, read(sendfile=True) gives {answer}", "a SendfileBuffer",
    )  # fmt: skip


@check("sendfile_09", names="FileStream sendfile", on="FileStream")
def at_the_threshold(t: Bench) -> None:
    """Ask a stream that has no more left than the threshold."""
    most = limit(t, "SENDFILE_THRESHOLD", 256)
    size = t.draw(st.sampled_from([most, most - 1, most // 2, 1]))
    s = t.draw(st.sampled_from([_window, _window, _half, _rest]))(t, filler(5000 + size), size)
    if s.length() == size:
        answer, _ = take(s, sendfile=True)
        t.true(isinstance(answer, Data), f"with {size} bytes left, read(sendfile=True) gives {answer}", "bytes")


def _window(t: Bench, data: bytes, size: int) -> Reader:
    """A window of the last bytes of a file, or with one byte behind it."""
    more = t.draw(st.booleans()) * b"!"
    return stream(t, opened(t, data + more), len(data) - size, size, mapped=t.draw(st.booleans()))


def _half(t: Bench, data: bytes, size: int) -> Reader:
    """The second half of a split, of so many bytes."""
    return stream(t, opened(t, data), mapped=t.draw(st.booleans())).split(len(data) - size)[1]


def _rest(t: Bench, data: bytes, size: int) -> Reader:
    """What is left of a large file behind its first pieces; more, if these are not SendfileBuffers that end there."""
    most = limit(t, "SENDFILE_LIMIT", 16 * KIB**2)
    s = stream(t, sparse(t, most, data[-size:]), mapped=t.draw(st.booleans()))
    for _ in range(ANY):
        if s.length() == size or not isinstance(take(s, sendfile=True)[0], Returned):
            break
    return s


def _hollow(t: Bench) -> tuple[Reader, int, bytes]:
    """A file a little larger than the limit, of which only the end is on disk."""
    data = filler(5000)
    most = limit(t, "SENDFILE_LIMIT", 16 * KIB**2)
    start = a_start(t, 4000)
    if t.draw(st.booleans()):
        data = data[: start + 1]
    s = stream(t, sparse(t, most, data), start, most + len(data) - start)
    return s, most, data


@check("sendfile_10", names="FileStream sendfile", on="FileStream", heavy=True)
def at_most_the_limit(t: Bench) -> None:
    """Ask a stream of more bytes than the limit."""
    s, most, _ = _hollow(t)
    answer, size = take(s, sendfile=True)
    t.true(size is not None and size <= most, f"{answer} of {size} bytes", f"a piece of at most {most} bytes")


@check("sendfile_11", names="FileStream sendfile", on="FileStream", heavy=True)
def behind_the_limit(t: Bench) -> None:
    """Ask once, then read the rest; its last bytes are known."""
    s, most, data = _hollow(t)
    whole = s.length()
    answer, size = take(s, sendfile=True)
    if size is None or not isinstance(whole, int):
        return
    sizes, tail = [size], b""
    for _ in range(ANY):
        answer = s.read()
        if not isinstance(answer, Data):
            break
        sizes.append(len(answer.content))
        tail = (tail + answer.content)[-len(data) :]
    t.equal(sum(sizes), whole, f"the bytes covered by all reads of {most} bytes and more:")
    wanted = min(len(data), sum(sizes[1:]))
    t.equal(tail[-wanted:] if wanted else b"", data[-wanted:] if wanted else b"", "the last bytes of the file are")


@check("sendfile_12", names="FileStream sendfile", on="FileStream")
def not_past_the_window(t: Bench) -> None:
    """Cover a window that ends before the file does."""
    data = data_of(t, 255)
    start = a_start(t, len(data) // 2)
    length = t.draw(st.integers(0, len(data) - start))
    s = stream(t, t.file(data), start, length)
    at, _ = cover(t, s, data[start : start + length], t.draw(st.lists(st.booleans(), max_size=2)))
    t.equal(at, length, f"the bytes covered of a window of {length} bytes:")


@check("sendfile_13", names="FileStream sendfile", on="FileStream")
def not_past_the_split(t: Bench) -> None:
    """Split, and cover each half; a half that does not take sendfile is read without."""
    data = data_of(t, 255)
    point = a_point(t, len(data))
    halves = stream(t, t.file(data)).split(point)
    for half, content in zip(halves, (data[:point], data[point:]), strict=True):
        at, _ = cover(t, half, content, [] if takes_sendfile(half) else [False] * ANY)
        t.equal(at, len(content), f"the bytes covered by {half.name}:")


@check("sendfile_14", names="FileStream sendfile", on="FileStream")
def not_past_the_file(t: Bench) -> None:
    """Cover a window that reaches past the end of the file."""
    data = data_of(t, 255)
    start = a_start(t, len(data))
    length = len(data) - start + t.draw(st.sampled_from([1, 300, 70_000]))
    s = stream(t, t.file(data), start, length)
    at, last = cover(t, s, data[start:], [])
    t.equal(at, len(data) - start, "the bytes covered of a file that is too short:")
    t.expect(last, RuntimeError)


@check("sendfile_16", names="FileStream sendfile", on="FileStream")
def not_past_the_cut(t: Bench) -> None:
    """Cut the file short before the first read, or after it; cover the rest."""
    data = long_data(t)
    f = t.file(data, buffering=0)
    s = stream(t, f)
    first = s.read() if t.draw(st.booleans()) else End()
    done = len(first.content) if isinstance(first, Data) else 0
    size = t.draw(st.sampled_from([0, done, (done + len(data)) // 2, len(data) - 1]))
    truncate(t, f, size)
    until = kept_until(done, size)
    at, last = cover(t, s, data[done:until], [])
    t.equal(
        at,
        max(size - done, min(at, until - done), 0),
        f"the bytes covered from {done} on, of a file cut to {size} bytes:",
    )
    t.expect(last, *([None] if done + at == len(data) else [RuntimeError]))


@check("sendfile_15", names="FileStream ISendfileableStream", on="FileStream", examples=0.1)
def declares_it(t: Bench) -> None:
    """Ask the interface."""
    declares(t, stream(t, t.file(b"data")), "ISendfileableStream")


@check("sendfile_17", names="FileStream SendfileBuffer sendfile", on="FileStream")
def its_bytes(t: Bench) -> None:
    """Turn a piece into bytes after the position was moved; or cut the file short before."""
    data = data_of(t, 1000)
    start = a_start(t, len(data) // 2)
    f = t.file(data, buffering=0)
    s = stream(t, f, start, len(data) - start - t.draw(st.sampled_from([0, 1])))
    answer = t.settle(t.begin(f"piece = {s.name}.read(sendfile=True)", s.stream.read, sendfile=True))
    piece, size = answer.value if isinstance(answer, Returned) else None, covered(answer)
    if size is None or not hasattr(type(piece), "__bytes__"):
        t.lacks("no read gives a SendfileBuffer that can be turned into bytes")
        return
    if t.draw(st.booleans()):
        truncate(t, f, start + size - t.draw(st.sampled_from([1, size])))
        got = t.call("bytes(piece)", bytes, piece)
        t.exercised = True
    else:
        move(t, "f.seek(3)", lambda: f.seek(3))
        got = t.call("bytes(piece)", bytes, piece)
        t.true(isinstance(got, Returned), f"bytes(piece) {got}", "the bytes that the piece covers")
    if isinstance(got, Returned):
        t.equal(got.value, data[start : start + size], "the bytes of the piece are")
