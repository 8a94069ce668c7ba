"""Checks of the clauses in specs/bytestream.md: buffers and lengths."""

from hypothesis import strategies as st

from streamgauge.answers import Data, End, Returned
from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks import bytestream_halves, bytestream_split  # noqa: F401 - registers their checks
from streamgauge.checks.stream_parts import any_content, read_some


@check("bytestream_01", "read", "length")
def buffers(t: Bench) -> None:
    """Read to the end; look at what each piece is."""
    drained = t.make(any_content(t)).drain()
    t.true(not isinstance(drained.last, Returned), f"a read gives {drained.last}", "a bytes-like object or None")


@check("bytestream_02", "length", examples=0.2)
def members(t: Bench) -> None:
    """Look at the attribute and the method."""
    s = t.make(any_content(t))
    t.true(hasattr(s.stream, "length"), "no attribute length", "a byte stream has a length")
    t.true(callable(getattr(s.stream, "split", None)), "no method split", "a byte stream has split(point)")


@check("bytestream_03", "read", "length")
def length_remaining(t: Bench) -> None:
    """Compare the length of an unread stream with what reads give."""
    s = t.make(any_content(t))
    length = s.length()
    if length is not None:
        t.equal(length, len(s.drain().content), "length before the first read is")
    else:
        t.true(True, "", "")


@check("bytestream_04", "read", "length")
def length_falls(t: Bench) -> None:
    """Look at the length after each read, from inside its callback too."""
    s = t.make(any_content(t, min_size=1))
    length = s.length()
    while isinstance(length, int):
        seen: list[object] = []
        before = s.ask(inside=lambda _: seen.append(s.length()))  # noqa: B023 - used within this turn
        if before.waiting:
            t.equal(s.length(), length, "while a read is outstanding length is")
        answer = t.settle(before)
        if not isinstance(answer, Data):
            break
        length -= len(answer.content)
        t.equal(seen[-1], length, f"after a read of {len(answer.content)} bytes length is")
        length = s.length()
    else:
        t.true(length is None or isinstance(length, int), f"length {length!r}", "an int or None")


@check("bytestream_05", "length", "close")
def close_zeroes(t: Bench) -> None:
    """Close at a drawn point and look at the length."""
    s = t.make(any_content(t))
    read_some(t, s)
    s.close()
    t.equal(s.length(), 0, "after close() length is")


@check("bytestream_06", "read", "length")
def end_zeroes(t: Bench) -> None:
    """Read to the end and look at the length."""
    s = t.make(any_content(t))
    known = s.length() is not None
    if isinstance(s.drain().last, End):
        length = s.length()
        t.true(
            length == 0 or (length is None and not known),
            f"length {length!r} at the end",
            "length 0 at the end",
        )


@check("bytestream_15", "read", "length")
def length_form(t: Bench) -> None:
    """Look at the length at every moment until after the end."""
    s = t.make(any_content(t))
    known = False
    for _ in range(200):
        length = s.length()
        fine = length is None or (isinstance(length, int) and not isinstance(length, bool) and length >= 0)
        t.true(fine, f"length {length!r}", "None or an int >= 0")
        t.true(length is not None or not known, "length became None", "once known, length stays known")
        known = length is not None
        if not isinstance(s.read(), Data):
            break
    t.true(s.length() is not None or not known, "length became None at the end", "once known, length stays known")


@check("bytestream_19", "read", "length", "close", "waits")
def close_zeroes_during_read(t: Bench) -> None:
    """Close while a read is outstanding and look at the length."""
    s = t.make(any_content(t))
    for _ in range(50):
        ticket = s.ask()
        if ticket.waiting and t.draw(st.booleans()):
            s.close()
            t.equal(s.length(), 0, "after close() during a read length is")
            t.run()
            t.equal(s.length(), 0, "after close() during a read length is later")
            return
        if not isinstance(t.settle(ticket), Data):
            return
