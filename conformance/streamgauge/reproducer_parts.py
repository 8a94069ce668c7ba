"""What a reproducer may need beside its subject. This text is copied into scripts: it imports nothing of the kit.

Strategy: each part stands alone and is copied only if the script uses its name. A line that ends with `# for: WORDS` is
copied, without this comment, only if the script uses one of these features (`reproducer_copy`), and so is the block
below it; a word in quotes is one that stands so in its moves. It stays without annotations, to be short where it is
read.
"""
# mypy: ignore-errors
# ruff: noqa: D102, F821, RET504 - short where it is read; a reactor is imported by scripts alone

import atexit
import os
import tempfile

from twisted.internet.defer import Deferred, fail, succeed
from zope.interface import directlyProvides, providedBy


def filler(size):
    """Make bytes in which every group of four differs from its neighbours."""
    return b"".join(number.to_bytes(4, "big") for number in range(0x0D0A0000, 0x0D0A0000 + size // 4 + 1))[:size]


def open_file(content, mode="rb", buffering=-1):
    """Open a real file with this content; it is gone when the script ends."""
    with tempfile.NamedTemporaryFile(delete=False) as f:
        f.write(content)
    atexit.register(os.unlink, f.name)
    return open(f.name, mode, buffering)  # noqa: PTH123


class SourceError(Exception):
    """The error of a failing source."""


class Source:
    """A stream that gives steps (bytes, or None to fail; how: now, fired, pending), then None."""

    def __init__(self, steps, end="now", length=None):
        self.steps, self.end, self.length, self.closed = list(steps), end, length, False
        self.waiting = None  # for: pending
        self.deferred = Deferred  # for: pending fired
        self.reads, self.errors = 0, {}  # for: errors
        self.wrap = bytes  # for: wrap
        self.chained = False  # for: chained
        self.once = False  # for: once
        self.error = SourceError("the source fails here")  # for: fails
        self.half = False  # for: split

    def __conform__(self, interface):  # for: adapted
        return self if interface.__name__ in {"IStream", "IByteStream"} else None

    def read(self):
        print("  (a source is read)")
        self.reads += 1  # for: errors
        if self.waiting is not None:  # for: pending
            raise RuntimeError("a read of the source is outstanding")
        if self.reads in self.errors:  # for: errors
            raise self.errors[self.reads]
        if self.closed:
            return None
        if not self.steps and self.half and self.length:  # for: split
            raise ValueError("the source ended before this half of it did")
        data, how = self.steps[0] if self.steps else (b"", self.end)  # for: pending fired fails
        if how == "pending":  # for: pending
            self.waiting = self.deferred()
            if self.chained:  # for: chained
                return succeed(None).addCallback(lambda _: self.waiting)
            return self.waiting
        if data is None:  # for: fails
            if how == "now":
                raise self.failed()
            return fail(self.failed())
        if how == "fired":  # for: fired
            answer = self.deferred()
            answer.callback(self.give())
            return answer
        return self.give()

    def give(self):
        data = self.steps.pop(0)[0] if self.steps else None
        if data and self.length is not None:  # for: length
            self.length = max(0, self.length - len(data))
        data = data if data is None else self.wrap(data)  # for: wrap
        return data

    def failed(self):  # for: fails
        self.half = False  # for: split
        if self.once:  # for: once
            self.steps.pop(0)
        return self.error

    def fire(self):  # for: pending
        print("  (a source answers)")
        waiting, self.waiting = self.waiting, None
        if self.steps and self.steps[0][0] is None:  # for: fails
            return waiting.errback(self.failed())
        return waiting.callback(self.give())

    def close(self):
        print("  (a source is closed)")
        self.closed, self.length = True, 0
        waiting, self.waiting = self.waiting, None  # for: pending
        if waiting is not None:  # for: pending
            waiting.callback(None)

    def split(self, point):  # for: split
        if point < 0 or (self.length is not None and point > self.length):
            raise ValueError(f"a source cannot be split at {point}")
        left, right, remaining = [], list(self.steps), point
        while right and right[0][0] is not None and len(right[0][0]) <= remaining:
            left.append(right.pop(0))
            remaining -= len(left[-1][0])
        if right and right[0][0] is not None and remaining:
            data, how = right.pop(0)
            left.append((data[:remaining], how))
            right.insert(0, (data[remaining:], how))
        elif remaining:
            left += right
        rest = None if self.length is None else self.length - point
        self.before, self.after = Source(left, self.end, point), Source(right, self.end, rest)
        for half in (self.before, self.after):
            half.half = True
            half.deferred = self.deferred  # for: pending fired
            half.wrap = self.wrap  # for: wrap
            half.chained = self.chained  # for: chained
            half.once = self.once  # for: once
            half.error = self.error  # for: fails
            directlyProvides(half, providedBy(self))
        return self.before, self.after


def written(value):
    """Write what came as the timeline does."""
    if isinstance(value, BaseException):
        return f"the object {value!r}"
    try:
        data = bytes(memoryview(value))
    except TypeError:
        return repr(value)
    kind = "" if isinstance(value, bytes) else f"{type(value).__name__} of "
    return kind + (repr(data) if len(data) <= 48 else f"{len(data)} bytes: {data[:12]!r}...{data[-12:]!r}")


def show(code, value):
    """Print what a call gave, and a Deferred's answer when it fires."""
    show.given = value  # for: processes
    if not isinstance(value, Deferred):
        return print(f"{code}  -> {written(value)}")
    print(f"{code}  -> a Deferred")
    return value.addCallbacks(
        lambda result: (print(f"{code}  -> its Deferred: {written(result)}"), result)[1],
        lambda failure: print(f"{code}  -> its Deferred fails with {failure.value!r}", vars(failure.value) or ""),
    )


def step(code, inside=()):
    """Run a line and print what came, a Deferred's answer when it fires; then run the lines `inside` its callback."""

    def came(text):
        print(f"{code}  -> {text}")
        for line, more in inside:
            step(line, more)

    changes = " = " in code.partition("(")[0] or code.startswith("del ")
    try:
        step.given = value = (exec if changes else eval)(code, globals())
    except BaseException as error:
        return came(f"raises {error!r}")
    if not isinstance(value, Deferred):
        return print(code) if changes else came(written(value))
    print(f"{code}  -> a Deferred")
    return value.addCallbacks(
        lambda result: (came(f"its Deferred: {written(result)}"), result)[1],
        lambda failure: came(f"its Deferred fails with {failure.value!r} {vars(failure.value) or ''}"),
    )


def turn(until=None):
    """Let the reactor do what is ready."""
    print("  (the reactor is turned)")
    if not reactor.running:
        reactor.startRunning(installSignalHandlers=False)
    for _ in range(20):
        if getattr(until, "called", until is not None):  # for: processes
            return
        process.reapAllProcesses()  # for: processes
        reactor.iterate(0.05 if process.reapProcessHandlers else 0.001)  # for: processes
        reactor.iterate(0.001)  # for: no_processes
