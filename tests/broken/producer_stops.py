"""Broken stream producers: how they are stopped, and what an error leaves behind."""

from typing import Any

from twisted.internet.error import ConnectionDone, ConnectionLost
from twisted.python.failure import Failure

from streamgauge.subject import Subject
from tests.broken import broken, port
from tests.broken.producer_reads import Answers
from web2stream.streamproducer import StreamProducer


class Stops(Answers):
    """A stream producer that is stopped in another way; a failing read is none of these."""

    def stopProducing(self, failure: Any = ConnectionLost) -> None:
        if isinstance(failure, Failure):
            super().stopProducing(failure)
        else:
            self.stopped(failure)

    def stopped(self, failure: Any) -> None:
        """Stop: does what is right by default."""
        super().stopProducing(failure)


@broken("producer_72")
def deaf_inside_a_write() -> Subject:
    """stopProducing() from inside a write does nothing."""

    class Broken(Stops):
        writing = False

        def came(self, data: Any) -> None:
            self.writing = True
            super().came(data)
            self.writing = False

        def stopped(self, failure: Any) -> None:
            if not self.writing:
                super().stopped(failure)

    return port(StreamProducer=Broken)


@broken("producer_73")
def deaf_while_it_registers() -> Subject:
    """stopProducing() from inside registerProducer does nothing."""

    class Broken(Stops):
        def stopped(self, failure: Any) -> None:
            if not (self._busy and self.begins):
                super().stopped(failure)

        begins = True

        def came(self, data: Any) -> None:
            self.begins = False
            super().came(data)

    return port(StreamProducer=Broken)


@broken("producer_74")
def leaves_it_open_without_error() -> Subject:
    """Stopped with None it does not close the stream."""

    class Broken(Stops):
        def stopped(self, failure: Any) -> None:
            stream = self.stream
            self.stream = stream if failure is not None else None
            super().stopped(failure)
            self.stream = stream

    return port(StreamProducer=Broken)


@broken("producer_74")
def leaves_it_open() -> Subject:
    """Stopped it does not close the stream."""

    class Broken(Stops):
        def stopped(self, failure: Any) -> None:
            self.stream = None
            super().stopped(failure)

    return port(StreamProducer=Broken)


@broken("producer_75")
def another_error() -> Subject:
    """By default stopProducing fails the Deferred with ConnectionDone."""

    class Broken(StreamProducer):
        def stopProducing(self, failure: Any = ConnectionDone) -> None:
            super().stopProducing(failure)

    return port(StreamProducer=Broken)


@broken("producer_75")
def no_error() -> Subject:
    """By default stopProducing fires the Deferred with None."""

    class Broken(StreamProducer):
        def stopProducing(self, failure: Any = None) -> None:
            super().stopProducing(failure)

    return port(StreamProducer=Broken)


@broken("producer_76")
def stopped_but_registered() -> Subject:
    """Stopped it stays registered."""

    class Broken(Stops):
        def stopped(self, failure: Any) -> None:
            self.consumer = None
            super().stopped(failure)

    return port(StreamProducer=Broken)


@broken("producer_77")
def reads_after_the_stop() -> Subject:
    """Resumed after the stop, it reads."""

    class Broken(Stops):
        stop = False

        def stopped(self, failure: Any) -> None:
            self.stop = not self._over
            super().stopped(failure)

        def resumeProducing(self) -> None:
            super().resumeProducing()
            if self.stop:
                self.stream.read()

    return port(StreamProducer=Broken)


@broken("producer_77")
def writes_after_the_stop() -> Subject:
    """Resumed after the stop, it writes what it held."""

    class Broken(Stops):
        last: Any = None

        def stopped(self, failure: Any) -> None:
            if isinstance(self._kept, bytes):
                self.last = (self.consumer, self._kept)
            super().stopped(failure)

        def resumeProducing(self) -> None:
            super().resumeProducing()
            last, self.last = self.last, None
            if last is not None:
                last[0].write(last[1])

    return port(StreamProducer=Broken)


@broken("producer_78")
def none_is_the_default() -> Subject:
    """stopProducing(None) fails with ConnectionLost as well."""

    class Broken(Stops):
        def stopped(self, failure: Any) -> None:
            super().stopped(failure or ConnectionLost())

    return port(StreamProducer=Broken)


@broken("producer_78")
def none_hangs() -> Subject:
    """stopProducing(None) does not fire the Deferred."""

    class Broken(Stops):
        def stopped(self, failure: Any) -> None:
            if failure is None:
                self.finishedCallback = None
            super().stopped(failure)

    return port(StreamProducer=Broken)


@broken("producer_79")
def always_connection_lost() -> Subject:
    """Whatever error it is stopped with, the Deferred fails with ConnectionLost."""

    class Broken(Stops):
        def stopped(self, failure: Any) -> None:
            super().stopped(failure and ConnectionLost)

    return port(StreamProducer=Broken)


@broken("producer_78")
def paused_stop_gives_false() -> Subject:
    """Stopped while it is paused, with None, the Deferred gives False."""

    class Broken(Stops):
        def stopped(self, failure: Any) -> None:
            done: Any = self.finishedCallback
            if failure is None and self.paused and done is not None:
                self.finishedCallback = None
                done.callback(False)
            super().stopped(failure)

    return port(StreamProducer=Broken)
