"""Checks of the clauses in specs/stream.md: what every stream promises."""

from hypothesis import strategies as st

from streamgauge.answers import Answer, Data, End, Endless, Failed, Returned, Waiting, is_deferred
from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.reader import Reader
from streamgauge.script import Script, SourceError, Step, When, contents, filler, scripts, whens
from streamgauge.stack import LEVELS

NESTED = 20
"""Reads made each inside the callback of the one before."""

DEEP = 2 * LEVELS
"""Pieces at which the stack overflows, if each takes a level."""

PIECE = 8192
WINDOW = 16
"""A stream may hold this many pieces, of this many bytes, that its reader has not asked for."""


def any_content(t: Bench, *, min_size: int = 0) -> Script:
    """Draw what a maker can be given: a script without empty pieces if it follows one, else plain contents."""
    if "scripted" in t.maker.abilities:
        return t.draw(scripts(min_chunks=1 if min_size else 0, empty=False))
    return Script.of(t.draw(contents(min_size=min_size, large=t.maker.largest)))


def read_some(t: Bench, s: Reader) -> bytes:
    """Read a drawn number of pieces; give what came."""
    content = b""
    for _ in range(t.draw(st.integers(0, 3))):
        answer = s.read()
        if not isinstance(answer, Data):
            break
        content += answer.content
    return content


@check("stream_01", "read", "close", examples=0.2)
def two_methods(t: Bench) -> None:
    """Look at the methods, and call close."""
    s = t.make(any_content(t))
    for method in ("read", "close"):
        t.true(callable(getattr(s.stream, method, None)), f"no {method}()", f"a stream has {method}()")
    first = s.ask().answer
    refused = isinstance(first, Failed) and isinstance(first.error, TypeError)
    t.true(not refused, f"read() {first}", "read() can be called without arguments")
    closed = s.close()
    t.true(not isinstance(closed, Failed), f"close() {closed}", "close() can be called without arguments")


@check("stream_02", "read")
def all_data(t: Bench) -> None:
    """Read to the end and compare with the contents."""
    script = any_content(t)
    drained = t.make(script).drain()
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
    drained = t.make(_failing(script)).drain()
    t.equal(drained.content, script.data, "the bytes before the failure are")
    t.expect(drained.last, SourceError("the source fails here"))


def _failing(script: Script) -> Script:
    """A source that fails has promised more than it gave."""
    return Script(script.steps, script.end, script.known, 3)


@check("stream_07", "read", "scripted")
def failure_is_sticky(t: Bench) -> None:
    """Read on after a failure."""
    s = t.make(_failing(t.draw(scripts(fails=True, empty=False))))
    last = s.drain().last
    if isinstance(last, Failed):
        for _ in range(3):
            t.expect(s.read(), None, last.error)


@check("stream_08", "read", "waits")
def overlap_is_refused(t: Bench) -> None:
    """Read again while a read is outstanding, then read to the end."""
    script = any_content(t)
    s = t.make(script)
    content, overlapped = b"", False
    for _ in range(50):
        ticket = s.ask()
        if ticket.waiting and t.draw(st.booleans()):
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
    """Close while a read is outstanding."""
    s = t.make(any_content(t))
    for _ in range(50):
        ticket = s.ask()
        if ticket.waiting and t.draw(st.booleans()):
            s.close()
            t.expect(t.settle(ticket), None, promised="the outstanding read fires with None")
            t.run()
            t.expect(s.read(), None)
            return
        if not isinstance(t.settle(ticket), Data):
            return


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
    for piece in drained.pieces:
        now = _content(piece.value)
        t.true(now == piece.content, f"a piece read as {piece} is now {now!r}", "what was read keeps its content")


def _content(value: object) -> object:
    try:
        return bytes(memoryview(value))  # type: ignore[arg-type]
    except Exception as error:
        return error


