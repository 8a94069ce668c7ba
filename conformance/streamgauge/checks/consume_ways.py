"""What the checks of the consume stem share: three ways to read a stream to its end, and what they are handed.

Strategy: `readStream`, `readAndDiscard` and `readIntoFile` are judged by the same laws, each under clauses of its own.
`begin` starts any of them on a scripted source; the `Run` tells what went in and what arrived, whichever it was.
"""

from collections.abc import Callable
from typing import Any

from streamgauge.answers import Answer, content_of
from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks.moves import Moves
from streamgauge.script import Script
from streamgauge.source import Source


class TakerError(Exception):
    """The error of a callback or a file that fails because the check says so."""


class Taker:
    """A callback for `readStream` that keeps what it is given.

    Attributes:
        items: what came, None excepted; bytes-like objects as a copy of their bytes.
        nones: how often it was called with None.
        inside: called after each piece was kept; what it returns or raises is the callback's.
        moves: what it does then, for the script.
    """

    def __init__(self, t: Bench) -> None:
        self.items: list[object] = []
        self.nones = 0
        self.inside: Callable[[], object] = lambda: None
        self.moves = Moves(t, "a callback that keeps what it is given", "")

    def __call__(self, data: object) -> object:
        """Keep one piece."""
        if data is None:
            self.nones += 1
        else:
            content = content_of(data)
            self.items.append(data if content is None else content)
        return self.moves.inside("__call__", self.inside, data)

    @property
    def content(self) -> bytes:
        """All bytes."""
        return b"".join(item for item in self.items if isinstance(item, bytes))


class Sink:
    """Something to write to that has `write` and `close` and nothing else; it takes all it is given.

    Attributes:
        pieces: a copy of what was written, write by write.
        closes: how often it was closed.
        on_write: called before each write; may raise.
        on_close: called by each close, after it was counted; may raise, or give what close gives.
        moves: what it does then, for the script.
    """

    def __init__(self, t: Bench) -> None:
        self.pieces: list[bytes] = []
        self.closes = 0
        self.on_write: Callable[[], object] = lambda: None
        self.on_close: Callable[[], object] = lambda: None
        self.moves = Moves(t, "something that has write() and close()", "write close")

    def write(self, data: object) -> None:
        """Keep one piece."""
        self.moves.inside("write", self.on_write, data)
        content = content_of(data)
        self.pieces.append(repr(data).encode() if content is None else content)

    def close(self) -> object:
        """Count it."""
        self.closes += 1
        return self.moves.inside("close", self.on_close)

    @property
    def content(self) -> bytes:
        """All bytes."""
        return b"".join(self.pieces)


class Given:
    """Counts what a source gives out.

    Args:
        source: the source.

    Attributes:
        pieces: a copy of each piece.
        make: makes the object that is given out.
    """

    def __init__(self, source: Source) -> None:
        self.pieces: list[bytes] = []
        self.make: Callable[[bytes], object] = bytes
        self._source = source
        source.wrap = self

    def gives_by(self, code: str, make: Callable[[bytes], object]) -> None:
        """Make each piece into something else; `code` says so in scripts."""
        self.make = make
        self._source.note_wrap(code)

    def __call__(self, data: bytes) -> object:
        """Count one piece."""
        self.pieces.append(data)
        return self.make(data)


class Run:
    """One reading under observation.

    Args:
        t: the example.
        name: readStream, readAndDiscard or readIntoFile.
        source: what is read.

    Attributes:
        given: what the source gave out.
        take: the callback, for readStream.
        out: what is written to, for readIntoFile.
        ticket: the answer, once it is started.
        label: the name of what the call gave in the timeline.
        started: True once the call has returned.
    """

    def __init__(self, t: Bench, name: str, source: Source) -> None:
        self.t = t
        self.name = name
        self.source = source
        self.given = Given(source)
        self.take = Taker(t)
        self.out: Any = Sink(t)
        self.started = False
        self.label = "d"

    def start(self, *, through: Callable[[Any], Any] | None = None, **kwargs: Any) -> "Run":
        """Call the function; `through` makes the stream that stands between it and the source."""
        stream: Any = self.source
        if through is not None:
            self.t.copy(through)
            stream = self.t.named(f"{through.__name__}({self.t.text(self.source)})", through(self.source))
        args: tuple[object, ...] = (stream,)
        if self.name == "readStream":
            self.take.moves.introduce(self.take, "take")
            args = (stream, self.take)
        elif self.name == "readIntoFile":
            if isinstance(self.out, Sink):
                self.out.moves.introduce(self.out, "out")
            args = (stream, self.out)
        self.label = self.t.timeline.name("d")
        code = f"{self.label} = {self.t.code(self.name, args, kwargs)}"
        self.ticket = self.t.begin(code, self.t.port[self.name], *args, **kwargs)
        self.started = True
        return self

    def arrived(self) -> list[bytes]:
        """The pieces that arrived at the other side; where nothing shows them, those that were read."""
        if self.name == "readStream":
            return [item for item in self.take.items if isinstance(item, bytes)]
        return list(self.out.pieces if self.name == "readIntoFile" else self.given.pieces)

    def settle(self) -> Answer:
        """Wait for the answer, then let happen what still can."""
        answer = self.t.settle(self.ticket)
        self.t.run()
        return answer

    def cancel(self) -> bool:
        """Cancel the Deferred, if it is there and waits."""
        if self.ticket.deferred is None or not self.ticket.waiting:
            return False
        self.t.call(f"{self.label}.cancel()", self.ticket.deferred.cancel)
        return True


def begin(t: Bench, name: str, script: Script, **kwargs: Any) -> Run:
    """Start one of the three functions on a source of this script."""
    return Run(t, name, t.source(script)).start(**kwargs)


Law = Callable[[Bench, str], None]
"""One law about one of the three functions, which is named."""


def each(stream: str = "", discard: str = "", file: str = "", **options: Any) -> Callable[[Law], Law]:
    """Register one law under up to three clauses: for readStream, readAndDiscard and readIntoFile.

    Args:
        stream: id of the clause about readStream.
        discard: id of the clause about readAndDiscard.
        file: id of the clause about readIntoFile.
        options: passed to `check`.
    """

    def register(law: Law) -> Law:
        for clause, name in ((stream, "readStream"), (discard, "readAndDiscard"), (file, "readIntoFile")):
            if clause:
                _register(clause, name, law, options)
        return law

    return register


def _register(clause: str, name: str, law: Law, options: dict[str, Any]) -> None:
    def body(t: Bench) -> None:
        law(t, name)

    body.__doc__ = law.__doc__
    check(clause, names=name, **options)(body)
