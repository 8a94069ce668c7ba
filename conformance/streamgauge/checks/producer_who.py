"""Checks of the clauses in specs/producer.md: who the producer of a ProducerStream is, and since when."""

from typing import Final

from hypothesis import strategies as st

from streamgauge.answers import Failed
from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks.producer_flow import pushed, wait_for_more
from streamgauge.checks.producer_parts import LIMIT, READS, Pipe
from streamgauge.checks.told import Pull, Push
from streamgauge.script import SourceError

STREAM = "ProducerStream"


def a_producer(t: Bench) -> Push | Pull:
    """Draw a producer of either kind."""
    return Pull(t) if t.draw(st.booleans()) else Push(t)


def produced(t: Bench) -> tuple[Pipe, Push | Pull]:
    """Make a ProducerStream, and register a producer of either kind."""
    pipe = Pipe(t)
    producer = a_producer(t)
    pipe.register(producer)
    return pipe, producer


@check("producer_21", names=STREAM, on=STREAM, examples=0.5)
def second_is_refused(t: Bench) -> None:
    """Register a second producer, or the same one again."""
    pipe, first = produced(t)
    pipe.fill(t.draw(st.integers(0, 2)))
    pipe.sound()
    second = first if t.draw(st.booleans()) else a_producer(t)
    t.expect(pipe.tell("registerProducer", second, isinstance(second, Push)), RuntimeError)


@check("producer_22", names=STREAM, on=STREAM, examples=0.5)
def first_stays(t: Bench) -> None:
    """Have a second producer refused; write too much, read it all."""
    pipe, first = pushed(t)
    second = a_producer(t)
    t.call(
        f"{pipe.reader.name}.registerProducer({second.name}, {isinstance(second, Push)})",
        pipe.reader.stream.registerProducer, second, isinstance(second, Push),
    )  # fmt: skip
    pipe.fill(LIMIT + 1)
    wait_for_more(t, pipe, first)
    t.equal(first.told, ["pauseProducing", "resumeProducing"], "the first producer was told")
    t.equal(second.told, [], "the refused producer was told")


@check("producer_23", names=STREAM, on=STREAM, examples=0.5)
def next_is_taken(t: Bench) -> None:
    """Unregister a producer and register another, several times; the last one may write too much."""
    pipe, _ = produced(t)
    for _ in range(t.draw(st.integers(1, 4))):
        pipe.fill(t.draw(st.sampled_from([0, 1, 2, LIMIT + 1])))
        pipe.tell("unregisterProducer")
        pipe.sound()
        second = a_producer(t)
        seen = pipe.tell("registerProducer", second, isinstance(second, Push))
        t.true(not isinstance(seen, Failed), f"registering another {seen}", "it is taken")
    if isinstance(second, Push):
        pipe.fill(LIMIT + 1)
        t.true(
            second.count("pauseProducing") > 0, f"the last one writes on while {len(pipe.left)} wait", "it is paused"
        )


@check("producer_24", names=STREAM, on=STREAM)
def left_alone(t: Bench) -> None:
    """Unregister a producer, paused or not; write too much, read it all and wait."""
    pipe, producer = produced(t)
    pipe.fill(t.draw(st.sampled_from([0, 1, LIMIT + 1])))
    pipe.tell("unregisterProducer")
    before = list(producer.told)
    pipe.fill(t.draw(st.sampled_from([0, 1, LIMIT + 1])))
    wait_for_more(t, pipe)
    t.equal(producer.told, before, "told before and after it was unregistered: the producer was told")


@check("producer_25", names=STREAM, on=STREAM, examples=0.5)
def not_stopped(t: Bench) -> None:
    """Unregister a producer and close the stream."""
    pipe, producer = produced(t)
    pipe.fill(t.draw(st.sampled_from([0, 1, LIMIT + 1])))
    pipe.tell("unregisterProducer")
    pipe.reader.close()
    pipe.sound()
    t.equal(producer.count("stopProducing"), 0, "stops told to an unregistered producer:")


@check("producer_26", names=STREAM, on=STREAM)
def no_end(t: Bench) -> None:
    """Unregister, and write on; what waits stays, and a read that finds nothing waits."""
    pipe, _ = produced(t)
    pipe.fill(t.draw(st.integers(0, LIMIT - 1)))
    ticket = None if pipe.left else pipe.ask()
    pipe.tell("unregisterProducer")
    t.true(ticket is None or ticket.waiting, f"a waiting read gives {ticket and ticket.answer}", "it waits on")
    if ticket is not None:
        pipe.fill(1)
        t.settle(ticket)
    pipe.write(b"late")
    pipe.tell("finish")
    pipe.content(b"".join(pipe.left))


