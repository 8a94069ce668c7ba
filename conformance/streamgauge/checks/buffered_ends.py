"""Checks of the clauses in specs/buffered.md about overlapping calls, failing sources and closing."""

from hypothesis import strategies as st

from streamgauge.answers import End, Failed
from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks.buffered_parts import (
    CUT,
    ERROR,
    STREAM,
    ask,
    buffered,
    exactly,
    failing,
    fill,
    first_line,
    line,
    push,
    rest_is,
    texts,
)
from streamgauge.reader import Reader
from streamgauge.script import Script, Step, When, scripts, whens
from streamgauge.ticket import Ticket

LATE = (Step(b"ab"), Step(b"c\r\nd", When.PENDING), Step(b"ef"))
"""A source of which every reader but `read` has to wait, with "ab" in the buffer."""


def _outstanding(t: Bench, *methods: str) -> tuple[Reader, Ticket, bytes]:
    """Have a call outstanding: the stream, the call, and what it will give."""
    _, s = buffered(t, Script(LATE, t.draw(whens()), t.draw(st.booleans())))
    method = t.draw(st.sampled_from(methods))
    if method == "read":
        t.expect(s.read(), b"ab")
        return s, s.ask(), b"c\r\nd"
    args = (4,) if method == "readExactly" else ()
    return s, ask(t, s, method, *args), b"abc\r" if args else b"abc\r\n"


def _refused(t: Bench, s: Reader, first: Ticket, promised: bytes, second: Ticket) -> None:
    answer = second.answer
    t.true(
        isinstance(answer, Failed) and isinstance(answer.error, RuntimeError),
        f"the overlapping call: {answer}",
        "RuntimeError from the overlapping call",
    )
    t.expect(t.settle(first), promised)
    began = {b"abc\r\n": 5, b"abc\r": 4, b"c\r\nd": 6}[promised]
    rest_is(t, s, b"abc\r\ndef"[began:])


@check("buffered_37", names=STREAM, on=STREAM, examples=0.5)
def read_overlaps(t: Bench) -> None:
    """Read while another call is outstanding."""
    s, first, promised = _outstanding(t, "readline", "readExactly")
    _refused(t, s, first, promised, s.ask())


@check("buffered_38", names=STREAM, on=STREAM, examples=0.5)
def line_overlaps(t: Bench) -> None:
    """Ask for a line while another call is outstanding."""
    s, first, promised = _outstanding(t, "readline", "readExactly", "read")
    size = t.draw(st.sampled_from([None, 1, 9]))
    _refused(t, s, first, promised, ask(t, s, "readline", size=size))


@check("buffered_39", names=STREAM, on=STREAM, examples=0.5)
def count_overlaps(t: Bench) -> None:
    """Ask for a count while another call is outstanding."""
    s, first, promised = _outstanding(t, "readline", "readExactly", "read")
    args = t.draw(st.sampled_from([(), (1,), (9,)]))
    _refused(t, s, first, promised, ask(t, s, "readExactly", *args))


@check("buffered_40", names=STREAM, on=STREAM)
def line_fails(t: Bench) -> None:
    """Read lines to the source's failure."""
    script = t.draw(texts(CUT))
    _, s = buffered(t, failing(script, t.draw(whens())))
    rest = script.data
    while b"\r\n" in rest:
        whole = first_line(rest)
        t.expect(line(t, s), whole, whole[:-2])
        rest = rest[len(whole) :]
    t.expect(line(t, s, **t.draw(st.sampled_from([{}, {"size": 99}]))), ERROR)


@check("buffered_41", names=STREAM, on=STREAM)
def count_fails(t: Bench) -> None:
    """Read counts to the source's failure."""
    script = t.draw(scripts())
    _, s = buffered(t, failing(script, t.draw(whens())))
    done = t.draw(st.integers(0, len(script.data)))
    if done:
        t.expect(exactly(t, s, done), script.data[:done])
    more = t.draw(st.integers(1, 3))
    args = t.draw(st.sampled_from([(), (len(script.data) - done + more,)]))
    t.expect(exactly(t, s, *args), ERROR)


NEVER = b"--never--"


@check("buffered_42", names=STREAM, on=STREAM)
def failure_keeps_the_buffer(t: Bench) -> None:
    """Fail with bytes collected, then read them: as a piece, as a count, or as a line."""
    script = t.draw(scripts(min_chunks=1, empty=False))
    _, s = buffered(t, failing(script, t.draw(whens())))
    data = script.data
    if t.draw(st.booleans()):
        t.expect(line(t, s, NEVER), ERROR)
    else:
        t.expect(exactly(t, s, len(data) + 1), ERROR)
    if t.draw(st.booleans()):
        drained = s.drain()
        t.equal(drained.content, data, "the bytes read after the failure are")
    else:
        size = t.draw(st.integers(1, len(data)))
        t.expect(exactly(t, s, size), data[:size])
        t.expect(line(t, s, size=1), data[size : size + 1] or b"", *([] if data[size:] else [ERROR]))


@check("buffered_43", names=STREAM, on=STREAM, examples=0.5)
def failure_is_sticky(t: Bench) -> None:
    """Fail, read what is buffered, and call on."""
    script = t.draw(scripts())
    _, s = buffered(t, failing(script, t.draw(whens())))
    if t.draw(st.booleans()):
        t.expect(line(t, s, NEVER), ERROR)
    else:
        t.expect(exactly(t, s), ERROR)
    s.drain()
    for method in t.draw(st.lists(st.sampled_from(["readline", "readExactly", "read"]), min_size=2, max_size=4)):
        if method == "read":
            t.expect(s.read(), None, ERROR)
        else:
            t.expect(t.settle(ask(t, s, method)), b"", ERROR)


