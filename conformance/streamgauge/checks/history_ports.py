"""Checks of the clauses in specs/history.md about the classes that have moves of their own.

Strategy: as in `history`: moves are drawn from those that are possible, a few plain values are the model, and a wrong
observation is laid to the clause of the feature it shows.
"""

from typing import Any

from hypothesis import strategies as st

from streamgauge.answers import Answer, Data, End, Failed
from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.script import Script, letters, scripts
from streamgauge.ticket import Ticket


def _program(t: Bench, moves: list[str], most: int = 14) -> list[str]:
    return t.draw(st.lists(st.sampled_from(moves), min_size=1, max_size=most))


@check("history_03", names="CompoundStream", on="CompoundStream", examples=2)
def any_history_of_a_compound(t: Bench) -> None:
    """Add streams, read, look, close; then read to the end."""
    first = t.draw(scripts(known=True, max_chunks=3))
    added = iter(t.draw(st.lists(scripts(known=True, max_chunks=3), min_size=4, max_size=4)))
    stream = t.new("CompoundStream", [t.source(first)])
    s = t.reader(stream)
    owed, ended, closed = first.data, False, False
    for move in _program(t, ["read", "read", "add", "look", "close"]):
        if move == "add" and not (ended or closed) and (script := next(added, None)) is not None:
            source = t.source(script)
            t.clause = "compound_16"
            answer = t.call(f"{s.name}.addStream({source.name})", lambda source=source: stream.addStream(source))
            t.true(not isinstance(answer, Failed), f"addStream {answer}", "a stream is added")
            owed += script.data
        elif move == "read":
            t.clause = "stream_04" if closed else "stream_05" if ended else "compound_01"
            owed, ended = _next_of(t, s.read(), owed)
        elif move == "look":
            t.clause = "bytestream_05" if closed else "compound_14" if owed else "bytestream_06"
            t.equal(s.length(), len(owed), "length")
        elif move == "close":
            s.close()
            owed, closed = b"", True
    t.clause = "compound_01"
    drained = s.drain()
    t.equal(drained.content, owed, "the rest is")
    t.expect(drained.last, None)


def _next_of(t: Bench, answer: Answer, owed: bytes) -> tuple[bytes, bool]:
    """Compare one answer with the bytes that are owed; give what is owed after it, and whether it was the end."""
    if isinstance(answer, Data):
        t.true(owed.startswith(answer.content), f"a read gives {answer}", f"the next of {t.text(owed)}")
        return owed[len(answer.content) :], False
    t.true(isinstance(answer, End) and not owed, f"a read gives {answer}", f"the next of {t.text(owed)}, then None")
    return b"", True


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


class _Pipe:
    """A ProducerStream, the model of it, and the moves."""

    def __init__(self, t: Bench) -> None:
        self.t = t
        self.stream: Any = t.new("ProducerStream")
        self.reader = t.reader(self.stream)
        self.producer = t.part("producer", _Told)
        t.call(
            f"{self.reader.name}.registerProducer(producer, True)",
            lambda: self.stream.registerProducer(self.producer, True),
        )
        self.owed = b""
        self.asked: Ticket | None = None
        self.finished = self.closed = False

    def write(self) -> None:
        """Write a piece; it is dropped after the end."""
        piece = self.t.draw(letters(0, 4))
        self._call(f"write({piece!r})", lambda: self.stream.write(piece))
        if not (self.finished or self.closed):
            self.owed += piece
        self._answered()

    def read(self) -> None:
        """Ask, if no answer is outstanding."""
        if self.asked is None:
            self.asked = self.reader.ask()
            self._answered()

    def finish(self) -> None:
        """Finish; a waiting read gets the end."""
        if not self.finished and not self.closed:
            self._call("unregisterProducer()", lambda: self.stream.unregisterProducer())
            self._call("finish()", lambda: self.stream.finish())
        self.finished = True
        self._answered()

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
            self.t.clause = "stream_09" if self.closed else "stream_03"
            due = bool(self.owed) or self.finished or self.closed
            self.t.true(not due, "the outstanding read is not answered", "data or None for the outstanding read")
            return
        answer, self.asked = self.asked.answer, None
        self.t.clause = "stream_04" if self.closed else "stream_02"
        self.owed, ended = _next_of(self.t, answer, self.owed)
        self.t.true(not ended or self.finished or self.closed, f"a read gives {answer}", "data, before finish()")

    def told_in_turns(self) -> None:
        """The producer is paused and resumed in turns, paused first."""
        told = [word for word in self.producer.told if word != "stop"]
        self.t.clause = "producer_16"
        self.t.equal(told, (["pause", "resume"] * len(told))[: len(told)], "the producer was told")


@check("history_04", names="ProducerStream", on="ProducerStream", examples=2)
def any_history_of_a_producer_stream(t: Bench) -> None:
    """Write, read, finish, close in any order."""
    pipe = _Pipe(t)
    for move in _program(t, ["write", "read", "write", "read", "write", "finish", "close"], 24):
        getattr(pipe, move)()
        pipe.told_in_turns()
    pipe.finish()
    drained = pipe.reader.drain()
    t.clause = "stream_02"
    t.equal(drained.content, pipe.owed, "the rest is")


@check("history_05", names="BufferedStream", on="BufferedStream", examples=2)
def any_history_of_a_buffered_stream(t: Bench) -> None:
    """Mix readline, readExactly, read and pushback; what they gave, joined, is what went in."""
    script = t.draw(scripts(known=True))
    stream = t.new("BufferedStream", t.source(Script((*script.steps, *Script.of(b"a\r\nb").steps), script.end)))
    s = t.reader(stream)
    owed = script.data + b"a\r\nb"
    for move in _program(t, ["readline", "exactly", "read", "pushback", "look"]):
        if move == "pushback":
            piece = t.draw(letters(0, 4))
            t.call(f"{s.name}.pushback({piece!r})", lambda piece=piece: stream.pushback(piece))
            owed = piece + owed
        elif move == "readline":
            t.clause = "buffered_01"
            line = owed[: owed.index(b"\r\n") + 2] if b"\r\n" in owed else owed
            t.expect(_result(t, f"{s.name}.readline()", lambda: stream.readline()), line)
            owed = owed[len(line) :]
        elif move == "exactly":
            size = t.draw(st.integers(0, 6))
            t.clause = "buffered_02"
            seen = _result(t, f"{s.name}.readExactly({size})", lambda size=size: stream.readExactly(size))
            t.expect(seen, owed[:size])
            owed = owed[size:]
        elif move == "read":
            t.clause = "stream_02"
            owed, _ = _next_of(t, s.read(), owed)
        else:
            t.clause = "bytestream_04"
            t.equal(s.length(), len(owed), "length")
    t.clause = "stream_02"
    t.equal(s.drain().content, owed, "the rest is")


def _result(t: Bench, code: str, function: Any) -> Answer:
    return t.settle(t.begin(code, function))
