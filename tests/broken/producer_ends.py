"""Broken producer streams: how they end."""

from functools import wraps
from typing import Any

from twisted.internet.defer import fail
from twisted.internet.interfaces import IConsumer
from twisted.python.failure import Failure
from zope.interface import implementer

from streamgauge.subject import Subject
from tests.broken import broken, port
from web2stream.bytestream import IByteStream
from web2stream.producerstream import ProducerStream


class Left(ProducerStream):
    """A producer stream that knows whether its reader has left."""

    left = False

    def close(self) -> None:
        self.left = True
        super().close()


def _through(name: str) -> Any:
    @wraps(getattr(ProducerStream, name))
    def call(self: Any, *args: Any, **named: Any) -> Any:
        return getattr(self.inner, name)(*args, **named)

    return call


@implementer(IByteStream, IConsumer)
class Outer:
    """A producer stream around another one: every attribute is the inner one's, until a subclass says otherwise."""

    def __init__(self, length: int | None = None) -> None:
        object.__setattr__(self, "inner", ProducerStream(length))

    def __getattr__(self, name: str) -> Any:
        return getattr(object.__getattribute__(self, "inner"), name)

    def __setattr__(self, name: str, value: object) -> None:
        setattr(self.inner, name, value)

    read, close, split = map(_through, ("read", "close", "split"))
    write, finish = map(_through, ("write", "finish"))
    registerProducer, unregisterProducer = map(_through, ("registerProducer", "unregisterProducer"))


@broken("producer_29")
def never_closed() -> Subject:
    """The attribute closed stays false."""

    class Broken(Outer):
        closed = False

    return port(ProducerStream=Broken)


@broken("producer_29")
def not_closed_by_failure() -> Subject:
    """The attribute closed stays false when the stream is finished with a failure."""

    class Broken(Outer):
        @property
        def closed(self) -> bool:
            return bool(self.inner.closed) and not self.inner.failed

    return port(ProducerStream=Broken)


@broken("producer_30")
def still_open_while_it_ends() -> Subject:
    """It counts as closed only after the waiting read was answered; a read in that one's callback hangs."""

    class Broken(ProducerStream):
        def finish(self, failure: Any = None) -> None:
            if self.closed or self.deferred is None or failure is not None:
                super().finish(failure)
            else:
                self._answer(self._end())
                self.closed = True

    return port(ProducerStream=Broken)


@broken("producer_30")
def takes_late_writes() -> Subject:
    """A write after finish is appended to what waits."""

    class Broken(Left):
        def write(self, data: Any) -> None:
            if self.closed and not self.left:
                self.buffer.append(bytes(data))
            super().write(data)

    return port(ProducerStream=Broken)


@broken("producer_30")
def refuses_late_writes() -> Subject:
    """A write after finish raises."""

    class Broken(Left):
        def write(self, data: Any) -> None:
            if self.closed and not self.left:
                raise ValueError("finished")
            super().write(data)

    return port(ProducerStream=Broken)


@broken("producer_30")
def answers_before_it_is_closed() -> Subject:
    """Finished, it answers the outstanding read first; one that is made inside its callback waits for ever."""

    class Broken(Left):
        def finish(self, failure: Any = None) -> None:
            if self.deferred is None or failure is not None:
                super().finish(failure)
                return
            self._answer(None)
            waiting, self.deferred = self.deferred, None
            super().finish()
            self.deferred = waiting

    return port(ProducerStream=Broken)


class _Finishes(Left):
    """A producer stream with another way to end; `other` gives the failure that counts."""

    def finish(self, failure: Any = None) -> None:
        super().finish(self.other(failure))

    def other(self, failure: Any) -> Any:
        """Say what to fail with."""
        return failure


@broken("producer_31")
def wraps_a_failure() -> Subject:
    """A Failure is wrapped into an exception of its own."""

    class Broken(_Finishes):
        def other(self, failure: Any) -> Any:
            return RuntimeError(failure) if isinstance(failure, Failure) else failure

    return port(ProducerStream=Broken)


@broken("producer_31")
def failure_drops_data() -> Subject:
    """A Failure is told at once; the data that waits is dropped."""

    class Broken(_Finishes):
        def other(self, failure: Any) -> Any:
            if isinstance(failure, Failure):
                self.buffer.clear()
            return failure

    return port(ProducerStream=Broken)


@broken("producer_31")
def failure_ends_a_waiting_read() -> Subject:
    """A read that waits gets None where a Failure was given."""

    class Broken(_Finishes):
        def other(self, failure: Any) -> Any:
            return None if isinstance(failure, Failure) and self.deferred is not None else failure

    return port(ProducerStream=Broken)


@broken("producer_32")
def last_finish_counts() -> Subject:
    """The error of a second finish is what the reader gets."""

    class Broken(_Finishes):
        def other(self, failure: Any) -> Any:
            if self.closed and not self.left and failure is not None:
                self._fail(failure if isinstance(failure, Failure) else Failure(failure))
            return failure

    return port(ProducerStream=Broken)


@broken("producer_32")
def second_finish_raises() -> Subject:
    """A second finish raises."""

    class Broken(_Finishes):
        def other(self, failure: Any) -> Any:
            if self.closed and not self.left:
                raise ValueError("finished")
            return failure

    return port(ProducerStream=Broken)


@broken("producer_32")
def second_finish_forgives() -> Subject:
    """A second finish without an error takes the first one's back."""

    class Broken(_Finishes):
        def other(self, failure: Any) -> Any:
            if self.closed and failure is None:
                self.failure, self.failed, self.length = None, False, 0
            return failure

    return port(ProducerStream=Broken)


@broken("producer_33")
def keeps_a_failed_deferred() -> Subject:
    """The failure is kept as a failed Deferred until it is read."""

    class Broken(_Finishes):
        kept: Any = None

        def other(self, failure: Any) -> Any:
            if failure is not None:
                self.kept = fail(failure)
            return failure

        def read(self) -> object:
            if self.kept is not None and not self.buffer:
                self.kept.addErrback(lambda _: None)
            return super().read()

        def close(self) -> None:
            if self.kept is not None:
                self.kept.addErrback(lambda _: None)
            super().close()

    return port(ProducerStream=Broken)
