"""Checks of the clauses in specs/history.md about the bridges StreamProducer and generatorToStream.

Strategy: as in `history_ports`. The other side of the bridge, a consumer or a generator, acts by a plan that is drawn
too.
"""

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st
from twisted.internet.error import ConnectionLost

from streamgauge.answers import Failed
from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks.generator_parts import BUG, WORDS, freed, in_words, stream_of
from streamgauge.checks.history_machine import BROKEN, FAILS, Machine
from streamgauge.checks.history_model import Part
from streamgauge.checks.history_parts import History
from streamgauge.script import Script, scripts


class _Consumer:
    """A consumer that keeps what it is given, and pauses or resumes its producer from inside some writes."""

    def __init__(self, moves):  # type: ignore[no-untyped-def]
        self.moves, self.pieces, self.story, self.producer = list(moves), [], [], None

    def registerProducer(self, producer, streaming):  # type: ignore[no-untyped-def]
        """Keep the producer."""
        self.producer = producer
        self.story.append("register")

    def unregisterProducer(self):  # type: ignore[no-untyped-def]
        """Let it go."""
        self.story.append("unregister")

    def write(self, data):  # type: ignore[no-untyped-def]
        """Keep the piece, and make the next move."""
        self.pieces.append(bytes(data))
        move = self.moves.pop(0) if self.moves else ""
        if move:
            self.story.append(move)
            getattr(self.producer, move)()

    def finish(self):  # type: ignore[no-untyped-def]
        """Nobody has to call this."""
        self.story.append("finish")


class _Producing(Machine):
    """A StreamProducer at work, and the moves of its consumer."""

    def __init__(self, t: Bench) -> None:
        super().__init__(t)
        self.script: Script = t.draw(scripts(min_chunks=2, fails=t.draw(FAILS)))
        inside = st.sampled_from(["", "", "pauseProducing", "resumeProducing"])
        self.consumer = t.part("consumer", _Consumer, t.draw(st.lists(inside, max_size=4)))
        self.source = t.source(self.script)
        self.producer = t.new("StreamProducer", self.source, label="producer")
        self.stopped = False
        self.done = t.begin("producer.beginProducing(consumer)", lambda: self.producer.beginProducing(self.consumer))

    @property
    def content(self) -> bytes:
        """What the consumer was given."""
        return b"".join(self.consumer.pieces)

    @property
    def paused(self) -> bool:
        """The last that the producer was told is to pause."""
        told = [word for word in self.consumer.story if word.endswith("Producing")]
        return bool(told) and told[-1] == "pauseProducing"

    def _resumed(self) -> int:
        return self.consumer.story.count("resumeProducing")

    def _tell(self, method: str) -> None:
        self.consumer.story.append(method)
        answer = self.t.call(f"producer.{method}()", lambda: getattr(self.producer, method)())
        self.t.clause = "producer_66" if method == "resumeProducing" else "producer_65"
        self.t.true(not isinstance(answer, Failed), f"{method}() {answer}", f"{method}() raises nothing")

    def pause(self) -> None:
        """Pause, whatever state it is in; then nothing more is read until it is resumed."""
        self._tell("pauseProducing")

    def resume(self) -> None:
        """Resume."""
        self._tell("resumeProducing")

    def can(self, move: str) -> bool:
        """The source fires what it has pending."""
        return self.source.pending is not None if move == "fire" else True

    def fire(self) -> None:
        """Let the source answer; paused, and not resumed by the consumer meanwhile, it is not asked again."""
        held, reads, resumed = self.paused, self.source.reads, self._resumed()
        self.source.fire()
        self.t.clause = "producer_65"
        if held and self._resumed() == resumed:
            self.t.equal(self.source.reads, reads, "paused, the stream was read this often:")

    def stop(self) -> None:
        """Stop; it is over, if it was not already, with an answer that has yet to come."""
        over = self.stopped or not self.done.waiting
        ended = self.source.finished
        answer = self.t.call("producer.stopProducing()", lambda: self.producer.stopProducing())
        self.t.clause = "producer_80" if over else "producer_75"
        self.t.true(not isinstance(answer, Failed), f"stopProducing() {answer}", "stopProducing() raises nothing")
        if not over:
            self.stopped = True
            own = [BROKEN if self.script.fails else None] if ended else []
            self.t.expect(self.t.settle(self.done), ConnectionLost, *own)
            self.t.clause = "producer_74"
            self.t.pump.until(lambda: bool(self.source.closes or ended))
            self.t.true(self.source.closes or ended, "the stream is open after stopProducing()", "the stream is closed")
            self.given = self.content

    def sound(self) -> None:
        """What was written is the beginning of what the stream gives, and nothing after the end."""
        self.t.clause = "producer_54"
        fits = self.script.data.startswith(self.content)
        self.t.true(fits, f"written: {self.t.text(self.content)}", f"the beginning of {self.t.text(self.script.data)}")
        if self.stopped:
            self.t.clause = "producer_77"
            self.t.equal(self.content, self.given, "after stopProducing(), written is")

    def finish(self) -> None:
        """Let everything happen, and look at how it ended."""
        t = self.t
        for _ in range(50):
            if self.paused and self.done.waiting:
                self.resume()
            t.run()
        self.sound()
        if self.stopped:
            return
        t.clause = "producer_66"
        t.equal(self.content, self.script.data, "written is")
        t.clause = "producer_61" if self.script.fails else "producer_56"
        t.expect(t.settle(self.done), BROKEN if self.script.fails else None)
        t.clause = "producer_63" if self.script.fails else "producer_58"
        told = [word for word in self.consumer.story if not word.endswith("Producing")]
        t.equal(told, ["register", "unregister"], "the consumer was told")


