"""Checks of the clauses in specs/consume.md that are about readStream alone: its callback, and what comes of it."""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st
from twisted.internet.defer import CancelledError, Deferred, fail, succeed
from twisted.internet.error import ConnectionDone
from twisted.python.failure import Failure

from streamgauge.answers import too_deep
from streamgauge.bench import Bench
from streamgauge.checks.consume_draw import (
    LATER,
    cancel_then_fail,
    comes_back,
    failing,
    many,
    moves,
    plain,
    source_error,
)
from streamgauge.checks.consume_ways import Run, TakerError, begin, each
from streamgauge.checks.interrupt import Interrupt
from streamgauge.checks.moves import Coded
from streamgauge.script import When, counts


@each("consume_01")
def data_at_once(t: Bench, name: str) -> None:
    """Read pieces that are all there at once."""
    script = t.draw(plain(When.NOW, large=True)).long(t.draw(counts()))
    run = begin(t, name, script)
    if not too_deep(run.settle()):
        t.equal(b"".join(run.arrived()), script.data, "the bytes handed to the callback are")


@each("consume_04")
def raised_error(t: Bench, name: str) -> None:
    """Read a source whose read raises: an error of its own, or one of those that others take for an end."""
    script = t.draw(failing(When.NOW, before=(When.NOW,)))
    run = Run(t, name, t.source(script))
    others = [EOFError("no more"), OSError(5, "no answer"), ValueError("closed"), ConnectionDone("closed")]
    error = t.draw(st.sampled_from([source_error(), *others]))
    if error in others:
        run.source.raise_at(len(script.steps), error)
    comes_back(t, run.start().settle(), error)
    t.equal(b"".join(run.arrived()), script.data, "the bytes handed over before the error are")


@each("consume_05")
def failed_deferred(t: Bench, name: str) -> None:
    """Read a source whose read gives a Deferred that fails, or is cancelled by somebody else."""
    script = t.draw(failing(*LATER))
    run = begin(t, name, script)
    if t.draw(st.booleans()):
        t.run(lambda: run.source.reads == len(script.steps) or not run.ticket.waiting)
        if run.source.pending is not None and run.source.reads == len(script.steps):
            t.call(f"{run.source.name}.waiting.cancel()", run.source.pending.cancel)
            comes_back(t, run.settle(), CancelledError())
            return
    comes_back(t, run.settle(), source_error())
    t.equal(b"".join(run.arrived()), script.data, "the bytes handed over before the failure are")


def _fails_at(t: Bench, run: Run, error: Exception) -> list[int]:
    """Let the callback fail at a drawn piece; the list then holds how often the source had been read."""
    at = t.draw(st.integers(1, len(run.source.script.steps)))
    reads: list[int] = []

    def inside() -> None:
        if reads or len(run.take.items) == at:
            reads.append(run.source.reads)
            raise error

    run.take.inside = inside
    return reads


@each("consume_06")
def callback_fails(t: Bench, name: str) -> None:
    """Let the callback raise at a drawn piece."""
    run = Run(t, name, t.source(t.draw(plain(*When, min_chunks=1))))
    others = [OSError(28, "no space"), ValueError(), EOFError(), StopIteration("enough")]
    error = t.draw(st.sampled_from([TakerError("the callback fails here"), *others]))
    _fails_at(t, run, error)
    comes_back(t, run.start().settle(), error)


_RETURNED: dict[str, Callable[[], object]] = {
    "None": lambda: None,
    "False": lambda: False,
    "True": lambda: True,
    "0": lambda: 0,
    "1": lambda: 1,
    "-1": lambda: -1,
    "b''": lambda: b"",
    "StopIteration": lambda: StopIteration,
    "Failure(RuntimeError('returned'))": lambda: Failure(RuntimeError("returned")),
    "Deferred()": Deferred,
    "succeed(None)": lambda: succeed(None),
    "fail(RuntimeError('returned'))": lambda: fail(RuntimeError("returned")),
}


