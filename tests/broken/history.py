"""Broken streams whose fault shows only where two features meet, so that no clause about one of them sees it."""

from collections.abc import Callable
from typing import Any

from twisted.internet.defer import Deferred

from streamgauge.subject import Subject
from tests.broken import broken, port
from tests.broken.stream_parts import wrapping
from tests.kit.right import Passing, Pieces
from web2stream.buffered import BufferedStream
from web2stream.compound import CompoundStream
from web2stream.connect import connectStream
from web2stream.generator import generatorToStream
from web2stream.process import ProcessStreamer
from web2stream.producerstream import ProducerStream
from web2stream.split import fallbackSplit
from web2stream.streamproducer import StreamProducer


@broken("history_01")
def a_refused_read_outlives_close() -> Subject:
    """After an overlapping read was refused, close does not answer the outstanding one."""

    class Broken(Passing):
        refused = False

        def read(self) -> Any:
            self.refused = self.refused or self._answer is not None
            return super().read()

        def close(self) -> None:
            if self.refused and self._answer is not None:
                self._answer = None
            super().close()

    return wrapping(Broken)


@broken("history_01")
def looks_cost_a_piece() -> Subject:
    """A look at the length from where an outstanding read was just answered makes the next read give nothing."""

    class Broken(Passing):
        came = lost = False

        def _came(self, result: Any) -> None:
            self.came = True
            super()._came(result)

        @property
        def length(self) -> Any:
            self.lost = self.lost or self.came
            return super().length

        def read(self) -> Any:
            self.came = False
            if self.lost and not self._over and self._answer is None:
                self.lost = False
                return b"" if super().read() is None else super().read()
            return super().read()

    return wrapping(Broken)


@broken("history_02")
def the_last_half_closes_all() -> Subject:
    """A second half that is dropped unread closes the source that the first one still reads."""

    class Broken(Passing):
        def split(self, point: int) -> Any:
            before, after = fallbackSplit(self, point)
            return before, Dropped(after, self)

    class Dropped(Passing):
        def __init__(self, half: Any, whole: Any) -> None:
            super().__init__(half)
            self._whole = whole
            self._read = False

        def read(self) -> Any:
            self._read = True
            return super().read()

        def split(self, point: int) -> Any:
            self._read = True
            return self._source.split(point)

        def close(self) -> None:
            self._read = True
            super().close()

        def __del__(self) -> None:
            if not self._read:
                Passing.close(self._whole)

    return wrapping(Broken)


@broken("history_02")
def a_half_split_after_a_close() -> Subject:
    """A second half that is split once the first was closed gives its halves in the wrong order."""

    class Broken(Pieces):
        first: Any = None

        def split(self, point: int) -> Any:
            before, after = super().split(point)
            after.first = before
            turned = self.first is not None and self.first.length == 0 and 0 < point < (before.length or 0) + 1
            if turned and self.first.closed:
                before._left.reverse()
            return before, after

        closed = False

        def close(self) -> None:
            self.closed = True
            super().close()

        def _half(self, data: bytes) -> Any:
            return type(self)(data, 1, self._kind)

    def make(data: bytes) -> Any:
        return Broken(data)

    from streamgauge.target import subject

    return subject(make)


@broken("history_03")
def added_later_lost_by_split() -> Subject:
    """A stream that is added after the first read is lost by a split."""

    class Broken(CompoundStream):
        begun = False

        def __init__(self, buckets: Any = ()) -> None:
            super().__init__(buckets)
            self.late: list[Any] = []

        def addStream(self, bucket: Any) -> None:
            super().addStream(bucket)
            if self.begun:
                self.late.append(bucket)

        def read(self, sendfile: bool = False) -> Any:
            self.begun = True
            return super().read(sendfile)

        def split(self, point: int) -> Any:
            left = [stream for stream in self.buckets if stream not in self.late]
            if len(left) < len(self.buckets) and self.length is not None:
                self.buckets = left
                self.length = sum(stream.length for stream in left)
            return super().split(min(point, self.length or 0))

    return port(CompoundStream=Broken)


@broken("history_04")
def a_refused_read_is_not_ended() -> Subject:
    """After an overlapping read was refused, an error of finish does not reach the outstanding one."""

    class Broken(ProducerStream):
        refused = False

        def read(self) -> Any:
            self.refused = self.refused or self.deferred is not None
            return super().read()

        def finish(self, failure: Any = None) -> None:
            super().finish(None if self.refused and self.deferred is not None else failure)

    return port("fallbackSplit", ProducerStream=Broken)


@broken("history_05")
def pushback_between_lines() -> Subject:
    """What is put back after a call with a bound goes behind what is buffered, if a line was read before."""

    class Broken(BufferedStream):
        lines = bounds = 0

        def readline(self, *args: Any, **kwargs: Any) -> Any:
            self.lines += 1
            return super().readline(*args, **kwargs)

        def readExactly(self, size: Any = None) -> Any:
            self.bounds += bool(self.lines)
            return super().readExactly(size)

        def pushback(self, data: Any) -> None:
            super().pushback(bytes(data)[::-1] if self.lines and self.bounds else data)

    return port(BufferedStream=Broken)


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
def closed_inside_a_made_up_item() -> Subject:
    """Closed from inside the callback of a read that waited, with an item yielded after it, it reads on once more."""

    def broken_convert(fun: Callable[..., Any]) -> Callable[..., Any]:
        def make(source: Any, *args: Any, **kwargs: Any) -> Any:
            return Late(generatorToStream(fun)(source, *args, **kwargs))

        return make

    class Late(Passing):
        late = False
        length = None

        def _came(self, result: Any) -> None:
            self.late = result is not None
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

    def broken_connect(source: Any, factory: Any, **kwargs: Any) -> Any:
        out: Any = None

        class Losing(Passing):
            def read(self) -> Any:
                result = super().read()
                done = out is not None and out.closed
                if isinstance(result, Deferred):
                    return result.addCallback(lambda piece: b"" if done and piece is not None else piece)
                return result

        out = connectStream(Losing(source), factory, **kwargs)
        return out

    return port(connectStream=broken_connect)


@broken("history_09")
def closing_one_empties_the_other() -> Subject:
    """Closing outStream drops what waits in errStream."""

    class Broken(ProcessStreamer):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            out, err = self.outStream, self.errStream
            close = out.close

            def closing() -> None:
                err.buffer.clear()
                close()

            out.close = closing

    return port(ProcessStreamer=Broken)
