"""Checks of the clauses in specs/compound.md about adding streams: before, during and after reading."""

from hypothesis import strategies as st

from streamgauge.answers import Answer, Data, End, Failed
from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks.compound_parts import BOTH, NAME, add, added, compound, joined, later, parts, sources
from streamgauge.checks.split_parts import gives, read_until
from streamgauge.script import Script, scripts


@check("compound_14", names=NAME, on=NAME)
def add_known_length(t: Bench) -> None:
    """Add buckets of known length before, between and during reads."""
    during = t.draw(st.booleans())
    buckets = [later(script, pieces=during) for script in parts(t, 1, 3)]
    s = compound(t, sources(t, buckets))
    left = len(joined(buckets))
    for script in parts(t, 1, 2):
        ticket = s.ask() if during else None
        if ticket is not None and isinstance(ticket.answer, Data):
            left -= len(ticket.answer.content)
        added(t, s, t.source(script))
        left += len(script.data)
        t.equal(s.length(), left, "after addStream length is")
        if ticket is None or ticket.waiting:
            answer = s.read() if ticket is None else t.settle(ticket)
            left -= len(answer.content) if isinstance(answer, Data) else 0
            t.equal(s.length(), left, "after a read length is")


@check("compound_15", names=NAME, on=BOTH)
def add_unknown_length(t: Bench) -> None:
    """Add a bucket of unknown length, then perhaps a known one."""
    s = compound(t, sources(t, parts(t, 0, 2)))
    added(t, s, t.source(t.draw(scripts(max_chunks=3, known=False, empty=False))))
    t.equal(s.length(), None, "after addStream of an unknown length, length is")
    added(t, s, t.source(Script.of(b"known")))
    t.equal(s.length(), None, "after addStream of a known length to an unknown, length is")


@check("compound_16", names=NAME, on=BOTH)
def add_between_reads(t: Bench) -> None:
    """Add streams at once, and while something is left to read."""
    buckets = parts(t, 0, 2, known=None)
    s = compound(t, sources(t, buckets))
    got = b""
    for script in parts(t, 2, 3, known=None):
        added(t, s, t.source(script))
        buckets.append(script)
        left = len(joined(buckets)) - len(got)
        got += read_until(s, t.draw(st.sampled_from([1, 0, left - 1])))
        if len(got) == len(joined(buckets)):
            break
    gives(t, s, joined(buckets), got)


@check("compound_17", names=NAME, on=NAME)
def add_during_a_read(t: Bench) -> None:
    """Add a stream while a read waits for a piece, or for the end of the last bucket."""
    buckets = [later(script) for script in parts(t, 1, 2)]
    extra = parts(t, 1, 1)[0]
    s = compound(t, sources(t, buckets))
    got, waits = b"", t.draw(st.booleans())
    while True:
        ticket = s.ask()
        if ticket.waiting and (waits or len(got) == len(joined(buckets))):
            break
        answer = t.settle(ticket)
        if isinstance(answer, End) and len(got) == len(joined(buckets)):
            return  # the last bucket's end came with its last piece: no read waits for it
        if not isinstance(answer, Data):
            t.violate(f"the read before the end of the last bucket gives {answer}", "a Deferred, or data")
        got += answer.content
    added(t, s, t.source(extra))
    answer = t.settle(ticket)
    t.true(isinstance(answer, Data), f"the outstanding read gives {answer}", "data: more was added")
    gives(t, s, joined(buckets) + extra.data, got + (answer.content if isinstance(answer, Data) else b""))


@check("compound_18", names=NAME, on=NAME)
def add_after_the_end(t: Bench) -> None:
    """Read to the end, add a stream, read on."""
    s = compound(t, sources(t, parts(t, 0, 2)))
    s.drain()
    extra = parts(t, 1, 1)[0]
    if isinstance(add(t, s, t.source(extra)), Failed):
        extra = Script(())
    length = s.length()
    drained = s.drain()
    t.true(drained.content in (b"", extra.data), f"reads give {drained.content!r}", f"nothing, or {extra.data!r}")
    t.expect(drained.last, None, promised="None behind it")
    agrees = length in (None, len(drained.content))
    t.true(agrees, f"length {length!r} before reads gave {len(drained.content)} bytes", "a length that agrees")


@check("compound_19", names=NAME, on=BOTH)
def add_after_close(t: Bench) -> None:
    """Close at some point, add a stream, read."""
    s = compound(t, sources(t, parts(t, 0, 2, known=None)))
    read_until(s, t.draw(st.integers(0, 1)))
    s.close()
    add(t, s, t.source(parts(t, 1, 1)[0]))
    t.equal(s.length(), 0, "after close and addStream, length is")
    for _ in range(2):
        t.expect(s.read(), None)


@check("compound_44", names=NAME, on=BOTH)
def add_inside_callbacks(t: Bench) -> None:
    """Add a stream inside the callback of a read that brings data, the last there is or another."""
    buckets = parts(t, 1, 2, known=None)
    s = compound(t, sources(t, buckets))
    extra = parts(t, 1, 1, known=None)[0]
    length = s.length()
    at = t.draw(st.sampled_from([1, len(joined(buckets))]))
    got = b""

    def came(seen: Answer) -> None:
        nonlocal got
        if isinstance(seen, Data):
            got += seen.content
            if len(got) >= at:
                added(t, s, t.source(extra))

    while len(got) < at:
        if not isinstance(t.settle(s.ask(inside=came)), Data):
            return  # compound_01
    if isinstance(length, int) and extra.known:
        t.equal(s.length(), length + len(extra.data) - len(got), "after addStream inside the callback length is")
    gives(t, s, joined(buckets) + extra.data, got)
