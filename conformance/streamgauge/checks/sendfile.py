"""Checks of the clauses in specs/sendfile.md: reads that may give a piece of a file instead of bytes.

Strategy: of such a piece only `len` is used. What it covers is known from the bytes that come after it.
"""

import inspect

from hypothesis import strategies as st

from streamgauge.answers import Answer, Data, End, Failed, Returned
from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks.bytestream_parts import a_point
from streamgauge.checks.file_made import ANY, KIB, a_start, data_of, limit, size_of, sparse, stream
from streamgauge.checks.look import declares
from streamgauge.reader import Reader
from streamgauge.script import Script, filler, scripts

SIZES = (0, 1, 255, 256, 257, 258, 1000, 8193, 70_000)
"""Sizes around SENDFILE_THRESHOLD, in bytes, and some beyond."""


def _content(t: Bench) -> Script:
    """Draw what the maker can be given, large enough for a SendfileBuffer now and then."""
    if "scripted" in t.maker.abilities:
        return t.draw(scripts())
    return Script.of(filler(t.draw(st.sampled_from([size for size in SIZES if size <= t.maker.largest]))))


def _covered(answer: Answer) -> int | None:
    """Bytes that an answer covers; None if it is no piece at all."""
    if isinstance(answer, Data):
        return len(answer.content)
    size = size_of(answer)
    return size if isinstance(size, int) and size > 0 else None


def _take(s: Reader, *, sendfile: bool) -> tuple[Answer, int | None]:
    answer = s.read(sendfile=True) if sendfile else s.read()
    return answer, _covered(answer)


def _compare(t: Bench, answer: Answer, at: int, data: bytes) -> None:
    """Bytes that came have to be those at this place."""
    if isinstance(answer, Data):
        t.equal(answer.content, data[at : at + len(answer.content)], f"the bytes read at {at} are")


def _cover(t: Bench, s: Reader, data: bytes, how: list[bool]) -> tuple[int, Answer]:
    """Read to the end, as `how` says and then with sendfile; give how much was covered, and the last answer."""
    at = 0
    for turn in range(ANY):
        answer, size = _take(s, sendfile=how[turn] if turn < len(how) else True)
        if size is None:
            return at, answer
        _compare(t, answer, at, data)
        at += size
    return at, End()


@check("sendfile_01", "read", "sendfile", examples=0.5)
def takes_sendfile(t: Bench) -> None:
    """Read in each of the ways."""
    s = t.make(_content(t))
    how = t.draw(st.sampled_from(["", "sendfile=False", "sendfile=True", "False", "True"]))
    code = f"{s.name}.read({how})"
    value = how.endswith("True")
    if "=" in how:
        answer = t.settle(t.begin(code, s.stream.read, sendfile=value))
    else:
        answer = t.settle(t.begin(code, s.stream.read, *([value] if how else [])))
    t.true(not isinstance(answer, Failed), f"read({how}) {answer}", f"read({how}) gives data or None")


@check("sendfile_02", "read", "sendfile")
def bytes_unasked(t: Bench) -> None:
    """Read to the end without asking for a SendfileBuffer."""
    script = _content(t)
    s = t.make(script)
    got = b""
    for _ in range(ANY):
        answer = s.read(sendfile=False) if t.draw(st.booleans()) else s.read()
        if not isinstance(answer, Data):
            break
        got += answer.content
    t.true(not isinstance(answer, Returned), f"a read without sendfile gives {answer}", "bytes, or None")
    t.equal(got, script.data, "the bytes read without sendfile are")


@check("sendfile_03", "read", "sendfile")
def has_a_size(t: Bench) -> None:
    """Ask for a SendfileBuffer until the end; look at each piece."""
    s = t.make(_content(t))
    for _ in range(ANY):
        answer, size = _take(s, sendfile=True)
        if isinstance(answer, Returned):
            t.true(size is not None, f"{answer}, whose len is {size_of(answer)}", "a len of at least one byte")
        else:
            t.true(True, "", "bytes are fine")
        if size is None:
            break


@check("sendfile_04", "read", "sendfile")
def kinds_mixed(t: Bench) -> None:
    """Read with and without sendfile in a drawn order; compare the bytes with their place."""
    script = _content(t)
    s = t.make(script)
    how = t.draw(st.lists(st.booleans(), max_size=4))
    if t.draw(st.booleans()):
        how += [False] * ANY
    at, last = _cover(t, s, script.data, how)
    t.equal(at, len(script.data), "the bytes covered by all reads:")
    t.expect(last, None, promised="None after the last byte")


@check("sendfile_05", "read", "length", "sendfile")
def length_falls(t: Bench) -> None:
    """Look at the length after each read with sendfile."""
    s = t.make(_content(t))
    length = s.length()
    t.true(length is None or isinstance(length, int), f"length {length!r}", "an int or None")
    while isinstance(length, int):
        size = _take(s, sendfile=True)[1]
        if size is None:
            break
        length -= size
        t.equal(s.length(), length, f"after {size} bytes by sendfile length is")


@check("sendfile_06", "read", "sendfile")
def ends(t: Bench) -> None:
    """Read to the end, then again with sendfile."""
    s = t.make(_content(t))
    sendfile = t.draw(st.booleans())
    last: Answer = End()
    for _ in range(ANY):
        last, size = _take(s, sendfile=sendfile)
        if size is None:
            break
    if isinstance(last, End):
        for _ in range(2):
            t.expect(s.read(sendfile=True), None)
    else:
        t.expect(last, None, promised="None at the end")