@each("consume_10")
def returned_ignored(t: Bench, name: str) -> None:
    """Let the callback return something else for each piece."""
    script = t.draw(plain(*When, min_chunks=3))
    kinds = t.draw(st.permutations(list(_RETURNED)))
    run = Run(t, name, t.source(script))
    returned: list[Any] = []

    def inside() -> Coded:
        code = kinds[len(returned) % len(kinds)]
        returned.append(_RETURNED[code]())
        return Coded(code, returned[-1])

    run.take.inside = inside
    t.timeline.note("Failure is Twisted's", "from twisted.python.failure import Failure")
    t.expect(run.start().settle(), None, promised="None: what the callback returns changes nothing")
    t.equal(b"".join(run.arrived()), script.data, "the bytes handed to the callback are")
    for value in returned:
        if isinstance(value, Deferred):
            value.addErrback(lambda _: None)


@each("consume_11", "consume_109")
def any_data(t: Bench, name: str) -> None:
    """Read a stream of things that are no bytes."""
    items = t.draw(
        st.lists(st.sampled_from(["text", 1, ("key", "value"), ["list"], {"a": 1}, object]), min_size=1, max_size=6)
    )
    run = Run(t, name, t.source(many(t.draw(st.sampled_from(When)), count=len(items))))
    coming = iter(items)
    code = ", ".join("object" if item is object else repr(item) for item in items)
    run.given.gives_by(f"lambda data, coming=iter([{code}]): next(coming)", lambda _: next(coming))
    answer = run.start().settle()
    if name == "readStream":
        t.equal(run.take.items, items, "handed to the callback:")
    else:
        t.expect(answer, None)


@each("consume_13")
def one_read_at_a_time(t: Bench, name: str) -> None:
    """Let the reactor turn while reads are outstanding."""
    run = begin(t, name, t.draw(plain(*When, min_chunks=1, end=When.PENDING)))
    for _ in range(12):
        t.turn()
        t.turn()
        moves(t, 1)
    waited = all(isinstance(item, bytes) for item in run.take.items)  # else a Deferred was taken for data
    t.equal(run.source.overlaps if waited else 0, 0, "reads while another one was outstanding:")


@each("consume_14")
def no_read_after(t: Bench, name: str) -> None:
    """Count the reads up to the end, or to a failure, and after it."""
    run = begin(t, name, t.draw(failing(*When) if t.draw(st.booleans()) else plain(*When)))
    t.settle(run.ticket)
    moves(t, 4)
    t.run()
    script = run.source.script
    more = run.source.reads - len(script.steps) - (not script.fails)
    t.true(more <= 0, f"{more} reads after the end or the failure", "no read after the end or a failure")


@each("consume_15")
def failed_callback_stops(t: Bench, name: str) -> None:
    """Go on turning the reactor after the callback failed."""
    run = Run(t, name, t.source(t.draw(plain(*When, min_chunks=2))))
    reads = _fails_at(t, run, TakerError("the callback fails here"))
    run.start().settle()
    moves(t, 4)
    t.run()
    t.equal(len(reads), 1, "calls of the callback from its failure on:")
    t.equal(run.source.reads - reads[0], 0, "reads after the callback failed:")


@each("consume_19")
def failed_callback_closes(t: Bench, name: str) -> None:
    """Let the callback fail, and look whether the stream was closed."""
    run = Run(t, name, t.source(t.draw(plain(*When, min_chunks=1))))
    _fails_at(t, run, TakerError("the callback fails here"))
    run.start().settle()
    t.true(run.source.closes, "the stream is open", "the stream is closed when the callback fails")


@each("consume_21")
def interrupted_callback(t: Bench, name: str) -> None:
    """Interrupt the callback inside the call."""
    run = Run(t, name, t.source(t.draw(plain(When.NOW, min_chunks=1))))
    interrupt = Interrupt(t)
    run.take.inside = interrupt.strike
    interrupt.passes("the call", lambda: run.start().ticket.answer)


@each("consume_22", examples=0.2)
def quiet_log(t: Bench, name: str) -> None:
    """End, fail and cancel readings, drop everything, and look at the log."""
    for how in ("read fails", "callback fails", "cancel", "end"):
        _read_and_drop(t, name, how)
    cancel_then_fail(t, name)
    t.run()
    t.forget()
    t.equal(t.log.errors(), [], "errors logged:")


def _read_and_drop(t: Bench, name: str, how: str) -> None:
    script = t.draw(failing(*When) if how == "read fails" else plain(*When, min_chunks=1))
    run = Run(t, name, t.source(script))
    if how == "callback fails":
        _fails_at(t, run, TakerError("the callback fails here"))
    run.start()
    if how == "cancel":
        run.cancel()
    else:
        run.settle()
