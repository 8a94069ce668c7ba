"""Broken streams: empty pieces, data that change, callbacks, stack and window."""

from typing import Any

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from streamgauge.subject import Subject
from streamgauge.target import subject
from tests.broken import broken
from tests.broken.stream_parts import later, wrapping
from tests.kit.right_later import Later
from tests.kit.right_pieces import Pieces
from tests.kit.right_wrapping import Passing, Prefetching, Swallowing


@broken("stream_11")
def empty_is_the_end() -> Subject:
    """`if not data`: an empty piece is taken for the end."""

    class Broken(Passing):
        def read(self) -> Any:
            result = super().read()
            if result is not None and not isinstance(result, Deferred) and not result:
                self._over = True
                return None
            return result

    return wrapping(Broken)


@broken("stream_11")
def late_empty_is_the_end() -> Subject:
    """An empty piece that comes by a Deferred is taken for the end."""

    class Broken(Passing):
        def _came(self, result: Any) -> None:
            super()._came(None if result == b"" else result)

    return wrapping(Broken)


@broken("stream_11")
def two_empties_are_the_end() -> Subject:
    """After one empty piece it looks once more, and gives up at the next."""

    class Broken(Passing):
        def read(self) -> Any:
            result = super().read()
            if isinstance(result, bytes) and not result:
                result = super().read()
                if isinstance(result, bytes) and not result:
                    self._over = True
                    return None
            return result

    return wrapping(Broken)


@broken("stream_12")
def uses_its_buffer_again() -> Subject:
    """Every piece is read into the same buffer."""

    class Broken(Pieces):
        def __init__(self, data: bytes, *_more: Any) -> None:
            super().__init__(data, 10)
            self._buffer = bytearray(10)

        def read(self) -> Any:
            piece = super().read()
            if piece is None:
                return None
            self._buffer[: len(piece)] = piece
            return memoryview(self._buffer)[: len(piece)]

    return subject(Broken)


@broken("stream_12")
def close_releases_what_was_read() -> Subject:
    """close() releases the views that it has given."""

    class Broken(Pieces):
        def __init__(self, data: bytes, *_more: Any) -> None:
            super().__init__(data)
            self._given: list[memoryview] = []

        def read(self) -> Any:
            piece = super().read()
            if piece is None:
                return None
            self._given.append(memoryview(piece))
            return self._given[-1]

        def close(self) -> None:
            super().close()
            for view in self._given:
                view.release()

    return subject(Broken)


@broken("stream_12")
def data_die_with_the_stream() -> Subject:
    """What was read is wiped when the stream is collected."""

    class Broken(Pieces):
        _given: tuple[bytearray, ...] = ()

        def read(self) -> Any:
            piece = super().read()
            if piece is None:
                return None
            self._given += (bytearray(piece),)
            return self._given[-1]

        def __del__(self) -> None:
            for given in self._given:
                given[:] = bytes(len(given))

    return subject(Broken)


@broken("stream_13")
def busy_in_its_callback() -> Subject:
    """The read counts as outstanding until its callbacks have returned."""

    class Broken(Passing):
        def _came(self, result: Any) -> None:
            answer = self._answer
            if answer is None:
                return
            self._over = result is None or isinstance(result, Failure)
            answer.callback(result)
            self._answer = None

        def close(self) -> None:
            answer = self._answer
            if answer is not None and answer.called:
                self._answer = None
            super().close()

    return wrapping(Broken)


@broken("stream_13")
def forgets_a_read_from_a_callback() -> Subject:
    """After its callbacks have returned it forgets its reader: also the new one."""

    class Broken(Later):
        def _deliver(self, answer: Deferred[Any]) -> None:
            super()._deliver(answer)
            self._answer = None

    return later(Broken)


@broken("stream_16")
def recurses_over_empties() -> Subject:
    """Each empty piece takes a level of the stack."""

    class Broken(Passing):
        def read(self) -> Any:
            result = super().read()
            return self.read() if isinstance(result, bytes) and not result else result

    return wrapping(Broken)


@broken("stream_16")
def recurses_over_fired_deferreds() -> Subject:
    """Each empty piece that comes by a fired Deferred takes levels of the stack."""

    class Broken(Swallowing):
        def read(self) -> Any:
            result = super().read()
            if isinstance(result, Deferred) and getattr(result, "result", None) == b"":
                return self.read()
            return result

    return wrapping(Broken)


@broken("stream_16")
def grows_with_each_piece() -> Subject:
    """Each piece puts a layer around the source."""

    class Layer:
        def __init__(self, inner: Any) -> None:
            self._inner = inner

        def read(self) -> Any:
            return self._inner.read()

        def __getattr__(self, name: str) -> Any:
            return getattr(self.__dict__["_inner"], name)

    class Broken(Passing):
        def read(self) -> Any:
            self._source = Layer(self._source)
            return super().read()

    return subject(Broken, wraps=True, cannot=["close", "length", "split"])


@broken("stream_17")
def reads_everything_at_once() -> Subject:
    """The first read takes all that is there at once."""

    class Broken(Prefetching):
        def _fetch(self) -> None:
            while not self._fetching and not self._over:
                super()._fetch()

    return wrapping(Broken)


@broken("stream_17")
def reads_before_it_is_read() -> Subject:
    """It begins to read when it is made, and goes on for as long as there is something."""

    class Broken(Prefetching):
        def __init__(self, source: Any) -> None:
            super().__init__(source)
            self._fetch()

        def _fetch(self) -> None:
            while not self._fetching and not self._over:
                super()._fetch()

    return wrapping(Broken)
