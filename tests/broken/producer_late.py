"""Broken stream producers: how they are stopped while they are paused, or when they are over."""

from typing import Any

from twisted.internet.defer import Deferred

from streamgauge.subject import Subject
from tests.broken import broken, port
from tests.broken.producer_stops import Stops


class _Remembers(Stops):
    """It remembers its consumer when it has let it go."""

    last: Any = None

    def beginProducing(self, consumer: Any) -> "Deferred[None]":
        self.last = consumer
        return super().beginProducing(consumer)


@broken("producer_80")
def unregisters_at_every_stop() -> Subject:
    """Each stop unregisters again."""

    class Broken(_Remembers):
        def stopped(self, failure: Any) -> None:
            over = self._over
            super().stopped(failure)
            if over:
                self.last.unregisterProducer()

    return port(StreamProducer=Broken)


@broken("producer_80")
def raises_at_a_second_stop() -> Subject:
    """A stop of what is over raises."""

    class Broken(Stops):
        def stopped(self, failure: Any) -> None:
            if self._over:
                raise RuntimeError("it is over")
            super().stopped(failure)

    return port(StreamProducer=Broken)


@broken("producer_80")
def lets_go_again_and_again() -> Subject:
    """A stop from inside unregisterProducer unregisters once more."""

    class Broken(_Remembers):
        again = True

        def stopped(self, failure: Any) -> None:
            if self._releasing and self.again:
                self.again = False
                self.last.unregisterProducer()
            super().stopped(failure)

    return port(StreamProducer=Broken)


@broken("producer_98")
def stops_when_resumed() -> Subject:
    """Stopped while paused it waits until it is resumed."""

    class Broken(Stops):
        stop = False
        why: Any = None

        def stopped(self, failure: Any) -> None:
            if self.paused and not self._over:
                self.stop, self.why = True, failure
            else:
                super().stopped(failure)

        def resumeProducing(self) -> None:
            if self.stop:
                self.stop = self.paused = False
                super().stopped(self.why)
            else:
                super().resumeProducing()

    return port(StreamProducer=Broken)


@broken("producer_98")
def leaves_it_open_while_paused() -> Subject:
    """Stopped while paused it does not close the stream."""

    class Broken(Stops):
        def stopped(self, failure: Any) -> None:
            stream = self.stream
            self.stream = None if self.paused else stream
            super().stopped(failure)
            self.stream = stream

    return port(StreamProducer=Broken)
