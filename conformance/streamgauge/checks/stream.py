"""Checks of the clauses in specs/stream.md: what every stream promises to its reader."""

from hypothesis import strategies as st

from streamgauge.answers import Answer, Data, End, Failed, Returned, Waiting, is_deferred, too_deep
from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks import stream_beneath  # noqa: F401 - registers its checks
from streamgauge.checks.split_parts import may_fail_once
from streamgauge.checks.stream_parts import (
    KINDS,
    answered_by_close,
    any_content,
    failing,
    may_hold_back,
    read_some,
    waiting_content,
    waiting_read,
)
from streamgauge.reader import Reader
from streamgauge.script import Script, SourceError, Step, counts, scripts
from streamgauge.source import Source


@check("stream_01", "read", "close", examples=0.2)
def two_methods(t: Bench) -> None:
    """Look at the methods, and call each on a stream of its own."""
    s = t.make(any_content(t, min_size=1))  # whether there may be none is the maker's matter
    for method in ("read", "close"):
        t.true(t.has(s.name, s.stream, method), f"no {method}()", f"a stream has {method}()")
    first = s.ask().answer
    refused = isinstance(first, Failed) and isinstance(first.error, TypeError)
    t.true(not refused, f"read() {first}", "read() can be called without arguments")
    closed = t.make(any_content(t, min_size=1)).close()
    t.true(not isinstance(closed, Failed), f"close() {closed}", "close() can be called without arguments")


@check("stream_02", "read")
def all_data(t: Bench) -> None:
    """Read to the end and compare with the contents; now and then they come in many pieces, or in large ones."""
    if "scripted" in t.maker.abilities:
        script = t.draw(scripts(empty=False, large=min(8193, t.maker.largest))).long(t.draw(counts()))
    else:
        script = any_content(t)
    drained = t.make(script).drain()
    if too_deep(drained.last):
        return
    hung = isinstance(drained.last, Waiting) and "waits" in t.maker.abilities
    junk = isinstance(drained.last, Returned) and "length" in t.maker.abilities
    if (hung or junk) and script.data.startswith(drained.content):
        return  # a Deferred that hangs is stream_03's matter, and what is no bytes bytestream_01's
    t.equal(drained.content, script.data, "the bytes read are")
    t.expect(drained.last, None, promised="None after the last byte")


@check("stream_03", "read", "waits")
def deferred_fires(t: Bench) -> None:
    """Read until the end; every Deferred on the way has to fire with data or None."""
    s = t.make(any_content(t))
    for _ in range(2_000):
        ticket = s.ask()
        answer = t.settle(ticket)
        if ticket.deferred is not None:
            fired = not (isinstance(answer, Waiting) or (isinstance(answer, Returned) and is_deferred(answer.value)))
            t.true(fired, str(answer), "the Deferred fires with data, None or a failure")
        if not isinstance(answer, Data):
            break


@check("stream_04", "read", "close")
def closed_gives_none(t: Bench) -> None:
    """Close at a drawn point, then read again and again."""
    s = t.make(any_content(t))
    read_some(t, s)
    s.close()
    for _ in range(3):
        t.expect(s.read(), None)


@check("stream_05", "read")
def end_is_sticky(t: Bench) -> None:
    """Read on after the end."""
    s = t.make(any_content(t))
    if isinstance(s.drain().last, End):
        for _ in range(3):
            t.expect(s.read(), None)


@check("stream_06", "read", "scripted")
def errors_come_back(t: Bench) -> None:
    """Read a source that fails."""
    script = t.draw(scripts(fails=True, empty=False))
    t.kind = t.draw(st.sampled_from(KINDS))
    drained = t.make(failing(script)).drain()
    if not may_hold_back(t, script, drained.content):
        t.equal(drained.content, script.data, "the bytes before the failure are")
    kind = t.kind if any(isinstance(source, Source) for source in t.sources) else SourceError
    t.expect(drained.last, kind("the source fails here"))


