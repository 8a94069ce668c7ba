"""Checks of the clauses in specs/bytestream.md: length and split."""

from array import array

from hypothesis import strategies as st

from streamgauge.answers import Answer, Data, End, Returned
from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks.stream import any_content, read_some
from streamgauge.reader import Reader
from streamgauge.script import Script, SourceError, Step, filler, scripts
from streamgauge.stack import LEVELS
from streamgauge.ticket import Ticket

ERROR = SourceError("the source fails here")
OWED = 3
"""Bytes that a failing source has promised beyond those it gave."""

SPLITS = LEVELS + 100
"""Nested splits at which the stack overflows, if each takes a level."""


def a_point(t: Bench, size: int) -> int:
    """Draw a split point: the edges first."""
    return t.draw(st.one_of(st.sampled_from([0, size, size // 2]), st.integers(0, size)))


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


@check("bytestream_07", "read", "split")
def split_cuts(t: Bench) -> None:
    """Split an unread stream; read before, then after."""
    script = any_content(t)
    point = a_point(t, len(script.data))
    before, after = t.make(script).split(point)
    _gives(t, before, script.data[:point])
    _gives(t, after, script.data[point:])


def _gives(t: Bench, half: Reader, content: bytes) -> None:
    drained = half.drain()
    t.equal(drained.content, content, f"{half.name} gives")
    t.expect(drained.last, None, promised=f"{half.name} ends after its last byte")


@check("bytestream_08", "read", "split")
def any_order(t: Bench) -> None:
    """Ask the halves in a drawn order, one read of each outstanding at most."""
    script = any_content(t)
    point = a_point(t, len(script.data))
    halves = t.make(script).split(point)
    order = t.draw(st.lists(st.integers(0, 1), max_size=12))
    got, ended = _interleave(t, halves, order)
    t.equal(got[0], script.data[:point], "before, read in this order, gives")
    t.equal(got[1], script.data[point:], "after, read in this order, gives")
    for which in (0, 1):
        t.expect(ended[which], None, promised=f"{halves[which].name} ends after its last byte")


def _interleave(t: Bench, halves: tuple[Reader, Reader], order: list[int]) -> tuple[list[bytes], list[Answer]]:
    """Read both halves to their ends: first asking in the given order without waiting, then before, then after."""
    got: list[bytes] = [b"", b""]
    ended: dict[int, Answer] = {}
    outstanding: dict[int, Ticket] = {}

    def settle(which: int) -> None:
        answer = t.settle(outstanding.pop(which))
        if isinstance(answer, Data):
            got[which] += answer.content
        else:
            ended[which] = answer

    for which in order:
        if which in outstanding and (which == 0 or 0 in ended):
            settle(which)
        elif which not in outstanding and which not in ended:
            outstanding[which] = halves[which].ask()
    for which in (0, 1):
        for _ in range(5_000):
            if which in ended:
                break
            if which not in outstanding:
                outstanding[which] = halves[which].ask()
            settle(which)
    return got, [ended.get(which, Returned("no end")) for which in (0, 1)]


@check("bytestream_09", "length", "split")
def half_lengths(t: Bench) -> None:
    """Split and look at the lengths at once."""
    script = any_content(t)
    point = a_point(t, len(script.data))
    s = t.make(script)
    length = s.length()
    before, after = s.split(point)
    if length is not None or before.length() is not None:
        t.equal(before.length(), point, "before's length is")
    t.equal(after.length(), length - point if isinstance(length, int) else None, "after's length is")


@check("bytestream_10", "read", "split")
def impossible_points(t: Bench) -> None:
    """Split where it cannot be, then read everything."""
    script = any_content(t)
    s = t.make(script)
    length = s.length()
    bad: list[tuple[object, type[Exception]]] = [(-1, ValueError), (-len(script.data) - 1, ValueError)]
    bad += [("1", TypeError), (0.5, TypeError), (None, TypeError)]
    if isinstance(length, int):
        bad += [(length + 1, ValueError), (length + 70_000, ValueError)]
    point, error = t.draw(st.sampled_from(bad))
    halves = s.cut(point)
    seen: Answer = Returned("two halves") if isinstance(halves, tuple) else halves
    t.expect(seen, error, promised=f"{error.__name__} from split({point!r})")
    t.equal(s.length(), length, "after the refused split length is")
    drained = s.drain()
    t.equal(drained.content, script.data, "after the refused split reads give")


@check("bytestream_11", "read", "split")
def splits_nest(t: Bench) -> None:
    """Split halves of halves; read the leaves in order."""
    script = any_content(t)
    leaves = [(t.make(script), script.data)]
    for _ in range(t.draw(st.integers(2, 4))):
        at = t.draw(st.integers(0, len(leaves) - 1))
        reader, content = leaves[at]
        point = a_point(t, len(content))
        before, after = reader.split(point)
        leaves[at : at + 1] = [(before, content[:point]), (after, content[point:])]
    for reader, content in leaves:
        _gives(t, reader, content)


@check("bytestream_12", "read", "split")
def split_after_reads(t: Bench) -> None:
    """Read some pieces, then split what remains."""
    script = any_content(t, min_size=1)
    s = t.make(script)
    first = s.read()
    if not isinstance(first, Data):
        return
    done = first.content + read_some(t, s)
    rest = script.data[len(done) :]
    point = a_point(t, len(rest))
    before, after = s.split(point)
    _gives(t, before, rest[:point])
    _gives(t, after, rest[point:])


@check("bytestream_13", "read", "close", "split")
def close_one_half(t: Bench) -> None:
    """Close one half at a drawn point, perhaps while the other one is read; read the other."""
    script = any_content(t)
    point = a_point(t, len(script.data))
    halves = t.make(script).split(point)
    closed = t.draw(st.integers(0, 1))
    kept, content = halves[1 - closed], (script.data[:point], script.data[point:])[1 - closed]
    if closed == 0:
        read_some(t, halves[0])
    first = kept.ask() if t.draw(st.booleans()) else None
    halves[closed].close()
    t.expect(halves[closed].read(), None, promised=f"{halves[closed].name} is closed: None")
    began = b""
    if first is not None:
        answer = t.settle(first)
        if not isinstance(answer, Data):
            t.equal(b"", content, f"{kept.name}, read while {halves[closed].name} is closed, {answer}: all it gives is")
            return
        began = answer.content
    drained = kept.drain()
    t.equal(began + drained.content, content, f"{kept.name} gives")
    t.expect(drained.last, None, promised=f"{kept.name} ends after its last byte")


@check("bytestream_14", "read", "length", "split", "scripted")
def bytes_not_items(t: Bench) -> None:
    """Give pieces of 4-byte items; look at the length, and split between the bytes of an item."""
    groups = t.draw(st.lists(st.integers(1, 3), min_size=1, max_size=4))
    script = Script.of(*(filler(4 * count) for count in groups))
    s = t.make(script)
    for source in t.sources:
        source.wrap = lambda data: memoryview(array("I", data)) if data and not len(data) % 4 else data
    if t.draw(st.booleans()):
        length = s.length()
        answer = s.read()
        if isinstance(length, int) and isinstance(answer, Data):
            t.equal(s.length(), length - len(answer.content), "after a read of wide items length is")
        return
    point = a_point(t, len(script.data))
    before, after = s.split(point)
    _gives(t, before, script.data[:point])
    _gives(t, after, script.data[point:])


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


@check("bytestream_16", "read", "split", "scripted")
def failure_in_halves(t: Bench) -> None:
    """Split a source that will fail; read the halves in a drawn order."""
    given = t.draw(scripts(fails=True, empty=False))
    script = Script(given.steps, given.end, given.known, OWED)
    s = t.make(script)
    size = len(script.data) + OWED
    point = a_point(t, size)
    owed = (point, size - point if s.length() is not None else size)
    halves = s.split(point)
    got, ended = _interleave(t, halves, t.draw(st.lists(st.integers(0, 1), max_size=6)))
    came = (script.data[:point], script.data[point:])
    for half, content, last, all_, bytes_owed in zip(halves, got, ended, came, owed, strict=True):
        t.true(all_.startswith(content), f"{half.name} gives {content!r}", "no wrong bytes")
        if len(content) == bytes_owed:
            t.expect(last, None, ERROR, promised=f"{half.name} is complete: None, or the failure")
        else:
            t.expect(last, ERROR, promised=f"{half.name} is cut off: it fails with the source's error")


@check("bytestream_17", "read", "split", "scripted")
def source_ends_early(t: Bench) -> None:
    """Split a source beyond what will come; read before, then after."""
    script = t.draw(scripts(empty=False))
    short = Script(script.steps, script.end, script.known, 4)
    s = t.make(short)
    point = len(script.data) + t.draw(st.integers(1, 4))
    before, after = s.split(point)
    drained = before.drain()
    t.equal(drained.content, script.data, "before gives")
    t.expect(drained.last, ValueError, RuntimeError)
    t.expect(after.drain().last, None, ValueError, RuntimeError)


@check("bytestream_18", "read", "split", examples=0.1)
def deep_splits(t: Bench) -> None:
    """Split off the first byte again and again; read what was split off, or close it; read the last rest."""
    data = filler(SPLITS + 40)
    rest = t.make(Script.of(data[:50], data[50:]))
    heads = []
    for _ in range(SPLITS):
        head, rest = rest.split(1)
        heads.append(head)
    if "close" in t.maker.abilities and t.draw(st.booleans()):
        for head in heads:
            head.close()
    else:
        got = b"".join(head.drain().content for head in heads)
        t.equal(got, data[:SPLITS], f"the first bytes of {SPLITS} nested splits are")
    t.equal(rest.drain().content, data[SPLITS:], f"the rest after {SPLITS} nested splits is")


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


@check("bytestream_21", "read", "close", "split", "owns")
def both_halves_closed(t: Bench) -> None:
    """Split, read a little of before, close both halves in a drawn order, and look at the sources."""
    script = Script((*any_content(t).steps, Step(b"more")))
    halves = t.make(script).split(a_point(t, len(script.data)))
    read_some(t, halves[0])
    first = t.draw(st.integers(0, 1))
    halves[first].close()
    halves[1 - first].close()
    t.run()
    kept = [source for source in t.sources if not (source.closes or source.finished or source.splits)]
    names = ", ".join(source.name for source in kept)
    t.true(not kept, f"{names} still open after both halves were closed", "closing both frees what lies underneath")


@check("bytestream_22", "read", "close", "split", "waits")
def close_half_during_read(t: Bench) -> None:
    """Close a half while a read of it is outstanding."""
    script = any_content(t, min_size=1)
    halves = t.make(script).split(a_point(t, len(script.data)))
    which = t.draw(st.integers(0, 1))
    half = halves[which]
    for _ in range(50):
        ticket = half.ask()
        if ticket.waiting:
            half.close()
            t.expect(t.settle(ticket), None, promised=f"the outstanding read of {half.name} fires with None")
            t.expect(half.read(), None, promised=f"{half.name} is closed: None")
            return
        if not isinstance(ticket.answer, Data):
            return


@check("bytestream_23", "read", "length", "split")
def half_lengths_fall(t: Bench) -> None:
    """Split, then look at the length of each half after each of its reads."""
    script = any_content(t)
    halves = t.make(script).split(a_point(t, len(script.data)))
    for half in halves:
        length = half.length()
        while isinstance(length, int):
            answer = half.read()
            length = length - len(answer.content) if isinstance(answer, Data) else 0
            seen = half.length()
            t.equal(seen, length, f"after {half.name}.read() gave {answer} its length is")
            if not isinstance(answer, Data):
                break
        else:
            t.true(length is None, f"length {length!r}", "an int or None")


@check("bytestream_24", "read", "split", "scripted")
def empties_in_halves(t: Bench) -> None:
    """Split a source with empty pieces, some of them at the point; read before, then after."""
    script = t.draw(scripts(min_chunks=1))
    at = t.draw(st.integers(0, len(script.steps)))
    script = Script((*script.steps[:at], Step(b""), *script.steps[at:], Step(b"!")), script.end, script.known)
    border = sum(len(step.data or b"") for step in script.steps[:at])
    point = t.draw(st.one_of(st.just(border), st.integers(0, len(script.data))))
    before, after = t.make(script).split(point)
    _gives(t, before, script.data[:point])
    _gives(t, after, script.data[point:])
