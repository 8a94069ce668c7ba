"""Broken splits of buffers: halves with wrong bytes or lengths."""

from typing import Any

from streamgauge.subject import Subject
from tests.broken import broken, port
from web2stream import BufferedStream
from web2stream._bytequeue import ByteQueue


@broken("buffered_32")
def halves_swap_sizes() -> Subject:
    """A split inside the buffer cuts as far from its end as it should from its begin."""

    class Broken(BufferedStream):
        def split(self, point: int) -> Any:
            held = len(self._queue)
            return super().split(held - point if 0 <= point < held else point)

    return port(BufferedStream=Broken)


@broken("buffered_32")
def buffer_stays_behind() -> Subject:
    """A split inside the buffer gives all of it to the second half."""

    class Broken(BufferedStream):
        def split(self, point: int) -> Any:
            return super().split(0 if 0 < point <= len(self._queue) else point)

    return port(BufferedStream=Broken)


@broken("buffered_33")
def point_counts_from_the_source() -> Subject:
    """A split behind the buffer counts its point from the buffer's end."""

    class Broken(BufferedStream):
        def split(self, point: int) -> Any:
            held, length = len(self._queue), self.length
            if held and point > held:
                point = point + held if length is None else min(point + held, length)
            return super().split(point)

    return port(BufferedStream=Broken)


@broken("buffered_34")
def pushed_is_lost_by_split() -> Subject:
    """What was put back is in none of the halves."""

    class Broken(BufferedStream):
        pushed = 0

        def pushback(self, data: Any) -> None:
            super().pushback(data)
            self.pushed = len(data)

        def split(self, point: int) -> Any:
            whole = self.length
            if whole is None or 0 <= point <= whole:
                self._queue.take(self.pushed)
            left = self.length
            return super().split(point if left is None or left == whole else min(point, left))

    return port(BufferedStream=Broken)


@broken("buffered_35")
def half_of_a_buffer_without_length() -> Subject:
    """After a split with bytes buffered the first half does not know its length."""

    class Unknown(BufferedStream):
        @property
        def length(self) -> int | None:
            return None

    class Broken(BufferedStream):
        def split(self, point: int) -> Any:
            held = bool(self._queue)
            before, after = super().split(point)
            if held:
                before.__class__ = Unknown
            return before, after

    return port(BufferedStream=Broken)


@broken("buffered_36")
def negative_point_of_a_buffer() -> Subject:
    """With bytes buffered a negative point counts from the buffer's end."""

    class Broken(BufferedStream):
        def split(self, point: int) -> Any:
            held = len(self._queue)
            return super().split(max(0, held + point) if held and point < 0 else point)

    return port(BufferedStream=Broken)


@broken("buffered_36")
def refusal_costs_the_buffer() -> Subject:
    """An impossible point is refused after the buffer was given away."""

    class Broken(BufferedStream):
        def split(self, point: int) -> Any:
            try:
                return super().split(point)
            except ValueError:
                self._queue = ByteQueue()
                raise

    return port(BufferedStream=Broken)


@broken("buffered_33")
def large_buffers_change_halves() -> Subject:
    """A split behind the buffer leaves the first half only the first 4096 bytes of it."""

    class Broken(BufferedStream):
        def split(self, point: int) -> Any:
            held = len(self._queue)
            before, after = super().split(point)
            if point > held > 4096:
                kept = before._queue.take(4096)
                after._queue, before._queue = before._queue, ByteQueue()
                before._queue.append(kept)
            return before, after

    return port(BufferedStream=Broken)
