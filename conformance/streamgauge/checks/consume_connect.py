"""Checks of the clauses in specs/consume.md about connectStream: what the protocol is told, and what it writes."""

from typing import Any

from hypothesis import strategies as st
from twisted.internet.error import ConnectionDone

from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks.buffers import BUFFERS
from streamgauge.checks.consume_draw import (
    GROWTH,
    READY,
    Depths,
    failing,
    many,
    moves,
    plain,
    source_error,
)
from streamgauge.checks.consume_peer import Link, lost_with
from streamgauge.checks.held import COUNT, held, nothing_is_held
from streamgauge.checks.interrupt import Interrupt
from streamgauge.checks.told import Push
from streamgauge.script import Script, Step, When, counts, whens

NAME = "connectStream"


@check("consume_62", names=NAME)
def builds_once(t: Bench) -> None:
    """Look at what the factory was asked."""
    link = Link(t, t.draw(plain(*When))).through()
    t.equal(link.factory.addresses, [None], "buildProtocol was called with")


@check("consume_63", names=NAME)
def connected_first(t: Bench) -> None:
    """Look at what the call did, and at the order of what happens to the protocol."""
    link = Link(t, t.draw(plain(*When))).connect()
    t.equal(link.peer.told[:1], ["makeConnection"], "when the call comes back, the first call of the protocol was")
    link.rest()
    t.equal(link.peer.told.count("makeConnection"), 1, "calls of makeConnection:")


@check("consume_64", names=NAME, on="ProducerStream")
def data_received(t: Bench) -> None:
    """Compare what the protocol was given with the input, also where it has finished an output that waits."""
    script = t.draw(plain(*When, large=True)).long(t.draw(counts()))
    link = Link(t, script)
    if t.draw(st.booleans()):
        waiting = t.draw(st.sampled_from([0, 1, 20]))

        def write_and_finish(_: object) -> None:
            if len(link.peer.received) == 1:
                for _number in range(waiting):
                    link.peer.transport.write(b"x")
                link.peer.transport.finish()

        link.peer.on_data = write_and_finish
        link.peer.on_lost = lambda _: None
    link.through()
    t.equal(link.peer.content, script.data, "dataReceived was given")


@check("consume_65", names=NAME)
def call_for_each_piece(t: Bench) -> None:
    """Compare the calls of dataReceived with the pieces of the input."""
    script = t.draw(plain(*When, large=True))
    link = Link(t, script).through()
    t.equal(link.peer.received, [step.data for step in script.steps], "dataReceived was given, call by call,")


@check("consume_66", names=NAME)
def plain_bytes(t: Bench) -> None:
    """Give other buffers than bytes; look at what the protocol was given."""
    link = Link(t, t.draw(plain(*When, min_chunks=1)))
    link.given.gives_by(*t.draw(st.sampled_from(BUFFERS)))
    link.through()
    kinds = sorted({*link.peer.kinds} - {"bytes"})
    t.equal(kinds, [], "other kinds than bytes that dataReceived was given:")


@check("consume_67", names=NAME)
def empty_pieces(t: Bench) -> None:
    """Put empty pieces, of some kind of buffer, into the input."""
    pieces = t.draw(st.lists(st.sampled_from([b"", b"", b"ab", b"c"]), max_size=5))
    steps = tuple(Step(piece, t.draw(st.sampled_from(When))) for piece in (*pieces, b"", b"!"))
    link = Link(t, Script(steps))
    link.given.gives_by(*t.draw(st.sampled_from(BUFFERS)))
    link.through()
    t.equal(link.peer.content, b"".join(pieces) + b"!", "around empty pieces, dataReceived was given")


@check("consume_68", names=NAME)
def lost_once(t: Bench) -> None:
    """Look at the end of what happens to the protocol."""
    link = Link(t, t.draw(plain(*When))).through()
    t.equal(link.peer.told.count("connectionLost"), 1, "calls of connectionLost:")
    t.equal(link.peer.told[-1:], ["connectionLost"], "the last call of the protocol is")


@check("consume_69", names=NAME)
def reason_is_a_failure(t: Bench) -> None:
    """Look at the reason for which the connection was lost at the end."""
    link = Link(t, t.draw(plain(*When))).through()
    lost_with(t, link, ConnectionDone)


