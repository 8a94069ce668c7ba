"""Checks of the clauses in specs/sendfile.md: reads that may give a piece of a file instead of bytes.

Strategy: of such a piece only `len` is used. What it covers is known from the bytes that come after it.
"""

from hypothesis import strategies as st

import streamgauge.checks.sendfile_file  # noqa: F401 - it registers the checks of FileStream's pieces
from streamgauge.answers import Answer, Data, End, Failed, Returned
from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks.file_made import ANY, size_of
from streamgauge.checks.sendfile_parts import cover, take
from streamgauge.content import filler
from streamgauge.script import Script, scripts

SIZES = (0, 1, 255, 256, 257, 258, 1000, 8193, 70_000)
"""Sizes around SENDFILE_THRESHOLD, in bytes, and some beyond."""


def _content(t: Bench, *, empty: bool = False) -> Script:
    """Draw what the maker can be given, large enough for a SendfileBuffer now and then."""
    if "scripted" in t.maker.abilities:
        return t.draw(scripts(empty=empty))
    return Script.of(filler(t.draw(st.sampled_from([size for size in SIZES if size <= t.maker.largest]))))


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
    """Ask for a SendfileBuffer until everything was covered, or the end; look at each piece."""
    script = _content(t)
    s = t.make(script)
    left = len(script.data)
    while left > 0:
        answer, size = take(s, sendfile=True)
        left -= size or 0
        if isinstance(answer, Returned):
            t.true(size is not None, f"{answer}, whose len is {size_of(answer)}", "a len of at least one byte")
        else:
            t.exercised = True  # bytes are fine
        if size is None:
            break


@check("sendfile_04", "read", "sendfile")
def kinds_mixed(t: Bench) -> None:
    """Read with and without sendfile in a drawn order; compare the bytes with their place."""
    script = _content(t, empty=True)
    s = t.make(script)
    how = t.draw(st.lists(st.booleans(), max_size=4))
    if t.draw(st.booleans()):
        how += [False] * ANY
    at, _ = cover(t, s, script.data, how)
    t.equal(at, len(script.data), "the bytes covered by all reads:")


@check("sendfile_05", "read", "length", "sendfile")
def length_falls(t: Bench) -> None:
    """Look at the length after each read with sendfile."""
    s = t.make(_content(t))
    length = s.length()
    t.true(length is None or isinstance(length, int), f"length {length!r}", "an int or None")
    while isinstance(length, int):
        size = take(s, sendfile=True)[1]
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
        last, size = take(s, sendfile=sendfile)
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
