"""Broken stream producers: how they read into their consumer."""

from typing import Any

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure
from zope.interface import Interface, implementer_only

from streamgauge.subject import Subject
from tests.broken import broken, port
from web2stream.streamproducer import StreamProducer


class Between:
    """A consumer in front of another one: everything is the other one's, until a subclass says otherwise."""

    def __init__(self, consumer: Any, producer: Any) -> None:
        self.consumer = consumer
        self.producer = producer

    def __getattr__(self, name: str) -> Any:
        return getattr(self.consumer, name)


def between(kind: type[Between]) -> Subject:
    """A port whose StreamProducer sees its consumer through one of this kind."""

    class Broken(StreamProducer):
        def beginProducing(self, consumer: Any) -> "Deferred[None]":
            return super().beginProducing(kind(consumer, self))

    return port(StreamProducer=Broken)


class Answers(StreamProducer):
    """A stream producer that deals with some answers in another way: each of these does what is right by default."""

    def _handle(self, answer: object) -> None:
        if answer is None:
            self.ended()
        elif isinstance(answer, Failure):
            self.failed(answer)
        else:
            self.came(answer)

    def ended(self) -> None:
        """Take the end."""
        super()._handle(None)

    def failed(self, failure: Failure) -> None:
        """Take a failure."""
        super()._handle(failure)

    def came(self, data: Any) -> None:
        """Take data."""
        super()._handle(data)


@broken("producer_52")
def no_push_producer() -> Subject:
    """It declares no IPushProducer."""

    @implementer_only(Interface)
    class Broken(StreamProducer):
        pass

    return port(StreamProducer=Broken)


@broken("producer_53")
def no_deferred_at_once() -> Subject:
    """It gives None when everything was written before it returns."""

    class Broken(StreamProducer):
        def beginProducing(self, consumer: Any) -> Any:
            done = super().beginProducing(consumer)
            return done.addErrback(lambda _: None) and None if done.called else done

    return port(StreamProducer=Broken)


@broken("producer_53")
def raises_at_once() -> Subject:
    """It raises the error of a read that fails at once."""

    class Broken(StreamProducer):
        def beginProducing(self, consumer: Any) -> Any:
            done = super().beginProducing(consumer)
            if done.called:
                errors: list[Failure] = []
                done.addErrback(errors.append)
                if errors:
                    errors[0].raiseException()
            return done

    return port(StreamProducer=Broken)


@broken("producer_54")
def cuts_large_pieces() -> Subject:
    """Of a piece it writes at most 64 KiB."""

    class Broken(Answers):
        def came(self, data: Any) -> None:
            super().came(data[:65_536] if len(data) > 65_536 else data)

    return port(StreamProducer=Broken)


@broken("producer_54")
def writes_no_more_than_many() -> Subject:
    """Behind a hundred pieces it writes nothing more."""

    class Broken(Answers):
        count = 0

        def came(self, data: Any) -> None:
            self.count += 1
            super().came(data if self.count <= 100 else b"")

    return port(StreamProducer=Broken)


@broken("producer_54")
def loses_what_comes_late() -> Subject:
    """What comes by a Deferred that had not fired is not written."""

    class Broken(StreamProducer):
        def _came(self, answer: object) -> None:
            super()._came(answer if answer is None or isinstance(answer, Failure) else b"")

    return port(StreamProducer=Broken)


@broken("producer_55")
def ends_at_an_empty_piece() -> Subject:
    """An empty piece is taken for the end."""

    class Broken(Answers):
        def came(self, data: Any) -> None:
            if len(data):
                super().came(data)
            else:
                self.ended()

    return port(StreamProducer=Broken)


@broken("producer_56")
def fires_with_a_count() -> Subject:
    """The Deferred gives the number of pieces."""

    class Broken(Answers):
        pieces = 0

        def came(self, data: Any) -> None:
            self.pieces += 1
            super().came(data)

        def ended(self) -> None:
            done: Any = self.finishedCallback
            self.finishedCallback = None
            super().ended()
            done.callback(self.pieces)

    return port(StreamProducer=Broken)


@broken("producer_56")
def fires_at_the_first_piece() -> Subject:
    """The Deferred fires when the first piece was written."""

    class Broken(Answers):
        def came(self, data: Any) -> None:
            super().came(data)
            self._fire(None)

    return port(StreamProducer=Broken)


@broken("producer_57")
def registers_as_pull() -> Subject:
    """It registers itself as a pull producer."""

    class Pulls(Between):
        def registerProducer(self, producer: object, streaming: bool) -> None:
            self.consumer.registerProducer(producer, not streaming)

    return between(Pulls)


@broken("producer_57")
def registers_nothing() -> Subject:
    """It does not register."""

    class Keeps(Between):
        def registerProducer(self, producer: object, streaming: bool) -> None:
            pass

    return between(Keeps)


@broken("producer_57")
def registers_a_stranger() -> Subject:
    """It registers something else than itself."""

    class Others(Between):
        def registerProducer(self, producer: object, streaming: bool) -> None:
            self.consumer.registerProducer([producer], streaming)

    return between(Others)


@broken("producer_57")
def registers_late() -> Subject:
    """It registers after the first piece was written."""

    class Waits(Between):
        waits = True

        def registerProducer(self, producer: object, streaming: bool) -> None:
            pass

        def write(self, data: object) -> None:
            self.consumer.write(data)
            if self.waits:
                self.waits = False
                self.consumer.registerProducer(self.producer, True)

    return between(Waits)
