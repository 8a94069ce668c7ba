"""Checks of the clauses in specs/producer.md: how a ProducerStream takes errors and broken promises."""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from streamgauge.answers import Data, End, Failed, Waiting
from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks.interrupt import Interrupt
from streamgauge.checks.look import cancel
from streamgauge.checks.producer_ends import broken
from streamgauge.checks.producer_parts import LIMIT, READS, Pipe
from streamgauge.checks.producer_who import produced
from streamgauge.checks.told import Pull, Push
from streamgauge.script import chunks
from streamgauge.ticket import Ticket
from streamgauge.timeline import show

STREAM = "ProducerStream"


def total(pieces: list[bytes]) -> bytes:
    """Join pieces."""
    return b"".join(pieces)


@check("producer_46", names=STREAM, on=STREAM)
def too_few_bytes(t: Bench) -> None:
    """Finish before the length was written that was declared at first, or set later."""
    pieces = t.draw(chunks(4, empty=False))
    length = len(total(pieces)) + t.draw(st.integers(1, 5))
    later = t.draw(st.booleans())
    pipe = Pipe(t) if later else Pipe(t, length)
    if later:
        t.call(f"{pipe.reader.name}.length = {length}", setattr, pipe.reader.stream, "length", length)
    if t.draw(st.booleans()):
        pipe.register(Push(t))
    for piece in pieces:
        pipe.write(piece)
    waits = t.draw(st.booleans())
    if waits:
        pipe.empty()
        ticket = pipe.ask()
        pipe.tell("finish")
        last = t.settle(ticket)
    else:
        pipe.tell("finish")
        drained = pipe.reader.drain(READS)
        t.equal(drained.content, total(pieces), "the bytes read are")
        last = drained.last
    t.expect(last, Exception, promised="an error: the stream ends before its length")


@check("producer_47", names=STREAM, on=STREAM)
def too_many_bytes(t: Bench) -> None:
    """Write more than the declared length."""
    pieces = [*t.draw(chunks(4, empty=False)), b"more"]
    surplus = t.draw(st.integers(1, 6))
    data = total(pieces)
    length = max(0, len(data) - surplus)
    pipe = Pipe(t, length)
    got, refused = b"", False
    ticket = pipe.reader.ask() if t.draw(st.booleans()) else None
    for piece in pieces:
        seen = t.call(f"{pipe.reader.name}.write({piece!r})", pipe.reader.stream.write, piece)
        refused = refused or isinstance(seen, Failed)
        if ticket is not None and isinstance(ticket.answer, Data):
            got += ticket.answer.content
            ticket = pipe.reader.ask()
    if t.draw(st.booleans()):
        before, ticket = _before_the_finish(t, pipe, ticket)
        got += before
    t.call(f"{pipe.reader.name}.finish()", pipe.reader.stream.finish)
    last = t.settle(ticket) if ticket is not None else Data(b"")
    for _ in range(READS):
        if isinstance(last, Data):
            got += last.content
            last = pipe.read()
    whole = got == data[:length] and isinstance(last, End | Failed)
    failed = data[:length].startswith(got) and (refused or isinstance(last, Failed))
    t.true(
        whole or failed,
        f"{show(got)}, then {last}",
        f"{show(data[:length])}, then None or an error: {length} bytes were declared",
    )


def _before_the_finish(t: Bench, pipe: Pipe, ticket: Ticket | None) -> tuple[bytes, Ticket]:
    """Read what there is of a stream that is not finished, and past a None; give it, and the last read."""
    got = b""
    for _ in range(READS):
        ticket = ticket or pipe.reader.ask()
        t.run()
        if not isinstance(ticket.answer, Data):
            break
        got, ticket = got + ticket.answer.content, None
    ticket = ticket or pipe.reader.ask()
    if isinstance(ticket.answer, End):
        t.expect(pipe.read(), None, promised="None again: the stream has ended")
    return got, ticket


@check("producer_48", names=STREAM, on=STREAM, examples=0.5)
def length_set_later(t: Bench) -> None:
    """Set `length` when it becomes known; read on."""
    pipe = Pipe(t)
    pieces = [*t.draw(chunks(4, empty=False)), b"more"]
    for piece in pieces:
        pipe.write(piece)
    for _ in range(t.draw(st.integers(0, 2))):
        if pipe.left:
            pipe.read()
    length = len(total(pipe.left))
    seen = t.call(f"{pipe.reader.name}.length = {length}", setattr, pipe.reader.stream, "length", length)
    t.true(not isinstance(seen, Failed), f"setting length {seen}", "length may be set")
    t.equal(pipe.reader.length(), length, "length is")
    if pipe.left:
        pipe.read()
    t.equal(pipe.reader.length(), len(total(pipe.left)), "after a read length is")


