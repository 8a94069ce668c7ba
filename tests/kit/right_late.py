"""Right ways that come late: a generator that starts a turn after its read, waiting between pieces, gathered writes."""

from contextlib import suppress
from typing import Any

from twisted.internet.defer import Deferred, succeed
from twisted.python.failure import Failure
from zope.interface import implementer

from tests.broken.consume_parts import FileSide, Reading, clock
from tests.broken.consume_wire import Wire
from tests.kit.right_compound import CompoundStream
from tests.kit.right_generator import converted
from web2stream.bytestream import IByteStream
from web2stream.split import fallbackSplit

A_WHILE = 1e-8
"""Seconds between two pieces, as Twisted's Cooperator waits: a turn, but none of a clock that is advanced by 0."""


class Waits(Reading):
    """Pieces are passed on a while after one another."""

    def later(self) -> None:
        super().later()
        if self.turn is not None:
            self.turn.reset(A_WHILE)


class Gathers(FileSide):
    """Two pieces are written at once."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.gathered: list[bytes] = []
        self.last = False

    def go(self) -> None:
        if self.last and not self.rest:
            super().ended()
        else:
            super().go()

    def give(self, data: Any) -> None:
        if self.rest:
            super().give(data)
            return
        self.gathered.append(bytes(data))
        if len(self.gathered) == 2:
            self.flush()

    def flush(self) -> None:
        data, self.gathered = b"".join(self.gathered), []
        super().give(data)

    def ended(self) -> None:
        self.last = True
        try:
            self.flush()
        except Exception:
            self.broke(Failure())
            return
        if self.rest:
            self.later()
        elif not self.done:
            super().ended()

    def failed(self, failure: Failure) -> None:
        with suppress(Exception):
            self.flush()
        super().failed(failure)


class SlowWire(Wire):
    """A connection whose protocol is given each piece a while after the last."""

    def next(self) -> None:
        super().next()
        if self.turn is not None:
            self.turn.reset(A_WHILE)


class Padded(CompoundStream):
    """A compound that gives an empty piece where a bucket has ended."""

    left = 0

    def read(self, sendfile: bool = False) -> Any:
        ended, self.left = self.left - len(self.owed), len(self.owed)
        if self.waiting is None and self.owed and ended > 0:
            return succeed(b"")
        return super().read(sendfile)


class Late:
    """A stream all of whose reads are done a turn later."""

    def __init__(self, stream: Any) -> None:
        self.stream = stream
        self.waiting: Deferred[Any] | None = None
        self.doing = self.shut = False

    def read(self) -> Any:
        """Put it off."""
        if self.shut:
            return None
        if self.waiting is not None or self.doing:
            raise RuntimeError("a read is outstanding")
        reader: Deferred[Any] = Deferred()
        self.waiting = reader
        clock(None).callLater(0, self._do, reader)
        return reader

    def _do(self, reader: "Deferred[Any]") -> None:
        if self.waiting is not reader:
            return
        self.doing = True
        try:
            answer = self.stream.read()
        except Exception:
            answer = Failure()
        finally:
            self.doing = False
        answer = answer if isinstance(answer, Deferred) else succeed(answer)
        answer.addBoth(self._give, reader)

    def _give(self, answer: Any, reader: "Deferred[Any]") -> None:
        if self.waiting is reader:
            self.waiting = None
            reader.callback(answer)

    def close(self) -> None:
        """Close it, and answer who waits."""
        self.shut = True
        reader, self.waiting = self.waiting, None
        self.stream.close()
        if reader is not None:
            reader.callback(None)


def late(fun: Any) -> Any:
    """Convert a generator function into one of late streams."""
    convert = converted(fun)
    return lambda stream, *args, **kwargs: Late(convert(stream, *args, **kwargs))


@implementer(IByteStream)
class LateBytes(Late):
    """The same with a length."""

    @property
    def length(self) -> int | None:
        return 0 if self.shut else self.stream.length

    def split(self, point: int) -> Any:
        return fallbackSplit(self, point)


def late_output(*args: Any, **kwargs: Any) -> LateBytes:
    """Connect a protocol whose output is read late."""
    return LateBytes(Wire.connect(*args, **kwargs))
