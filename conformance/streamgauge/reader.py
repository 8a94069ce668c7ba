"""The reader: one stream of the subject, observed.

Strategy: every use of the stream is one row of the timeline and one answer. The reader compares nothing; it knows how
to read to the end without being kept for ever by a stream that never ends.
"""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from streamgauge.answers import Answer, Data, End, Endless, Failed, Returned
from streamgauge.ticket import Ticket
from streamgauge.timeline import show

if TYPE_CHECKING:
    from streamgauge.bench import Bench

LARGEST: Final = 1 << 26
"""Bytes at which a stream counts as endless: much more than any check gives it."""


def plain(value: object) -> object:
    """Give the number that an int of whatever class stands for; anything else as it is, a bool too."""
    return int.__int__(value) if isinstance(value, int) and not isinstance(value, bool) else value


@dataclass(frozen=True, slots=True)
class Drained:
    """What reading to the end gave.

    Attributes:
        content: all bytes.
        last: the answer that ended it: `End`, or what came instead.
        pieces: the data answers.
    """

    content: bytes
    last: Answer
    pieces: tuple[Data, ...]


class Reader:
    """A stream under observation.

    Args:
        bench: the example it belongs to.
        stream: the subject's stream.
        name: how the timeline calls it.

    Attributes:
        closed: True once `close` was called through this reader.
    """

    def __init__(self, bench: "Bench", stream: object, name: str) -> None:
        self.bench = bench
        self.stream: Any = stream
        self.name = name
        self.closed = False

    def ask(self, inside: Callable[[Answer], object] | None = None, **kwargs: Any) -> Ticket:
        """Call `read` and do not wait; `inside` is called from within the callback that brings the answer."""
        arguments = ", ".join(f"{key}={value!r}" for key, value in kwargs.items())
        ticket = Ticket(self.bench.timeline, f"{self.name}.read({arguments})", inside)
        self.bench.tickets.append(ticket)
        try:
            result = self.stream.read(**kwargs)
        except Exception as error:
            ticket.done(Failed(error, sync=True))
        else:
            ticket.follow(result)
        return ticket

    def read(self, **kwargs: Any) -> Answer:
        """Read and wait for the answer."""
        return self.bench.settle(self.ask(**kwargs))

    def drain(
        self, limit: int | None = None, idle: int | None = None, wait: Callable[[Ticket], Answer] | None = None
    ) -> Drained:
        """Read until something else than data comes; `wait` gives what came of each read, by default once it is there.

        A stream counts as endless that still gives pieces after `limit` ones, or after `idle` empty ones in a row; by
        default after as many as the bench has patience for.
        """
        if limit is None:
            limit = self.bench.patience()
        idle = limit if idle is None else idle
        wait = wait or self.bench.settle
        pieces: list[Data] = []
        size = empty = 0
        while len(pieces) < limit and size < LARGEST and empty < idle:
            answer = wait(self.ask())
            if not isinstance(answer, Data):
                break
            pieces.append(answer)
            size += len(answer.content)
            empty = 0 if answer.content else empty + 1
        else:
            answer = Endless(len(pieces))
        return Drained(b"".join(piece.content for piece in pieces), answer, tuple(pieces))

    def close(self) -> Answer:
        """Call `close`."""
        self.closed = True
        return self.bench.call(f"{self.name}.close()", lambda: self.stream.close())

    def length(self) -> object:
        """Look at `length`: a plain number for any kind of int but bool; an error while looking is the value."""
        row = self.bench.timeline.call(f"{self.name}.length")
        try:
            value = plain(self.stream.length)
        except Exception as error:
            value = Failed(error, sync=True)
        row.seen = value if isinstance(value, Failed) else show(value)
        return value

    def cut(self, point: object) -> "tuple[Reader, Reader] | Answer":
        """Call `split`: the two halves, or what came instead."""
        before, after = self.bench.timeline.name("before"), self.bench.timeline.name("after")
        row = self.bench.timeline.call(f"{before}, {after} = {self.name}.split({point!r})")
        try:
            halves = self.stream.split(point)
        except Exception as error:
            row.seen = failed = Failed(error, sync=True)
            return failed
        try:
            first, second = halves
        except (TypeError, ValueError):
            row.seen = show(halves)
            return End() if halves is None else Returned(halves)
        return self._half(first, before), self._half(second, after)

    def _half(self, stream: object, name: str) -> "Reader":
        reader = Reader(self.bench, stream, name)
        self.bench.readers.append(reader)
        self.bench.named(name, stream)
        return reader

    def split(self, point: int) -> "tuple[Reader, Reader]":
        """Split where it has to work; anything but two streams breaks the clause."""
        halves = self.cut(point)
        if not isinstance(halves, tuple):
            self.bench.violate(f"split({point}) {halves}", f"split({point}) gives (before, after)")
        return halves

    def discard(self) -> None:
        """Close after the example, whatever the stream thinks of it."""
        with contextlib.suppress(Exception):
            self.stream.close()
