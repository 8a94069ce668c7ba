"""What the checks of the split and compound clauses share: halves of a scripted source, and how to compare them.

Strategy: small moves over the bench. Points lie inside the data unless a check asks for an edge, so that a wrong edge
is named by its own clause.
"""

from hypothesis import strategies as st

from streamgauge.answers import Answer, Data
from streamgauge.bench import Bench
from streamgauge.reader import Reader
from streamgauge.script import Script, SourceError, Step, scripts
from streamgauge.source import Source
from streamgauge.ticket import Ticket

DEEP = 3000
"""Pieces whose levels overflow the stack, also of the 2000 free calls that Hypothesis grants each example."""

ERROR = SourceError("the source fails here")
HALVES = "TruncaterStream PostTruncaterStream"
"""The makers of halves, whose generic clauses come before those of the split."""


def cuttable(t: Bench, *, fails: bool = False, known: bool | None = None) -> Script:
    """Draw a script of at least two pieces with bytes in them."""
    return t.draw(scripts(min_chunks=2, empty=False, fails=fails, known=known))


def inner(t: Bench, script: Script) -> int:
    """Draw a point with bytes before it and behind it."""
    return t.draw(st.integers(1, len(script.data) - 1))


def cut(t: Bench, script: Script, point: int) -> tuple[Source, Reader, Reader]:
    """Split a source of this script by the port's fallbackSplit."""
    source = t.source(script)
    before, after = t.halves(source, point, "before", "after")
    return source, t.reader(before), t.reader(after)


def gives(t: Bench, s: Reader, content: bytes, began: bytes = b"") -> None:
    """Read a stream to its end and compare, with what was read of it before."""
    drained = s.drain()
    t.equal(began + drained.content, content, f"{s.name} gives")
    t.expect(drained.last, None, promised=f"{s.name} ends after its last byte")


def goes_on(t: Bench, s: Reader, first: Ticket, content: bytes, promised: str) -> None:
    """Settle the first read of a stream, which gives data as `promised` says; read on to the end, and compare."""
    answer = t.settle(first)
    t.true(isinstance(answer, Data), str(answer), promised)
    gives(t, s, content, answer.content if isinstance(answer, Data) else b"")


def begins(t: Bench, answer: Answer, content: bytes) -> bytes:
    """Compare a first answer with the content it begins, whatever the size of the piece."""
    piece = answer.content if isinstance(answer, Data) else b""
    t.true(piece and content.startswith(piece), str(answer), f"a piece of {content!r}, from its beginning")
    return piece


def read_until(s: Reader, size: int) -> bytes:
    """Read pieces until this many bytes have come, or something else than data."""
    content = b""
    while len(content) < size:
        answer = s.read()
        if not isinstance(answer, Data):
            break
        content += answer.content
    return content


def waits_for_no_more(t: Bench, s: Reader, source: Source, size: int) -> None:
    """Read the first bytes, all from one source, which answers until it has given them, and no further."""
    got = 0
    while got < size:
        ticket = s.ask()
        _let_answer(t, source, ticket, size)
        came = f"{source.name} has given {source.given} bytes"
        t.true(not ticket.waiting, f"{came}, of which {s.name} gives {got}, and waits", f"{s.name} gives them")
        answer = t.settle(ticket)
        if not isinstance(answer, Data):
            break
        got += len(answer.content)


def _let_answer(t: Bench, source: Source, ticket: Ticket, size: int) -> None:
    def may_fire() -> bool:
        return source.pending is not None and source.given < size

    while ticket.waiting:
        if may_fire():
            source.fire()
        elif t.pump.until(lambda: not ticket.waiting or may_fire()):
            return


def may_linger(t: Bench, *sources: Source) -> None:
    """Draw whether the sources, once closed, answer an outstanding read at once or later."""
    if t.draw(st.booleans()):
        for source in sources:
            source.linger()


def may_fail_once(t: Bench, *sources: object) -> None:
    """Draw whether the sources, once they have failed, end or fail again."""
    if t.draw(st.booleans()):
        for source in sources:
            if isinstance(source, Source):  # another feeder's failure is its own
                source.fail_once()


def more(script: Script, data: bytes = b"more") -> Script:
    """Put a piece behind the others, so that the source does not end where the check stops."""
    return Script((*script.steps, Step(data)), script.end, script.known)
