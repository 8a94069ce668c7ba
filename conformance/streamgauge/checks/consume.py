"""Checks of the clauses in specs/consume.md: what readStream, readAndDiscard and readIntoFile share."""

import gc
import weakref

from hypothesis import strategies as st

from streamgauge.answers import Failed, too_deep
from streamgauge.bench import Bench
from streamgauge.checks import (
    consume_cancel,
    consume_clock,
    consume_connect,
    consume_file,
    consume_flow,
    consume_output,
    consume_raising,
    consume_raw,
    consume_stream,
    consume_told,
    consume_transport,
)
from streamgauge.checks.buffers import BUFFERS
from streamgauge.checks.consume_draw import (
    GROWTH,
    LATER,
    READY,
    Depths,
    cancel_inside_write,
    comes_back,
    failing,
    many,
    moves,
    plain,
    source_error,
)
from streamgauge.checks.consume_through import WAYS, OnlyRead
from streamgauge.checks.consume_ways import Run, begin, each
from streamgauge.checks.growth import does_not_grow
from streamgauge.checks.interrupt import Interrupt
from streamgauge.checks.look import Piece
from streamgauge.checks.moves import Coded
from streamgauge.checks.stream_parts import PIECE, WINDOW
from streamgauge.content import filler
from streamgauge.script import Script, Step, When, counts

__all__ = [
    "consume_cancel",
    "consume_clock",
    "consume_connect",
    "consume_file",
    "consume_flow",
    "consume_output",
    "consume_raising",
    "consume_raw",
    "consume_stream",
    "consume_told",
    "consume_transport",
]


@each("consume_02", "consume_25")
def data_later(t: Bench, name: str) -> None:
    """Read pieces that come at once, by fired and by pending Deferreds, also of another class, or chained."""
    script = t.draw(plain(*(LATER if name == "readStream" else When))).long(t.draw(counts()))
    run = begin(t, name, script, through=t.draw(st.sampled_from(WAYS)))
    if not too_deep(run.settle()):
        t.equal(b"".join(run.arrived()), script.data, "the bytes that arrived are")


@each("consume_03", "consume_26", "consume_38")
def none_at_the_end(t: Bench, name: str) -> None:
    """Read to the end, into a file whose close gives something; look at the answer, and at what had arrived then."""
    script = t.draw(plain(*When)).long(t.draw(counts()))
    run = Run(t, name, t.source(script))
    run.out.on_close = lambda: Coded("'closed'", "closed")
    run.start()
    arrived: list[bytes] = []
    run.ticket.then(lambda _: arrived.extend(run.arrived()))
    answer = run.settle()
    if too_deep(answer):
        return
    t.expect(answer, None, promised="the Deferred fires with None")
    t.equal(b"".join(arrived), script.data, "when the Deferred fires, the bytes that arrived are")
    t.equal(run.take.nones, 0, "calls of the callback with the None of the end:")


@each("", "consume_27", "consume_39")
def reading_fails(t: Bench, name: str) -> None:
    """Read a source that fails, one way or the other."""
    script = t.draw(failing(*When))
    run = begin(t, name, script)
    comes_back(t, run.settle(), source_error())
    t.equal(b"".join(run.arrived()), script.data, "the bytes read before the failure are")


@each("consume_07", "consume_28", "consume_51")
def first_read_inside(t: Bench, name: str) -> None:
    """Look at the source as soon as the call has returned."""
    run = begin(t, name, t.draw(plain(*When)))
    t.true(run.source.reads, "no read when the call returns", "the first read happens inside the call")


@each("consume_08", "consume_29", "consume_52")
def turn_between(t: Bench, name: str) -> None:
    """Turn the reactor step by step, and fire what is waited for; count the pieces of each step."""
    whens = t.draw(st.sampled_from([READY, tuple(When)]))
    data = t.draw(st.sampled_from([b"x", b""]))
    script = many(*t.draw(st.permutations(whens)), count=t.draw(st.integers(2, 8)), data=data)
    run = begin(t, name, script)
    had = 0
    for step in range(4 * len(script.steps)):
        now = len(run.arrived()) if data else run.source.reads  # empty pieces may be swallowed
        where = f"step {step}, a turn or an answer" if step else "the call itself"
        most = 1 if data else 2  # one may be read ahead
        t.true(now - had <= most, f"{now - had} pieces in {where}", "the reactor has a turn between two pieces")
        had = now
        moves(t, 1)


