"""Checks of the clauses in specs/producer.md: calls that are made from inside other calls of a ProducerStream."""

from hypothesis import strategies as st

from streamgauge.answers import Answer, Data
from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks.producer_flow import pushed, wait_for_more
from streamgauge.checks.producer_parts import LIMIT, READS, Pipe
from streamgauge.checks.producer_who import a_producer
from streamgauge.checks.told import Pull

STREAM = "ProducerStream"


@check("producer_41", names=STREAM, on=STREAM)
def writes_inside_resume(t: Bench) -> None:
    """Let a producer write several pieces each time it is told to resume; a push producer was paused before."""
    pipe = Pipe(t)
    producer = a_producer(t)
    bursts = t.draw(st.lists(st.integers(2, 4), min_size=1, max_size=3))
    before = 0
    if not isinstance(producer, Pull):
        before = LIMIT + 1
        del bursts[1:]
    left = iter(bursts)
    producer.on["resumeProducing"] = lambda: pipe.fill(next(left, 0))
    pipe.register(producer)
    pipe.fill(before)
    promised = b"".join(b"%d;" % number for number in range(1, before + sum(bursts) + 1))
    content = b""
    for _ in range(READS):
        if len(content) >= len(promised):
            break
        answer = pipe.read()
        if not isinstance(answer, Data):
            t.violate(f"a read gives {answer}", "it gives what the producer wrote when it was told to resume")
        content += answer.content
    pipe.sound()
    t.equal(content, promised, "the bytes read are")


@check("producer_42", names=STREAM, on=STREAM, examples=0.5)
def finish_inside_resume(t: Bench) -> None:
    """Let a producer finish from inside `resumeProducing`, unregistered before or not."""
    pipe = Pipe(t)
    producer = a_producer(t)
    leaves = t.draw(st.booleans())
    last = b"last" if t.draw(st.booleans()) else b""

    def finish() -> None:
        if last:
            pipe.write(last)
        if leaves:
            pipe.tell("unregisterProducer")
        pipe.tell("finish")

    producer.on["resumeProducing"] = finish
    if not isinstance(producer, Pull):
        pipe.register(producer)
        pipe.fill(LIMIT + 1)
        pipe.content(b"".join(pipe.left) + last)
        return
    ticket = pipe.ask() if t.draw(st.booleans()) else None
    pipe.register(producer)
    if ticket is None:
        pipe.content(last)
    elif last:
        answer = t.settle(ticket)
        t.true(isinstance(answer, Data), f"the waiting read gives {answer}", f"it gives {last!r}, or its beginning")
        pipe.content(b"".join(pipe.left))
    else:
        t.expect(t.settle(ticket), None)


@check("producer_43", names=STREAM, on=STREAM)
def write_inside_read(t: Bench) -> None:
    """Write from inside the callback of a waiting read, and after it."""
    pipe = Pipe(t)
    inside, after = t.draw(st.integers(1, 3)), t.draw(st.integers(0, 3))
    got: list[bytes] = []

    def more(answer: Answer) -> None:
        got.append(answer.content if isinstance(answer, Data) else b"")
        pipe.fill(inside)

    ticket = pipe.reader.ask(inside=more)
    pipe.fill(1)
    t.settle(ticket)
    pipe.fill(after)
    pipe.tell("finish")
    promised = b"".join(b"%d;" % number for number in range(1, 2 + inside + after))
    pipe.sound()
    drained = pipe.reader.drain(READS)
    t.equal(b"".join(got) + drained.content, promised, "the bytes read are")
    t.expect(drained.last, None)


@check("producer_44", names=STREAM, on=STREAM, examples=0.5)
def pause_inside_resume(t: Bench) -> None:
    """Let a push producer write too much from inside `resumeProducing`; then read everything again."""
    pipe, producer = pushed(t)
    bursts = iter([LIMIT + 2])
    producer.on["resumeProducing"] = lambda: pipe.fill(next(bursts, 0))
    pipe.fill(LIMIT + t.draw(st.integers(1, 2)))
    for _ in range(READS):
        if "resumeProducing" not in producer.told:
            pipe.read()
    pipe.sound()
    t.equal(producer.told, ["pauseProducing", "resumeProducing", "pauseProducing"], "the producer was told")
    wait_for_more(t, pipe, producer)
    t.equal(producer.told[3:], ["resumeProducing"], "with nothing waiting the producer was then told")


@check("producer_45", names=STREAM, on=STREAM, examples=0.5)
def write_inside_pause(t: Bench) -> None:
    """Let a push producer write what it still has from inside `pauseProducing`."""
    pipe, producer = pushed(t)
    bursts = iter([t.draw(st.integers(1, 3))])
    producer.on["pauseProducing"] = lambda: pipe.fill(next(bursts, 0))
    pipe.fill(LIMIT + t.draw(st.integers(1, 3)))
    pipe.sound()
    t.equal(producer.told, ["pauseProducing"], "the producer was told")
    written = sorted(pipe.left, key=lambda piece: int(piece[:-1]))
    pipe.tell("finish")
    pipe.content(b"".join(written))
