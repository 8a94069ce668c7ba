"""What several checks of streams share."""

from collections.abc import Iterator
from itertools import takewhile

from hypothesis import strategies as st
from twisted.internet.defer import CancelledError
from twisted.internet.error import ConnectionDone

from streamgauge.answers import Answer, Data
from streamgauge.bench import Bench
from streamgauge.content import contents
from streamgauge.reader import Reader
from streamgauge.script import Script, SourceError, Step, When, scripts
from streamgauge.stack import LEVELS
from streamgauge.ticket import Ticket

NESTED = 20
"""Reads made each inside the callback of the one before."""

DEEP = 2 * LEVELS
"""Pieces at which the stack overflows, if each takes a level."""

PIECE = 8192

WINDOW = 16
"""A stream may hold this many pieces, of this many bytes, that its reader has not asked for."""

KINDS = (SourceError, SourceError, EOFError, IndexError, OSError, ConnectionDone, CancelledError)
"""Kinds of errors with which a source fails: some look like an end."""

UNREAD = "bytes taken from the source that nobody asked for"


def any_content(t: Bench, *, min_size: int = 0) -> Script:
    """Draw what a maker can be given: a script without empty pieces if it follows one, else plain contents."""
    if "scripted" in t.maker.abilities:
        return t.draw(scripts(min_chunks=1 if min_size else 0, empty=False))
    return Script.of(t.draw(contents(min_size=min_size, large=t.maker.largest)))


def may_hold_back(t: Bench, script: Script, content: bytes) -> bool:
    """Tell whether a stream of the user's may lack the rest of its data when its source fails, as one of blocks does.

    It may if it gives no more than this of the same source as long as that waits instead of failing.
    """
    if t.in_port or content == script.data or not script.data.startswith(content):
        return False
    pieces = [Step(step.data) for step in takewhile(lambda step: step.data is not None, script.steps)]
    s = t.make(Script((*pieces, Step(b"!", When.PENDING)), known=False))

    def by_itself(ticket: Ticket) -> Answer:
        """Wait for an answer as long as no source has to be fired for it."""
        t.pump.until(lambda: not ticket.waiting)
        return ticket.answer

    return len(s.drain(wait=by_itself).content) <= len(content)


def read_some(t: Bench, s: Reader) -> bytes:
    """Read a drawn number of pieces; give what came."""
    content = b""
    for _ in range(t.draw(st.integers(0, 3))):
        answer = s.read()
        if not isinstance(answer, Data):
            break
        content += answer.content
    return content


def reads(s: Reader) -> Iterator[Answer]:
    """Read to the end, answer by answer, and no further than a stream counts as endless."""
    for _ in range(s.bench.patience()):
        answer = s.read()
        yield answer
        if not isinstance(answer, Data):
            return


def all_closed(t: Bench, when: str, promised: str) -> None:
    """See that every source that was not used up, nor handed on by a split, has been closed."""
    kept = [source for source in t.sources if not (source.closes or source.finished or source.splits)]
    names = ", ".join(source.name for source in kept)
    t.true(not kept, f"{names} still open after {when}", promised)


def waiting_content(t: Bench) -> Script:
    """Draw what a maker can be given; if it follows a script, the last piece comes later."""
    script = any_content(t)
    if "scripted" not in t.maker.abilities:
        return script
    return Script((*script.steps, Step(b"more", When.PENDING)), script.end, script.known)


def waiting_read(t: Bench, s: Reader) -> Ticket | None:
    """Read on to a drawn read that has to wait, and leave it outstanding; None if no such read was met."""
    passed = t.draw(st.integers(0, 3))  # drawn at once: what comes when may differ from run to run
    for _ in range(50):
        ticket = s.ask()
        if ticket.waiting and not passed:
            return ticket
        passed -= ticket.waiting
        if not isinstance(t.settle(ticket), Data):
            break
    return None


def answered_by_close(t: Bench, s: Reader, ticket: Ticket) -> None:
    """Close with this read outstanding, whose callback perhaps reads again: both get None."""
    again: list[Ticket] = []
    if t.draw(st.booleans()):
        ticket.inside = lambda _: again.append(s.ask())
    s.close()
    t.expect(t.settle(ticket), None, promised=f"the outstanding read of {s.name} fires with None")
    for inner in again:
        t.expect(t.settle(inner), None, promised="a read from inside its callback gives None, as after close()")


def failing(script: Script) -> Script:
    """A source that fails has promised more than it gave."""
    return Script(script.steps, script.end, script.known, 3)
