"""Checks of the clauses in specs/consume.md about connectStream: a slow reader, a slow protocol, and producers."""

from hypothesis import strategies as st

from streamgauge.answers import Failed
from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks.consume_draw import READY, many, moves, plain
from streamgauge.checks.consume_peer import Link, waiting_input
from streamgauge.checks.told import Pull, Push
from streamgauge.content import filler
from streamgauge.script import When
from streamgauge.timeline import show

NAME = "connectStream"

PIECE = filler(4096)
"""A transport may count bytes: a hundred of these are more than one lets wait."""


def _paused(t: Bench) -> tuple[Link, Push, int]:
    """Connect, register a push producer, and write until it is paused, at most 100 pieces; gives their number."""
    link = waiting_input(t).connect()
    producer = Push(t)
    answer = link.tell("registerProducer", producer, True)
    t.true(not isinstance(answer, Failed), f"registerProducer {answer}", "the transport takes a producer")
    written = 0
    while not producer.told and written < 100:
        link.write(PIECE)
        written += 1
    return link, producer, written


@check("consume_79", names=NAME, examples=0.2)
def slow_reader_pauses(t: Bench) -> None:
    """Write while nobody reads the output."""
    link, producer, written = _paused(t)
    for _ in range(t.draw(st.integers(0, 9))):
        link.write(PIECE)
    pauses = producer.count("pauseProducing")
    seen = f"{pauses} pauses, the first after {written} pieces"
    t.true(pauses == 1, seen, "a push producer is paused once while nobody reads")


@check("consume_80", names=NAME, examples=0.2)
def reading_resumes(t: Bench) -> None:
    """Pause a producer, then read everything that waits."""
    link, producer, _ = _paused(t)
    paused = producer.count("pauseProducing")
    link.read_until_it_waits()
    t.pump.until(lambda: producer.count("resumeProducing") == paused)
    resumed = producer.count("resumeProducing")
    t.true(resumed == paused, f"{resumed} resumes after {paused} pauses", "one for each pause")


@check("consume_81", names=NAME)
def pull_producer(t: Bench) -> None:
    """Register a pull producer; read the output."""
    pieces = t.draw(st.lists(st.sampled_from([b"a", b"bc", b"def"]), min_size=1, max_size=12))
    link = Link(t, t.draw(plain(*When, end=When.PENDING)))

    producer = Pull(t)
    left = list(pieces)

    def produce() -> None:
        if left:
            link.peer.transport.write(left.pop(0))
            if not left:
                link.peer.transport.unregisterProducer()
                link.peer.transport.finish()

    producer.on["resumeProducing"] = produce
    link.peer.on_made = lambda: link.peer.transport.registerProducer(producer, False)
    link.peer.on_lost = lambda _: None
    drained = link.connect().out.drain()
    t.equal(drained.content, b"".join(pieces), "the output gives")
    t.expect(drained.last, None, promised="None after the producer's last piece")


@check("consume_82", names=NAME, examples=3)
def pausing_the_input(t: Bench) -> None:
    """Pause the transport, if it can, for a drawn data, while a read waits, or before the end; resume it later."""
    how, *_ = t.draw(st.permutations(["for data", "while a read waits", "before the end"]))
    whens = [When.PENDING] if how == "while a read waits" else When
    script = t.draw(plain(*whens, min_chunks=5, end=When.PENDING if how == "before the end" else None))
    link = Link(t, script)
    at = t.draw(st.integers(0, 3))
    waited: list[int] = []

    def pause(*_: object) -> None:
        if len(link.peer.received) == at and hasattr(link.peer.transport, "pauseProducing"):
            link.peer.transport.pauseProducing()
            waited.append(link.source.reads)

    if how == "for data":
        link.peer.on_made = link.peer.on_data = pause
    link.connect()
    ticket = link.out.ask()
    if how == "before the end":
        t.run(lambda: link.source.reads > len(script.steps))
    elif how == "for data":
        t.run(lambda: len(link.peer.received) >= at)
        moves(t, 12)
    else:
        moves(t, at)
        t.run(lambda: bool(t.pending()))
    _pause_and_resume(t, link, waited[0] if waited else link.source.reads)
    t.settle(ticket)
    t.run()
    t.equal(link.peer.content, script.data, "dataReceived was given")
    t.equal(len(link.peer.reasons), 1, "calls of connectionLost when everything was given:")


def _pause_and_resume(t: Bench, link: Link, waited: int) -> None:
    """Pause the transport, if it can; ask for no more than so many reads had brought or waited for, and resume it."""
    if hasattr(link.peer.transport, "pauseProducing"):
        link.tell("pauseProducing")
        t.run()
        if t.draw(st.sampled_from([True, True, False])):
            _stir(t, link)
        most = b"".join(step.data or b"" for step in link.source.script.steps[:waited])
        seen = f"given {show(link.peer.content)} up to the end of the pause"
        t.true(len(link.peer.content) <= len(most), seen, f"no more than was read or waited for before: {show(most)}")
        link.tell("resumeProducing")


def _stir(t: Bench, link: Link) -> None:
    """Use the output during a pause of the input: write, read, or finish."""
    link.write(b"x")
    link.write(b"x")  # that one waits, and is what the read takes
    t.run()
    link.out.ask()
    if t.draw(st.booleans()):
        link.tell("finish")
    t.run()


@check("consume_83", names=NAME, examples=0.4)
def slow_reader_holds_input(t: Bench) -> None:
    """Write back what comes while nobody reads the output, then read it.

    The protocol pauses and resumes all the while, or has a producer registered by then.
    """
    script = many(*t.draw(st.permutations(READY)), data=filler(1000), count=200)
    link = Link(t, script)
    pauses = t.draw(st.sampled_from([True, False]))

    def echo(data: bytes) -> None:
        link.peer.transport.write(data)
        if pauses and hasattr(link.peer.transport, "pauseProducing"):
            link.peer.transport.pauseProducing()
            link.peer.transport.resumeProducing()

    link.peer.on_data = echo
    link.peer.on_lost = lambda _: None  # how the output ends is not the matter here
    link.connect()
    t.run()
    if not pauses:
        producer = Push(t)
        link.tell("registerProducer", producer, True)
    t.true(link.source.reads <= 100, f"{link.source.reads} pieces of the input read ahead", "a bounded number")
    t.equal(link.out.drain().content, script.data, "the output then gives")
