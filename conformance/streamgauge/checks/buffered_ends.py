"""Checks of the clauses in specs/buffered.md about overlapping calls and failing sources."""

import contextlib

from hypothesis import strategies as st

from streamgauge.answers import Failed
from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks.buffered_parts import (
    CLOSE,
    CUT,
    ERROR,
    LATE,
    STREAM,
    ask,
    buffered,
    exactly,
    failing,
    first_line,
    line,
    outstanding,
    rest_is,
    texts,
)
from streamgauge.checks.interrupt import Interrupt
from streamgauge.checks.split_parts import begins, may_fail_once, may_linger
from streamgauge.content import filler
from streamgauge.reader import Reader
from streamgauge.script import Script, Step, scripts, whens
from streamgauge.ticket import Ticket


def _refused(t: Bench, s: Reader, first: Ticket, promised: bytes, second: Ticket) -> None:
    answer = second.answer
    t.true(
        isinstance(answer, Failed) and isinstance(answer.error, RuntimeError),
        f"the overlapping call: {answer}",
        "RuntimeError from the overlapping call",
    )
    data = b"abc\r\ndef"
    if data.startswith(promised):
        t.expect(t.settle(first), promised)
        rest_is(t, s, data[len(promised) :])
    else:  # a read behind "ab"
        rest_is(t, s, data[2 + len(begins(t, t.settle(first), promised)) :])


@check("buffered_37", names=STREAM, on=STREAM, examples=0.5)
def read_overlaps(t: Bench) -> None:
    """Read while another call is outstanding."""
    s, first, promised = outstanding(t, "readline", "readExactly")
    _refused(t, s, first, promised, s.ask())


@check("buffered_38", names=STREAM, on=STREAM, examples=0.5)
def line_overlaps(t: Bench) -> None:
    """Ask for a line while another call is outstanding."""
    s, first, promised = outstanding(t, "readline", "readExactly", "read")
    size = t.draw(st.sampled_from([None, 1, 9]))
    _refused(t, s, first, promised, ask(t, s, "readline", size=size))


@check("buffered_39", names=STREAM, on=STREAM, examples=0.5)
def count_overlaps(t: Bench) -> None:
    """Ask for a count while another call is outstanding."""
    s, first, promised = outstanding(t, "readline", "readExactly", "read")
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
    script = t.draw(scripts(empty=False))
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
    if t.draw(st.integers(0, 3)) == 0:
        script = Script((*script.steps, Step(filler(5000))), script.end, script.known)
    _, s = buffered(t, failing(script, t.draw(whens())))
    data = script.data
    if t.draw(st.booleans()):
        t.expect(line(t, s, NEVER), ERROR)
    else:
        t.expect(exactly(t, s, len(data) + 1), ERROR)
    how = t.draw(st.sampled_from(["piece", "line", "count"]))
    if how == "piece":
        drained = s.drain()
        t.equal(drained.content, data, "the bytes read after the failure are")
    elif how == "line":
        end = t.draw(st.integers(0, len(data) - 1))
        delimiter = data[end : end + 1]
        t.expect(line(t, s, delimiter), data[: data.index(delimiter) + 1])
    else:
        size = t.draw(st.integers(1, len(data)))
        t.expect(exactly(t, s, size), data[:size])
        if data[size:]:
            t.expect(exactly(t, s, 1), data[size : size + 1])


@check("buffered_43", names=STREAM, on=STREAM, examples=0.5)
def failure_is_sticky(t: Bench) -> None:
    """Fail, read what is buffered, and call on."""
    script = t.draw(scripts(empty=False))
    source, s = buffered(t, failing(script, t.draw(whens())))
    may_fail_once(t, source)
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


@check("buffered_53", names=STREAM, on=STREAM, examples=0.3)
def interrupts_pass(t: Bench) -> None:
    """Interrupt the source's read."""
    interrupt = Interrupt(t)
    source, s = buffered(t, Script.of(b"data"))
    interrupt.in_read(source)
    method = t.draw(st.sampled_from(["readline", "readExactly"]))
    interrupt.passes(method, lambda: ask(t, s, method).answer)


@check("buffered_68", names=STREAM, on=STREAM, examples=0.3)
def calls_after_an_interrupt(t: Bench) -> None:
    """Interrupt the source's read once; call on, then close."""
    interrupt = Interrupt(t)
    source, s = buffered(t, Script.of(b"ab\r\n", b"cd\r\n", when=t.draw(whens()), known=t.draw(st.booleans())))
    interrupt.in_read(source)
    calls = st.sampled_from(["readline", "readExactly"])
    first = t.draw(calls)
    if not interrupt.leaves(first, lambda: ask(t, s, first)):
        return  # where it was raised, that is buffered_53's matter
    with contextlib.suppress(KeyboardInterrupt, SystemExit):  # the same again is an answer too
        _no_call_outstanding(t, s, t.draw(calls))


def _no_call_outstanding(t: Bench, s: Reader, method: str) -> None:
    t.exercised = True
    again = ask(t, s, method, *((4,) if method == "readExactly" else ()))
    refused = isinstance(again.answer, Failed) and again.answer.sync and isinstance(again.answer.error, RuntimeError)
    t.true(not refused, f"the call after the interrupt: {again.answer}", "no call is outstanding")
    t.expect(t.settle(again), b"ab\r\n", b"", BaseException, promised="b'ab\\r\\n', the end, or a failure")
    if t.port.has(CLOSE):
        s.close()
        t.expect(exactly(t, s, 1), b"", None, promised="b'' or None: it is closed")


@check("buffered_54", names=STREAM, on=STREAM, examples=0.5)
def quiet_log(t: Bench) -> None:
    """Fail a call, or leave one unanswered, or close the stream then; drop everything and look at the log."""
    t.log.restart()
    _leave(t)
    t.forget()
    t.equal(t.log.errors(), [], "errors logged:")


def _leave(t: Bench) -> None:
    how = t.draw(st.sampled_from(["fails", "waits", *["closed"] * t.port.has(CLOSE)]))
    late = Script(LATE, known=t.draw(st.booleans()))
    _, s = buffered(t, failing(t.draw(texts()), t.draw(whens())) if how == "fails" else late)
    ticket = ask(t, s, t.draw(st.sampled_from(["readline", "readExactly"])))
    if how == "closed":
        may_linger(t, *t.sources)
        s.close()
        t.run()
    elif how == "fails":
        t.settle(ticket)
        s.read()
