"""Broken streams whose fault shows only where two features meet, in the bridges to other code."""

from collections.abc import Callable
from typing import Any

from twisted.internet.defer import Deferred

from streamgauge.subject import Subject
from tests.broken import broken, port
from tests.kit.right_wrapping import Passing
from web2stream.connect import connectStream
from web2stream.consume import readAndDiscard, readIntoFile, readStream
from web2stream.generator import generatorToStream
from web2stream.process import ProcessStreamer
from web2stream.streamproducer import StreamProducer


@broken("history_06")
def resumed_inside_after_a_pause() -> Subject:
    """Resumed from inside a write after it was paused from outside, it drops the next piece."""

    class Broken(StreamProducer):
        writing = outside = drops = False

        def pauseProducing(self) -> None:
            self.outside = self.outside or not self.writing
            super().pauseProducing()

        def resumeProducing(self) -> None:
            self.drops = self.writing and self.outside
            super().resumeProducing()

        def _handle(self, answer: Any) -> None:
            if self.drops and isinstance(answer, bytes):
                self.drops = False
                return
            self.writing = True
            super()._handle(answer)
            self.writing = False

    return port(StreamProducer=Broken)


@broken("history_07")
def closed_inside_a_callback() -> Subject:
    """Closed from inside the callback of a read that waited, it leaves generator and input as they are."""

    def broken_convert(fun: Callable[..., Any]) -> Callable[..., Any]:
        def make(source: Any, *args: Any, **kwargs: Any) -> Any:
            return Late(generatorToStream(fun)(source, *args, **kwargs))

        return make

    class Late(Passing):
        late = False
        length = None

        def _came(self, result: Any) -> None:
            self.late = True
            super()._came(result)
            self.late = False

        def close(self) -> None:
            if self.late:
                self._over = True  # and the stream beneath stays open
                return
            super().close()

    return port(generatorToStream=broken_convert)


@broken("history_08")
def finishing_between_pieces() -> Subject:
    """A protocol that is done writing before its input has ended misses the last piece of it."""

    def broken_connect(inputStream: Any, factory: Any, **kwargs: Any) -> Any:
        out: Any = None

        class Losing(Passing):
            def read(self) -> Any:
                result = super().read()
                done = out is not None and out.closed
                if isinstance(result, Deferred):
                    return result.addCallback(lambda piece: b"" if done and piece is not None else piece)
                return result

        out = connectStream(Losing(inputStream), factory, **kwargs)
        return out

    return port(connectStream=broken_connect)


@broken("history_09")
def closing_one_costs_the_other_a_piece() -> Subject:
    """What comes first of an output once the other one is closed is lost, unless a read waits for it."""

    class Broken(ProcessStreamer):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            for one, other in ((self.outStream, self.errStream), (self.errStream, self.outStream)):
                self._spoil(one, other)

        @staticmethod
        def _spoil(one: Any, other: Any) -> None:
            write = one.write
            lost: list[bytes] = []

            def writing(data: bytes) -> None:
                if other.closed and one.deferred is None and not lost:
                    lost.append(data)
                else:
                    write(data)

            one.write = writing

    return port(ProcessStreamer=Broken)


@broken("history_10")
def cancelling_one_ends_another() -> Subject:
    """Cancelling a reading silences the callback of the one that was begun last, too."""
    silent: set[int] = set()
    callbacks: list[Any] = []

    def broken_read(stream: Any, gotDataCallback: Callable[[Any], object]) -> Any:
        callbacks.append(gotDataCallback)
        last = len(callbacks)

        def take(data: Any) -> object:
            return None if last in silent else gotDataCallback(data)

        done = readStream(stream, take)
        cancel = done.cancel

        def cancelling() -> None:
            silent.add(len(callbacks))
            cancel()

        vars(done)["cancel"] = cancelling
        return done

    return port(readStream=broken_read, readAndDiscard=readAndDiscard, readIntoFile=readIntoFile)
