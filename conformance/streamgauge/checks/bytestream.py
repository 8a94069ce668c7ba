"""Checks of the clauses in specs/bytestream.md: buffers and lengths."""

from streamgauge.answers import Data, End, Failed, Returned
from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks import bytestream_halves, bytestream_split  # noqa: F401 - registers their checks
from streamgauge.checks.bytestream_parts import counts, number, well_formed
from streamgauge.checks.stream_parts import any_content, read_some, waiting_content, waiting_read
from streamgauge.timeline import show


@check("bytestream_01", "read", "length")
def buffers(t: Bench) -> None:
    """Read to the end; look at what each piece is."""
    drained = t.make(any_content(t)).drain()
    t.true(not isinstance(drained.last, Returned), f"a read gives {drained.last}", "a bytes-like object or None")


@check("bytestream_02", "length", examples=0.2)
def members(t: Bench) -> None:
    """Look at the attribute and the method."""
    s = t.make(any_content(t))
    length = t.call(f"hasattr({s.name}, 'length')", lambda: hasattr(s.stream, "length"))
    t.true(not isinstance(length, Failed), f"length {length}", "a byte stream has a length")
    t.true(length == Returned(value=True), "no attribute length", "a byte stream has a length")
    t.true(t.has(s.name, s.stream, "split"), "no method split", "a byte stream has split(point)")


@check("bytestream_03", "read", "length")
def length_remaining(t: Bench) -> None:
    """Compare the length of an unread stream with what reads give."""
    s = t.make(any_content(t))
    if (length := number(s.length())) is not None:
        t.equal(length, len(s.drain().content), "length before the first read is")
    t.exercised = True


@check("bytestream_04", "read", "length")
def length_falls(t: Bench) -> None:
    """Look at the length after each read, from inside its callback too."""
    s = t.make(any_content(t, min_size=1))
    t.exercised = True
    for _ in range(t.patience()):
        length = number(s.length())
        if length is None:
            break
        seen: list[object] = []
        ticket = s.ask(inside=lambda _: seen.append(s.length()))  # noqa: B023 - used within this turn
        if ticket.waiting:
            counts(t, s.length(), length, "while a read is outstanding length is")
        answer = t.settle(ticket)
        if not isinstance(answer, Data):
            break
        counts(t, seen[-1], length - len(answer.content), f"after a read of {len(answer.content)} bytes length is")


@check("bytestream_05", "length", "close")
def close_zeroes(t: Bench) -> None:
    """Close at a drawn point and look at the length."""
    s = t.make(any_content(t))
    formed = well_formed(s.length())
    read_some(t, s)
    s.close()
    length = s.length()
    t.true(number(length) == 0 or not formed, f"after close() length is {show(length)}", "after close() length is 0")


@check("bytestream_06", "read", "length")
def end_zeroes(t: Bench) -> None:
    """Read to the end and look at the length."""
    s = t.make(any_content(t))
    first = s.length()
    if isinstance(s.drain().last, End):
        length = s.length()
        fine = number(length) == 0 or (first is None and length is None) or not well_formed(first)
        t.true(fine, f"length {show(length)} at the end", "length 0 at the end")


@check("bytestream_15", "read", "length")
def length_form(t: Bench) -> None:
    """Look at the length before each read."""
    s = t.make(any_content(t))
    known = False
    for _ in range(200):
        length = s.length()
        t.true(well_formed(length), f"length {show(length)}", "None or an int >= 0")
        t.true(length is not None or not known, "length became None", "once known, length stays known")
        known = length is not None
        if not isinstance(s.read(), Data):
            break


@check("bytestream_19", "read", "length", "close", "waits")
def close_zeroes_during_read(t: Bench) -> None:
    """Close while a read is outstanding and look at the length."""
    s = t.make(waiting_content(t))
    if waiting_read(t, s) is not None:
        s.close()
        t.equal(number(s.length()), 0, "after close() during a read length is")
        t.run()
        t.equal(number(s.length()), 0, "after close() during a read length is later")
