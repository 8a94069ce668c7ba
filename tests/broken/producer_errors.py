"""Broken producer streams: promises broken by others, and errors."""

from contextlib import suppress
from typing import Any

from twisted.internet.defer import AlreadyCalledError, Deferred
from twisted.python.failure import Failure

from streamgauge.subject import Subject
from tests.broken import broken, port
from tests.broken.producer_ends import Outer
from web2stream.producerstream import ProducerStream


@broken("producer_46")
def ends_early_in_silence() -> Subject:
    """A stream that ends before its length just ends."""

    class Broken(ProducerStream):
        def _end(self) -> Failure | None:
            self.length = 0
            return super()._end()

    return port(ProducerStream=Broken)


@broken("producer_46")
def ends_early_while_it_waits() -> Subject:
    """Only a read of a finished stream looks at the length; one that waits gets None."""

    class Broken(ProducerStream):
        def finish(self, failure: Any = None) -> None:
            if self.deferred is not None and failure is None:
                self.length = 0
            super().finish(failure)

    return port(ProducerStream=Broken)


@broken("producer_47")
def runs_over() -> Subject:
    """What is written past the length is read like the rest."""

    class Broken(ProducerStream):
        def _deliver(self, chunk: bytes) -> Any:
            if self.length is not None:
                self.length = max(0, self.length - len(chunk))
            return chunk

    return port(ProducerStream=Broken)


@broken("producer_47")
def drops_the_piece_that_runs_over() -> Subject:
    """The piece that goes past the length is dropped as a whole, in silence."""

    class Broken(ProducerStream):
        def _deliver(self, chunk: bytes) -> Any:
            if self.length is None or len(chunk) <= self.length:
                return super()._deliver(chunk)
            self._endEarly()
            return self._end()

    return port(ProducerStream=Broken)


@broken("producer_47")
def goes_on_past_its_length() -> Subject:
    """After the end at its length it takes what is written, and the next read waits until it is finished."""

    class Broken(ProducerStream):
        def _deliver(self, chunk: bytes) -> Any:
            if self.length is None or len(chunk) <= self.length:
                return super()._deliver(chunk)
            chunk, self.length = chunk[: self.length], 0
            return chunk or self._end()

    return port(ProducerStream=Broken)


@broken("producer_48")
def length_cannot_be_set() -> Subject:
    """The length is read only."""

    class Broken(Outer):
        def __setattr__(self, name: str, value: object) -> None:
            if name == "length":
                raise AttributeError("length is read only")
            super().__setattr__(name, value)

    return port(ProducerStream=Broken)


@broken("producer_48")
def length_set_stands() -> Subject:
    """A length that was set falls no more."""

    class Broken(Outer):
        def __setattr__(self, name: str, value: object) -> None:
            if name == "length":
                object.__setattr__(self, name, value)
            else:
                super().__setattr__(name, value)

    return port(ProducerStream=Broken)


@broken("producer_49")
def gives_to_the_cancelled() -> Subject:
    """The next piece goes to the Deferred that was cancelled."""

    class Broken(ProducerStream):
        def read(self) -> object:
            result = super().read()
            if self.deferred is not None and result is self.deferred:
                result = self.deferred = Deferred()
            return result

    return port(ProducerStream=Broken)


@broken("producer_49")
def breaks_on_the_cancelled() -> Subject:
    """The write after a cancelled read raises."""

    class Broken(ProducerStream):
        was = False

        def _cancelled(self, _: object) -> None:
            self.was, self.deferred = True, None

        def write(self, data: Any) -> None:
            was, self.was = self.was, False
            if was:
                raise AlreadyCalledError
            super().write(data)

    return port(ProducerStream=Broken)


@broken("producer_50")
def swallows_the_producers_error() -> Subject:
    """An error of resumeProducing is dropped; the read waits."""

    class Broken(ProducerStream):
        def finish(self, failure: Any = None) -> None:
            if not (self._asking and failure is not None):
                super().finish(failure)

    return port(ProducerStream=Broken)


@broken("producer_50")
def the_producers_error_is_an_end() -> Subject:
    """An error of resumeProducing ends the stream as if it were complete."""

    class Broken(ProducerStream):
        def finish(self, failure: Any = None) -> None:
            super().finish(None if self._asking else failure)

    return port(ProducerStream=Broken)


@broken("producer_50")
def swallows_the_error_of_a_resume() -> Subject:
    """An error of a push producer that is resumed is dropped; the read waits."""

    class Broken(ProducerStream):
        def _ask(self) -> None:
            if self.streamingProducer and self.producerPaused and self.producer is not None:
                self.producerPaused = False
                with suppress(Exception):
                    self.producer.resumeProducing()
            else:
                super()._ask()

    return port(ProducerStream=Broken)


@broken("producer_51")
def an_interrupt_is_an_error() -> Subject:
    """KeyboardInterrupt becomes a failure of the read."""

    class Broken(ProducerStream):
        def _ask(self) -> None:
            try:
                super()._ask()
            except BaseException:
                self.finish(Failure())

    return port(ProducerStream=Broken)


@broken("producer_51")
def an_interrupt_is_an_error_at_first() -> Subject:
    """KeyboardInterrupt becomes a failure of the stream when the producer is registered."""

    class Broken(ProducerStream):
        def registerProducer(self, producer: Any, streaming: bool) -> None:
            try:
                super().registerProducer(producer, streaming)
            except (KeyboardInterrupt, SystemExit):
                self.finish(Failure())

    return port(ProducerStream=Broken)


@broken("producer_97")
def forgets_who_raised() -> Subject:
    """A producer that raised when it was asked is forgotten, and not stopped."""

    class Broken(ProducerStream):
        def finish(self, failure: Any = None) -> None:
            super().finish(failure)
            if self._asking and failure is not None:
                self.producer = None

    return port(ProducerStream=Broken)


@broken("producer_46")
def only_the_first_length_counts() -> Subject:
    """A length that was set after it was made is not held against what was written."""

    class Broken(ProducerStream):
        def __init__(self, length: int | None = None) -> None:
            super().__init__(length)
            self.declared = length is not None

        def _end(self) -> Failure | None:
            if not self.declared:
                self.length = None
            return super()._end()

    return port(ProducerStream=Broken)


@broken("producer_102")
def an_interrupted_read_waits_on() -> Subject:
    """After KeyboardInterrupt passed through a read, the next piece goes to that one's Deferred, which nobody has."""

    class Broken(ProducerStream):
        lost: Any = None

        def _ask(self) -> None:
            waiting = self.deferred
            try:
                super()._ask()
            except (KeyboardInterrupt, SystemExit):
                self.lost = waiting
                raise

        def write(self, data: Any) -> None:
            if self.lost is not None:
                self.deferred, self.lost = self.lost, None
            super().write(data)

    return port(ProducerStream=Broken)