@check("stream_13", "read", "waits")
def read_inside_callback(t: Bench) -> None:
    """Read the next piece from inside the callback of the one before, some reads deep, again and again."""
    script = any_content(t)
    s = t.make(script)
    pieces: list[bytes] = []
    last: list[Answer] = []
    depth = 0

    def read_on(answer: Answer) -> None:
        nonlocal depth
        if not isinstance(answer, Data):
            last.append(answer)
            return
        pieces.append(answer.content)
        depth += 1
        if depth < NESTED:
            s.ask(inside=read_on)

    while not last and len(pieces) < 5_000:
        depth = 0
        s.ask(inside=read_on)
        while (innermost := t.tickets[-1]).waiting:
            if isinstance(t.settle(innermost), Waiting):
                t.violate(f"a read inside a callback gives {innermost.answer}", "every read is answered")
    if any(ticket.deferred is not None for ticket in t.tickets):
        t.expect(last[0] if last else Endless(len(pieces)), None, promised="None after the last byte")
        t.equal(b"".join(pieces), script.data, "the bytes read inside callbacks are")


@check("stream_14", "read", "close", "scripted", examples=0.5)
def quiet_log(t: Bench) -> None:
    """Fail, end or close a stream, drop everything, and look at the log."""
    t.log.restart()
    s = t.make(_failing(t.draw(scripts(fails=True, empty=False))) if t.draw(st.booleans()) else any_content(t))
    if t.draw(st.booleans()):
        s.drain()
    else:
        read_some(t, s)
        s.ask()
    s.close()
    t.run()
    t.forget()
    t.equal(t.log.errors(), [], "errors logged:")


@check("stream_15", "close", "owns")
def close_frees(t: Bench) -> None:
    """Close at a drawn point before the end, and look at the sources."""
    s = t.make(Script((*any_content(t).steps, Step(b"more"))))
    read_some(t, s)
    s.close()
    t.run()
    kept = [source for source in t.sources if not (source.closes or source.finished or source.splits)]
    names = ", ".join(source.name for source in kept)
    t.true(not kept, f"{names} still open after close()", "close() closes what lies underneath")


@check("stream_16", "read", "scripted", examples=0.1)
def flat_stack(t: Bench) -> None:
    """Read many pieces that are all there at once, most of them empty."""
    piece, when = t.draw(st.sampled_from([(b"", When.NOW), (b"x", When.NOW), (b"", When.FIRED), (b"x", When.FIRED)]))
    script = Script((*[Step(piece, when)] * DEEP, Step(b"!")))
    drained = t.make(script).drain(limit=DEEP + 10)
    t.equal(drained.content, script.data, f"after {DEEP} pieces the bytes read are")


@check("stream_17", "read", "sourced", examples=0.3)
def bounded_reading_ahead(t: Bench) -> None:
    """Read some pieces of many, give the stream time, and look at how many more were taken from the source."""
    when = t.draw(whens())
    s = t.make(Script.of(*[filler(PIECE)] * 60, when=when))
    taken = sum(len(answer.content) for answer in _some_pieces(t, s))
    t.run()
    ahead = sum(source.given for source in t.sources) - taken
    t.true(
        ahead // PIECE <= WINDOW,
        f"{ahead} bytes taken from the source that nobody has read",
        f"at most {WINDOW} pieces or {WINDOW * PIECE} bytes read ahead",
    )


def _some_pieces(t: Bench, s: Reader) -> list[Data]:
    answers = [s.read() for _ in range(t.draw(st.integers(0, 4)))]
    return [answer for answer in answers if isinstance(answer, Data)]


@check("stream_18", "read", "sourced", examples=0.2)
def interrupts_pass(t: Bench) -> None:
    """Interrupt the source's read."""
    error = t.draw(st.sampled_from([KeyboardInterrupt, SystemExit]))
    s = t.make(Script.of(b"data"))
    raised = []

    def interrupt() -> None:
        raised.append(error)
        raise error

    for source in t.sources:
        source.on_read = interrupt
    seen = error.__name__
    try:
        answer = s.ask().answer
        if raised:
            seen = str(answer)  # else the source is read at another time, and nothing can pass
    except (KeyboardInterrupt, SystemExit) as passed:
        seen = type(passed).__name__
    for source in t.sources:
        source.on_read = None  # what reads it later must not interrupt the kit
    t.equal(seen, error.__name__, f"the read whose source raises {error.__name__} gives")