@each("consume_09", "consume_30", "consume_53", examples=0.5)
def only_read(t: Bench, name: str) -> None:
    """Read streams that have `read` alone: to the end, to a failure, until it is cancelled."""
    script = t.draw(plain(*When))
    run = begin(t, name, script, through=OnlyRead)
    t.expect(run.settle(), None, promised="None: no more than read() is needed of the stream")
    t.equal(b"".join(run.arrived()), script.data, "the bytes that arrived are")
    comes_back(t, begin(t, name, t.draw(failing(*When)), through=OnlyRead).settle(), source_error())
    run = begin(t, name, t.draw(plain(*When, end=When.PENDING)), through=OnlyRead)
    moves(t, t.draw(st.integers(0, 3)))
    if run.ticket.deferred is not None and run.ticket.waiting:
        cancelled = t.call(f"{run.label}.cancel()", run.ticket.deferred.cancel)
        t.true(not isinstance(cancelled, Failed), str(cancelled), "cancelling needs no more than read()")


@each("consume_12", "consume_31", "consume_54")
def empty_pieces(t: Bench, name: str) -> None:
    """Read a source with empty pieces, of some kind of buffer, among the others."""
    pieces = t.draw(st.lists(st.sampled_from([b"", b"", b"ab", b"c"]), min_size=1, max_size=5))
    steps = [Step(piece, t.draw(st.sampled_from(When))) for piece in (*pieces, b"", b"!")]
    script = Script(tuple(steps))
    run = Run(t, name, t.source(script))
    run.given.gives_by(*t.draw(st.sampled_from(BUFFERS)))
    run.start().settle()
    t.equal(b"".join(run.arrived()), script.data, "around empty pieces, the bytes that arrived are")


@each("", "consume_32", "consume_55", examples=2)
def cancel_ends(t: Bench, name: str) -> None:
    """Cancel after some moves, or inside a write; let everything happen that still can, and look at the stream."""
    where = t.draw(st.sampled_from(["", "part", "", "write", ""])) if name == "readIntoFile" else ""
    if where == "part":
        consume_raw.cancel_inside_a_part(t)
        return
    if where == "write":
        cancel_inside_write(t, name)
        return
    bare = t.draw(st.booleans())  # a stream that cannot be closed may still answer
    whens = [When.PENDING] if t.draw(st.booleans()) else When
    run = begin(t, name, t.draw(plain(*whens, min_chunks=5, end=When.PENDING)), through=OnlyRead if bare else None)
    moves(t, t.draw(st.integers(0, 4)))
    cancelled = run.cancel()
    reads, arrived = run.source.reads, run.arrived()
    moves(t, 4)
    t.run()
    if cancelled:
        t.equal(run.source.reads - reads, 0, "reads after cancelling:")
    if cancelled and name == "readIntoFile":
        t.equal(run.arrived()[len(arrived) :], [], "arrived after cancelling:")
    t.true(run.source.closes or bare or not cancelled, "the stream is open", "cancelling closes the stream")


@each("consume_20", "consume_34")
def interrupted_read(t: Bench, name: str) -> None:
    """Interrupt the first read."""
    run = Run(t, name, t.source(t.draw(plain(*When))))
    interrupt = Interrupt(t)
    interrupt.in_read(run.source)
    interrupt.passes("the call", lambda: run.start().ticket.answer)


@each("consume_23", "consume_35", examples=0.2)
def flat_stack(t: Bench, name: str) -> None:
    """Measure the stack while many pieces are read that are there at once."""
    run = Run(t, name, t.source(many(*t.draw(st.permutations(READY)), data=t.draw(st.sampled_from([b"x", b""])))))
    run.source.on_read = depths = Depths()
    run.start().settle()
    grown = depths.growth()
    t.true(grown <= GROWTH, f"{grown} levels more after {len(depths.seen)} reads", "a flat stack")


@each("consume_24", "", "consume_61")
def hands_over_first(t: Bench, name: str) -> None:
    """At each read compare what was given with what has arrived."""
    whens = t.draw(st.permutations(READY))

    def held(pieces: int) -> int:
        run = Run(t, name, t.source(many(*whens, data=filler(PIECE), count=pieces)))
        lags: list[int] = [0]
        run.source.on_read = lambda: lags.append(sum(map(len, run.given.pieces)) - sum(map(len, run.arrived())))
        run.start().settle()
        return max(lags)

    does_not_grow(t, 3 * WINDOW, held, WINDOW * PIECE, "bytes are held")


@each("consume_107", "consume_36", "consume_108", examples=0.2)
def keeps_nothing(t: Bench, name: str) -> None:
    """Count the pieces that are still alive while others are read."""
    whens = t.draw(st.permutations(READY))

    def kept(count: int) -> int:
        run = Run(t, name, t.source(many(*whens, data=filler(PIECE), count=count)))
        alive = [0]
        refs: list[weakref.ref[Piece]] = []

        def make(data: bytes) -> Piece:
            piece = Piece(data)
            refs.append(weakref.ref(piece))
            return piece

        def look() -> None:
            gc.collect() if len(refs) == count - 1 else None
            alive.append(sum(ref() is not None for ref in refs))

        run.given.make = make
        run.source.on_read = look
        run.start().settle()
        return alive[-1]

    does_not_grow(t, 3 * WINDOW, kept, WINDOW + 3, "pieces are kept that were handed over or discarded")