@check("stream_07", "read", "scripted")
def failure_is_sticky(t: Bench) -> None:
    """Read on after a failure."""
    s = t.make(failing(t.draw(scripts(fails=True, empty=False))))
    may_fail_once(t, *t.sources)
    last = s.drain().last
    if isinstance(last, Failed):
        for _ in range(3):
            t.expect(s.read(), None, last.error)


@check("stream_08", "read", "waits")
def overlap_is_refused(t: Bench) -> None:
    """Read again while a read is outstanding, then read to the end."""
    script = waiting_content(t)
    s = t.make(script)
    content, overlapped = b"", False
    overlaps = t.draw(st.lists(st.booleans(), min_size=1, max_size=5))
    for number in range(50):
        ticket = s.ask()
        if ticket.waiting and overlaps[number % len(overlaps)]:
            overlapped = True
            second = s.ask()
            refused = second.answer
            raised = isinstance(refused, Failed) and refused.sync and isinstance(refused.error, RuntimeError)
            t.true(raised, f"the overlapping read: {refused}", "RuntimeError raised by the overlapping read")
        answer = t.settle(ticket)
        if not isinstance(answer, Data):
            if overlapped:
                t.expect(answer, None, promised="the outstanding reads get the data, then None")
                t.equal(content, script.data, "the bytes read are")
            return
        content += answer.content


@check("stream_09", "read", "close", "waits")
def close_answers_outstanding(t: Bench) -> None:
    """Close while a read is outstanding; perhaps its callback reads again."""
    s = t.make(waiting_content(t))
    ticket = waiting_read(t, s)
    if ticket is not None:
        answered_by_close(t, s, ticket)
        t.run()
        t.expect(s.read(), None)


@check("stream_10", "read", "close")
def close_again(t: Bench) -> None:
    """Close twice: at a drawn point, at the end, and from inside the callback of a read."""
    s = t.make(any_content(t))
    how = t.draw(st.sampled_from(["after some reads", "at the end", "inside a callback"]))
    if how == "at the end":
        s.drain()
    elif how == "after some reads":
        read_some(t, s)
    else:
        seen: list[Answer] = []
        t.settle(s.ask(inside=lambda _: seen.append(s.close())))
        for closed in seen:
            t.true(not isinstance(closed, Failed), f"close() inside the callback {closed}", "close() raises nothing")
    for _ in range(2):
        answer = s.close()
        t.true(not isinstance(answer, Failed), f"close() {answer}", "close() raises nothing")
    t.expect(s.read(), None)


@check("stream_11", "read", "scripted")
def empty_is_no_end(t: Bench) -> None:
    """Read a source with empty pieces, several in a row among them."""
    script = t.draw(scripts(min_chunks=1))
    at = t.draw(st.integers(0, len(script.steps)))
    empties = tuple(Step(b"") for _ in range(t.draw(st.integers(1, 3))))
    script = Script((*script.steps[:at], *empties, *script.steps[at:], Step(b"!")), script.end, script.known)
    drained = t.make(script).drain()
    t.equal(drained.content, script.data, "the bytes read are")


@check("stream_12", "read", "close")
def data_stays(t: Bench) -> None:
    """Keep what was read, read on, close, drop the stream; then look again."""
    s = t.make(any_content(t, min_size=1))
    drained = s.drain()
    s.close()
    t.forget()
    for number, piece in enumerate(drained.pieces):
        now = _content(piece.value)
        if now != piece.content:
            _look_again(t, s, number)
        t.true(now == piece.content, f"a piece read as {piece} is now {now!r}", "what was read keeps its content")


def _look_again(t: Bench, s: Reader, number: int) -> None:
    """Let a script keep the piece of this number, and print it when its stream is gone."""
    reads = [row for row in t.timeline.rows if row.call == f"{s.name}.read()"]
    reads[number].call = f"(piece := {s.name}.read())"
    t.timeline.last += [
        f"del {s.name}",
        "import gc; gc.collect()",
        "print('the piece is now', bytes(getattr(piece, 'result', piece)))",
    ]


def _content(value: object) -> object:
    try:
        return bytes(memoryview(value))  # type: ignore[arg-type]
    except Exception as error:
        return error
