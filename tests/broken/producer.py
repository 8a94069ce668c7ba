"""Broken producer streams: what they are, and what they take.

The other broken streams of that page stand beside this module; importing them registers them.
"""

from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IConsumer
from zope.interface import implementer_only

import tests.broken.producer_both
import tests.broken.producer_calls
import tests.broken.producer_close
import tests.broken.producer_cost
import tests.broken.producer_ends
import tests.broken.producer_errors
import tests.broken.producer_fails
import tests.broken.producer_flow
import tests.broken.producer_late
import tests.broken.producer_objects
import tests.broken.producer_over
import tests.broken.producer_own
import tests.broken.producer_paused
import tests.broken.producer_pull
import tests.broken.producer_reads
import tests.broken.producer_stops
import tests.broken.producer_who  # noqa: F401 - importing them registers them
from streamgauge.subject import Subject
from tests.broken import broken, port
from web2stream.bytestream import IByteStream
from web2stream.producerstream import ProducerStream


@broken("producer_01")
def no_consumer() -> Subject:
    """It declares no IConsumer."""

    @implementer_only(IByteStream)
    class Broken(ProducerStream):
        pass

    return port(ProducerStream=Broken)


@broken("producer_01")
def takes_no_producer() -> Subject:
    """The first producer is refused as if it were the second: the condition is the wrong way round."""

    class Broken(ProducerStream):
        def registerProducer(self, producer: Any, streaming: bool) -> None:
            if not self.closed:
                raise RuntimeError("there is a producer already")
            super().registerProducer(producer, streaming)

    return port(ProducerStream=Broken)


@broken("producer_02")
def no_byte_stream() -> Subject:
    """It declares no IByteStream."""

    @implementer_only(IConsumer)
    class Broken(ProducerStream):
        pass

    return port(ProducerStream=Broken)


@broken("producer_03")
def named_length_is_lost() -> Subject:
    """The constructor takes anything, and looks at what is given by place only."""

    class Broken(ProducerStream):
        def __init__(self, *args: Any, **named: Any) -> None:
            super().__init__(*args)

    return port(ProducerStream=Broken)


@broken("producer_03")
def length_not_kept() -> Subject:
    """The length that it is given is thrown away."""

    class Broken(ProducerStream):
        def __init__(self, length: int | None = None) -> None:
            super().__init__()
            del length

    return port(ProducerStream=Broken)


@broken("producer_04")
def asks_before_it_waits() -> Subject:
    """A read asks the producer first and then waits, overlooking what was written in between."""

    class Broken(ProducerStream):
        def read(self) -> object:
            if self.buffer or self.closed or self.deferred is not None:
                return super().read()
            self._ask()
            waiting = self.deferred = Deferred(self._cancelled)
            return waiting

    return port(ProducerStream=Broken)


@broken("producer_05")
def drops_while_paused() -> Subject:
    """What comes while the producer is paused is dropped."""

    class Broken(ProducerStream):
        def write(self, data: Any) -> None:
            if not self.producerPaused:
                super().write(data)

    return port(ProducerStream=Broken)


@broken("producer_05")
def late_pieces_first() -> Subject:
    """What comes while the producer is paused is put in front of what waits."""

    class Broken(ProducerStream):
        def write(self, data: Any) -> None:
            late = self.producerPaused and not self.closed
            super().write(data)
            if late and len(self.buffer) > 1:
                self.buffer.appendleft(self.buffer.pop())

    return port(ProducerStream=Broken)


@broken("producer_06")
def bytes_only() -> Subject:
    """write() takes bytes, and drops everything else."""

    class Broken(ProducerStream):
        def write(self, data: Any) -> None:
            super().write(data if isinstance(data, bytes) else b"")

    return port(ProducerStream=Broken)


@broken("producer_06")
def items_for_bytes() -> Subject:
    """Of a buffer of wide items it takes as many bytes as there are items."""

    class Broken(ProducerStream):
        def write(self, data: Any) -> None:
            super().write(bytes(memoryview(data))[: len(data)])

    return port(ProducerStream=Broken)


@broken("producer_94")
def a_function() -> Subject:
    """ProducerStream is a function."""
    return port(ProducerStream=lambda length=None: ProducerStream(length))


@broken("producer_94")
def no_other_attributes() -> Subject:
    """A derived class cannot keep attributes of its own."""

    class Broken(ProducerStream):
        def __setattr__(self, name: str, value: object) -> None:
            if type(self) is not Broken and not hasattr(ProducerStream(), name):
                raise AttributeError(name)
            super().__setattr__(name, value)

    return port(ProducerStream=Broken)


@broken("producer_95")
def any_length() -> Subject:
    """Any length is taken."""

    class Broken(ProducerStream):
        def __init__(self, length: int | None = None) -> None:
            super().__init__(None if length is None else max(0, length))

    return port(ProducerStream=Broken)


@broken("producer_06")
def items_count_against_the_length() -> Subject:
    """Of its length a written buffer takes as many bytes as it has items."""

    class Broken(ProducerStream):
        def write(self, data: Any) -> None:
            super().write(data)
            if self.length is not None:
                self.length += memoryview(data).nbytes - len(data)

    return port(ProducerStream=Broken)


@broken("producer_104")
def unknown_for_good() -> Subject:
    """A length that was never known is unknown at the end too."""

    class Broken(ProducerStream):
        def read(self) -> Any:
            length = self.length
            answer = super().read()
            if length is None and self.closed:
                self.length = None
            return answer

        def close(self) -> None:
            super().close()
            self.length = 0

    return port(ProducerStream=Broken)
