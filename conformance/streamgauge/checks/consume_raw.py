"""Checks of the clauses in specs/consume.md about readIntoFile and files that take less than they are given."""

import io
from array import array
from collections.abc import Callable
from dataclasses import replace
from itertools import groupby

from hypothesis import strategies as st
from twisted.internet.defer import maybeDeferred

from streamgauge.answers import Answer, Failed
from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks.consume_draw import GROWTH, READY, Depths, many, plain
from streamgauge.checks.consume_ways import Run
from streamgauge.content import filler
from streamgauge.script import Script, Step, When, whens
from streamgauge.source import Source

NAME = "readIntoFile"


class RawFile(io.RawIOBase):
    """A raw file in memory that takes a part of what it is given.

    Args:
        takes: bytes that it takes, write by write; None for a write that would block. Everything afterwards.
        blocks: first writes that would block, before those.

    Attributes:
        content: all bytes taken.
        on_write: called before each write.
    """

    def __init__(self, takes: list[int | None], blocks: int = 0) -> None:
        super().__init__()
        self.content = b""
        self.on_write: Callable[[], object] = lambda: None
        self._takes = iter([None] * blocks + takes)

    def writable(self) -> bool:
        """Say so."""
        return True

    def write(self, data: object) -> int | None:
        """Take a part."""
        self.on_write()
        offered = bytes(data)  # type: ignore[call-overload]
        count = next(self._takes, len(offered))
        if count is None:
            return None
        self.content += offered[:count]
        return min(count, len(offered))


class Blocking(io.BufferedIOBase):
    """A file in memory that would block: it takes a part of what it is given, and says so by an error.

    The error tells how much was taken, unless that is nothing.

    Args:
        takes: bytes that it takes of its first writes. Everything afterwards, without an error.

    Attributes:
        content: all bytes taken.
    """

    def __init__(self, takes: list[int]) -> None:
        super().__init__()
        self.content = b""
        self._takes = iter(takes)

    def writable(self) -> bool:
        """Say so."""
        return True

    def write(self, data: object) -> int:
        """Take a part."""
        offered = bytes(data)  # type: ignore[call-overload]
        count = next(self._takes, len(offered))
        self.content += offered[:count]
        if count < len(offered):
            raise BlockingIOError(11, "the file would block", *([count] if count else []))
        return len(offered)


class LeavingFile(io.RawIOBase):
    """A raw file in memory that takes a byte of each write, and leaves inside of one.

    Args:
        at: number of the first write that it may leave in.

    Attributes:
        writes: how often it was written to.
        late: how often after it had left, while it was open.
    """

    def __init__(self, at: int) -> None:
        super().__init__()
        self.writes = 0
        self.late = 0
        self._at = at
        self._leave: Callable[[], object] | None = None
        self._left = False

    def leaves_by(self, leave: "Callable[[], object]") -> None:
        """Leave by this call, in the next write that it may leave in."""
        self._leave = leave

    def writable(self) -> bool:
        """Say so."""
        return True

    def write(self, data: object) -> int:
        """Take a byte."""
        if self.closed:
            raise ValueError("the file is closed")
        self.writes += 1
        self.late += self._left
        if self._leave is not None and self.writes >= self._at and not self._left:
            self._left = True
            self._leave()
        return len(bytes(data)[:1])  # type: ignore[call-overload]


def _content(t: Bench, out: RawFile | Blocking) -> bytes:
    """Look at what was taken."""
    t.call("out.content", lambda: out.content)
    return out.content


def raw_told(takes: list[int | None], blocks: int = 0) -> str:
    """Write what a `RawFile` is: what its writes take, one after the other."""
    told = []
    for count, same in groupby([None] * blocks + takes):
        if not count:
            what = f"nothing (they give {'None: it would block' if count is None else 0})"
        else:
            what = f"at most {count} {'byte' if count == 1 else 'bytes'}"
        told.append(what + _times(len(list(same))))
    return f"a raw file whose writes take {', then '.join([*told, 'all'])}"


def _times(count: int) -> str:
    return "" if count == 1 else f" {count} times"


def _raw(t: Bench, run: Run, takes: list[int | None], blocks: int = 0) -> RawFile:
    out = t.part("out", RawFile, takes, says=raw_told(takes, blocks), **({"blocks": blocks} if blocks else {}))
    run.out = out
    return out


def _ignored(t: Bench) -> bool:
    """Try, unseen, whether the rest of a short write is written: if it is not, nothing is claimed about raw files."""
    out = RawFile([1])
    maybeDeferred(t.port[NAME], Source(Script.of(b"ab"), lambda *_, **__: None), out).addErrback(lambda _: None)
    t.run()
    ignored = out.content == b"a"
    if ignored:
        t.lacks("what `write` returns is ignored; a file has to take all of each piece")
    return ignored


