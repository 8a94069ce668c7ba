"""Checks of the clauses in specs/history.md: programs of moves, and a model that knows what may come of each.

Strategy: a history is a list of moves, drawn from those that are possible; the model of a part of the stream is
the bytes that it still owes and the few facts that change what is allowed. When an observation is wrong the model names
the clause of the feature that was used last, by setting `t.clause` before it compares.
"""

from dataclasses import dataclass

from hypothesis import strategies as st

from streamgauge.answers import Data, Failed
from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks import history_ports  # noqa: F401 - registers its checks
from streamgauge.checks.stream_parts import any_content
from streamgauge.reader import Reader
from streamgauge.ticket import Ticket


@dataclass(slots=True)
class Part:
    """A stream, or a part that splits made of it.

    Attributes:
        reader: the stream.
        owed: the bytes it has still to give.
        content_clause: the clause that a wrong byte or end breaks.
        length_clause: the clause that a wrong length breaks.
        known: its length was known when the part was made.
        asked: the outstanding read.
        closed: it was closed.
        ended: it gave None.
        read: a read of it was answered.
    """

    reader: Reader
    owed: bytes
    content_clause: str = "stream_02"
    length_clause: str = "bytestream_03"
    known: bool = False
    asked: Ticket | None = None
    closed: bool = False
    ended: bool = False
    read: bool = False


class History:
    """The parts of one stream, in the order of their bytes, and the moves on them."""

    def __init__(self, t: Bench) -> None:
        self.t = t
        script = any_content(t)
        reader = t.make(script)
        self.parts = [Part(reader, script.data)]
        self.has_length = "length" in t.maker.abilities
        if self.has_length:
            self.parts[0].known = reader.length() is not None

    def read(self, part: Part) -> None:
        """Ask; an overlapping one has to be refused."""
        if part.asked is not None:
            self.t.clause = "stream_08"
            second = part.reader.ask().answer
            refused = isinstance(second, Failed) and second.sync
            self.t.true(refused, f"the overlapping read: {second}", "RuntimeError raised by the overlapping read")
            self.t.expect(second, RuntimeError)
            if part.content_clause == "stream_02":
                part.content_clause = "stream_08"
            return
        ticket = part.reader.ask()
        part.asked = ticket
        if not ticket.waiting:
            self._answered(part)

    def settle(self, part: Part) -> None:
        """Wait for the outstanding read, if nothing that comes earlier has to be read first."""
        at = self.parts.index(part)
        if part.asked is None or not all(self._over(earlier) for earlier in self.parts[:at]):
            return
        self.t.clause = part.content_clause if part.content_clause != "stream_02" else "stream_03"
        self.t.settle(part.asked)
        self._answered(part)

    def _over(self, part: Part) -> bool:
        return part.asked is None and (part.closed or part.ended)

    def _answered(self, part: Part) -> None:
        assert part.asked is not None
        answer, part.asked, part.read = part.asked.answer, None, True
        t = self.t
        if part.closed or part.ended:
            t.clause = "stream_04" if part.closed else "stream_05"
            t.expect(answer, None)
            return
        t.clause = part.content_clause
        if isinstance(answer, Data):
            fits = part.owed.startswith(answer.content)
            t.true(fits, f"{part.reader.name} gives {answer}", f"the next of {t.text(part.owed)}")
            part.owed = part.owed[len(answer.content) :]
        elif part.owed:
            t.violate(f"{part.reader.name} gives {answer}", f"{len(part.owed)} more bytes")
        else:
            t.expect(answer, None)
            part.ended = True

    def look(self, part: Part) -> None:
        """Look at the length."""
        if not self.has_length:
            return
        length = part.reader.length()
        t = self.t
        if part.closed:
            t.clause = "bytestream_05"
            t.equal(length, 0, f"{part.reader.name} is closed: length")
        elif part.known:
            t.clause = "bytestream_06" if part.ended else part.length_clause
            if part.read and part.length_clause == "bytestream_03" and not part.ended:
                t.clause = "bytestream_04"
            t.equal(length, len(part.owed), f"{part.reader.name}'s length")

    def close(self, part: Part) -> None:
        """Close; an outstanding read ends with None."""
        self.t.clause = "stream_10"
        closed = part.reader.close()
        self.t.true(not isinstance(closed, Failed), f"close() {closed}", "close() raises nothing")
        part.closed = True
        if part.asked is not None:
            self.t.clause = "stream_09"
            answer = self.t.settle(part.asked)
            part.asked = None
            self.t.expect(answer, None, promised="the outstanding read fires with None")
        for other in self.parts:
            if other is not part and other.content_clause != "stream_02":
                other.content_clause = "bytestream_13"

    def split(self, part: Part) -> None:
        """Replace a part by its two halves."""
        if part.asked is not None or part.closed or part.ended:
            return
        point = self.t.draw(st.integers(0, len(part.owed)))
        alone = "bytestream_12" if part.read else "bytestream_07"
        clause = alone if len(self.parts) == 1 else "bytestream_11"
        self.t.clause = clause
        before, after = part.reader.split(point)
        at = self.parts.index(part)
        self.parts[at : at + 1] = [
            Part(before, part.owed[:point], clause, "bytestream_23", self.has_length),
            Part(after, part.owed[point:], clause, "bytestream_23", part.known),
        ]

    def finish(self) -> None:
        """Read every part to its end, in order."""
        for part in self.parts:
            for _ in range(2_000):
                if part.asked is None:
                    if part.closed or part.ended:
                        break
                    self.read(part)
                if part.asked is not None:
                    self.settle(part)
            self.t.clause = part.content_clause
            self.t.true(part.closed or part.ended, f"{part.reader.name} does not end", "None after the last byte")
            self.look(part)


def _play(t: Bench, moves: list[str]) -> None:
    history = History(t)
    program = t.draw(st.lists(st.tuples(st.sampled_from(moves), st.integers(0, 7)), min_size=1, max_size=14))
    for move, which in program:
        part = history.parts[which % len(history.parts)]
        getattr(history, move)(part)
    history.finish()


@check("history_01", "read", "close", examples=2)
def any_history(t: Bench) -> None:
    """Read, overlap, look, close."""
    _play(t, ["read", "settle", "look", "close"])


@check("history_02", "read", "close", "length", "split", examples=2)
def any_history_of_halves(t: Bench) -> None:
    """Split, and split again; read the parts in any order; close some."""
    _play(t, ["split", "read", "settle", "look", "read", "split", "close"])
