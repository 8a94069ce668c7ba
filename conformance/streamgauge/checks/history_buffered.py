"""The check of the clause in specs/history.md about BufferedStream: its ways to read mixed, overlapping too."""

from typing import Any

from hypothesis import strategies as st

from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks.history_machine import Machine, next_of
from streamgauge.content import letters
from streamgauge.script import Script, Step, scripts


class _Lines(Machine):
    """A BufferedStream, the bytes that it still owes, and the moves."""

    def __init__(self, t: Bench) -> None:
        super().__init__(t)
        script = t.draw(scripts(known=True))
        script = Script((*script.steps, Step(b"a\r\nb", script.end)), script.end)
        self.stream: Any = t.new("BufferedStream", t.source(script))
        self.reader = t.reader(self.stream)
        self.owed = script.data

    def readline(self) -> None:
        """Read a line."""
        line = self.owed[: self.owed.index(b"\r\n") + 2] if b"\r\n" in self.owed else self.owed
        self._call("buffered_01", "readline()", lambda: self.stream.readline(), line)

    def exactly(self) -> None:
        """Read so many bytes."""
        size = self.t.draw(st.integers(0, 6))
        self._call("buffered_02", f"readExactly({size})", lambda: self.stream.readExactly(size), self.owed[:size])

    def _call(self, clause: str, code: str, function: Any, promised: bytes) -> None:
        ticket = self.t.begin(f"{self.reader.name}.{code}", function)
        if ticket.waiting and self.t.draw(st.booleans()):
            self._overlap()
        self.t.clause = clause
        self.t.expect(self.t.settle(ticket), promised)
        self.owed = self.owed[len(promised) :]

    def _overlap(self) -> None:
        """Call again while a call is outstanding; each way has a clause of its own."""
        calls = {
            "buffered_37": ("read()", lambda: self.stream.read()),
            "buffered_38": ("readline()", lambda: self.stream.readline()),
            "buffered_39": ("readExactly(1)", lambda: self.stream.readExactly(1)),
        }
        self.t.clause = self.t.draw(st.sampled_from(sorted(calls)))
        code, function = calls[self.t.clause]
        second = self.t.begin(f"{self.reader.name}.{code}", function)
        self.t.expect(second.answer, RuntimeError)

    def read(self) -> None:
        """Read what comes."""
        self.t.clause = "stream_02"
        self.owed, _ = next_of(self.t, self.reader.read(), self.owed)

    def pushback(self) -> None:
        """Put bytes back."""
        piece = self.t.draw(letters(0, 4))
        self.t.call(f"{self.reader.name}.pushback({piece!r})", lambda: self.stream.pushback(piece))
        self.owed = piece + self.owed

    def look(self) -> None:
        """Look at the length."""
        self.t.clause = "bytestream_04"
        self.t.equal(self.reader.length(), len(self.owed), "length")

    def finish(self) -> None:
        """Read the rest, or the two halves of it."""
        self.t.clause = "stream_02"
        if self.t.draw(st.booleans()):
            self.t.equal(self.reader.drain().content, self.owed, "the rest is")
            return
        point = self.t.draw(st.integers(0, len(self.owed)))
        self.t.clause = "bytestream_12"
        before, after = self.reader.split(point)
        self.t.equal(before.drain().content, self.owed[:point], "the first half is")
        self.t.equal(after.drain().content, self.owed[point:], "the second half is")


@check("history_05", names="BufferedStream", on="BufferedStream", examples=4)
def any_history_of_a_buffered_stream(t: Bench) -> None:
    """Mix readline, readExactly, read and pushback, overlapping too; what they gave, joined, is what went in."""
    lines = _Lines(t)
    lines.play("readline", "exactly", "read", "pushback", "look")
    lines.finish()
