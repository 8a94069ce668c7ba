"""Checks of the clauses in specs/stream.md about callbacks, the log, the source, the stack and interrupts."""

import contextlib

from hypothesis import strategies as st

from streamgauge.answers import Answer, Data, Endless, Failed, Waiting
from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks.growth import does_not_grow, given_so_far
from streamgauge.checks.held import COUNT, held, nothing_is_held
from streamgauge.checks.interrupt import Interrupt
from streamgauge.checks.look import past_empties
from streamgauge.checks.stream_parts import (
    DEEP,
    NESTED,
    PIECE,
    UNREAD,
    WINDOW,
    all_closed,
    any_content,
    failing,
    read_some,
    waiting_content,
    waiting_read,
)  # fmt: skip
from streamgauge.content import filler
from streamgauge.reader import Reader
from streamgauge.script import Script, Step, When, scripts, whens
from streamgauge.source import Source


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

    while not last and len(pieces) < t.patience():
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
    how = t.draw(st.sampled_from(["failed", "closed during a read", "ended"]))
    if how == "closed during a read":
        s = t.make(waiting_content(t))
        waiting_read(t, s)
    else:
        s = t.make(failing(t.draw(scripts(fails=True, empty=False))) if how == "failed" else any_content(t))
        s.drain()
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
    all_closed(t, "close()", "close() closes what lies underneath")


@check("stream_19", "read", "close", "owns", "waits")
def close_frees_during_read(t: Bench) -> None:
    """Close with a read outstanding, and look at the sources."""
    s = t.make(waiting_content(t))
    if waiting_read(t, s) is not None:
        s.close()
        t.run()
        all_closed(t, "close() during a read", "close() closes what lies underneath, also during a read")


@check("stream_16", "read", "scripted", examples=0)
def flat_stack(t: Bench) -> None:
    """Read many pieces that are all there at once: empty ones and others, each in both manners."""
    kinds = [Step(piece, when) for piece in (b"", b"x") for when in (When.NOW, When.FIRED)]
    script = Script((*[step for step in kinds for _ in range(DEEP)], Step(b"!")))
    drained = t.make(script).drain(limit=4 * len(script.steps))  # it may add empty pieces, and cut others up
    t.equal(drained.content, script.data, f"after {len(script.steps)} pieces the bytes read are")


@check("stream_17", "read", "sourced", examples=0.3)
def bounded_reading_ahead(t: Bench) -> None:
    """Read some pieces of many, give the stream time, and look at how many more were taken from the source."""
    when, count = t.draw(whens()), t.draw(st.integers(0, 4))

    def ahead(pieces: int) -> int:
        before = given_so_far(t)
        s = t.make(Script.of(*[filler(PIECE)] * pieces, when=when))
        answers = [s.read() for _ in range(count)]
        taken = sum(len(answer.content) for answer in answers if isinstance(answer, Data))
        t.run()
        return given_so_far(t) - before - taken

    does_not_grow(t, 60, ahead, (WINDOW + 1) * PIECE - 1, UNREAD)


@check("stream_22", "read", "scripted", examples=0.05)
def given_is_gone(t: Bench) -> None:
    """Read many pieces, keep none, and count what is held."""
    with held() as kept:
        script = Script((Step(kept.piece, t.draw(whens())),) * COUNT, known=t.draw(st.booleans()))
        nothing_is_held(t, t.make(script), kept)


def _interrupt(t: Bench) -> Interrupt:
    """Let the sources' reads raise an interrupt."""
    interrupt = Interrupt(t)
    interrupt.in_read(*t.sources)
    return interrupt


@check("stream_18", "read", "sourced", examples=0.2)
def interrupts_pass(t: Bench) -> None:
    """Interrupt the source's read."""
    s = t.make(Script.of(b"data"))
    _interrupt(t).passes("read()", lambda: past_empties(s).answer)


@check("stream_20", "read", "sourced", examples=0.4)
def interrupts_leave_no_read(t: Bench) -> None:
    """Interrupt the source's read, read on, and close; an overlapping read shows how that one is refused."""
    script = t.draw(scripts(min_chunks=1, empty=False))
    refusal = _overlap(t, script)
    s = t.make(script)
    interrupt = _interrupt(t)
    if not interrupt.leaves("read()", lambda: past_empties(s)):
        return  # where it was raised, that is stream_18's matter
    t.timeline.note(f"the source's read has raised {interrupt.name}")
    with contextlib.suppress(KeyboardInterrupt, SystemExit):  # the same again is an answer too
        _no_read_outstanding(t, s, refusal)


def _no_read_outstanding(t: Bench, s: Reader, refusal: object) -> None:
    t.exercised = True
    for _ in range(t.draw(st.integers(0, 3))):
        answer = s.read()
        t.true(not isinstance(answer, Waiting), f"a read after it gives {answer}", "every read is answered")
        again = isinstance(answer, Failed) and answer.sync and (type(answer.error), answer.error.args) == refusal
        t.true(not again, f"a read after it {answer}, as if it overlapped another", "no read is outstanding")
    if "close" in t.maker.abilities:
        s.close()
        t.expect(s.read(), None)


def _overlap(t: Bench, script: Script) -> object:
    """Make another stream and let two reads of it overlap: the type and the arguments of what the second one raises."""
    other = t.make(Script((Step(b"waits", When.PENDING), *script.steps), script.end, script.known))
    first = other.ask()
    if first.waiting and isinstance(second := other.ask().answer, Failed):
        return type(second.error), second.error.args
    return None


@check("stream_21", "read", "sourced", examples=0.5)
def other_deferreds(t: Bench) -> None:
    """Read to the end; the source gives Deferreds of a class of its own, fired or not."""
    late = st.sampled_from([When.FIRED, When.PENDING])
    pieces = t.draw(st.lists(st.binary(min_size=1, max_size=3), min_size=1, max_size=3))
    script = Script(tuple(Step(piece, t.draw(late)) for piece in pieces), t.draw(late))
    s = t.make(script)
    chained = t.draw(st.booleans())
    for source in t.sources:
        if chained and isinstance(source, Source):
            source.chain()
        else:
            source.answer_by_others()
    drained = s.drain()
    t.expect(drained.last, None, promised="the data, and then None")
    t.equal(drained.content, script.data, "of a source with other Deferreds the bytes read are")
