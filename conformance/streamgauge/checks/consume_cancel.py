"""Checks of the clauses in specs/consume.md about cancelling what readStream gave."""

from hypothesis import strategies as st

from streamgauge.bench import Bench
from streamgauge.checks.consume_draw import moves, plain
from streamgauge.checks.consume_through import OnlyRead
from streamgauge.checks.consume_ways import Run, TakerError, begin, each
from streamgauge.script import When


def _state(run: Run) -> list[int]:
    return [run.source.reads, len(run.take.items)]


@each("consume_16")
def cancel_stops(t: Bench, name: str) -> None:
    """Cancel after some moves; let everything happen that still can."""
    through = t.draw(st.sampled_from([None, OnlyRead]))  # a stream that cannot be closed may still answer
    run = begin(t, name, t.draw(plain(*When, min_chunks=5, end=When.PENDING)), through=through)
    moves(t, t.draw(st.integers(0, 4)))
    cancelled = run.cancel()
    then = _state(run)
    moves(t, 4)
    t.run()
    now = _state(run)
    t.equal(now if cancelled else then, then, "[reads, pieces handed over] after cancelling:")


@each("consume_98")
def cancel_inside(t: Bench, name: str) -> None:
    """Cancel from inside the callback; let everything happen that still can, and look at the stream."""
    run = Run(t, name, t.source(t.draw(plain(*When, min_chunks=3))))
    at = t.draw(st.integers(2, len(run.source.script.steps)))
    then: list[int] = []

    def cancel() -> None:
        if len(run.take.items) == at and run.started and run.cancel():
            then[:] = _state(run)

    run.take.inside = cancel
    run.start()
    t.run()
    moves(t, 4)
    now = _state(run)
    t.equal(now, then or now, "[reads, pieces handed over] after cancelling inside the callback:")
    t.true(run.source.closes or not then, "the stream is open", "cancelling closes the stream")


@each("consume_112", examples=0.5)
def cancel_and_raise(t: Bench, name: str) -> None:
    """Cancel from inside the callback, and raise there; look at the answer and at the log."""
    run = Run(t, name, t.source(t.draw(plain(*When, min_chunks=3))))
    at = t.draw(st.integers(2, len(run.source.script.steps)))

    def cancel_and_fail() -> None:
        if len(run.take.items) == at and run.started and run.cancel():
            raise TakerError("the callback fails after it has cancelled")

    run.take.inside = cancel_and_fail
    t.log.restart()
    run.start()
    moves(t, 4)
    t.run()
    t.forget()
    twice = [error for error in t.log.errors() if error.startswith("AlreadyCalledError")]
    t.equal(twice, [], "errors in the log, of a Deferred that is fired twice:")


@each("consume_17")
def cancel_closes(t: Bench, name: str) -> None:
    """Cancel after some moves and look at the stream."""
    run = begin(t, name, t.draw(plain(*When, min_chunks=5, end=When.PENDING)))
    moves(t, t.draw(st.integers(0, 4)))
    cancelled = run.cancel()
    t.run()
    t.true(run.source.closes or not cancelled, "the stream is open", "cancelling closes the stream")