HELD: Final = ["pauseProducing"]


@check("producer_27", names=STREAM, on=STREAM)
def starts_afresh(t: Bench) -> None:
    """Unregister a paused producer, read some of what it wrote; register another, which writes on."""
    pipe, first = pushed(t)
    pipe.fill(LIMIT + 1)
    pipe.tell("unregisterProducer")
    before = list(first.told)
    pipe.empty(leave=LIMIT + 1 - t.draw(st.integers(0, LIMIT + 1)))
    if not pipe.left and t.draw(st.booleans()):
        pull = Pull(t)
        pipe.register(pull)
        t.equal(pull.told, ["resumeProducing"], "a pull producer, with everything read, was told")
        return
    second = Push(t)
    pipe.register(second)
    if len(pipe.left) <= LIMIT:
        t.equal(second.told, [], f"registering, with {len(pipe.left)} pieces waiting, told it")
    t.true(second.told in ([], HELD), f"registering told it {second.told}", "to pause, for too much waits, or nothing")
    told = [*HELD, "resumeProducing"] if second.told else []
    emptied = t.draw(st.booleans())
    if emptied:
        wait_for_more(t, pipe, second)
        pipe.fill(1)
        t.equal(second.told, told, "a new producer, with everything read, was told")
    held = [*told, *HELD] if emptied else HELD
    pipe.fill(LIMIT + 1 if emptied else max(1, LIMIT + 1 - len(pipe.left)))
    t.equal(second.told, held, "a new producer with too much waiting was told")
    wait_for_more(t, pipe, second)
    t.equal(second.told, [*held, "resumeProducing"], "a new producer with nothing waiting was told")
    t.equal(first.told, before, "the producer before it was told")


@check("producer_28", names=STREAM, on=STREAM)
def stopped_at_once(t: Bench) -> None:
    """Register producers on a stream that was finished or closed."""
    pipe = Pipe(t)
    pipe.fill(t.draw(st.integers(0, 2)))
    if t.draw(st.booleans()):
        pipe.tell("finish", *t.draw(st.sampled_from([[], [SourceError("the source fails here")]])))
    else:
        pipe.reader.close()
    for _ in range(t.draw(st.integers(1, 2))):
        producer = a_producer(t)
        pipe.register(producer)
        pipe.sound()
        t.equal(producer.told, ["stopProducing"], "a producer registered on a closed stream was told")


@check("producer_96", names=STREAM, on=STREAM, examples=0.5)
def asks_nobody(t: Bench) -> None:
    """Finish a stream whose pull producer is registered still; read everything, and on."""
    pipe = Pipe(t)
    producer = Pull(t)
    pipe.register(producer)
    pipe.fill(t.draw(st.integers(0, 2)))
    pipe.tell("finish", *t.draw(st.sampled_from([[], [SourceError("the source fails here")]])))
    if t.draw(st.booleans()):
        pipe.tell("unregisterProducer")
    pipe.sound()
    asked = producer.count("resumeProducing")
    pipe.reader.drain(READS)
    pipe.reader.read()
    t.equal(producer.count("resumeProducing") - asked, 0, "requests after the stream was finished:")


@check("producer_99", names=STREAM, on=STREAM, examples=0.5)
def two_at_once(t: Bench) -> None:
    """Fill two streams in turns; read one and have it wait, then read the other."""
    counts = [LIMIT + 1, t.draw(st.sampled_from([0, LIMIT, LIMIT + 1]))]
    sizes = [len(b"".join(b"%d:%d;" % (which, number) for number in range(counts[which]))) for which in range(2)]
    pipes = [Pipe(t, sizes[0] + 100), Pipe(t, sizes[1])] if t.draw(st.booleans()) else [Pipe(t), Pipe(t)]
    producers = [Push(t), Push(t)]
    for pipe, producer in zip(pipes, producers, strict=True):
        pipe.register(producer)
    for number in range(max(counts)):
        for which, pipe in enumerate(pipes):
            if number < counts[which]:
                pipe.write(b"%d:%d;" % (which, number))
    wait_for_more(t, pipes[0], producers[0])
    told = ["pauseProducing"] if counts[1] > LIMIT else []
    t.equal(producers[1].told, told, f"the producer of {pipes[1].reader.name}, which was not read, was told")
    pipes[1].tell("finish")
    pipes[1].content(b"".join(b"1:%d;" % number for number in range(counts[1])))
