"""Checks of the clauses in specs/consume.md that are about readIntoFile alone: the file, and what comes of it."""

from pathlib import Path

from hypothesis import strategies as st

from streamgauge.answers import Failed
from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks.consume_draw import (
    MANY,
    cancel_then_fail,
    comes_back,
    failing,
    moves,
    plain,
    source_error,
)
from streamgauge.checks.consume_through import WAYS, Chained
from streamgauge.checks.consume_ways import Run, TakerError
from streamgauge.checks.interrupt import Interrupt
from streamgauge.script import Script, When

NAME = "readIntoFile"


def _run(t: Bench, script: Script) -> Run:
    return Run(t, NAME, t.source(script))


def _fails_at(t: Bench, run: Run, error: BaseException) -> list[int]:
    """Let a drawn write fail, if there are so many; the list then holds how often the source had been read."""
    at = t.draw(st.integers(1, len(run.source.script.steps)))
    reads: list[int] = []

    def on_write() -> None:
        if reads or len(run.out.pieces) == at - 1:
            reads.append(run.source.reads)
            raise error

    run.out.on_write = on_write
    return reads


@check("consume_37", names=NAME)
def bytes_in_the_file(t: Bench) -> None:
    """Read into a real file, buffered or not, new, appended to or written to before, and look at its content."""
    pieces, way = t.draw(st.sampled_from([*((0, way) for way in WAYS), (MANY, Chained)]))
    script = t.draw(plain(*When, large=True)).long(pieces)
    how = t.draw(st.sampled_from(["new", "appended to", "written to"]))
    before = b"" if how == "new" else b"what was there before"
    buffering = t.draw(st.sampled_from([-1, 0, 16]))
    run = _run(t, script)
    run.out = t.file(before, "ab" if how == "appended to" else "wb", "out", buffering=buffering)
    if how == "written to":
        t.call(f"out.write({before!r})", run.out.write, before)
    run.start(through=way).settle()
    if not run.out.closed:
        t.call("out.flush()", run.out.flush)
    content = Path(run.out.name).read_bytes()
    t.call("open(out.name, 'rb').read()", lambda: content)
    t.equal(content, before + script.data, "the file holds")


@check("consume_40", names=NAME)
def write_fails(t: Bench) -> None:
    """Let a drawn write raise."""
    error = t.draw(st.sampled_from([TakerError("the file fails here"), OSError(28, "no space"), ValueError("closed")]))
    run = _run(t, t.draw(plain(*When, min_chunks=1)))
    failed = _fails_at(t, run, error)
    answer = run.start().settle()
    if failed:
        comes_back(t, answer, error)


def _raise(error: BaseException) -> None:
    raise error


@check("consume_41", names=NAME)
def close_fails(t: Bench) -> None:
    """Let closing the file raise."""
    error = t.draw(st.sampled_from([TakerError("closing fails"), OSError(28, "no space")]))
    run = _run(t, t.draw(plain(*When)))
    run.out.on_close = lambda: _raise(error)
    comes_back(t, run.start().settle(), error)


def _closed(t: Bench, run: Run, when: str) -> None:
    t.true(run.out.closes, f"the file is open {when}", f"the file is closed {when}")


@check("consume_99", names=NAME)
def first_error(t: Bench) -> None:
    """Let reading or writing fail, and then closing the file."""
    error: BaseException = TakerError("the file fails here")
    failed = [0]
    if t.draw(st.booleans()):
        run, error = _run(t, t.draw(failing(*When))), source_error()
    else:
        run = _run(t, t.draw(plain(*When, min_chunks=1)))
        failed = _fails_at(t, run, error)
    run.out.on_close = lambda: _raise(TakerError("closing fails"))
    answer = run.start().settle()
    comes_back(t, answer, error if failed else TakerError("closing fails"))


@check("consume_42", names=NAME)
def closed_at_the_end(t: Bench) -> None:
    """Read to the end and look at the file."""
    run = _run(t, t.draw(plain(*When))).start()
    run.settle()
    _closed(t, run, "at the end")


