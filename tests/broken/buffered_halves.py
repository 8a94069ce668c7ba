"""Broken halves of buffers: read in the wrong order, closed too much or too little."""

from contextlib import suppress
from typing import Any

from twisted.internet.defer import Deferred

from streamgauge.subject import Subject
from tests.broken import broken, port
from web2stream import BufferedStream


def halving(change: Any) -> Subject:
    """Give a port that makes `change(whole, before, after)` when a stream is split within its buffer."""

    class Broken(BufferedStream):
        def split(self, point: int) -> Any:
            held = len(self._queue)
            before, after = super().split(point)
            if held and point <= held:
                change(self, before, after)
            return before, after

    return port(BufferedStream=Broken)


class _First(BufferedStream):
    """The second half of a buffer; if it is read before the first half, it takes that one's bytes."""

    first: Any = None

    def read(self) -> Any:
        if self.first is not None and self.first.length and not self.first._closed:
            self._queue, self.first._queue = self.first._queue, self._queue
        self.first = None
        return super().read()


@broken("buffered_61")
def who_reads_first_gets_the_first_bytes() -> Subject:
    """The half that is read first gets the buffer's begin."""

    def change(whole: Any, before: Any, after: Any) -> None:
        before.pushback(before.read() or b"")
        after.__class__ = _First
        after.first = before

    return halving(change)


@broken("buffered_62")
def closing_before_closes_the_source() -> Subject:
    """When the first half of a buffer is closed, the source is."""

    def change(whole: Any, before: Any, after: Any) -> None:
        def close() -> None:
            BufferedStream.close(before)
            after._source.close()

        before.close = close

    return halving(change)


@broken("buffered_62")
def closing_after_drops_the_buffer() -> Subject:
    """When the second half is closed, what was buffered is gone from the first one too."""

    def change(whole: Any, before: Any, after: Any) -> None:
        def close() -> None:
            BufferedStream.close(after)
            before.close()

        after.close = close

    return halving(change)


class _Open:
    """A stream to be closed in place of the source."""

    length = None

    def close(self) -> None:
        pass


@broken("buffered_63")
def halves_leave_the_source_open() -> Subject:
    """Halves of a buffer close themselves, and not the source."""

    def change(whole: Any, before: Any, after: Any) -> None:
        def close() -> None:
            after._source.stream = _Open()
            BufferedStream.close(after)

        after.close = close

    return halving(change)


@broken("buffered_64")
def halves_leave_their_reader_waiting() -> Subject:
    """A half that is closed forgets the read that waits."""

    def change(whole: Any, before: Any, after: Any) -> None:
        def close() -> None:
            after._call = None
            BufferedStream.close(after)

        after.close = close

    return halving(change)


@broken("buffered_65")
def first_half_asks_the_source() -> Subject:
    """At its end the first half of a buffer asks whether the source is in order."""

    def change(whole: Any, before: Any, after: Any) -> None:
        def read() -> Any:
            data = BufferedStream.read(before)
            if data is not None or before._closed:
                return data
            answer = None
            with suppress(RuntimeError):
                answer = BufferedStream.read(after)
            if isinstance(answer, Deferred):
                return answer.addCallback(lambda piece: after.pushback(piece or b""))
            after.pushback(answer or b"")
            return None

        before.read = read

    return halving(change)


@broken("buffered_66")
def halves_of_halves_are_swapped() -> Subject:
    """A half of a buffer that is split again gives its halves in the wrong order."""

    def change(whole: Any, before: Any, after: Any) -> None:
        def split(point: int) -> Any:
            first, second = BufferedStream.split(after, point)
            return second, first

        after.split = split

    return halving(change)
