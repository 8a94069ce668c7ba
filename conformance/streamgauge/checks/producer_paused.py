"""Checks of the clauses in specs/producer.md: how a StreamProducer is paused and resumed."""

from hypothesis import strategies as st

from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks.producer_bridge import Bridge, at
from streamgauge.checks.producer_reads import waiting_script
from streamgauge.script import Script, When, scripts, whens

PRODUCER = "StreamProducer"


@check("producer_65", names=PRODUCER, examples=0.5)
def paused_reads_nothing(t: Bench) -> None:
    """Pause while an answer is outstanding; let it come, and everything else happen."""
    bridge = Bridge(t, waiting_script(t))
    bridge.begin()
    bridge.fire(t.draw(st.integers(0, 2)))
    bridge.tell("pauseProducing")
    reads, written = bridge.source.reads, len(bridge.consumer.pieces)
    t.run()
    bridge.sound()
    t.equal(bridge.source.reads - reads, 0, "reads of the stream while paused:")
    late = len(bridge.consumer.pieces) - written
    t.true(late <= 1, f"{late} pieces written while paused", "at most the one it was waiting for")


@check("producer_66", names=PRODUCER)
def resumes(t: Bench) -> None:
    """Pause and resume between the answers, and while one is outstanding, until the end."""
    bridge = Bridge(t, waiting_script(t))
    bridge.begin()
    for _ in range(t.draw(st.integers(1, 8))):
        if bridge.source.pending is None:
            break
        bridge.hold(t.draw(st.integers(0, 1)))
        bridge.fire(t.draw(st.integers(0, 1)))
    if not bridge.source.overlaps:  # what overlapping reads spoil is another clause's matter
        bridge.complete()


@check("producer_67", names=PRODUCER, examples=0.5)
def pauses_do_not_count(t: Bench) -> None:
    """Pause several times, before the answer comes and after it, resume once."""
    bridge = Bridge(t, waiting_script(t))
    bridge.begin()
    before = t.draw(st.integers(0, 3))
    for _ in range(before):
        bridge.tell("pauseProducing")
    bridge.fire(1)
    for _ in range(t.draw(st.integers(max(0, 2 - before), 2))):
        bridge.tell("pauseProducing")
    bridge.tell("resumeProducing")
    bridge.complete()


@check("producer_68", names=PRODUCER)
def no_overlap(t: Bench) -> None:
    """Resume while an answer is outstanding, after a pause or without one."""
    bridge = Bridge(t, waiting_script(t))
    bridge.begin()
    for pauses in t.draw(st.lists(st.booleans(), min_size=1, max_size=4)):
        if pauses:
            bridge.tell("pauseProducing")
        bridge.tell("resumeProducing")
        bridge.fire(t.draw(st.integers(0, 1)))
    bridge.sound()
    t.equal(bridge.source.overlaps, 0, "overlapping reads of the stream:")
    bridge.complete()


@check("producer_69", names=PRODUCER, examples=0.5)
def paused_when_registered(t: Bench) -> None:
    """Pause from inside `registerProducer`; resume later."""
    bridge = Bridge(t, t.draw(scripts(min_chunks=1, empty=False)))
    bridge.consumer.on["registerProducer"] = lambda: bridge.tell("pauseProducing")
    bridge.begin()
    t.run()
    bridge.sound()
    t.equal(bridge.source.reads, 0, "reads of the stream before the consumer resumes:")
    bridge.tell("resumeProducing")
    bridge.complete()


@check("producer_70", names=PRODUCER, examples=0.5)
def paused_inside_write(t: Bench) -> None:
    """Pause from inside a drawn write, of answers that are there at once, come later or were held; resume later."""
    held = t.draw(st.booleans())
    when = When.PENDING if held else t.draw(whens())
    bridge = Bridge(t, Script.of(*(b"%d;" % number for number in range(6)), when=when))
    reads: list[int] = []

    def pause() -> None:
        bridge.tell("pauseProducing")
        reads.append(bridge.source.reads)

    bridge.consumer.on["write"] = at(t.draw(st.integers(1, 5)), pause)
    bridge.begin()
    if held:
        bridge.hold(1)
    t.run()
    bridge.sound()
    t.true(reads, "nothing was written", "the stream's data is")
    t.equal(bridge.source.reads - reads[0], 0, "reads of the stream, paused from inside a write:")
    bridge.tell("resumeProducing")
    bridge.complete()


@check("producer_71", names=PRODUCER)
def resumed_inside(t: Bench) -> None:
    """Resume from inside writes or `registerProducer`, after a pause or without one."""
    bridge = Bridge(t, t.draw(scripts(min_chunks=1, empty=False)))
    pauses = t.draw(st.booleans())

    def move() -> None:
        if pauses:
            bridge.tell("pauseProducing")
        bridge.tell("resumeProducing")

    bridge.consumer.on[t.draw(st.sampled_from(["write", "registerProducer"]))] = move
    bridge.begin()
    bridge.complete()
    t.equal(bridge.source.overlaps, 0, "overlapping reads of the stream:")
