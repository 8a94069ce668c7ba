"""Checks of the clauses in specs/file.md: the window of a file, its position, and who closes it."""

import gc
import weakref
from itertools import chain, repeat
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

import streamgauge.checks.file_calls
import streamgauge.checks.file_map
import streamgauge.checks.file_object
import streamgauge.checks.file_pieces
import streamgauge.checks.file_short  # noqa: F401 - they register the other checks of this stem
from streamgauge.answers import Data, Failed
from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks.file_made import ANY, SIZES, a_start, append, data_of, drained, move, of_any_type, stream
from streamgauge.checks.look import declares, gives
from streamgauge.content import filler


@check("file_01", names="FileStream", on="FileStream")
def starts(t: Bench) -> None:
    """Give a start, and the length of the rest; how much of that comes is file_02's."""
    data = data_of(t)
    start = a_start(t, len(data) - 1)
    got = drained(stream(t, t.file(data), start, len(data) - start)).content
    t.equal(got, data[start : start + max(1, len(got))], "the window begins with")


@check("file_02", names="FileStream", on="FileStream")
def lasts(t: Bench) -> None:
    """Give a start and a length that ends before the file does."""
    data = data_of(t, 2)
    start = a_start(t, len(data) - 2)
    length = 1 + a_start(t, len(data) - 2 - start)
    gives(t, stream(t, t.file(data), start, length), data[start : start + length])


@check("file_03", names="FileStream", on="FileStream")
def rest_is_the_length(t: Bench) -> None:
    """Look at the length of a window that has only a start, and read it."""
    data = data_of(t)
    start = a_start(t, len(data) - 1)
    s = stream(t, t.file(data), start)
    t.equal(s.length(), len(data) - start, f"from {start} on, length is")
    gives(t, s, data[start:])


@check("file_04", names="FileStream", on="FileStream", examples=0.5)
def zero_is_a_length(t: Bench) -> None:
    """Ask for no bytes."""
    data = data_of(t)
    s = stream(t, t.file(data), a_start(t, len(data) - 1), 0, mapped=t.draw(st.booleans()))
    t.equal(s.length(), 0, "the length of an empty window is")
    gives(t, s, b"")


@check("file_05", names="FileStream", on="FileStream", examples=0.5)
def touches_the_end(t: Bench) -> None:
    """Start exactly at the end of a file, an empty one too."""
    data = filler(t.draw(st.sampled_from([0, *SIZES])))
    length: tuple[int, ...] = (0,) if t.draw(st.booleans()) else ()
    gives(t, stream(t, t.file(data), len(data), *length, mapped=t.draw(st.booleans())), b"")


def _seek(t: Bench, f: Any, to: int) -> None:
    move(t, f"f.seek({to})", lambda: f.seek(to))


@check("file_07", names="FileStream", on="FileStream")
def position_ignored(t: Bench) -> None:
    """Move the position before the stream is made, or before its first read."""
    data = data_of(t)
    f = of_any_type(t, data)
    early = t.draw(st.booleans())
    if early:
        _seek(t, f, a_start(t, len(data)))
    s = stream(t, f)
    if not early:
        _seek(t, f, a_start(t, len(data)))
    gives(t, s, data)


@check("file_08", names="FileStream", on="FileStream")
def position_moved(t: Bench) -> None:
    """Move the position after each read."""
    data = data_of(t, 65_503)
    f = of_any_type(t, data)
    s = stream(t, f)
    to = a_start(t, len(data))
    got = b""
    for _ in range(ANY):
        answer = s.read()
        if not isinstance(answer, Data):
            break
        got += answer.content
        _seek(t, f, to)
    t.equal(got, data, "the bytes read, with the position moved in between, are")


@check("file_09", names="FileStream", on="FileStream")
def in_turns(t: Bench) -> None:
    """Read two streams on one file object, now the one, now the other."""
    data = data_of(t, 65_503)
    f = of_any_type(t, data)
    start = a_start(t, len(data))
    streams = [stream(t, f, label="first"), stream(t, f, start, len(data) - start, label="second")]
    some = st.lists(st.integers(0, 1), max_size=8)
    by_turns = t.draw(st.one_of(st.just([0, 1] * 4), st.just([1, 0] * 4), some))
    turns = chain(by_turns, repeat(0, ANY), repeat(1, ANY))
    got, open_ = [b"", b""], {0, 1}
    for which in turns:
        if not open_:
            break
        if which in open_:
            answer = streams[which].read()
            if isinstance(answer, Data):
                got[which] += answer.content
            else:
                open_.discard(which)
    t.equal(got[0], data, "the first stream, read in turns, gives")
    t.equal(got[1], data[start:], "the second stream, read in turns, gives")


