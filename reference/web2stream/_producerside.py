"""The producer of a ProducerStream: who it is, and what it is told.

Strategy: one producer at a time. A pull producer is asked for each piece, a push producer only if it was paused.
The asking never nests: a request made while the producer answers the last one is noted, and made when it has
returned, so that a reader which reads on from its callback needs no deeper stack. What it gives is no matter here.
"""

from contextlib import suppress
from typing import Any

from twisted.python.failure import Failure


class ProducerSide:
    """What a stream knows of its producer, and how it has it pause, go on and stop.

    Attributes:
        producer: the one registered, or None.
        streamingProducer: True if it is a push producer.
        producerPaused: True while it is paused; of no meaning without one.
        closed: the stream's; True once nothing more is accepted.
        deferred: the stream's outstanding read, or None.
    """

    closed: bool
    deferred: Any

    def __init__(self) -> None:
        self.producer: Any = None
        self.streamingProducer = False
        self.producerPaused = False
        self._asking = False
        self._askAgain = False

    def finish(self, failure: Failure | BaseException | None = None) -> None:
        """End the stream, with a failure or without; the stream does it."""
        raise NotImplementedError

    def registerProducer(self, producer: Any, streaming: bool) -> None:
        """Take a producer; a pull producer is asked for its first chunk at once.

        Args:
            producer: an IPushProducer or an IPullProducer. On a closed stream it is told to stop instead.
            streaming: True if it is a push producer.

        Raises:
            RuntimeError: there is one already.

        Obeys: producer_18, producer_21, producer_22, producer_23, producer_27, producer_28
        """
        if self.producer is not None:
            raise RuntimeError(f"cannot register {producer!r}: {self.producer!r} was never unregistered")
        if self.closed:
            producer.stopProducing()
            return
        self.producer = producer
        self.streamingProducer = bool(streaming)
        self.producerPaused = False
        if not streaming:
            self._ask()

    def unregisterProducer(self) -> None:
        """Forget the producer; what it wrote stays.

        Obeys: producer_24, producer_25, producer_26
        """
        self.producer = None

    def _ask(self) -> None:
        """Have the producer go on, if it waits for that."""
        if self._asking:
            self._askAgain = True
            return
        self._asking = True
        try:
            while True:
                self._askAgain = False
                if self.producer is not None and (self.producerPaused or not self.streamingProducer):
                    self.producerPaused = False
                    self.producer.resumeProducing()
                if not self._askAgain or self.deferred is None:
                    break
        except Exception:
            self.finish(Failure())
            self._stopProducer()
        finally:
            self._asking = False

    def _holdBack(self) -> None:
        """Have the producer pause, once."""
        if self.producer is not None and self.streamingProducer and not self.producerPaused:
            self.producerPaused = True
            self.producer.pauseProducing()

    def _stopProducer(self) -> None:
        """Tell the producer, if there is one, to stop; its own error has nobody to go to."""
        producer, self.producer = self.producer, None
        if producer is not None:
            with suppress(Exception):
                producer.stopProducing()
