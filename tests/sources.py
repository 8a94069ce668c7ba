"""A source stream that does what a test's script says, and counts what is done to it.

Strategy: the script has one step per read, and whatever a stream may answer is a step: a piece of any buffer
type, an empty piece, an exception, a Deferred fired already (`Fired`) or to be fired by the test (`LATER`), or a
call back into the test. The source is honest unless it is told to lie: it gives None after its last step and
after `close`, which also ends an outstanding read.
"""

from collections import deque
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from twisted.internet.defer import Deferred, fail, succeed
from twisted.python.failure import Failure
from zope.interface import implementer

from web2stream._flow import WAITING, take
from web2stream.bytestream import IByteStream, byteCount
from web2stream.sendfile import ISendfileableStream, SendfileBuffer
from web2stream.split import fallbackSplit


class BrokenError(Exception):
    """What a scripted source fails with."""


class _Step(Enum):
    LATER = "later"


LATER: Final = _Step.LATER
"""A step: a Deferred, fired by `ScriptedSource.fire`."""


@dataclass(frozen=True)
class Fired:
    """A step: a Deferred that has fired already, with a value or an exception."""

    value: object


@implementer(IByteStream)
class ScriptedSource:
    """A stream that follows a script.

    Args:
        script: one step per read: data (also an empty piece, also None), an Exception to raise, `LATER`,
            `Fired`, or a function without arguments whose result is the step.
        length: what it claims to have; falls by what is read. None if it claims nothing.

    Attributes:
        reads: how often it was read.
        closes: how often it was closed.
        outstanding: Deferreds of `LATER` steps that have not fired, oldest first.
    """

    def __init__(self, *script: object, length: int | None = None) -> None:
        self.script = deque(script)
        self.length = length
        self.reads = 0
        self.closes = 0
        self.outstanding: deque[Deferred[Any]] = deque()

    def read(self) -> object:
        self.reads += 1
        step = self.script.popleft() if self.script else None
        if callable(step):
            step = step()
        if step is LATER:
            waiting: Deferred[Any] = Deferred()
            self.outstanding.append(waiting)
            return waiting
        if isinstance(step, Fired):
            if isinstance(step.value, BaseException):
                return fail(step.value)
            return succeed(self._count(step.value))
        if isinstance(step, BaseException):
            raise step
        return self._count(step)

    def split(self, point: int) -> tuple[Any, Any]:
        return fallbackSplit(self, point)

    def close(self) -> None:
        self.closes += 1
        self.script.clear()
        self.length = 0
        while self.outstanding:
            self.outstanding.popleft().callback(None)

    def fire(self, value: object) -> None:
        """Fire the oldest outstanding Deferred with data, None or an exception."""
        waiting = self.outstanding.popleft()
        waiting.callback(Failure(value) if isinstance(value, BaseException) else self._count(value))

    def _count(self, data: Any) -> object:
        if data is not None and self.length is not None:
            count = len(data) if isinstance(data, SendfileBuffer) else byteCount(data)
            self.length = max(0, self.length - count)
        return data


@implementer(ISendfileableStream)
class SendfileSource(ScriptedSource):
    """A scripted source that takes `sendfile`, and keeps what it was given.

    Attributes:
        asked: the `sendfile` of each read.
    """

    def __init__(self, *script: object, length: int | None = None) -> None:
        super().__init__(*script, length=length)
        self.asked: list[bool] = []

    def read(self, sendfile: bool = False) -> object:
        self.asked.append(sendfile)
        return super().read()


class ManyPieces:
    """A stream of very many equal pieces, made without a script.

    Args:
        count: how many pieces.
        piece: the data of each.
        length: what it claims; None for nothing.
    """

    def __init__(self, count: int, piece: bytes, length: int | None = None) -> None:
        self.count = count
        self.piece = piece
        self.length = length
        self.closes = 0

    def read(self) -> bytes | None:
        if not self.count:
            return None
        self.count -= 1
        return self.piece

    def close(self) -> None:
        self.closes += 1
        self.count = 0


def pieces(*sizes: int) -> list[bytes]:
    """Make pieces of these sizes, of bytes that count up, so a byte at a wrong place is seen."""
    start = 0
    made = []
    for size in sizes:
        made.append(bytes(position % 251 for position in range(start, start + size)))
        start += size
    return made


def drain(stream: Any) -> bytes:
    """Read a stream that answers at once to its end."""
    return b"".join(bytes(piece) for piece in iter(stream.read, None))


def ask(stream: Any) -> list[object]:
    """Read once, and give the list that holds the answer as soon as it comes: data, None or an exception."""
    answers: list[object] = []

    def came(answer: object) -> None:
        answers.append(answer.value if isinstance(answer, Failure) else answer)

    answer = take(stream.read, came)
    if answer is not WAITING:
        came(answer)
    return answers


def failureOf(stream: Any) -> BaseException:
    """Read once, and give the exception that came at once."""
    (answer,) = ask(stream)
    assert isinstance(answer, BaseException), f"read gave {answer!r}"
    return answer
