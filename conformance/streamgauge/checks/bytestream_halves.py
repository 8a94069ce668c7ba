"""Checks of the clauses in specs/bytestream.md about closing, failing and counting halves."""

from hypothesis import strategies as st

from streamgauge.answers import Data, End, Failed
from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks.bytestream_parts import ERROR, OWED, a_point, interleave, number
from streamgauge.checks.stream_parts import all_closed, answered_by_close, any_content, read_some, reads
from streamgauge.script import Script, Step, scripts


@check("bytestream_13", "read", "close", "split")
def close_one_half(t: Bench) -> None:
    """Close one half at a drawn point, perhaps while the other one is read; read the other."""
    script = any_content(t, min_size=1)
    point = a_point(t, len(script.data))
    halves = t.make(script).split(point)
    closed = t.draw(st.integers(0, 1))
    kept, content = halves[1 - closed], (script.data[:point], script.data[point:])[1 - closed]
    if closed == 0 and t.draw(st.booleans()):
        read_some(t, halves[0])
    first = kept.ask() if t.draw(st.booleans()) else None
    early = first.answer if first is not None and closed == 0 else None
    if isinstance(early, Data) and not content.startswith(early.content):
        t.exercised = True
        return  # nothing is closed yet: the order of reading is bytestream_08's matter
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
    got, ended = interleave(t, halves, t.draw(st.lists(st.integers(0, 1), max_size=6)))
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
    length = s.length()
    halves = s.cut(point)
    if not isinstance(halves, tuple):
        learnt = isinstance(length, int) and length < point  # and then no such point is there
        refused = isinstance(halves, Failed) and isinstance(halves.error, ValueError)
        t.true(learnt and refused, f"split({point}) {halves}", f"split({point}) gives (before, after)")
        return
    drained = halves[0].drain()
    t.equal(drained.content, script.data, "before gives")
    if isinstance(length, int):  # it is the stream that ends before its length, and says so as it does to anybody
        failed = isinstance(drained.last, Failed)
        t.true(failed, f"{halves[0].name} {drained.last}", "before fails, as its source ended too early")
    else:
        t.expect(drained.last, ValueError, RuntimeError)
    last = halves[1].drain().last
    t.true(isinstance(last, End | Failed), f"{halves[1].name} {last}", "after ends or fails")


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
    all_closed(t, "both halves were closed", "closing both frees what lies underneath")


@check("bytestream_22", "read", "close", "split", "waits")
def close_half_during_read(t: Bench) -> None:
    """Close a half while a read of it is outstanding; perhaps its callback reads again."""
    script = any_content(t, min_size=1)
    halves = t.make(script).split(a_point(t, len(script.data)))
    which = t.draw(st.integers(0, 1))
    half = halves[which]
    for _ in range(50):
        ticket = half.ask()
        if not isinstance(ticket.answer, Data):
            break
    if ticket.waiting:
        answered_by_close(t, half, ticket)
        t.expect(half.read(), None, promised=f"{half.name} is closed: None")


@check("bytestream_23", "read", "length", "split")
def half_lengths_fall(t: Bench) -> None:
    """Split, then look at the length of each half after each of its reads."""
    script = any_content(t)
    halves = t.make(script).split(a_point(t, len(script.data)))
    for half in halves:
        left = number(half.length())
        t.exercised = True
        if left is None:
            continue
        for answer in reads(half):
            left = left - len(answer.content) if isinstance(answer, Data) else 0
            t.equal(number(half.length()), left, f"after {half.name}.read() gave {answer} its length is")