@check("history_06", names="StreamProducer", examples=4)
def any_history_of_a_stream_producer(t: Bench) -> None:
    """Pause, resume and stop it, from inside a write too, while its stream answers now or later."""
    producing = _Producing(t)
    producing.play("fire", "fire", "fire", "pause", "pause", "resume", "resume", "stop")
    producing.finish()


def _generated(script: Script, moves: Sequence[object]) -> tuple[bytes, Exception | None]:
    """Say what a plan makes of a source: the bytes, and the error that ends them."""
    steps = list(script.steps)
    content = b""
    for move in moves:
        if isinstance(move, tuple):
            content += move[0]
        elif move == "fail":
            return content, BUG
        elif not steps:
            break  # the plan returns at the end of its input
        elif steps[0].data is None:
            return content, BROKEN
        else:
            piece = steps.pop(0).data or b""
            content += piece if move == "pass" else b""
    return content, None


class _Passing:
    """A generator function, `run`: "pass" waits, takes a piece and yields it, "drop" yields it not."""

    def __init__(self, *moves):  # type: ignore[no-untyped-def]
        self.moves = moves

    def run(self, input):  # type: ignore[no-untyped-def]
        """Make the moves."""
        for move in self.moves:
            if isinstance(move, tuple):
                yield move[0]
            elif move == "fail":
                raise ArithmeticError("the generator fails here")
            else:
                yield input.wait
                try:
                    piece = next(input)
                except StopIteration:
                    return
                if move == "pass":
                    yield piece


def passing_told(*moves: Any) -> str:
    """Write what a `_Passing` is."""
    words = {"pass": "waits for a piece and yields it", "drop": "waits for a piece and drops it"}
    return in_words(moves, {**words, "fail": WORDS["fail"]})


@check("history_07", names="generatorToStream", on="generatorToStream", examples=4)
def any_history_of_a_generator(t: Bench) -> None:
    """Read and close the stream of a generator that takes, drops, makes up, and fails."""
    script = t.draw(scripts(min_chunks=1, empty=False, fails=t.draw(FAILS)))
    move = st.sampled_from(["pass", "pass", "item", "drop", "fail"])
    drawn = t.draw(st.lists(move, min_size=1, max_size=6))
    moves = [(b"item",) if one == "item" else one for one in drawn]
    plan = t.part("plan", _Passing, *moves, says=passing_told(*moves))
    source = t.source(script)
    stream = stream_of(t, plan, source)
    content, error = _generated(script, moves)
    part = Part(stream, content, "generator_04", surplus=1 if error else 0)
    History(t, part, error, lengths=False).play("read", "settle", "read", "settle", "read", "settle", "close")
    if part.closed or error:
        t.clause = "generator_18" if part.closed else "generator_16"
        freed(t, source, "the history")
