"""What many checks look at in a stream: its attributes, its window, what it declares."""

import gc
import inspect
import weakref
from typing import Any, Final

from streamgauge.answers import Answer, Data, Failed, Returned
from streamgauge.bench import Bench
from streamgauge.reader import Drained, Reader, plain
from streamgauge.source import Source
from streamgauge.ticket import Ticket
from streamgauge.timeline import show

EMPTY: Final = 50
"""Empty pieces in a row that are read on past where a check looks at one answer."""


def look(t: Bench, s: Reader, name: str) -> object:
    """Look at an attribute; an error while looking is the value."""
    row = t.timeline.call(f"{s.name}.{name}")
    try:
        value: object = getattr(s.stream, name)
    except Exception as error:
        value = Failed(error, sync=True)
    row.seen = show(value)
    return value


def window_of(t: Bench, s: Reader) -> tuple[object, object]:
    """Look at the two numbers of a window, `start` and `length`."""
    return plain(look(t, s, "start")), s.length()


def declares(t: Bench, s: Reader, name: str) -> None:
    """Ask the port's interface of this name whether the stream provides it."""
    answer = t.call(f"{name}.providedBy({s.name})", lambda: t.port[name].providedBy(s.stream))
    t.true(answer == Returned(True), f"{name}.providedBy(...) {answer}", f"the stream provides {name}")


def past_empties(s: Reader, *, wait: bool = False, **kwargs: Any) -> Ticket:
    """Read on past empty pieces, which a stream may add, to the first read that gives something else.

    One that waits is something else too, unless this is to `wait`.
    """
    for _ in range(1 + EMPTY):
        ticket = s.ask(**kwargs)
        answer = s.bench.settle(ticket) if wait else ticket.answer
        if not isinstance(answer, Data) or answer.content:
            break
    return ticket


def first_answer(s: Reader, **kwargs: Any) -> Answer:
    """Read on past empty pieces, which a stream may add, to the first that has bytes, or something else."""
    return past_empties(s, wait=True, **kwargs).answer


def cancel(t: Bench, name: str, ticket: Ticket) -> Answer:
    """Cancel the Deferred, of this name, that a call gave; anything else that it gave breaks the clause."""
    if ticket.deferred is None:
        call = ticket.row.call.removeprefix(f"{name} = ")
        t.violate(f"{call} {ticket.answer}", f"{call} gives a Deferred")
    return t.call(f"{name}.cancel()", ticket.deferred.cancel)


def takes_a(t: Bench, name: str, argument: str) -> bool:
    """Tell whether a name of the port says that it takes an argument of this name; one that does not lacks it."""
    try:
        taken = argument in inspect.signature(t.port[name]).parameters
    except (TypeError, ValueError):
        taken = False
    if not taken:
        t.lacks(f"{name} takes no `{argument}`")
    return taken


class Piece(bytearray):
    """A piece of data whose life can be watched."""


def watched(source: Source) -> list[weakref.ref[Piece]]:
    """Let a source give pieces whose life can be watched: references to those it has given, in their order."""
    alive: list[weakref.ref[Piece]] = []

    def watch(data: bytes) -> Piece:
        piece = Piece(data)
        alive.append(weakref.ref(piece))
        return piece

    source.wrap = watch
    return alive


def drop_pieces(t: Bench) -> None:
    """Drop what was read, and keep the streams."""
    for row in t.timeline.rows:
        row.seen = None if row.seen is None else str(row.seen)
    t.tickets.clear()
    gc.collect()


def drop_all(t: Bench) -> None:
    """Drop the streams too."""
    t.forget()
    gc.collect()


def drain_of(s: Reader, content: bytes) -> Drained:
    """Read to the end; a stream that has to give this content may do so byte by byte."""
    return s.drain(limit=5_000 + len(content))


def gives(t: Bench, s: Reader, content: bytes) -> None:
    """Read a stream to its end; it has to give just these bytes."""
    drained = drain_of(s, content)
    what = f"{s.name}, read to its end, gives"
    then = f", then {drained.last}" if isinstance(drained.last, Failed) else ""
    t.true(drained.content == content, f"{what} {show(drained.content)}{then}", f"{what} {show(content)}")
    t.expect(drained.last, None, promised=f"{s.name} ends after its last byte")
