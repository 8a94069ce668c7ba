"""Broken streams: wrong ends. Data makers break what needs no source, wrapping makers the rest."""

from typing import Any

from twisted.internet.defer import Deferred

from streamgauge.subject import Subject
from streamgauge.target import subject
from tests.broken import (  # noqa: F401 - registers theirs
    broken,
    stream_close,
    stream_data,
    stream_errors,
    stream_held,
    stream_interrupts,
    stream_reads,
)
from tests.broken.stream_parts import later, wrapping
from tests.kit.right_later import Later
from tests.kit.right_pieces import Pieces
from tests.kit.right_wrapping import Passing


@broken("stream_03")
def forgets_the_end() -> Subject:
    """The Deferred of a read at the end never fires."""

    class Broken(Passing):
        def _came(self, result: Any) -> None:
            if result is not None:
                super()._came(result)

    return wrapping(Broken)


@broken("stream_03")
def forgets_every_second_delivery() -> Subject:
    """The delayed call of every second read is lost."""

    class Broken(Later):
        reads = 0

        def read(self) -> Any:
            self.reads += 1
            answer = super().read()
            if self.reads % 2 == 0:
                self._answer = None
            return answer

    return later(Broken)


@broken("stream_04")
def reads_on_after_close() -> Subject:
    """close() only sets the length."""

    class Broken(Pieces):
        def close(self) -> None:
            self.length = 0

        def read(self) -> Any:
            closed = self.length == 0
            piece = super().read()
            self.length = 0 if closed else self.length
            return piece

    return subject(Broken)


@broken("stream_04")
def raises_after_close() -> Subject:
    """A read of a closed stream raises, as a closed file does."""

    class Broken(Pieces):
        closed = False

        def close(self) -> None:
            super().close()
            self.closed = True

        def read(self) -> Any:
            if self.closed:
                raise ValueError("read of closed stream")
            return super().read()

    return subject(Broken)


@broken("stream_04")
def one_last_piece_after_close() -> Subject:
    """What was read ahead is still given after close."""

    class Broken(Pieces):
        def close(self) -> None:
            while len(self._left) > 1:
                self._left.pop()
            self.length = 0

        def read(self) -> Any:
            return self._left.popleft() if self.length == 0 and self._left else super().read()

    return subject(Broken)


@broken("stream_05")
def begins_again() -> Subject:
    """After None it starts from the beginning, as an iterator made anew."""

    class Broken(Pieces):
        def __init__(self, data: bytes, *more: Any) -> None:
            super().__init__(data, *more)
            self._again = list(self._left)

        def read(self) -> Any:
            piece = super().read()
            if piece is None:
                self._left.extend(self._again)
                self._again.clear()
            return piece

        def close(self) -> None:
            super().close()
            self._again.clear()

    return subject(Broken, cannot=["length", "split"])


@broken("stream_05")
def raises_after_the_end() -> Subject:
    """The second read after the end raises."""

    class Broken(Pieces):
        ended = closed = False

        def read(self) -> Any:
            piece = super().read()
            if self.ended and not self.closed:
                raise StopIteration
            self.ended = piece is None
            return piece

        def close(self) -> None:
            super().close()
            self.closed = True

    return subject(Broken)


@broken("stream_05")
def waits_after_the_end() -> Subject:
    """After None a read gives a Deferred that nobody fires."""

    class Broken(Pieces):
        ended = closed = False

        def read(self) -> Any:
            if self.ended and not self.closed:
                return Deferred()
            piece = super().read()
            self.ended = piece is None
            return piece

        def close(self) -> None:
            super().close()
            self.closed = True

    return subject(Broken)