@check("consume_47", names=NAME)
def short_writes(t: Bench) -> None:
    """Read into a raw file that takes a part of each piece; there may be empty ones."""
    if _ignored(t):
        return
    script = t.draw(plain(*When, min_chunks=1))
    if t.draw(st.booleans()):
        script = replace(script, steps=(script.steps[0], Step(b"", t.draw(whens())), *script.steps[1:]))
    run = Run(t, NAME, t.source(script))
    out = _raw(t, run, t.draw(st.lists(st.integers(1, 3), min_size=1, max_size=12)))
    t.expect(run.start().settle(), None, promised="None: all is written")
    t.equal(_content(t, out), script.data, "the file holds")


@check("consume_48", names=NAME)
def blocked_writes(t: Bench) -> None:
    """Read into a raw file that takes nothing now and then, or a buffered one that raises BlockingIOError."""
    if _ignored(t):
        return
    script = t.draw(plain(*When, min_chunks=1))
    run = Run(t, NAME, t.source(script))
    how = t.draw(st.sampled_from(["raw", "buffered", "stays blocked"]))
    if how == "stays blocked":
        _stays_blocked(t, run)
        return
    takes = t.draw(st.lists(st.sampled_from([None, 0, 1, 2]), min_size=1, max_size=4))
    out: RawFile | Blocking
    if how == "raw":
        out = _raw(t, run, [t.draw(st.sampled_from([None, 0])), *takes])
    else:
        says = "a file that takes at most so many bytes of its first writes, and raises BlockingIOError where more come"
        run.out = out = t.part("out", Blocking, [take or 0 for take in takes], says=says)
    answer: Answer = run.start().settle()
    if isinstance(answer, Failed):
        t.true(script.data.startswith(_content(t, out)), f"the file holds {out.content!r}", "a part, in order")
        return
    t.expect(answer, None, promised="None with all written later, or an error")
    t.equal(_content(t, out), script.data, "the file, which has not failed, holds")


def _stays_blocked(t: Bench, run: Run) -> None:
    """Look how often a file is tried again that takes nothing until the reactor has turned."""
    tries: list[int] = []
    _raw(t, run, [], blocks=1000).on_write = lambda: tries.append(1)
    run.start()
    t.run(lambda: bool(tries))
    t.true(len(tries) <= 100, f"{len(tries)} writes without a turn of the reactor", "the rest is written later")
    run.cancel()


@check("consume_49", names=NAME)
def wide_items(t: Bench) -> None:
    """Read pieces with items of several bytes into a raw file that takes a part."""
    if _ignored(t):
        return
    code = t.draw(st.sampled_from("HIQ"))
    size = array(code).itemsize * t.draw(st.integers(1, 4))
    run = Run(t, NAME, t.source(many(t.draw(st.sampled_from(When)), data=filler(size), count=2)))
    run.given.gives_by(f"lambda data: array({code!r}, data)", lambda data: array(code, data))
    out = _raw(t, run, t.draw(st.lists(st.integers(1, 9), max_size=6)))
    run.start().settle()
    t.equal(_content(t, out), filler(size) * 2, "the file holds")


@check("consume_60", names=NAME, examples=0.2)
def flat_stack(t: Bench) -> None:
    """Measure the stack while many pieces are written, or many parts of one piece."""
    depths = Depths()
    if t.draw(st.booleans()):
        run = Run(t, NAME, t.source(many(When.NOW, data=filler(120), count=1)))
        _raw(t, run, [1] * 119).on_write = depths
    else:
        data = t.draw(st.sampled_from([b"x", b""]))
        run = Run(t, NAME, t.source(many(*t.draw(st.permutations(READY)), data=data)))
        run.source.on_read = depths
    run.start().settle()
    grown = depths.growth()
    t.true(grown <= GROWTH, f"{grown} levels more after {len(depths.seen)} reads or writes", "a flat stack")


def cancel_inside_a_part(t: Bench) -> None:
    """Cancel a reading into a raw file from inside a write that takes a part, and count the writes after it."""
    data = filler(t.draw(st.integers(5, 9)))
    run = Run(t, NAME, t.source(many(*t.draw(st.permutations(list(When))), data=data, count=4)))
    run.out = out = t.part("out", LeavingFile, t.draw(st.integers(1, 12)))
    run.start()
    if run.ticket.deferred is not None and run.ticket.waiting:
        t.call(f"out.leaves_by({run.label}.cancel)", out.leaves_by, run.ticket.deferred.cancel)
    t.run()
    t.call("out.late", lambda: out.late)
    t.equal(out.late, 0, "writes to the open file after cancelling inside one of them:")