@check("consume_43", names=NAME)
def closed_after_failed_read(t: Bench) -> None:
    """Read a failing source and look at the file."""
    run = _run(t, t.draw(failing(*When))).start()
    run.settle()
    _closed(t, run, "after reading failed")


@check("consume_44", names=NAME)
def closed_after_failed_write(t: Bench) -> None:
    """Let a write fail and look at the file."""
    run = _run(t, t.draw(plain(*When, min_chunks=1)))
    _fails_at(t, run, TakerError("the file fails here"))
    run.start().settle()
    _closed(t, run, "after writing failed")


@check("consume_45", names=NAME)
def closed_on_cancel(t: Bench) -> None:
    """Cancel after some moves and look at the file."""
    run = _run(t, t.draw(plain(*When, min_chunks=5, end=When.PENDING))).start()
    moves(t, t.draw(st.integers(0, 4)))
    cancelled = run.cancel()
    t.run()
    t.true(run.out.closes or not cancelled, "the file is open after cancelling", "cancelling closes the file")


@check("consume_46", names=NAME, examples=0.5)
def closed_before_the_answer(t: Bench) -> None:
    """Look at the file from inside the callback of the Deferred: at the end, and after each kind of failure."""
    for how in ("end", "read fails", "write fails"):
        run = _run(t, t.draw(failing(*When) if how == "read fails" else plain(*When, min_chunks=1)))
        if how == "write fails":
            _fails_at(t, run, TakerError("the file fails here"))
        closes: list[int] = []
        run.start().ticket.then(lambda _, run=run, closes=closes: closes.append(run.out.closes))  # type: ignore[misc]
        run.settle()
        seen = f"the file is open when the Deferred fires ({how})"
        t.true(not closes or closes[0], seen, "the file is closed before that")


@check("consume_50", names=NAME)
def plain_file(t: Bench) -> None:
    """Read into something that has `write`, which gives None, and `close`, and nothing else."""
    script = t.draw(plain(*When))
    run = _run(t, script).start()
    answer = run.settle()
    needed = "no more than write() and close() is needed of the file"
    t.true(not isinstance(answer, Failed), f"the Deferred of {NAME}: {answer}", needed)
    t.equal(run.out.content, script.data, "the file holds")


@check("consume_57", names=NAME)
def failed_write_stops(t: Bench) -> None:
    """Let a write fail; look whether the stream is read on, and whether it was closed."""
    run = _run(t, t.draw(plain(*When, min_chunks=2)))
    reads = _fails_at(t, run, TakerError("the file fails here"))
    run.start().settle()
    moves(t, 4)
    t.run()
    t.equal(run.source.reads - reads[0] if reads else 0, 0, "reads after a write failed:")
    t.true(run.source.closes or not reads, "the stream is open", "the stream is closed when writing fails")


@check("consume_58", names=NAME, examples=0.5)
def interrupts(t: Bench) -> None:
    """Interrupt the first read, and the first write."""
    reading, interrupt = _run(t, t.draw(plain(*When))), Interrupt(t)
    interrupt.in_read(reading.source)
    interrupt.passes("the call", lambda: reading.start().ticket.answer)
    writing, interrupt = _run(t, t.draw(plain(When.NOW, min_chunks=1))), Interrupt(t)
    writing.out.on_write = interrupt.strike
    interrupt.passes("the call", lambda: writing.start().ticket.answer)


@check("consume_59", names=NAME, examples=0.2)
def quiet_log(t: Bench) -> None:
    """End, fail and cancel, drop everything, and look at the log."""
    for how in ("read fails", "write fails", "close fails", "cancel", "end"):
        _read_and_drop(t, how)
    cancel_then_fail(t, NAME)
    t.run()
    t.forget()
    t.equal(t.log.errors(), [], "errors logged:")


def _read_and_drop(t: Bench, how: str) -> None:
    run = _run(t, t.draw(failing(*When) if how == "read fails" else plain(*When, min_chunks=1)))
    if how == "write fails":
        _fails_at(t, run, TakerError("the file fails here"))
    if how == "close fails":
        run.out.on_close = lambda: _raise(TakerError("closing fails"))
    run.start()
    if how == "cancel":
        run.cancel()
    else:
        run.settle()
