"""Broken byte streams: closing during a read, and both halves."""

from typing import Any

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from streamgauge.subject import Subject
from streamgauge.target import subject
from tests.broken import broken
from tests.broken.bytestream_parts import Half, halved
from tests.broken.stream_parts import later, wrapping
from tests.kit.right_later import Later
from tests.kit.right_pieces import check
from tests.kit.right_wrapping import Passing
from web2stream.split import fallbackSplit


@broken("bytestream_19")
def a_late_answer_counts() -> Subject:
    """close() during a read keeps the length until the answer is there."""

    class Broken(Passing):
        waiting = False

        @property
        def length(self) -> Any:
            return self.told if self.waiting else super().length

        told: Any = None

        def close(self) -> None:
            busy, self.told = self._answer is not None, super().length
            super().close()
            self.waiting = busy

    return wrapping(Broken)


@broken("bytestream_19")
def the_answer_sets_the_length() -> Subject:
    """When the answer comes after close(), length is what remains behind it."""

    class Broken(Later):
        late = 0

        @property
        def length(self) -> int:
            return self.late or len(self._data)

        def close(self) -> None:
            left, busy = len(self._data), self._answer is not None
            super().close()
            if busy and left:
                self._schedule(lambda: setattr(self, "late", left))

    return later(Broken)


@broken("bytestream_21")
def halves_keep_the_source_open() -> Subject:
    """No half closes the source: each leaves that to the other."""

    class Shielded:
        def __init__(self, stream: Any) -> None:
            self._stream = stream

        def read(self) -> Any:
            return self._stream.read()

        def close(self) -> None:
            pass

        @property
        def length(self) -> Any:
            return self._stream.length

    class Broken(Passing):
        def split(self, point: int) -> Any:
            check(point, self.length)
            return fallbackSplit(Shielded(self), point)

    return wrapping(Broken)


@broken("bytestream_21")
def only_one_order_closes_the_source() -> Subject:
    """The source is closed when after is closed last, not when before is."""

    class Last(Half):
        is_after = shut = False

        def close(self) -> Any:
            if self.is_after and not self.other.shut:
                self.ended = True
                self.shut = True
                return
            self.shut = True
            if not (not self.is_after and self.other.shut):
                self._inner.close()

        ended = False

        def read(self) -> Any:
            return None if self.ended or (self.shut and not self.is_after) else self._inner.read()

        @property
        def length(self) -> Any:
            return 0 if self.shut else self._inner.length

    class Broken(Passing):
        def split(self, point: int) -> Any:
            before, after = halved(Last, self, point)
            after.is_after = True
            return before, after

    return subject(Broken, wraps=True, cannot=["waits"])


class Waited(Half):
    """A half that keeps the Deferred of its outstanding read."""

    waiting: Any = None

    def read(self) -> Any:
        result = self._inner.read()
        if not isinstance(result, Deferred):
            return result
        self.waiting = answer = Deferred()
        result.addBoth(self.came, answer)
        return answer

    def came(self, result: Any, answer: Any) -> None:
        if self.waiting is answer:
            self.waiting = None
            answer.callback(result)


@broken("bytestream_22")
def a_closed_half_forgets_its_reader() -> Subject:
    """Closing a half leaves the Deferred of its outstanding read unfired."""

    class Forgetting(Waited):
        def close(self) -> Any:
            self.waiting = None
            self._inner.close()

    class Broken(Passing):
        def split(self, point: int) -> Any:
            return halved(Forgetting, self, point)

    return wrapping(Broken)


@broken("bytestream_22")
def a_half_answers_before_it_ends() -> Subject:
    """Closing a half answers its outstanding read first, so that a read from inside its callback reads on."""

    class Answering(Waited):
        def close(self) -> Any:
            answer, self.waiting = self.waiting, None
            if answer is not None:
                answer.callback(None)
            self._inner.close()

    class Broken(Passing):
        def split(self, point: int) -> Any:
            return halved(Answering, self, point)

    return wrapping(Broken)


@broken("bytestream_22")
def a_closed_half_fails_its_reader() -> Subject:
    """Closing a half fails its outstanding read."""

    class Failing(Half):
        closed = False

        def read(self) -> Any:
            result = self._inner.read()
            if not isinstance(result, Deferred):
                return result
            return result.addCallback(self.look)

        def look(self, result: Any) -> Any:
            return Failure(ConnectionAbortedError("closed")) if self.closed and result is None else result

        def close(self) -> Any:
            self.closed = True
            self._inner.close()

    class Broken(Passing):
        def split(self, point: int) -> Any:
            return halved(Failing, self, point)

    return wrapping(Broken)
