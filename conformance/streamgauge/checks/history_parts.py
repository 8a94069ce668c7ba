"""The machine behind whole histories: a stream, the parts it is split into, and the moves that are made on them.

Strategy: what is drawn picks each time one of the moves that are possible then; `history_model` knows which answers are
allowed, and which clause a wrong one breaks. A move made from inside a callback cannot fail the example there: what it
raises is raised once the outer move has come back.
"""

from typing import Final

from hypothesis import strategies as st

from streamgauge.answers import Answer, Failed, Waiting, content_of
from streamgauge.bench import Bench
from streamgauge.checks.history_machine import LONGEST, SHORTEST
from streamgauge.checks.history_model import Model, Part
from streamgauge.reader import Reader
from streamgauge.violation import Violation

LATER: Final = 2
"""Moves on a part that is over: what it says then it says for ever."""

PLACES: Final = 1000
"""Into so many places a stream is divided by what is drawn for a split."""

CHOICES: Final = st.tuples(st.integers(0, 2519), st.integers(0, PLACES), st.sampled_from(["", "", "read", "close"]))
"""Which move it is, where a split falls, and what a read does from inside its callback."""


class History(Model):
    """The parts of one stream, in the order of their bytes, and the moves on them.

    Args:
        t: the example.
        stream: the stream itself.
        fails: the error that comes after the bytes it owes.
        lengths: it has a length that can be looked at.
    """

    def __init__(self, t: Bench, stream: Part, fails: Exception | None = None, *, lengths: bool) -> None:
        super().__init__(t, fails)
        self.parts = [stream]
        self._lengths = lengths
        stream.known = self._knows(stream.reader)
        self._wrong: Violation | None = None
        self._where, self._inside = 0, ""

    # -- moves ---------------------------------------------------------------------------------------------

    def play(self, *moves: str) -> None:
        """Make drawn moves, each one that is possible on a part, then read every part to its end.

        All draws come first: a stream fed by a thread would make later ones depend on when its answers came.
        """
        for number, where, inside in self.t.draw(st.lists(CHOICES, min_size=SHORTEST, max_size=LONGEST)):
            self._where, self._inside = where, inside
            possible = [(move, at) for move in moves for at, part in enumerate(self.parts) if self.can(move, part)]
            if not possible:
                break
            move, at = possible[number % len(possible)]
            self.parts[at].later += self.parts[at].over
            getattr(self, move)(self.parts[at])
            self._sound()
        self._finish()

    def can(self, move: str, part: Part) -> bool:
        """Tell whether a move is possible on a part now."""
        if part.over and not part.busy and part.later >= LATER and move != "drop":
            return False
        if move == "settle":
            return part.asked is not None and self._has_turn(part)
        if move == "split":
            return not (part.busy or part.over)
        if move == "drop":
            return len(self.parts) > 1 and not part.busy and (part.over or part is self.parts[-1])
        return self._lengths if move == "look" else True

    def _has_turn(self, part: Part) -> bool:
        """Nothing that comes earlier has to be read first."""
        return all(one.over and not one.busy for one in self.parts[: self.parts.index(part)])

    def read(self, part: Part) -> None:
        """Ask, and do something from inside the callback; an overlapping read has to be refused."""
        if part.busy:
            self._overlap(part)
        else:
            self._ask(part, self._inside)

    def _ask(self, part: Part, inside: str = "") -> None:
        part.busy = True
        ticket = part.reader.ask(inside=lambda answer: self._hear(part, answer, inside))
        ticket.check()
        if ticket.waiting:
            part.asked = ticket

    def _overlap(self, part: Part) -> None:
        if part.asked is None or part.closed:  # None for ever may come late, and to each
            return
        self.t.clause = "stream_08"
        second = part.reader.ask().answer
        refused = isinstance(second, Failed) and second.sync
        self.t.true(refused, f"the overlapping read: {second}", "RuntimeError raised by the overlapping read")
        self.t.expect(second, RuntimeError)
        if part.content_clause == "stream_02":
            part.content_clause = "stream_08"

    def settle(self, part: Part) -> None:
        """Wait for the outstanding read."""
        self._wait(part, "stream_03" if part.content_clause == "stream_02" else part.content_clause)

    def look(self, part: Part) -> None:
        """Look at the length."""
        failed = any(one.error is not None for one in self.parts)
        if failed and not part.closed:
            return
        length = part.reader.length()
        t = self.t
        if part.closed:
            t.clause = "bytestream_05"
            self._same(length, 0, f"{part.reader.name} is closed: length")
        elif part.known:
            t.clause = "bytestream_06" if part.ended else part.length_clause
            if part.read and part.whole and not part.ended:
                t.clause = "bytestream_04"
            self._same(length, len(part.owed) + part.surplus, f"{part.reader.name}'s length")

    def _same(self, length: object, promised: int, what: str) -> None:
        """Compare a length; an int of any kind will do."""
        self.t.true(isinstance(length, int) and length == promised, f"{what} {length!r}", f"{what} {promised}")

    def close(self, part: Part) -> None:
        """Close; an outstanding read ends with None."""
        self.t.clause = "stream_10"
        outstanding = part.asked
        part.closed = True
        if outstanding is not None:
            part.closed_clause = "stream_09" if part.whole else "bytestream_22"
        closed = part.reader.close()
        self.t.true(not isinstance(closed, Failed), f"close() {closed}", "close() raises nothing")
        if part.asked is not None:
            self._wait(part, part.closed_clause)
        for other in self.parts:
            if other is not part and not other.whole:
                other.content_clause = "bytestream_13"

    def split(self, part: Part) -> None:
        """Replace a part by its two halves."""
        point = self._where * (len(part.owed) + 1) // (PLACES + 1)
        alone = "bytestream_12" if part.read else "bytestream_07"
        clause = alone if len(self.parts) == 1 else "bytestream_11"
        self.t.clause = clause
        before, after = part.reader.split(point)
        at = self.parts.index(part)
        self.parts[at : at + 1] = [
            Part(before, part.owed[:point], clause, "bytestream_23", self._knows(before)),
            Part(after, part.owed[point:], clause, "bytestream_23", self._knows(after), part.surplus),
        ]

    def _knows(self, reader: Reader) -> bool:
        """Tell whether a stream knows its length; a half of one that does not may know its own."""
        return self._lengths and reader.length() is not None

    def drop(self, part: Part) -> None:
        """Drop a part that nothing else waits for: one that is over, or the last one."""
        self.parts.remove(part)
        self.t.let_go(part.reader)

    # -- answers -------------------------------------------------------------------------------------------

    def _wait(self, part: Part, clause: str) -> None:
        assert part.asked is not None
        self.t.clause = clause
        answer = self.t.settle(part.asked)
        if isinstance(answer, Waiting):
            self.t.violate(f"{part.reader.name}: {answer}", "the Deferred fires")
        self._sound()

    def _hear(self, part: Part, answer: Answer, inside: str) -> None:
        part.busy, part.asked = False, None
        try:
            self.compare(part, answer)
            if inside == "read" and not part.busy:
                if part.content_clause == "stream_02":
                    part.content_clause = "stream_13"
                self._ask(part)
            elif inside == "close":
                self.close(part)
        except Violation as violation:
            self._wrong = self._wrong or violation
            raise

    def _sound(self) -> None:
        if self._wrong is not None:
            raise self._wrong

    # -- the end -------------------------------------------------------------------------------------------

    def _finish(self) -> None:
        for part in self.parts:
            for _ in range(2_000 + 2 * len(part.owed)):  # each byte may come alone, and late
                if part.over and not part.busy:
                    break
                if part.asked is None:
                    self._ask(part)
                else:
                    self.settle(part)
                self._sound()
            self.t.clause = part.content_clause
            self.t.true(part.over, f"{part.reader.name} does not end", "None after the last byte")
            if self._lengths:
                self.look(part)
        self.t.clause = "stream_12"
        for piece in self.kept:
            self.t.equal(content_of(piece.value), piece.content, "what was read is now")
