"""Broken closing of buffered streams."""

from typing import Any

from twisted.python.failure import Failure

from streamgauge.subject import Subject
from tests.broken import broken, port
from tests.broken.buffered_parts import Never
from web2stream import BufferedStream
from web2stream._reply import shut


@broken("buffered_45")
def cannot_be_closed() -> Subject:
    """There is no close."""

    class Broken(BufferedStream):
        close = None  # type: ignore[assignment]

    return port(BufferedStream=Broken)


@broken("buffered_45")
def close_keeps_the_source() -> Subject:
    """close() drops the buffer and leaves the source open."""

    class Open:
        length = 0

        def close(self) -> None:
            pass

    class Broken(BufferedStream):
        def close(self) -> None:
            self._source.stream = Open()
            super().close()

    return port(BufferedStream=Broken)


@broken("buffered_45")
def close_waits_for_the_outstanding_call() -> Subject:
    """close() while a call is outstanding answers it and leaves the source open."""

    class Broken(BufferedStream):
        def close(self) -> None:
            if self._call is not None:
                self._source.stream = Never()
            super().close()

    return port(BufferedStream=Broken)


@broken("buffered_46")
def buffer_outlives_close() -> Subject:
    """What is buffered can be read after close()."""

    class Broken(BufferedStream):
        def close(self) -> None:
            queue, self._queue = self._queue, type(self._queue)()
            super().close()
            self._queue = queue

    return port(BufferedStream=Broken)


@broken("buffered_46")
def failure_outlives_close() -> Subject:
    """After a failure and close() calls fail with that failure."""

    class Broken(BufferedStream):
        def close(self) -> None:
            how = self._source._stopped
            super().close()
            if isinstance(how, Failure):
                self._source._stopped = how

    return port(BufferedStream=Broken)


@broken("buffered_46")
def pushed_after_close_is_kept() -> Subject:
    """What is put back after close() can be read."""

    class Broken(BufferedStream):
        def pushback(self, data: Any) -> None:
            if self._closed:
                self._queue.prepend(data)
            else:
                super().pushback(data)

    return port(BufferedStream=Broken)


@broken("buffered_46")
def close_answers_before_it_closes() -> Subject:
    """close() answers the outstanding call first; its callback still finds what was buffered."""

    class Broken(BufferedStream):
        def close(self) -> None:
            call, self._call = self._call, None
            if call is not None:
                call.deferred.callback(call.nothing)
            super().close()

    return port(BufferedStream=Broken)


@broken("buffered_47")
def length_outlives_close() -> Subject:
    """After close() length is what it was."""

    class Broken(BufferedStream):
        kept: int | None = None
        closed = False

        @property
        def length(self) -> int | None:
            return self.kept if self.closed else super().length

        def close(self) -> None:
            self.kept, self.closed = self.length, True
            super().close()

    return port(BufferedStream=Broken)


@broken("buffered_48")
def close_leaves_a_line_waiting() -> Subject:
    """close() never answers an outstanding readline or readExactly."""

    class Broken(BufferedStream):
        def close(self) -> None:
            if self._call is not None and self._call.attempt is not None:
                self._call = None
            super().close()

    return port(BufferedStream=Broken)


@broken("buffered_48")
def close_gives_the_collected_bytes() -> Subject:
    """close() answers an outstanding readline with what it has collected."""

    class Broken(BufferedStream):
        def close(self) -> None:
            if self._call is not None and self._call.attempt is not None:
                self._call.nothing = bytes(self._queue)
            super().close()

    return port(BufferedStream=Broken)


@broken("buffered_49")
def closed_once_only() -> Subject:
    """A second close() raises."""

    class Broken(BufferedStream):
        def close(self) -> None:
            if self._closed:
                raise RuntimeError("closed already")
            super().close()

    return port(BufferedStream=Broken)


@broken("buffered_54")
def close_trips_over_the_last_answer() -> Subject:
    """What the source still answers to the outstanding call, when it is closed, finds no call any more."""

    class Broken(BufferedStream):
        def close(self) -> None:
            call, self._call = self._call, None
            if call is not None:
                shut(self.stream)
            super().close()
            if call is not None:
                call.deferred.callback(call.nothing)

    return port(BufferedStream=Broken)