@check("producer_49", names=STREAM, on=STREAM, examples=0.5)
def cancelled_read(t: Bench) -> None:
    """Cancel a waiting read; write on, and read."""
    pipe = Pipe(t)
    first = t.draw(st.integers(0, 2))
    pipe.fill(first)
    pipe.empty()
    ticket = t.begin(f"waiting = {pipe.reader.name}.read()", pipe.reader.stream.read)
    ticket.row.script = f"{ticket.row.call}\nstep('waiting')"
    cancel(t, "waiting", ticket)
    pipe.left.clear()
    pipe.fill(t.draw(st.integers(2, 4)))
    written = total(pipe.left)
    pipe.tell("finish")
    pipe.sound()
    drained = pipe.reader.drain(READS)
    got = drained.content
    lost_nothing = got == written or not got or isinstance(drained.last, Failed)
    t.true(
        lost_nothing and written.startswith(got),
        f"{show(got)}, then {drained.last}",
        f"{show(written)}, which was written after the cancelled read; or no data at all",
    )


@check("producer_50", names=STREAM, on=STREAM, examples=0.5)
def resume_raises(t: Bench) -> None:
    """Let a pull producer raise when it is asked, or a push producer when it is resumed."""
    if t.draw(st.booleans()):
        _push_raises(t)
        return
    pipe = Pipe(t)
    producer = Pull(t)
    moves: list[Callable[[], Any]] = [lambda: pipe.write(b"data")] * t.draw(st.integers(0, 2))

    def fail() -> None:
        if moves:
            moves.pop()()
            return
        raise broken()

    producer.on["resumeProducing"] = fail
    promised = b"data" * len(moves)
    registered = pipe.tell("registerProducer", producer, False)
    if isinstance(registered, Failed):
        t.expect(registered, broken())
        return
    drained = pipe.reader.drain(10)
    t.equal(drained.content, promised, "the bytes read are")
    t.expect(drained.last, broken())


def _push_raises(t: Bench) -> None:
    """Fill the stream until it pauses its producer, which raises when it is resumed; read on."""

    def fail() -> None:
        raise broken()

    pipe, producer = Pipe(t), Push(t)
    producer.on["resumeProducing"] = fail
    pipe.register(producer)
    pipe.fill(LIMIT + 1)
    written = b"".join(pipe.left)
    drained = pipe.reader.drain(READS)
    if "resumeProducing" not in producer.told:
        t.lacks("the producer is not resumed")
        return
    t.true(written.startswith(drained.content), f"the bytes read are {drained.content!r}", "what was written, in order")
    t.expect(drained.last, broken())


@check("producer_51", names=STREAM, on=STREAM, examples=0.2)
def interrupts_pass(t: Bench) -> None:
    """Interrupt the producer that a read or its registration asks."""
    interrupt = Interrupt(t)
    first = t.draw(st.booleans())
    pipe = Pipe(t)
    producer = Pull(t)
    if not first:
        pipe.register(producer)
        pipe.sound()
    producer.on["resumeProducing"] = interrupt.strike
    if first:
        interrupt.passes("the registration", lambda: pipe.tell("registerProducer", producer, False))
    else:
        interrupt.passes("the read", lambda: pipe.reader.ask().answer)


@check("producer_102", names=STREAM, on=STREAM, examples=0.2)
def interrupts_leave_no_read(t: Bench) -> None:
    """Interrupt the producer that a read asks; write, or let the producer do it when it is asked, and read."""
    interrupt = Interrupt(t)
    pipe = Pipe(t)
    producer = Pull(t)
    pipe.register(producer)
    pipe.sound()
    producer.on["resumeProducing"] = interrupt.strike
    if not interrupt.leaves("the read", pipe.reader.ask):
        return  # where it was raised, that is producer_51's matter
    t.timeline.note(f"the producer has raised {interrupt.name}")
    if asked := t.draw(st.booleans()):
        producer.on["resumeProducing"] = lambda: pipe.write(b"data")
    else:
        pipe.write(b"data")
    answer = pipe.reader.read()
    then = "for which the producer would write" if asked else "and a write"
    t.true(not isinstance(answer, Waiting), f"a read after that, {then}, gives {answer}", "it is answered")
    if isinstance(answer, Data):
        t.true(b"data".startswith(answer.content), f"the read gives {answer}", "b'data', or its beginning")


@check("producer_97", names=STREAM, on=STREAM, examples=0.5)
def raised_and_stopped(t: Bench) -> None:
    """Let a producer raise when a read asks it, and close."""
    pipe, producer = produced(t)
    pipe.sound()

    def fail() -> None:
        raise broken()

    producer.on["resumeProducing"] = fail
    pipe.fill(t.draw(st.integers(0, 2)) if isinstance(producer, Pull) else LIMIT + 1)
    pipe.reader.drain(READS)
    pipe.reader.close()
    t.pump.until(lambda: bool(producer.count("stopProducing")))
    told = producer.count("stopProducing")
    t.true(told, "the producer raised, the stream is closed, and it was not told to stop", "it is told to stop")
