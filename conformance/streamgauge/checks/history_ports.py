"""Checks of the clauses in specs/history.md about the classes that have moves of their own.

Strategy: as in `history`: moves are drawn from those that are possible, a few plain values are the model, and a wrong
observation is laid to the clause of the feature it shows.
"""

from typing import Any

from streamgauge.answers import Data, Failed, Waiting
from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks.history_machine import BROKEN, FAILS, Machine, next_of
from streamgauge.checks.history_model import Part
from streamgauge.checks.history_parts import History
from streamgauge.checks.stream_parts import failing
from streamgauge.content import letters
from streamgauge.script import SourceError, scripts
from streamgauge.ticket import Ticket


class _Compound(History):
    """A compound: streams can be added to it, as long as it is whole."""

    def __init__(self, t: Bench) -> None:
        fails = t.draw(FAILS)
        script = t.draw(scripts(known=True, min_chunks=2, max_chunks=4, fails=fails))
        script = failing(script) if fails else script
        self.stream: Any = t.new("CompoundStream", [t.source(script)])
        part = Part(t.reader(self.stream), script.data, "compound_01", surplus=script.lie)
        super().__init__(t, part, BROKEN if fails else None, lengths=True)

    def can(self, move: str, part: Part) -> bool:
        """Streams are added to the whole, as long as it is open."""
        if move == "add":
            return part.whole and not (part.over or part.busy)
        return super().can(move, part)

    def add(self, part: Part) -> None:
        """Add a stream; what stands behind a failing one never comes."""
        script = self.t.draw(scripts(known=True, max_chunks=3))
        source = self.t.source(script)
        self.t.clause = "compound_16"
        answer = self.t.call(f"{part.reader.name}.addStream({source.name})", lambda: self.stream.addStream(source))
        self.t.true(not isinstance(answer, Failed), f"addStream {answer}", "a stream is added")
        if self.fails is None:
            part.owed += script.data
        else:
            part.surplus += len(script.data)


@check("history_03", names="CompoundStream", on="CompoundStream", examples=4)
def any_history_of_a_compound(t: Bench) -> None:
    """Add streams, read, look, split, close; then read to the end."""
    _Compound(t).play("read", "add", "settle", "split", "read", "add", "settle", "split", "look", "close")


class _Told:
    """A push producer that notes what it is told."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def pauseProducing(self) -> None:
        """Note a pause."""
        self.told.append("pause")

    def resumeProducing(self) -> None:
        """Note a resume."""
        self.told.append("resume")

    def stopProducing(self) -> None:
        """Note a stop."""
        self.told.append("stop")


class _Pipe(Machine):
    """A ProducerStream, the model of it, and the moves."""

    def __init__(self, t: Bench) -> None:
        super().__init__(t)
        self.stream: Any = t.new("ProducerStream")
        self.reader = t.reader(self.stream)
        self.producer = t.part("producer", _Told)
        t.call(
            f"{self.reader.name}.registerProducer(producer, True)",
            lambda: self.stream.registerProducer(self.producer, True),
        )
        self.owed = b""
        self.asked: Ticket | None = None
        self.finished = self.closed = self.over = False
        self.fails: Exception | None = None

    def write(self) -> None:
        """Write a piece; it is dropped after the end."""
        piece = self.t.draw(letters(0, 4))
        self._call(f"write({piece!r})", lambda: self.stream.write(piece))
        if not (self.finished or self.closed):
            self.owed += piece
        self._answered()

    def read(self) -> None:
        """Ask; while an answer is outstanding that has to be refused."""
        if self.asked is None:
            self.asked = self.reader.ask()
            self._answered()
        else:
            second = self.reader.ask()
            self.t.clause = "stream_08"
            self.t.expect(second.answer, RuntimeError)

    def finish(self, *error: Exception) -> None:
        """Finish; a waiting read gets the end."""
        if not self.finished and not self.closed:
            self._call("unregisterProducer()", lambda: self.stream.unregisterProducer())
            self._call(self.t.code("finish", error, {}), lambda: self.stream.finish(*error))
            self.fails = error[0] if error else None
        self.finished = True
        self._answered()

    def fail(self) -> None:
        """Finish with an error; it comes after what was written."""
        self.finish(SourceError("the writer fails here"))

    def close(self) -> None:
        """Close from the reader's side."""
        self.reader.close()
        self.owed, self.closed = b"", True
        self._answered()

    def _call(self, code: str, function: Any) -> None:
        answer = self.t.call(f"{self.reader.name}.{code}", function)
        self.t.clause = "producer_05"
        self.t.true(not isinstance(answer, Failed), f"{code} {answer}", f"{code} is taken")

    def _answered(self) -> None:
        if self.asked is None:
            return
        if self.asked.waiting:
            if not (self.owed or self.finished or self.closed):
                return
            self.t.clause = "stream_09" if self.closed else "stream_03"
            answered = not isinstance(self.t.settle(self.asked), Waiting)
            self.t.true(answered, "the outstanding read is not answered", "data or None for the outstanding read")
        answer, self.asked = self.asked.answer, None
        empty = isinstance(answer, Data) and not answer.content
        if self.fails is not None and not (self.closed or self.owed or empty):
            self.t.clause = "stream_07" if self.over else "stream_06"
            self.t.expect(answer, self.fails, *([None] if self.over else []))
            self.over = True
            return
        self.t.clause = "stream_04" if self.closed else "stream_02"
        self.owed, ended = next_of(self.t, answer, self.owed)
        self.over = self.over or ended
        self.t.true(not ended or self.finished or self.closed, f"a read gives {answer}", "data, before finish()")

    def can(self, move: str) -> bool:
        """It is finished, and closed, once."""
        return move not in {"finish", "fail", "close"} or not (self.finished or self.closed)

    def sound(self) -> None:
        """The producer is paused and resumed in turns, paused first."""
        told = [word for word in self.producer.told if word != "stop"]
        self.t.clause = "producer_16"
        self.t.equal(told, (["pause", "resume"] * len(told))[: len(told)], "the producer was told")


@check("history_04", names="ProducerStream", on="ProducerStream", examples=4)
def any_history_of_a_producer_stream(t: Bench) -> None:
    """Write, read, finish, close in any order."""
    pipe = _Pipe(t)
    pipe.play("write", "read", "write", "read", "write", "read", "finish", "fail", "close", most=24)
    pipe.finish()
    while not pipe.over:
        pipe.read()