@check("consume_70", names=NAME)
def input_fails(t: Bench) -> None:
    """Let the input fail."""
    link = Link(t, t.draw(failing(*When))).through()
    lost_with(t, link, source_error())


@check("consume_97", names=NAME)
def writing_when_lost(t: Bench) -> None:
    """Write when the connection is lost, and a producer lets go, or after it while nobody reads; then finish."""
    script = t.draw(plain(*When))
    link = Link(t, script)
    later = t.draw(st.booleans())
    producer = None if later or t.draw(st.booleans()) else Push(t)

    def lost(_: object) -> None:
        if producer is not None:
            link.peer.transport.unregisterProducer()
        link.peer.transport.write(b"%d bytes" % len(link.peer.content))
        link.peer.transport.finish()

    link.peer.on_lost = (lambda _: None) if later else lost
    if producer is not None:
        link.peer.on_made = lambda: link.peer.transport.registerProducer(producer, True)
    link.connect()
    if later:
        t.run(lambda: bool(link.peer.reasons))
        link.write(b"%d bytes" % len(link.peer.content))
        link.tell("finish")
    t.equal(link.out.drain().content, b"%d bytes" % len(script.data), "the output gives")


@check("consume_91", names=NAME)
def one_read_at_a_time(t: Bench) -> None:
    """Let the reactor turn while reads of the input are outstanding; pause and resume then, or inside the reads."""
    link = Link(t, t.draw(plain(*When, min_chunks=1, end=When.PENDING)))
    pauses = t.draw(st.sampled_from(["never", "inside reads too", "between turns"]))
    active: list[bool] = []
    nested: list[bool] = []

    def pause() -> None:
        if pauses != "never" and hasattr(link.peer.transport, "pauseProducing"):
            link.tell("pauseProducing")
            link.tell("resumeProducing")

    def read() -> None:
        nested.extend(active)
        if not active:
            active.append(True)
            pause()
            active.clear()

    if pauses == "inside reads too":
        link.source.on_read = read
    link.peer.on_made = pause
    link.connect().out.ask()
    for _ in range(12):
        pause()
        t.turn()
        t.turn()
        moves(t, 1)
    t.equal(link.source.overlaps + len(nested), 0, "reads while another one was outstanding, or had not returned:")


@check("consume_92", names=NAME, examples=0.2)
def flat_stack(t: Bench) -> None:
    """Measure the stack while many pieces come that are there at once."""
    link = Link(t, many(*t.draw(st.permutations(READY)), data=t.draw(st.sampled_from([b"x", b""]))))
    link.source.on_read = depths = Depths()
    link.through()
    grown = depths.growth()
    t.true(grown <= GROWTH, f"{grown} levels more after {len(depths.seen)} reads", "a flat stack")


def echoing() -> "Any":
    """Make a factory of one protocol that writes back what it is given."""
    from twisted.internet.protocol import Factory, Protocol

    factory: "Any" = Factory()  # noqa: UP037 - it is copied into scripts, which import no Any
    peer: "Any" = Protocol()  # noqa: UP037
    peer.dataReceived = lambda data: peer.transport.write(data)
    factory.buildProtocol = lambda addr: peer  # noqa: ARG005 - callers may name it, as the interface does
    return factory


@check("consume_113", names=NAME, on="ProducerStream", heavy=True)
def given_is_gone(t: Bench) -> None:
    """Connect a protocol that writes back what it is given, read and drop that, and count what is held."""
    with held() as kept:
        source = t.source(Script((Step(kept.piece, t.draw(whens())),) * COUNT))
        out = t.reader(t.new("connectStream", source, t.part("factory", echoing)))
        nothing_is_held(t, out, kept)


@check("consume_93", names=NAME, examples=0.5)
def interrupts(t: Bench) -> None:
    """Interrupt makeConnection, the first read of the input, and the first dataReceived."""
    first, made = Link(t, t.draw(plain(*When))), Interrupt(t)
    first.peer.on_made = made.strike
    made.passes(NAME, lambda: _came(first))
    second, read = Link(t, t.draw(plain(*When))), Interrupt(t)
    read.in_read(second.source)
    read.passes(NAME, lambda: _came(second))
    third, given = Link(t, t.draw(plain(When.NOW, min_chunks=1))), Interrupt(t)
    third.peer.on_data = lambda _: given.strike()
    given.passes(NAME, lambda: _came(third))


def _came(link: Link) -> str:
    return "an output" if link.attempt() else "an error"
