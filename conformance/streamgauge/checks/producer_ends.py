"""Checks of the clauses in specs/producer.md: how the writer of a ProducerStream ends it."""

from collections.abc import Callable

from hypothesis import strategies as st

from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks.look import look
from streamgauge.checks.producer_parts import READS, Pipe, failure_of
from streamgauge.checks.told import Push
from streamgauge.script import SourceError
from streamgauge.ticket import Ticket
from streamgauge.timeline import show

STREAM = "ProducerStream"


class OtherError(Exception):
    """A second error, to be told from `SourceError`."""


def broken() -> SourceError:
    """Make the error of a writer that fails."""
    return SourceError("the source fails here")


@check("producer_29", names=STREAM, on=STREAM, examples=0.3)
def closed_flag(t: Bench) -> None:
    """Look at `closed` before and after the stream is finished or closed."""
    pipe = Pipe(t)
    pipe.fill(t.draw(st.integers(0, 2)))
    t.equal(bool(look(t, pipe.reader, "closed")), False, "of an open stream, closed is")
    how = t.draw(st.sampled_from(["finish", "finish with a failure", "close"]))
    if how == "close":
        pipe.reader.close()
    else:
        pipe.tell("finish", *([] if how == "finish" else [broken()]))
    t.equal(bool(look(t, pipe.reader, "closed")), True, f"after {how}, closed is")


@check("producer_104", names=STREAM, on=STREAM, examples=0.3)
def nothing_remains(t: Bench) -> None:
    """Finish a stream of unknown length, read to its end, look at the length."""
    pipe = Pipe(t)
    pipe.fill(t.draw(st.integers(0, 2)))
    pipe.tell("finish")
    pipe.content(b"".join(pipe.left))
    t.equal(pipe.reader.length(), 0, "at the end length is")


def answered_by(t: Bench, pipe: Pipe, ending: Callable[[], object], error: Exception | None = None) -> None:
    """Read, end the stream, and maybe write, then read inside the callback of the read that this answers."""
    again: list[Ticket] = []
    late = t.draw(st.booleans())

    def inside(_: object) -> None:
        if late:
            pipe.tell("write", b"late")
        again.append(pipe.reader.ask())

    ticket = pipe.reader.ask(inside=inside)
    ending()
    t.expect(t.settle(ticket), error)
    for other in again:
        t.expect(t.settle(other), *([None, error] if error else [None]))


@check("producer_30", names=STREAM, on=STREAM)
def late_writes(t: Bench) -> None:
    """Write after finish, with data waiting or not, before and after it is read, or inside the callback of the end."""
    pipe = Pipe(t)
    if t.draw(st.booleans()):
        pipe.register(Push(t))
    pipe.fill(t.draw(st.integers(0, 3)))
    written = b"".join(pipe.left)
    error = t.draw(st.sampled_from([None, broken()]))
    if not written and t.draw(st.booleans()):
        answered_by(t, pipe, lambda: pipe.tell("finish", *([error] if error else [])), error)
        pipe.sound()
        return
    pipe.tell("finish", *([error] if error else []))
    pipe.tell("write", b"late")
    if error is None:
        pipe.content(written)
    else:  # whether the data comes before the failure is another clause's matter
        pipe.sound()
        drained = pipe.reader.drain(READS)
        t.true(written.startswith(drained.content), f"the bytes read are {show(drained.content)}", "no late ones")
        t.expect(drained.last, error)
    pipe.tell("write", b"late")
    pipe.sound()
    t.expect(pipe.reader.read(), *([None, error] if error else [None]))


@check("producer_31", names=STREAM, on=STREAM)
def finish_failure(t: Bench) -> None:
    """Finish with a Failure, with data waiting or a read, maybe with bytes of a declared length still to come."""
    count, declared = t.draw(st.integers(0, 3)), t.draw(st.sampled_from([None, 3]))
    pipe = Pipe(t, *([] if declared is None else [2 * count + declared]))
    pipe.fill(count)
    written = b"".join(pipe.left)
    ticket = None if pipe.left else pipe.ask()
    pipe.tell("finish", failure_of(t, broken()))
    if ticket is not None:
        pipe.sound()
        t.expect(t.settle(ticket), broken())
    else:
        pipe.content(written, broken())


@check("producer_32", names=STREAM, on=STREAM)
def finish_again(t: Bench) -> None:
    """Finish twice, with an error or without, both times."""
    pipe = Pipe(t)
    pipe.fill(t.draw(st.integers(0, 2)))
    written = b"".join(pipe.left)
    first, second = t.draw(
        st.sampled_from([(None, None), (None, broken()), (broken(), None), (broken(), OtherError("again"))])
    )
    ticket = pipe.ask() if not pipe.left and t.draw(st.booleans()) else None
    pipe.tell("finish", *([first] if first else []))
    pipe.tell("finish", *([second] if second else []))
    if ticket is not None:
        pipe.sound()
        t.expect(t.settle(ticket), first)
        t.expect(pipe.reader.read(), *([None, first] if first else [None]))
    else:
        pipe.content(written, first)


@check("producer_33", names=STREAM, on=STREAM, examples=0.3)
def unread_failure(t: Bench) -> None:
    """Finish with a failure and drop the stream, unread or partly read; look at the log."""
    t.log.errors()
    t.log.failures.clear()
    pipe = Pipe(t)
    pipe.fill(t.draw(st.integers(0, 2)))
    pipe.tell("finish", failure_of(t, broken()) if t.draw(st.booleans()) else broken())
    if t.draw(st.booleans()) and pipe.left:
        pipe.read()
    if t.draw(st.booleans()):
        pipe.reader.close()
    pipe.sound()
    t.forget()
    t.equal(t.log.errors(), [], "errors logged:")
