"""Checks of the clauses in specs/consume.md that are about readIntoFile alone: the file, and what comes of it."""

from array import array
from pathlib import Path

from hypothesis import strategies as st

from streamgauge.answers import Answer, Failed
from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks.consume_draw import (
    GROWTH,
    READY,
    Depths,
    comes_back,
    failing,
    interrupted,
    many,
    moves,
    plain,
)
from streamgauge.checks.consume_ways import RawFile, Run, TakerError
from streamgauge.script import Script, When, filler

NAME = "readIntoFile"


def _run(t: Bench, script: Script) -> Run:
    return Run(t, NAME, t.source(script))


def _fails_at(t: Bench, run: Run, error: BaseException) -> list[int]:
    """Let a drawn write fail; the list then holds how often the source had been read."""
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
    """Read into a real file, buffered or not, new or appended to, and look at its content."""
    script = t.draw(plain(*When, large=True))
    before = t.draw(st.sampled_from([b"", b"what was there before"]))
    buffering = t.draw(st.sampled_from([-1, 0, 16]))
    run = _run(t, script)
    run.out = t.file(before, "ab" if before else "wb", "out", buffering=buffering)
    run.start().settle()
    if not run.out.closed:
        run.out.flush()
    t.equal(Path(run.out.name).read_bytes(), before + script.data, "the file holds")


@check("consume_40", names=NAME)
def write_fails(t: Bench) -> None:
    """Let a drawn write raise."""
    error = t.draw(st.sampled_from([TakerError("the file fails here"), OSError(28, "no space"), ValueError("closed")]))
    run = _run(t, t.draw(plain(*When, min_chunks=1)))
    _fails_at(t, run, error)
    comes_back(t, run.start().settle(), error)


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


def _raw(t: Bench, run: Run, takes: list[int | None]) -> RawFile:
    t.timeline.note(f"out is a raw file that takes {takes} bytes of its first writes, then all")
    run.out = RawFile(takes)
    return run.out  # type: ignore[no-any-return]


@check("consume_47", names=NAME)
def short_writes(t: Bench) -> None:
    """Read into a raw file that takes a part of each piece."""
    script = t.draw(plain(*When, min_chunks=1))
    run = _run(t, script)
    out = _raw(t, run, t.draw(st.lists(st.integers(1, 3), min_size=1, max_size=12)))
    t.expect(run.start().settle(), None, promised="None: all is written")
    t.equal(out.content, script.data, "the file holds")


@check("consume_48", names=NAME, examples=0.5)
def blocked_writes(t: Bench) -> None:
    """Read into a raw file that takes nothing now and then."""
    script = t.draw(plain(*When, min_chunks=1))
    run = _run(t, script)
    takes = t.draw(st.lists(st.sampled_from([None, 1, 2]), max_size=4))
    out = _raw(t, run, [None, *takes])
    answer: Answer = run.start().settle()
    if isinstance(answer, Failed):
        t.true(script.data.startswith(out.content), f"the file holds {out.content!r}", "a part, in order")
        return
    t.expect(answer, None, promised="None with all written later, or an error")
    t.equal(out.content, script.data, "the file, which has not failed, holds")


@check("consume_49", names=NAME)
def wide_items(t: Bench) -> None:
    """Read pieces with items of several bytes into a raw file that takes a part."""
    code = t.draw(st.sampled_from("HIQ"))
    size = array(code).itemsize * t.draw(st.integers(1, 4))
    run = _run(t, many(t.draw(st.sampled_from(When)), data=filler(size), count=2))
    run.given.make = lambda data: array(code, data)
    out = _raw(t, run, t.draw(st.lists(st.integers(1, 9), max_size=6)))
    run.start().settle()
    t.equal(out.content, filler(size) * 2, "the file holds")


@check("consume_50", names=NAME)
def plain_file(t: Bench) -> None:
    """Read into something that has `write`, which gives None, and `close`, and nothing else."""
    script = t.draw(plain(*When))
    run = _run(t, script).start()
    t.expect(run.settle(), None, promised="None: no more than write() and close() is needed of the file")
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
    t.true(run.source.closes, "the stream is open", "the stream is closed when writing fails")


@check("consume_58", names=NAME, examples=0.5)
def interrupts(t: Bench) -> None:
    """Interrupt the first read, and the first write."""
    reading = _run(t, t.draw(plain(*When)))
    interrupted(t, reading, lambda interrupt: setattr(reading.source, "on_read", interrupt))
    writing = _run(t, t.draw(plain(When.NOW, min_chunks=1)))
    interrupted(t, writing, lambda interrupt: setattr(writing.out, "on_write", interrupt))


@check("consume_59", names=NAME, examples=0.2)
def quiet_log(t: Bench) -> None:
    """End, fail and cancel, drop everything, and look at the log."""
    for how in ("read fails", "write fails", "close fails", "cancel", "end"):
        _read_and_drop(t, how)
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


@check("consume_60", names=NAME, examples=0.2)
def flat_stack(t: Bench) -> None:
    """Measure the stack while many pieces are written, or many parts of one piece."""
    depths = Depths()
    if t.draw(st.booleans()):
        run = _run(t, many(When.NOW, data=filler(120), count=1))
        _raw(t, run, [1] * 119).on_write = depths
    else:
        data = t.draw(st.sampled_from([b"x", b""]))
        run = _run(t, many(*t.draw(st.permutations(READY)), data=data))
        run.source.on_read = depths
    run.start().settle()
    grown = depths.growth()
    t.true(grown <= GROWTH, f"{grown} levels more after {len(depths.seen)} reads or writes", "a flat stack")
