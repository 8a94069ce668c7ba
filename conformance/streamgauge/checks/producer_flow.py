"""Checks of the clauses in specs/producer.md: how a ProducerStream holds its producer back and lets it go on."""

from itertools import pairwise

from hypothesis import strategies as st

from streamgauge.answers import Data
from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks.look import look
from streamgauge.checks.producer_parts import LIMIT, Pipe, Puller
from streamgauge.checks.told import Pull, Push, Told
from streamgauge.script import Step, When

STREAM = "ProducerStream"


def pushed(t: Bench, streaming: object = True) -> tuple[Pipe, Push]:
    """Make a stream with a push producer."""
    pipe = Pipe(t)
    producer = Push(t)
    pipe.tell("registerProducer", producer, streaming)
    return pipe, producer


def wait_for_more(t: Bench, pipe: Pipe, producer: Told | None = None) -> None:
    """Read everything that waits, and once more: that read finds nothing, waits, and a paused producer is resumed."""
    pipe.empty()
    ticket = pipe.ask()
    t.true(ticket.waiting, f"a read that finds nothing gives {ticket.answer}", "it waits")
    if producer is not None and producer.told[-1:] == ["pauseProducing"]:
        t.run(lambda: producer.told[-1:] != ["pauseProducing"])


@check("producer_08", names=STREAM, on=STREAM, examples=0.1)
def buffer_size(t: Bench) -> None:
    """Look at the attribute, on a stream that was used or not."""
    pipe = Pipe(t)
    pipe.fill(t.draw(st.integers(0, 2)))
    t.equal(look(t, pipe.reader, "bufferSize"), LIMIT, "bufferSize is")


@check("producer_09", names=STREAM, on=STREAM)
def no_early_pause(t: Bench) -> None:
    """Write and read so that never more than `bufferSize` pieces wait."""
    pipe, producer = pushed(t)
    if t.draw(st.booleans()):
        waiting = pipe.ask()
        pipe.fill(1)
        t.settle(waiting)
    for count in t.draw(st.lists(st.integers(1, LIMIT), min_size=1, max_size=6)):
        pipe.fill(min(count, LIMIT - len(pipe.left)))
        for _ in range(t.draw(st.integers(0, LIMIT)) if pipe.left else 0):
            if pipe.left:
                pipe.read()
    pipe.fill(LIMIT - len(pipe.left))
    pipe.sound()
    t.equal(producer.count("pauseProducing"), 0, f"with at most {LIMIT} pieces waiting, pauses told:")


@check("producer_10", names=STREAM, on=STREAM)
def pause(t: Bench) -> None:
    """Write more than `bufferSize` pieces; how many were read before does not count."""
    pipe, producer = pushed(t, t.draw(st.sampled_from([True, 1])))
    pipe.fill(t.draw(st.integers(0, LIMIT)))
    pipe.empty()
    pipe.fill(LIMIT + t.draw(st.integers(1, 3)))
    pipe.sound()
    paused = producer.count("pauseProducing")
    t.true(paused, f"{len(pipe.left)} pieces wait and no pause was told", "the producer is told to pause")


@check("producer_11", names=STREAM, on=STREAM)
def pause_once(t: Bench) -> None:
    """Write on after the pause, reading some in between but never all."""
    pipe, producer = pushed(t)
    pipe.fill(LIMIT + 1)
    for reads, writes in t.draw(st.lists(st.tuples(st.integers(0, LIMIT), st.integers(1, 7)), max_size=4)):
        for _ in range(reads):
            if len(pipe.left) > 1 and not isinstance(pipe.read(), Data):
                return  # lost pieces are another clause's matter
        pipe.fill(writes)
    pipe.fill(2)
    pipe.sound()
    again = any(pair == ("pauseProducing",) * 2 for pair in pairwise(producer.told))
    t.true(not again, "two pauses without a resume between them", "one pause")


@check("producer_12", names=STREAM, on=STREAM)
def own_buffer_size(t: Bench) -> None:
    """Set `bufferSize` on the stream; write up to it, and one more."""
    pipe, producer = pushed(t)
    size = t.draw(st.sampled_from([0, 1, 2, 4, 6, 9]))
    t.call(f"{pipe.reader.name}.bufferSize = {size}", setattr, pipe.reader.stream, "bufferSize", size)
    pipe.fill(size)
    t.equal(producer.count("pauseProducing"), 0, f"with {size} pieces waiting, pauses told:")
    pipe.fill(1)
    pipe.sound()
    t.equal(producer.count("pauseProducing"), 1, f"with {size + 1} pieces waiting, pauses told:")


@check("producer_13", names=STREAM, on=STREAM)
def resume(t: Bench) -> None:
    """Have the producer paused, earlier or later, read everything, and once more."""
    pipe, producer = pushed(t)
    pipe.fill(t.draw(st.integers(0, LIMIT)))
    pipe.empty()
    pipe.fill(LIMIT + 1)
    wait_for_more(t, pipe, producer)
    told = producer.count("resumeProducing")
    t.true(told, "a read waits, and the paused producer was not told to go on", "it is told to resume")


