"""A right CompoundStream, unlike the reference: it copies, gives small pieces, and answers by Deferreds only.

Strategy: what a bucket gave is copied into a store, out of which small pieces are given. A bucket that has given all
of its known length is dropped, neither read to its end nor closed. A closed compound refuses what is added. It is split
by reading.
"""

from collections.abc import Iterable
from functools import partial
from typing import Any

from twisted.internet.defer import Deferred, succeed
from twisted.python.failure import Failure
from zope.interface import implementer

from tests.kit.right_split import fallbackSplit
from web2stream import IByteStream, ISendfileableStream, SendfileBuffer

PIECE = 7
"""Most bytes given at once."""


@implementer(IByteStream, ISendfileableStream)
class CompoundStream:
    """Buckets with what each of them still owes, in a list whose used-up ones are popped."""

    def __init__(self, buckets: Iterable[Any] = ()) -> None:
        self.owed: list[list[Any]] = [[stream, stream.length] for stream in map(IByteStream, buckets)]
        self.store = b""
        self.waiting: Deferred[Any] | None = None
        self.closed = self.unknown = False
        self.known = 0
        for _, length in self.owed:
            self.count(length)

    def count(self, length: int | None) -> None:
        self.unknown = self.unknown or length is None
        self.known += length or 0

    @property
    def buckets(self) -> list[Any]:
        return [stream for stream, _ in self.owed]

    @property
    def length(self) -> int | None:
        return None if self.unknown else self.known

    def addStream(self, bucket: Any) -> None:
        stream = IByteStream(bucket)
        if self.closed:
            raise RuntimeError("nobody reads any more")
        self.owed.append([stream, stream.length])
        self.count(stream.length)

    def read(self, sendfile: bool = False) -> Any:
        if self.waiting is not None:
            raise RuntimeError("one read at a time")
        if self.closed:
            return succeed(None)
        waiting = self.waiting = Deferred(lambda _: self.close())
        try:
            self.fill(waiting, sendfile=sendfile)
        except BaseException:
            self.waiting = None
            raise
        return waiting

    def fill(self, waiting: "Deferred[Any]", *, sendfile: bool) -> None:
        """Read buckets until there is something to give, or something to wait for."""
        while self.waiting is waiting:
            if self.store or not self.owed:
                piece, self.store = self.store[:PIECE], self.store[PIECE:]
                self.give(piece or None, len(piece))
                return
            answer = self.ask(sendfile=sendfile)
            came: list[Any] = []
            if isinstance(answer, Deferred):
                answer.addBoth(came.append)
                if not came:
                    answer.addCallback(partial(self.later, waiting, came, sendfile=sendfile))
                    return
                answer = came[0]
            self.use(answer)

    def ask(self, *, sendfile: bool) -> Any:
        stream = self.owed[0][0]
        try:
            return stream.read(sendfile=True) if sendfile and ISendfileableStream.providedBy(stream) else stream.read()
        except Exception:
            return Failure()

    def later(self, waiting: "Deferred[Any]", came: list[Any], _: object, *, sendfile: bool) -> None:
        if self.waiting is waiting:
            self.use(came[0])
            self.fill(waiting, sendfile=sendfile)

    def use(self, answer: Any) -> None:
        """Take what the first bucket answered."""
        owed = self.owed[0][1]
        if answer is None and not owed:
            self.owed.pop(0)
            return
        size = 0
        if isinstance(answer, SendfileBuffer):
            size = len(answer)
        elif answer is not None and not isinstance(answer, Failure):
            self.store = bytes(memoryview(answer))
            size = len(self.store)
        if isinstance(answer, Failure):
            self.end(answer)
        elif answer is None or (owed is not None and size > owed):
            self.end(Failure(ValueError("a bucket broke its word")))
        else:
            self.owed[0][1] = None if owed is None else owed - size
            if self.owed[0][1] == 0:
                self.owed.pop(0)  # it has kept its word: its end is not asked for
            if isinstance(answer, SendfileBuffer):
                self.give(answer, size)

    def give(self, data: Any, size: int) -> None:
        self.known -= size
        if data is None:
            self.unknown, self.known = False, 0
        waiting, self.waiting = self.waiting, None
        assert waiting is not None
        waiting.callback(data)

    def end(self, answer: Failure | None) -> None:
        owed, self.owed, self.store = self.owed, [], b""
        self.closed, self.unknown, self.known = True, False, 0
        waiting, self.waiting = self.waiting, None
        for stream, _ in owed:
            stream.close()
        if waiting is not None and not waiting.called:
            waiting.callback(answer)

    def close(self) -> None:
        self.end(None)

    def split(self, point: int) -> tuple[Any, Any]:
        return fallbackSplit(self, point)