@check("sendfile_07", "read", "close", "sendfile")
def closed(t: Bench) -> None:
    """Close at a drawn point, then read with sendfile."""
    s = t.make(_content(t))
    for _ in range(t.draw(st.integers(0, 2))):
        s.read(sendfile=t.draw(st.booleans()))
    s.close()
    for _ in range(2):
        t.expect(s.read(sendfile=True), None)


def _file(t: Bench, size: int, *window: int) -> Reader:
    return stream(t, t.file(filler(size)), *window)


@check("sendfile_08", names="FileStream SendfileBuffer", on="FileStream")
def above_threshold(t: Bench) -> None:
    """Ask a stream that has more left than the threshold."""
    least = limit(t, "SENDFILE_THRESHOLD", 256) + 1
    size = least + t.draw(st.sampled_from([0, 1, 8000, 70_000]))
    start = t.draw(st.sampled_from([0, 1, 5000]))
    answer, covered = _take(_file(t, start + size, start), sendfile=True)
    t.true(
        isinstance(answer, Returned) and covered is not None,
        f"with {size} bytes left, read(sendfile=True) gives {answer}", "a SendfileBuffer",
    )  # fmt: skip


@check("sendfile_09", names="FileStream", on="FileStream")
def at_the_threshold(t: Bench) -> None:
    """Ask a stream that has no more left than the threshold."""
    most = limit(t, "SENDFILE_THRESHOLD", 256)
    size = t.draw(st.sampled_from([most, most - 1, most // 2, 1]))
    start = t.draw(st.sampled_from([0, 1, 5000]))
    answer, _ = _take(_file(t, start + size + 1, start, size), sendfile=True)
    t.true(isinstance(answer, Data), f"with {size} bytes left, read(sendfile=True) gives {answer}", "bytes")
    _compare(t, answer, 0, filler(start + size)[start:])


def _hollow(t: Bench) -> tuple[Reader, int, bytes]:
    """A file a little larger than the limit, of which only the end is on disk."""
    data = filler(5000)
    most = limit(t, "SENDFILE_LIMIT", 16 * KIB**2)
    start = a_start(t, 4000)
    s = stream(t, sparse(t, most, data), start)
    return s, most, data


@check("sendfile_10", names="FileStream", on="FileStream", heavy=True)
def at_most_the_limit(t: Bench) -> None:
    """Ask a stream of more bytes than the limit."""
    s, most, _ = _hollow(t)
    answer, size = _take(s, sendfile=True)
    t.true(size is not None and size <= most, f"{answer} of {size} bytes", f"a piece of at most {most} bytes")


@check("sendfile_11", names="FileStream", on="FileStream", heavy=True)
def behind_the_limit(t: Bench) -> None:
    """Ask once, then read the rest; its last bytes are known."""
    s, most, data = _hollow(t)
    whole = s.length()
    answer, size = _take(s, sendfile=True)
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


@check("sendfile_12", names="FileStream", on="FileStream")
def not_past_the_window(t: Bench) -> None:
    """Cover a window that ends before the file does."""
    data = data_of(t, 255)
    start = a_start(t, len(data) // 2)
    length = t.draw(st.integers(0, len(data) - start))
    s = stream(t, t.file(data), start, length)
    at, last = _cover(t, s, data[start : start + length], t.draw(st.lists(st.booleans(), max_size=2)))
    t.equal(at, length, f"the bytes covered of a window of {length} bytes:")
    t.expect(last, None, promised="None after the last byte")


@check("sendfile_13", names="FileStream", on="FileStream")
def not_past_the_split(t: Bench) -> None:
    """Split, and cover each half; a half that does not take sendfile is read without."""
    data = data_of(t, 255)
    point = a_point(t, len(data))
    halves = stream(t, t.file(data)).split(point)
    for half, content in zip(halves, (data[:point], data[point:]), strict=True):
        plain = _refuses(half)
        at, last = _cover(t, half, content, [False] * ANY if plain else [])
        t.equal(at, len(content), f"the bytes covered by {half.name}:")
        t.expect(last, None, promised=f"{half.name} ends after its last byte")


def _refuses(half: Reader) -> bool:
    """Tell whether a half is of a kind that takes no sendfile, such as fallbackSplit gives."""
    try:
        inspect.signature(half.stream.read).bind(sendfile=True)
    except (TypeError, ValueError, AttributeError):
        return True
    return False


@check("sendfile_14", names="FileStream", on="FileStream")
def not_past_the_file(t: Bench) -> None:
    """Cover a window that reaches past the end of the file."""
    data = data_of(t, 255)
    start = a_start(t, len(data))
    length = len(data) - start + t.draw(st.sampled_from([1, 300, 70_000]))
    s = stream(t, t.file(data), start, length)
    at, last = _cover(t, s, data[start:], [])
    t.equal(at, len(data) - start, "the bytes covered of a file that is too short:")
    t.expect(last, RuntimeError)


@check("sendfile_15", names="FileStream ISendfileableStream", examples=0.1)
def declares_it(t: Bench) -> None:
    """Ask the interface."""
    declares(t, _file(t, 4), "ISendfileableStream")