@check("producer_14", names=STREAM, on=STREAM)
def resume_once(t: Bench) -> None:
    """Let reads find nothing again and again, before the producer came too, and with it paused before or never."""
    pipe = Pipe(t)
    producer = Push(t)
    if t.draw(st.booleans()):
        pipe.ask()
    pipe.register(producer)
    paused = t.draw(st.booleans())
    pipe.fill(LIMIT + 1 if paused else t.draw(st.integers(0, LIMIT)))
    for _ in range(t.draw(st.integers(2, 4))):
        wait_for_more(t, pipe, producer)
        pipe.fill(1)
    pipe.sound()
    told = producer.count("resumeProducing")
    most = producer.count("pauseProducing")
    t.true(told <= most, f"{most} pauses and {told} resumes", f"at most {most} resumes")


@check("producer_15", names=STREAM, on=STREAM)
def no_early_resume(t: Bench) -> None:
    """Have the producer paused and read, but leave something waiting."""
    pipe, producer = pushed(t)
    pipe.fill(LIMIT + 1)
    leave = t.draw(st.integers(1, LIMIT))
    pipe.empty(leave)
    told = producer.count("resumeProducing")
    t.true(not told or not pipe.left, f"{len(pipe.left)} pieces wait and a resume was told", "none while pieces wait")


@check("producer_16", names=STREAM, on=STREAM, examples=0.5)
def rounds(t: Bench) -> None:
    """Fill and empty the stream again and again."""
    pipe, producer = pushed(t)
    count = t.draw(st.integers(2, 5))
    for _ in range(count):
        pipe.fill(LIMIT + 1)
        wait_for_more(t, pipe, producer)
        pipe.fill(1)
    pipe.sound()
    t.equal(producer.told, ["pauseProducing", "resumeProducing"] * count, "the producer was told")


@check("producer_17", names=STREAM, on=STREAM)
def pull_is_not_paused(t: Bench) -> None:
    """Let a pull producer write more than it was asked for."""
    pipe = Pipe(t)
    producer = Pull(t)
    pipe.register(producer)
    pipe.fill(LIMIT + t.draw(st.integers(1, 4)))
    pipe.read()
    pipe.fill(2)
    pipe.sound()
    t.equal(producer.count("pauseProducing"), 0, "pauses told to a pull producer:")


@check("producer_18", names=STREAM, on=STREAM, examples=0.5)
def pull_is_asked_first(t: Bench) -> None:
    """Register a pull producer; a read may be waiting for it."""
    pipe = Pipe(t)
    if t.draw(st.booleans()):
        pipe.ask()
    producer = Pull(t)
    pipe.register(producer)
    pipe.sound()
    t.equal(producer.told, ["resumeProducing"], "a pull producer just registered was told")


@check("producer_19", names=STREAM, on=STREAM)
def pull_is_asked(t: Bench) -> None:
    """Read some pieces of a pull producer that gives one later each time, and count how often it was asked."""
    pipe = Pipe(t)
    producer = Puller(t, pipe, [Step(b"%d;" % number, When.PENDING) for number in range(20)])
    pipe.register(producer)
    found_nothing = 0
    for _ in range(t.draw(st.integers(1, 9))):
        found_nothing += not pipe.left
        pipe.read()
    pipe.sound()
    asked = producer.count("resumeProducing")
    seen = f"{found_nothing} reads found nothing, and the pull producer was asked {asked} times"
    t.true(asked >= found_nothing, seen, "once for each piece")


def _refused_read_asks_nobody(t: Bench) -> None:
    """Read while another read waits for a pull producer that gives nothing at once."""
    pipe = Pipe(t)
    producer = Pull(t)
    pipe.register(producer)
    pipe.reader.ask()
    before = producer.count("resumeProducing")
    pipe.reader.ask()
    t.equal(producer.count("resumeProducing") - before, 0, "times that a refused read asks a pull producer:")


@check("producer_20", names=STREAM, on=STREAM)
def pull_is_not_hurried(t: Bench) -> None:
    """Read some pieces of a pull producer that gives one each time, and count how often it was asked."""
    if t.draw(st.sampled_from([False, False, True])):
        _refused_read_asks_nobody(t)
        return
    pipe = Pipe(t)
    producer = Puller(t, pipe, [Step(b"%d;" % number) for number in range(20)])
    pipe.register(producer)
    reads = t.draw(st.integers(0, 9))
    for _ in range(reads):
        pipe.read()
    pipe.sound()
    asked = producer.count("resumeProducing")
    t.true(asked <= reads + 1, f"{reads} pieces read, {asked} asked for", "at most one piece ahead of the reader")
