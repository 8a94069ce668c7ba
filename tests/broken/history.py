"""Broken streams whose fault shows only where two features meet, so that no clause about one of them sees it."""

from typing import Any

from streamgauge.subject import Subject
from tests.broken import broken, history_bridges, port  # noqa: F401 - registers its own
from tests.broken.stream_parts import wrapping
from tests.kit.right_pieces import Pieces
from tests.kit.right_wrapping import Passing
from web2stream.buffered import BufferedStream
from web2stream.compound import CompoundStream
from web2stream.producerstream import ProducerStream
from web2stream.split import fallbackSplit


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
                point = min(point, self.length)
            return super().split(point)

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
