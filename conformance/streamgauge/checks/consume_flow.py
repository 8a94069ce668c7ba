"""Checks of the clauses in specs/consume.md about connectStream: a slow reader, a slow protocol, and producers."""

from collections.abc import Callable

from hypothesis import strategies as st
from twisted.internet.interfaces import IPullProducer, IPushProducer
from zope.interface import implementer

from streamgauge.answers import Failed
from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks.consume_draw import READY, many, moves, plain
from streamgauge.checks.consume_peer import Link, waiting_input
from streamgauge.script import When, filler

NAME = "connectStream"


@implementer(IPushProducer, IPullProducer)
class Producer:
    """A producer that counts what it is told, and writes a piece at each `resumeProducing` if it has any."""

    def __init__(self, pieces: list[bytes], write: Callable[[bytes], object], done: Callable[[], object]) -> None:
        self.pauses = self.resumes = self.stops = 0
        self._pieces = list(pieces)
        self._write = write
        self._done = done

    def pauseProducing(self) -> None:
        """Count it."""
        self.pauses += 1

    def resumeProducing(self) -> None:
        """Count it, and write a piece if there are any; say when there are no more."""
        self.resumes += 1
        if self._pieces:
            self._write(self._pieces.pop(0))
            if not self._pieces:
                self._done()

    def stopProducing(self) -> None:
        """Count it."""
        self.stops += 1


def _paused(t: Bench) -> tuple[Link, Producer, int]:
    """Connect, register a push producer, and write until it is paused, at most 100 pieces; gives their number."""
    link = waiting_input(t).connect()
    producer = t.named("producer", Producer([], lambda _: None, lambda: None))
    answer = t.call(
        "transport.registerProducer(producer, True)",
        lambda: link.peer.transport.registerProducer(producer, True),
    )
    t.true(not isinstance(answer, Failed), f"registerProducer {answer}", "the transport takes a producer")
    written = 0
    while not producer.pauses and written < 100:
        link.write(b"x")
        written += 1
    return link, producer, written


@check("consume_79", names=NAME, examples=0.2)
def slow_reader_pauses(t: Bench) -> None:
    """Write while nobody reads the output."""
    link, producer, written = _paused(t)
    for _ in range(t.draw(st.integers(0, 9))):
        link.write(b"x")
    seen = f"{producer.pauses} pauses, the first after {written} pieces"
    t.true(producer.pauses == 1, seen, "a push producer is paused once while nobody reads")


@check("consume_80", names=NAME, examples=0.2)
def reading_resumes(t: Bench) -> None:
    """Pause a producer, then read everything that waits."""
    link, producer, _ = _paused(t)
    paused = producer.pauses
    link.read_until_it_waits()
    t.pump.until(lambda: producer.resumes == paused)
    t.true(producer.resumes == paused, f"{producer.resumes} resumes after {paused} pauses", "one for each pause")


@check("consume_81", names=NAME)
def pull_producer(t: Bench) -> None:
    """Register a pull producer; read the output."""
    pieces = t.draw(st.lists(st.sampled_from([b"a", b"bc", b"def"]), min_size=1, max_size=12))
    link = Link(t, t.draw(plain(*When, end=When.PENDING)))

    def write(data: bytes) -> None:
        link.peer.transport.write(data)

    def done() -> None:
        link.peer.transport.unregisterProducer()
        link.peer.transport.finish()

    producer = Producer(pieces, write, done)
    link.peer.on_made = lambda: link.peer.transport.registerProducer(producer, False)
    link.peer.on_lost = lambda _: None
    drained = link.connect().out.drain()
    t.equal(drained.content, b"".join(pieces), "the output gives")
    t.expect(drained.last, None, promised="None after the producer's last piece")


@check("consume_82", names=NAME, examples=2)
def pausing_the_input(t: Bench) -> None:
    """Pause the transport, if it can, for a drawn data, after some moves, or before the end; resume it later."""
    how = t.draw(st.sampled_from(["for data", "after moves", "before the end"]))
    whens = [When.PENDING] if how == "after moves" else When
    script = t.draw(plain(*whens, min_chunks=2, end=When.PENDING if how == "before the end" else None))
    link = Link(t, script)
    at = t.draw(st.integers(0, len(script.steps) - 1))

    def pause(*_: object) -> None:
        if len(link.peer.received) == at and hasattr(link.peer.transport, "pauseProducing"):
            link.peer.transport.pauseProducing()

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
    _pause_and_resume(t, link, at if how == "for data" else len(link.peer.received))
    t.settle(ticket)
    t.run()
    t.equal(link.peer.content, script.data, "dataReceived was given")
    t.equal(len(link.peer.reasons), 1, "calls of connectionLost when everything was given:")


def _pause_and_resume(t: Bench, link: Link, received: int) -> None:
    """Pause the transport, if it can; ask for no more than `received` calls of dataReceived, and resume it."""
    if hasattr(link.peer.transport, "pauseProducing"):
        t.call("transport.pauseProducing()", lambda: link.peer.transport.pauseProducing())
        t.run()
        if t.draw(st.booleans()):
            _stir(t, link)
        t.equal(len(link.peer.received), received, "calls of dataReceived up to the end of the pause:")
        t.call("transport.resumeProducing()", lambda: link.peer.transport.resumeProducing())


def _stir(t: Bench, link: Link) -> None:
    """Use the output during a pause of the input: write, read, or finish."""
    link.write(b"x")
    link.write(b"x")  # that one waits, and is what the read takes
    t.run()
    link.out.ask()
    if t.draw(st.booleans()):
        t.call("transport.finish()", lambda: link.peer.transport.finish())
    t.run()


@check("consume_83", names=NAME, examples=0.4)
def slow_reader_holds_input(t: Bench) -> None:
    """Write back what comes while nobody reads the output, then read it.

    The protocol pauses and resumes all the while, or has a producer registered by then.
    """
    script = many(*t.draw(st.permutations(READY)), data=filler(t.draw(st.sampled_from([1, 1000]))), count=200)
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
        producer = t.named("producer", Producer([], lambda _: None, lambda: None))
        transport = link.peer.transport
        t.call("transport.registerProducer(producer, True)", lambda: transport.registerProducer(producer, True))
    t.true(link.source.reads <= 100, f"{link.source.reads} pieces of the input read ahead", "a bounded number")
    t.equal(link.out.drain().content, script.data, "the output then gives")