def _still_open(t: Bench, f: Any, data: bytes, when: str) -> None:
    closed = bool(f.closed)
    t.timeline.call("f.closed").seen = str(closed)
    t.true(not closed, f"the file is closed {when}", "the file stays open")
    f.seek(0)
    t.equal(f.read(), data, f"{when} the file itself, read by its owner, gives")


@check("file_10", names="FileStream", on="FileStream", examples=0.5)
def close_leaves_it_open(t: Bench) -> None:
    """Close at a drawn point; look at the file and read it."""
    data = data_of(t)
    f = t.file(data)
    s = stream(t, f, mapped=t.draw(st.booleans()))
    if t.draw(st.booleans()):
        s.read()
    for _ in range(t.draw(st.integers(1, 2))):
        s.close()
    _still_open(t, f, data, "after close()")


@check("file_11", names="FileStream", on="FileStream", examples=0.6)
def the_rest_leaves_it_open(t: Bench) -> None:
    """Read to the end, beyond the file, or drop the stream; look at the file and read it."""
    data = data_of(t)
    f = t.file(data)
    how = t.draw(st.sampled_from(["at the end", "after a failure", "after the stream is gone"]))
    window = (0, len(data) + 1) if how == "after a failure" else ()
    if how == "after a failure" and isinstance(t.build("FileStream", f, *window), Failed):
        t.exercised = True  # refusing such a window is another clause's matter
        return
    s = stream(t, f, *window)
    if how == "after the stream is gone":
        del s
        t.forget()
        gc.collect()
    else:
        drained(s)
    _still_open(t, f, data, how)


@check("file_20", names="FileStream", on="FileStream")
def appended_later(t: Bench) -> None:
    """Append to the file after the stream was made."""
    data = data_of(t)
    f = t.file(data, buffering=0)
    s = stream(t, f)
    more = t.draw(st.sampled_from([1, 5000]))
    append(t, f, filler(more), f"filler({more})")
    gives(t, s, data)


@check("file_21", names="FileStream", on="FileStream", examples=0.5)
def starts_past_the_end(t: Bench) -> None:
    """Start behind the last byte, with no length."""
    data = filler(t.draw(st.sampled_from([0, *SIZES])))
    past = len(data) + t.draw(st.sampled_from([1, 2, 70_000]))
    t.expect(t.build("FileStream", t.file(data), past), ValueError)


@check("file_22", names="FileStream", examples=0.5)
def starts_before_the_file(t: Bench) -> None:
    """Start before the first byte."""
    data = data_of(t)
    length: tuple[int, ...] = (1,) if t.draw(st.booleans()) else ()
    t.expect(t.build("FileStream", t.file(data), -t.draw(st.sampled_from([1, len(data) + 1])), *length), ValueError)


@check("file_23", names="FileStream", examples=0.5)
def negative_length(t: Bench) -> None:
    """Ask for less than nothing."""
    data = data_of(t)
    length = -t.draw(st.sampled_from([1, len(data), len(data) + 1]))
    t.expect(t.build("FileStream", t.file(data), a_start(t, len(data)), length), ValueError)


@check("file_35", names="FileStream", on="FileStream", examples=0.2)
def file_let_go(t: Bench) -> None:
    """Close, drop the file, and see whether it is still there."""
    f = Path(t.file(data_of(t)).name).open("rb")  # noqa: SIM115
    there = weakref.ref(f)
    t.timeline.note("g is another open file on the same path", "g = open(f.name, 'rb')")
    s = t.reader(t.have("s", "FileStream(g)", t.port["FileStream"], f))
    if t.draw(st.booleans()) and isinstance(s.read(), Failed):
        return  # an error keeps the frames that it came through, and what they refer to
    s.close()
    f.close()
    del f
    t.run()
    gc.collect()
    t.true(there() is None, "the file object is still referred to after close()", "close() lets the file go")


@check("file_36", names="FileStream IByteStream", on="FileStream", examples=0.1)
def declares_it(t: Bench) -> None:
    """Ask the interface."""
    declares(t, stream(t, t.file(b"data")), "IByteStream")
