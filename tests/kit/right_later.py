"""Right streams that answer later: by fired Deferreds, delayed calls, threads and thread pools."""

import threading
from collections.abc import Callable
from typing import Any

from twisted.internet.defer import Deferred, succeed

from tests.kit.right_pieces import Pieces, check


class Fired(Pieces):
    """Answers every read by a Deferred that has fired already, of a class of its own."""

    class Answer(Deferred[Any]):
        pass

    def read(self) -> Any:
        answer = self.Answer()
        answer.callback(super().read())
        return answer


class ClosesLater(Pieces):
    """Its close gives a Deferred, as newer interfaces do."""

    def close(self) -> Any:
        super().close()
        return succeed(None)


class BusyError(RuntimeError):
    """A read too early; somebody's own name for it."""


class Later:
    """Answers every read later, through whatever `schedule` calls."""

    def __init__(self, data: bytes, schedule: Callable[[Callable[[], None]], object]) -> None:
        self._data, self._schedule = data, schedule
        self._answer: Deferred[Any] | None = None

    @property
    def length(self) -> int:
        return len(self._data)

    def read(self) -> Any:
        if self._answer is not None:
            raise BusyError("one at a time")
        answer: Deferred[Any] = Deferred()
        self._answer = answer
        self._schedule(lambda: self._deliver(answer))
        return answer

    def _deliver(self, answer: Deferred[Any]) -> None:
        if answer is self._answer:
            self._answer = None
            piece, self._data = self._data[:20_000], self._data[20_000:]
            answer.callback(piece or None)

    def close(self) -> None:
        self._data = b""
        answer, self._answer = self._answer, None
        if answer is not None:
            answer.callback(None)

    def split(self, point: int) -> "tuple[Later, Later]":
        check(point, self.length)
        return Later(self._data[:point], self._schedule), Later(self._data[point:], self._schedule)


def in_the_next_turn(deliver: Callable[[], None]) -> object:
    """Deliver by a delayed call."""
    from twisted.internet import reactor

    return reactor.callLater(0, deliver)


def by_delayed_call(data: bytes) -> Any:
    return Later(data, in_the_next_turn)


def by_thread(data: bytes) -> Any:
    def schedule(deliver: Callable[[], None]) -> object:
        from twisted.internet import reactor as running

        reactor: Any = running
        thread = threading.Thread(target=lambda: reactor.callFromThread(deliver))
        thread.start()
        return thread

    return Later(data, schedule)


def by_pool(data: bytes) -> Any:
    def schedule(deliver: Callable[[], None]) -> object:
        from twisted.internet.threads import deferToThread

        return deferToThread(len, data).addCallback(lambda _: deliver())

    return Later(data, schedule)


def closing_it_takes_time(data: bytes) -> Any:
    stream: Any = by_delayed_call(data)
    close = stream.close

    def close_later() -> Any:
        from twisted.internet import reactor

        close()
        done: Deferred[None] = Deferred()
        reactor.callLater(0, done.callback, None)
        return done

    stream.close = close_later
    return stream
