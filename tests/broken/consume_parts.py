"""Right ways to read a stream to its end, in steps small enough to be made wrong one at a time.

Strategy: the broken streams of this stem differ from these classes in one method each. They are written differently
from the reference, on purpose: that the kit accepts them too is shown by its own tests.
"""

import io
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from streamgauge.subject import Subject
from tests.broken import broken, port


def clock(reactor: Any) -> Any:
    """Give the reactor that was given, else the running one."""
    if reactor is None:
        from twisted.internet import reactor as running

        return running
    return reactor


class Reading:
    """One reading of a stream for a callback."""

    def __init__(self, stream: Any, callback: Callable[[Any], object], reactor: Any = None) -> None:
        self.stream = stream
        self.callback = callback
        self.reactor = reactor
        self.result: Deferred[Any] = Deferred(lambda _: self.cancel())
        self.turn: Any = None
        self.done = False

    def run(self) -> Any:
        self.read()
        return self.result

    def go(self) -> None:
        self.read()

    def read(self) -> None:
        self.turn = None
        try:
            answer = self.stream.read()
        except Exception:
            self.failed(Failure())
            return
        self.answered(answer)

    def answered(self, answer: Any) -> None:
        if isinstance(answer, Deferred):
            answer.addCallbacks(self.came, self.failed)
        else:
            self.came(answer)

    def came(self, data: Any) -> None:
        if self.done:
            return
        if data is None:
            self.ended()
            return
        try:
            self.give(data)
        except Exception:
            if not self.done:
                self.broke(Failure())
            return
        self.later()

    def give(self, data: Any) -> None:
        self.callback(data)

    def later(self) -> None:
        if not self.done:
            self.turn = clock(self.reactor).callLater(0, self.go)

    def ended(self) -> None:
        self.stop()
        self.fire(None)

    def failed(self, failure: Failure) -> None:
        if not self.done:
            self.stop()
            self.close()
            self.fire(failure)

    def broke(self, failure: Failure) -> None:
        self.stop()
        self.close()
        self.fire(failure)

    def fire(self, result: Any) -> None:
        (self.result.errback if isinstance(result, Failure) else self.result.callback)(result)

    def close(self) -> None:
        close = getattr(self.stream, "close", None)
        if close is not None:
            with suppress(Exception):
                close()

    def cancel(self) -> None:
        self.cancelled()

    def cancelled(self) -> None:
        self.stop()
        self.close()

    def stop(self) -> None:
        self.done = True
        turn, self.turn = self.turn, None
        if turn is not None and turn.active():
            turn.cancel()


class FileSide(Reading):
    """A reading into a file; mixed into a `Reading`."""

    def __init__(self, stream: Any, out: Any, reactor: Any = None) -> None:
        super().__init__(stream, out.write, reactor)
        self.out = out
        self.rest: Any = b""

    def give(self, data: Any) -> None:
        rest = memoryview(data).cast("B")
        while rest.nbytes:
            count = self.taken(rest)
            rest = rest[count:]
            if self.done or not count:
                break
        self.rest = rest

    def taken(self, view: memoryview) -> int:
        count = self.out.write(bytes(view))
        if isinstance(self.out, io.RawIOBase):
            return count or 0
        return view.nbytes

    def go(self) -> None:
        if self.rest:
            self.turn = None
            self.came(self.rest)
        else:
            super().go()

    def fire(self, result: Any) -> None:
        try:
            self.closeFile()
        except Exception:
            result = result or Failure()
        super().fire(result)

    def closeFile(self) -> None:
        self.out.close()

    def cancel(self) -> None:
        super().cancel()
        self.closeFile()


def drop(_: object) -> None:
    """Discard a piece."""


def intoFile(kind: type[Reading]) -> Any:
    """Give a readIntoFile made of this kind of reading."""
    bases = (FileSide,) if kind is Reading else (kind, FileSide)
    mixed: Any = kind if issubclass(kind, FileSide) else type(kind.__name__, bases, {})
    return lambda stream, outFile, reactor=None: mixed(stream, outFile, reactor).run()


def family(kind: type[Reading]) -> dict[str, Any]:
    """Give the three functions made of one kind of reading."""
    return {
        "readStream": lambda stream, gotDataCallback, reactor=None: kind(stream, gotDataCallback, reactor).run(),
        "readAndDiscard": lambda stream, reactor=None: kind(stream, drop, reactor).run(),
        "readIntoFile": intoFile(kind),
    }


def fault(stream: str = "", discard: str = "", file: str = "") -> Any:
    """Register a kind of reading as broken: its readStream, readAndDiscard or readIntoFile, for these clauses."""

    def register(kind: type[Reading]) -> type[Reading]:
        for name, clause in (("readStream", stream), ("readAndDiscard", discard), ("readIntoFile", file)):
            if clause:
                enter(clause, kind, {name: family(kind)[name]} if name != "readIntoFile" else {name: intoFile(kind)})
        return kind

    return register


def enter(clause: str, kind: type, names: dict[str, Any]) -> None:
    """Put a port with these names into the zoo; the class tells the fault."""

    def build() -> Subject:
        return port(**names)

    build.__name__ = kind.__name__
    build.__doc__ = kind.__doc__
    broken(clause)(build)
