"""Broken stream producers: what an error, a cancel or an interrupt leaves behind."""

from typing import Any

from twisted.internet.defer import Deferred, fail
from twisted.python.failure import Failure

from streamgauge.subject import Subject
from tests.broken import broken, port
from tests.broken.producer_reads import Answers, Between, between
from web2stream.streamproducer import StreamProducer


@broken("producer_81")
def calls_its_own_stop() -> Subject:
    """A failing read calls the class's stopProducing."""

    class Broken(Answers):
        def failed(self, failure: Failure) -> None:
            self._over = True
            StreamProducer.stopProducing(self, failure)

    return port(StreamProducer=Broken)


@broken("producer_81")
def gives_a_bare_exception() -> Subject:
    """A failing read calls stopProducing with the exception, not with the Failure."""

    class Broken(Answers):
        def failed(self, failure: Failure) -> None:
            self._over = True
            self.stopProducing(failure.value)

    return port(StreamProducer=Broken)


class _WriteFails(Answers):
    """A stream producer that deals with a failing write in another way."""

    def came(self, data: Any) -> None:
        try:
            self.consumer.write(bytes(memoryview(data)) if self.enforceStr else data)
        except Exception:
            self.refused(Failure())

    def refused(self, failure: Failure) -> None:
        """Take the consumer's error."""


@broken("producer_85")
def overlooks_the_consumers_error() -> Subject:
    """It goes on after a write that raised."""
    return port(StreamProducer=_WriteFails)


@broken("producer_85")
def hangs_at_the_consumers_error() -> Subject:
    """After a write that raised it does nothing more."""

    class Broken(_WriteFails):
        def refused(self, failure: Failure) -> None:
            del failure
            self.finishedCallback = None
            self._stop(None)

    return port(StreamProducer=Broken)


@broken("producer_86")
def leaves_it_open_after_a_write() -> Subject:
    """After a write that raised the stream is not closed."""

    class Broken(_WriteFails):
        def refused(self, failure: Failure) -> None:
            self._release()
            self._fire(failure)

    return port(StreamProducer=Broken)


@broken("producer_86")
def stays_registered_after_a_write() -> Subject:
    """After a write that raised it stays registered."""

    class Broken(_WriteFails):
        def refused(self, failure: Failure) -> None:
            self.consumer = None
            self._stop(failure)

    return port(StreamProducer=Broken)


@broken("producer_87")
def overlooks_a_refusal() -> Subject:
    """It writes to a consumer that refused to register it."""

    class Overlooks(Between):
        def registerProducer(self, producer: object, streaming: bool) -> None:
            try:
                self.consumer.registerProducer(producer, streaming)
            except Exception:
                self.refused = True

    return between(Overlooks)


@broken("producer_89")
def cancel_does_not_stop() -> Subject:
    """A cancelled Deferred is forgotten, and the work goes on."""

    class Broken(StreamProducer):
        def _cancelled(self, _: object) -> None:
            self.finishedCallback = None

    return port(StreamProducer=Broken)


@broken("producer_89")
def cancelled_but_registered() -> Subject:
    """Cancelled, it stays registered."""

    class Broken(StreamProducer):
        def _cancelled(self, deferred: object) -> None:
            self.consumer = None
            super()._cancelled(deferred)

    return port(StreamProducer=Broken)


@broken("producer_90")
def an_interrupted_read_fails() -> Subject:
    """KeyboardInterrupt becomes a failure of the Deferred."""

    class Broken(StreamProducer):
        def beginProducing(self, consumer: Any) -> "Deferred[None]":
            try:
                return super().beginProducing(consumer)
            except (KeyboardInterrupt, SystemExit):
                return fail(Failure())

    return port(StreamProducer=Broken)


@broken("producer_90")
def an_interrupted_write_stops() -> Subject:
    """KeyboardInterrupt from a write is the consumer's error like any other."""

    class Broken(Answers):
        def came(self, data: Any) -> None:
            try:
                super().came(data)
            except (KeyboardInterrupt, SystemExit):
                self._stop(Failure())

    return port(StreamProducer=Broken)


@broken("producer_90")
def an_interrupted_release_fails() -> Subject:
    """KeyboardInterrupt from unregisterProducer is the consumer's error like any other."""

    class Broken(StreamProducer):
        def _release(self) -> Failure | None:
            try:
                return super()._release()
            except (KeyboardInterrupt, SystemExit):
                return Failure()

    return port(StreamProducer=Broken)


@broken("producer_91")
def leaves_a_failed_deferred() -> Subject:
    """Beside the one it gave it fails a second Deferred, which nobody has."""

    class Broken(StreamProducer):
        def _fire(self, failure: Failure | None) -> None:
            super()._fire(failure)
            if failure is not None:
                fail(failure)

    return port(StreamProducer=Broken)


@broken("producer_91")
def fails_for_nobody() -> Subject:
    """Stopped when it is over, it fails a Deferred that nobody has."""

    class Broken(StreamProducer):
        def _fire(self, failure: Failure | None) -> None:
            if self.finishedCallback is None and failure is not None:
                fail(failure)
            super()._fire(failure)

    return port(StreamProducer=Broken)


@broken("producer_81")
def reads_on_after_its_replacement() -> Subject:
    """After a failing read it reads on, if the replacement did not stop it, and comes to an end."""

    class Broken(Answers):
        def failed(self, failure: Failure) -> None:
            super().failed(failure)
            if self.finishedCallback is not None:
                self._over = False

    return port(StreamProducer=Broken)


@broken("producer_81")
def keeps_the_stop_of_its_beginning() -> Subject:
    """A failing read calls the stopProducing that was there when it began."""

    class Broken(Answers):
        first: Any = None

        def beginProducing(self, consumer: Any) -> "Deferred[None]":
            self.first = self.stopProducing
            return super().beginProducing(consumer)

        def failed(self, failure: Failure) -> None:
            self._over = True
            self.first(failure)

    return port(StreamProducer=Broken)


@broken("producer_101")
def hangs_when_it_cannot_unregister() -> Subject:
    """Where unregisterProducer raises at the end, that error passes out of it and the Deferred waits on."""

    class Broken(StreamProducer):
        def _release(self) -> Failure | None:
            failure = super()._release()
            if failure is not None:
                self.finishedCallback = None
            return failure

    return port(StreamProducer=Broken)
