"""Broken stream producers: how they end, by their stream's end or its failure."""

from contextlib import suppress
from typing import Any

from twisted.internet.error import ConnectionDone, ConnectionLost
from twisted.python.failure import Failure

from streamgauge.subject import Subject
from tests.broken import broken, port
from tests.broken.producer_reads import Answers
from web2stream.streamproducer import StreamProducer


@broken("producer_58")
def stays_registered() -> Subject:
    """At the end it stays registered."""

    class Broken(Answers):
        def ended(self) -> None:
            self.consumer = None
            super().ended()

    return port(StreamProducer=Broken)


@broken("producer_58")
def unregisters_twice() -> Subject:
    """At the end it unregisters twice."""

    class Broken(Answers):
        def ended(self) -> None:
            self.consumer.unregisterProducer()
            super().ended()

    return port(StreamProducer=Broken)


@broken("producer_59")
def fires_before_it_unregisters() -> Subject:
    """The Deferred fires, and then the consumer is let go."""

    class Broken(Answers):
        def ended(self) -> None:
            self._fire(None)
            super().ended()

    return port(StreamProducer=Broken)


@broken("producer_60")
def finishes_at_the_end() -> Subject:
    """At the end it finishes the consumer."""

    class Broken(Answers):
        def ended(self) -> None:
            finish = getattr(self.consumer, "finish", lambda: None)
            super().ended()
            finish()

    return port(StreamProducer=Broken)


@broken("producer_60")
def finishes_at_a_failure() -> Subject:
    """After a failing read it finishes the consumer."""

    class Broken(Answers):
        def failed(self, failure: Failure) -> None:
            finish = getattr(self.consumer, "finish", lambda: None)
            super().failed(failure)
            finish()

    return port(StreamProducer=Broken)


@broken("producer_61")
def swallows_the_error() -> Subject:
    """A failing read looks like the end."""

    class Broken(Answers):
        def failed(self, failure: Failure) -> None:
            del failure
            self.stopProducing(None)

    return port(StreamProducer=Broken)


@broken("producer_61")
def overlooks_a_late_error() -> Subject:
    """The failure of a read that was waited for is dropped; the Deferred hangs."""

    class Broken(StreamProducer):
        def _came(self, answer: object) -> None:
            if isinstance(answer, Failure):
                self.paused = True
            else:
                super()._came(answer)

    return port(StreamProducer=Broken)


@broken("producer_61")
def drops_an_error_in_a_pause() -> Subject:
    """A failure that comes while it is paused is dropped, and the stream read once more when it resumes."""

    class Broken(StreamProducer):
        def _came(self, answer: object) -> None:
            if self.paused and isinstance(answer, Failure):
                self.deferred = None
            else:
                super()._came(answer)

    return port(StreamProducer=Broken)


@broken("producer_61")
def a_closed_connection_is_the_end() -> Subject:
    """A stream that fails since its connection was closed has ended."""

    class Broken(Answers):
        def failed(self, failure: Failure) -> None:
            if failure.check(ConnectionDone):
                self.ended()
            else:
                super().failed(failure)

    return port(StreamProducer=Broken)


@broken("producer_62")
def leaves_the_stream_open() -> Subject:
    """A stream that failed is not closed."""

    class Broken(Answers):
        def failed(self, failure: Failure) -> None:
            self.stream = None
            super().failed(failure)

    return port(StreamProducer=Broken)


@broken("producer_63")
def stays_registered_after_an_error() -> Subject:
    """After a failing read it stays registered."""

    class Broken(Answers):
        def failed(self, failure: Failure) -> None:
            self.consumer = None
            super().failed(failure)

    return port(StreamProducer=Broken)


@broken("producer_64")
def drops_the_last_piece() -> Subject:
    """It writes a piece when the next answer has come; a failure drops it."""

    class Broken(Answers):
        held: Any = None

        def came(self, data: Any) -> None:
            held, self.held = self.held, data
            if held is not None:
                super().came(held)

        def ended(self) -> None:
            held, self.held = self.held, None
            if held is not None:
                super().came(held)
            super().ended()

    return port(StreamProducer=Broken)


class _Ended(Answers):
    """A stream producer that does something else when it is resumed after its stream's end or failure."""

    isOver = False

    def ended(self) -> None:
        self.isOver = True
        super().ended()

    def failed(self, failure: Failure) -> None:
        self.isOver = True
        super().failed(failure)

    def resumeProducing(self) -> None:
        if self.isOver:
            self.late()
        else:
            super().resumeProducing()

    def late(self) -> None:
        """Do it."""


@broken("producer_80")
def raises_when_resumed_after_the_end() -> Subject:
    """Resumed after its stream's end or failure it raises."""

    class Broken(_Ended):
        def late(self) -> None:
            raise RuntimeError("it is over")

    return port(StreamProducer=Broken)


@broken("producer_80")
def reads_when_resumed_after_the_end() -> Subject:
    """Resumed after its stream's end or failure it reads again."""

    class Broken(_Ended):
        def late(self) -> None:
            with suppress(Exception):
                self.stream.read()

    return port(StreamProducer=Broken)


@broken("producer_59")
def fires_before_it_stops() -> Subject:
    """Stopped, it fires the Deferred, and then lets the consumer go."""

    class Broken(StreamProducer):
        def stopProducing(self, failure: Any = ConnectionLost) -> None:
            if failure is ConnectionLost:
                self._over = True
                self._fire(Failure(ConnectionLost()))
            super().stopProducing(failure)

    return port(StreamProducer=Broken)


@broken("producer_61")
def raises_when_resumed() -> Subject:
    """The failure of a read that a resume made is raised there, and the Deferred hangs."""

    class Broken(Answers):
        resumed = False

        def failed(self, failure: Failure) -> None:
            if self.resumed:
                self._over = True
                failure.raiseException()
            super().failed(failure)

        def resumeProducing(self) -> None:
            self.paused = False
            self.resumed = True
            self._run()
            self.resumed = False

    return port(StreamProducer=Broken)
