"""What a reproducer may need beside its subject. This text is copied into scripts: it imports nothing of the kit.

Strategy: each part stands alone and is copied only if the script uses its name. It stays without annotations, to be
short where it is read.
"""
# mypy: ignore-errors

import atexit
import os
import tempfile

from twisted.internet.defer import Deferred, fail
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
        self.steps, self.end, self.length, self.waiting, self.closed = list(steps), end, length, None, False
        self.reads, self.errors, self.wrap, self.deferred, self.half = 0, {}, bytes, Deferred, False

    def __conform__(self, interface):
        """Be what an interface of streams makes of it, whichever module's that is."""
        return self if interface.__name__ in {"IStream", "IByteStream"} else None

    def read(self):
        """Answer as the steps say, or as the errors do."""
        print("  (a source is read)")
        self.reads += 1
        if self.waiting is not None:
            raise RuntimeError("a read of the source is outstanding")
        if self.reads in self.errors:
            raise self.errors[self.reads]
        if self.closed:
            return None
        if not self.steps and self.half and self.length:
            raise ValueError("the source ended before this half of it did")
        data, how = self.steps[0] if self.steps else (b"", self.end)
        if how == "pending":
            self.waiting = self.deferred()
            return self.waiting
        if data is None:
            if how == "now":
                raise SourceError("the source fails here")
            return fail(SourceError("the source fails here"))
        if how == "now":
            return self.give()
        answer = self.deferred()
        answer.callback(self.give())
        return answer

    def give(self):
        """Take the next step."""
        if not self.steps:
            return None
        data = self.steps.pop(0)[0]
        if self.length is not None:
            self.length = max(0, self.length - len(data))
        return self.wrap(data)

    def fire(self):
        """Answer the waiting read."""
        waiting, self.waiting = self.waiting, None
        if self.steps and self.steps[0][0] is None:
            waiting.errback(SourceError("the source fails here"))
        else:
            waiting.callback(self.give())

    def close(self):
        """End early."""
        print("  (a source is closed)")
        self.closed, self.length, waiting, self.waiting = True, 0, self.waiting, None
        if waiting is not None:
            waiting.callback(None)

    def split(self, point):
        """Cut the steps at a byte position."""
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
            half.wrap, half.deferred, half.half = self.wrap, self.deferred, True
            directlyProvides(half, providedBy(self))
        return self.before, self.after


def written(value):
    """Write what came as the timeline does."""
    try:
        data = bytes(memoryview(value))
    except TypeError:
        return repr(value)
    kind = "" if isinstance(value, bytes) else f"{type(value).__name__} of "
    return kind + (repr(data) if len(data) <= 48 else f"{len(data)} bytes: {data[:12]!r}...{data[-12:]!r}")


def step(code, inside=()):
    """Run one line and print what came, a Deferred's answer when it fires; then run the lines `inside` the callback."""

    def gave(value):
        return ("the object " if isinstance(value, BaseException) else "") + written(value)

    def came(text):
        print(f"{code}  -> {text}")
        for line, more in inside:
            step(line, more)

    name, _, expression = code.partition(" = ")
    named = bool(expression) and name.isidentifier()
    try:
        value = eval(expression if named else code, globals())
    except SyntaxError:
        try:
            exec(code, globals())
            halves = expression and all(part.isidentifier() for part in name.split(", "))
            print(f"{code}  -> {eval(name, globals())!r}" if halves else code)
        except BaseException as error:
            came(f"raises {error!r}")
        return
    except BaseException as error:
        came(f"raises {error!r}")
        return
    step.given = value
    if named:
        globals()[name] = value
    if isinstance(value, Deferred):
        print(f"{code}  -> a Deferred")
        value.addCallbacks(
            lambda result: (came(f"its Deferred: {gave(result)}"), result)[1],
            lambda failure: came(f"its Deferred fails with {failure.value!r}"),
        )
    elif named:
        print(code)
    else:
        came(gave(value))