@check("buffered_44", names=STREAM, on=STREAM, examples=0.5)
def source_ends_early(t: Bench) -> None:
    """Read on to the end of a source that told more bytes than it has."""
    script = t.draw(texts())
    _, s = buffered(t, Script(script.steps, script.end, known=True, lie=t.draw(st.integers(1, 5))))
    method = t.draw(st.sampled_from(["readline", "readExactly"]))
    args = t.draw(st.sampled_from([(), (3,)])) if method == "readExactly" else ()
    answers = [t.settle(ask(t, s, method, *args)) for _ in range(len(script.data) + 2)]
    failed = any(isinstance(answer, Failed) for answer in answers)
    t.true(
        failed, f"{method} gives {answers[-1]} at the end, without an error", "an error of the source that ended early"
    )


def _let_close(t: Bench, s: Reader) -> None:
    answer = s.close() if callable(getattr(s.stream, "close", None)) else Failed(AttributeError("close"))
    t.true(not isinstance(answer, Failed), f"close() {answer}", "close() raises nothing")


@check("buffered_45", names=STREAM, on=STREAM)
def close_closes_the_source(t: Bench) -> None:
    """Close, fresh, with bytes buffered, or with a call outstanding; look at the source."""
    how = t.draw(st.sampled_from(["fresh", "buffered", "outstanding"]))
    if how == "outstanding":
        s, _, _ = _outstanding(t, "read", "readline", "readExactly")
    elif how == "buffered":
        _, s, _, _ = fill(t, Script((*t.draw(texts()).steps, Step(b"more"))))
    else:
        _, s = buffered(t, Script((*t.draw(texts()).steps, Step(b"more"))))
    source = t.sources[0]
    _let_close(t, s)
    t.run()
    t.true(source.closes or source.finished, "the source is still open after close()", "close() closes the source")


@check("buffered_46", names=STREAM, on=STREAM)
def nothing_after_close(t: Bench) -> None:
    """Close with bytes buffered or put back, then call on."""
    _, s, _, _ = fill(t, t.draw(texts()))
    if t.draw(st.booleans()):
        push(t, s, b"back\r\n")
    s.close()
    for method in t.draw(st.lists(st.sampled_from(["readline", "readExactly", "read"]), min_size=1, max_size=4)):
        if method == "read":
            t.expect(s.read(), None)
        else:
            args = (t.draw(st.integers(1, 3)),) if method == "readExactly" else ()
            t.expect(t.settle(ask(t, s, method, *args)), b"", None)


@check("buffered_47", names=STREAM, on=STREAM, examples=0.5)
def no_length_after_close(t: Bench) -> None:
    """Close with bytes buffered, of a source that tells its length or not."""
    _, s, _, _ = fill(t, t.draw(texts(least=1)))
    s.close()
    t.equal(s.length(), 0, "after close() length is")


@check("buffered_48", names=STREAM, on=STREAM)
def close_answers(t: Bench) -> None:
    """Close while a call is outstanding."""
    s, first, _ = _outstanding(t, "read", "readline", "readExactly")
    s.close()
    answer = t.settle(first)
    allowed = isinstance(answer, End) or getattr(answer, "content", None) == b""
    t.true(allowed, f"the outstanding call: {answer}", "the outstanding call is answered by None or b''")


@check("buffered_49", names=STREAM, on=STREAM)
def close_anywhere(t: Bench) -> None:
    """Close at the end, after a failure, inside a callback; then once more."""
    how = t.draw(st.sampled_from(["end", "failure", "inside"]))
    script = t.draw(texts())
    _, s = buffered(t, failing(script, t.draw(whens())) if how == "failure" else script)
    if how == "inside":
        seen: list[object] = []
        ticket = ask(t, s, t.draw(st.sampled_from(["readline", "readExactly"])))
        ticket.then(lambda _: seen.append(s.close()))
        t.settle(ticket)
        t.true(all(not isinstance(answer, Failed) for answer in seen), f"close() {seen}", "close() raises nothing")
    else:
        exactly(t, s)
    for _ in range(2):
        _let_close(t, s)


@check("buffered_53", names=STREAM, on=STREAM, examples=0.3)
def interrupts_pass(t: Bench) -> None:
    """Interrupt the source's read."""
    error = t.draw(st.sampled_from([KeyboardInterrupt, SystemExit]))
    source, s = buffered(t, Script.of(b"data"))
    method = t.draw(st.sampled_from(["readline", "readExactly"]))
    raised = []

    def interrupt() -> None:
        raised.append(error)
        raise error

    source.on_read = interrupt
    seen = error.__name__
    try:
        answer = ask(t, s, method).answer
        if raised:
            seen = str(answer)  # else the source is read at another time, and nothing can pass
    except (KeyboardInterrupt, SystemExit) as passed:
        seen = type(passed).__name__
    t.equal(seen, error.__name__, f"the {method} whose source raises {error.__name__} gives")


@check("buffered_54", names=STREAM, on=STREAM, examples=0.5)
def quiet_log(t: Bench) -> None:
    """Fail a call, or leave one unanswered; drop everything and look at the log."""
    t.log.restart()
    _leave(t)
    t.forget()
    t.equal(t.log.errors(), [], "errors logged:")


def _leave(t: Bench) -> None:
    fails = t.draw(st.booleans())
    script = failing(t.draw(texts()), t.draw(whens()))
    _, s = buffered(t, script if fails else Script(LATE))
    ticket = ask(t, s, t.draw(st.sampled_from(["readline", "readExactly"])))
    if fails:
        t.settle(ticket)
        s.read()
