"""Broken streams: wrong reads and closes. Data makers break what needs no source, wrapping makers the rest."""

from collections.abc import Callable
from typing import Any

from twisted.internet.defer import Deferred, fail, succeed
from twisted.python import log
from twisted.python.failure import Failure

from streamgauge.subject import Subject
from streamgauge.target import subject
from tests.broken import broken
from tests.kit.right import Later, Passing, Pieces, Prefetching, Swallowing, by_delayed_call


def wrapping(make: Callable[[Any], Any]) -> Subject:
    """Make a subject of a maker that takes a source."""
    return subject(make, wraps=True)


@broken("stream_01")
def no_close() -> Subject:
    """It has no close method."""

    class Broken:
        def __init__(self, data: bytes) -> None:
            self._left = [data]

        def read(self) -> bytes | None:
            return self._left.pop() if self._left else None

    return subject(Broken)


@broken("stream_01")
def close_wants_a_reason() -> Subject:
    """close() takes an argument that IStream does not give."""

    class Broken(Pieces):
        def close(self, _reason: str) -> None:  # type: ignore[override]
            super().close()

    return subject(Broken)


@broken("stream_01")
def read_wants_a_size() -> Subject:
    """read() takes a size, like a file's."""

    class Broken(Pieces):
        def read(self, _size: int) -> Any:  # type: ignore[override]
            return super().read()

    return subject(Broken)


@broken("stream_02")
def loses_the_last_piece() -> Subject:
    """The piece before the end is dropped when it is short."""

    class Broken(Pieces):
        def read(self) -> Any:
            piece = super().read()
            return None if piece is not None and len(piece) < 100 and not self._left else piece

    return subject(Broken)


@broken("stream_02")
def changes_line_ends() -> Subject:
    """Its file was opened in text mode: CRLF becomes LF."""

    class Broken(Pieces):
        def read(self) -> Any:
            piece = super().read()
            return piece and piece.replace(b"\r\n", b"\n")

    return subject(Broken, cannot=["length", "split"])


@broken("stream_02")
def swaps_a_waiting_piece() -> Subject:
    """A piece that came by a fired Deferred is given after the one behind it."""

    class Broken(Passing):
        _kept: Any = None

        def read(self) -> Any:
            if self._kept is not None:
                piece, self._kept = self._kept, None
                return piece
            result = super().read()
            if isinstance(result, Deferred) and isinstance(getattr(result, "result", None), bytes):
                following = super().read()
                if isinstance(following, bytes):
                    self._kept = result.result
                    return following
            return result

        def close(self) -> None:
            super().close()
            self._kept = None

    return subject(Broken, wraps=True, cannot=["length", "split"])


@broken("stream_02")
def ends_by_an_error() -> Subject:
    """The end is an EOFError instead of None."""

    class Broken(Pieces):
        def read(self) -> Any:
            if self.length == 0 and not self._closed:
                raise EOFError
            return super().read()

        _closed = False

        def close(self) -> None:
            self._closed = True
            super().close()

    return subject(Broken)


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

    return subject(lambda data: Broken(data, by_delayed_call(b"")._schedule), name="Broken")


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


@broken("stream_06")
def swallows_errors() -> Subject:
    """An error of the source looks like its end."""

    class Broken(Passing):
        def read(self) -> Any:
            try:
                return super().read()
            except RuntimeError:
                raise
            except Exception:
                return None

        def _came(self, result: Any) -> None:
            super()._came(None if isinstance(result, Failure) else result)

    return wrapping(Broken)


@broken("stream_06")
def loses_late_errors() -> Subject:
    """A Deferred of the source that fails is not passed on: only callbacks were added, no errback."""

    class Broken(Passing):
        def _came(self, result: Any) -> None:
            if not isinstance(result, Failure):
                super()._came(result)

    return wrapping(Broken)


@broken("stream_06")
def gives_errors_too_early() -> Subject:
    """It reads ahead, and an error met there comes before the data read before it."""

    class Broken(Prefetching):
        def read(self) -> Any:
            for piece in self._ahead:
                if isinstance(piece, Failure):
                    self._ahead.clear()
                    return fail(piece)
            result = super().read()
            if isinstance(result, bytes) and self._ahead and isinstance(self._ahead[0], Failure):
                return fail(self._ahead.pop())
            return result

    return wrapping(Broken)


@broken("stream_06")
def hides_the_error() -> Subject:
    """Every error becomes an OSError without the reason."""

    class Broken(Passing):
        def read(self) -> Any:
            try:
                return super().read()
            except RuntimeError:
                raise
            except Exception:
                raise OSError("reading failed") from None

    return wrapping(Broken)


@broken("stream_07")
def another_error_after_a_failure() -> Subject:
    """A read after a failed one runs into its own broken state."""

    class Broken(Passing):
        failed = False

        def read(self) -> Any:
            if self.failed:
                raise AttributeError("'NoneType' object has no attribute 'read'")
            try:
                return super().read()
            except RuntimeError:
                raise
            except Exception:
                self.failed = True
                raise

        def close(self) -> None:
            super().close()
            self.failed = False

    return wrapping(Broken)


@broken("stream_07")
def hangs_after_a_failure() -> Subject:
    """After a failed Deferred it waits for data that cannot come."""

    class Broken(Passing):
        failed = False

        def read(self) -> Any:
            return Deferred() if self.failed else super().read()

        def _came(self, result: Any) -> None:
            self.failed = isinstance(result, Failure)
            super()._came(result)

        def close(self) -> None:
            super().close()
            self.failed = False

    return wrapping(Broken)


@broken("stream_07")
def data_after_a_failure() -> Subject:
    """After a failed read comes a piece that belonged behind the hole."""

    class Broken(Passing):
        failed = False

        def read(self) -> Any:
            if self.failed:
                self.failed = False
                return b"behind the hole"
            try:
                return super().read()
            except RuntimeError:
                raise
            except Exception:
                self.failed = True
                raise

        def close(self) -> None:
            super().close()
            self.failed = False

    return wrapping(Broken)


@broken("stream_08")
def shares_the_deferred() -> Subject:
    """An overlapping read gets the Deferred of the outstanding one."""

    class Broken(Passing):
        def read(self) -> Any:
            return super().read() if self._answer is None else self._answer

    return wrapping(Broken)


@broken("stream_08")
def forgets_the_first_reader() -> Subject:
    """An overlapping read takes the place of the outstanding one, whose Deferred never fires."""

    class Broken(Later):
        def read(self) -> Any:
            self._answer = None
            return super().read()

    return subject(lambda data: Broken(data, by_delayed_call(b"")._schedule), name="Broken")


@broken("stream_08")
def refuses_by_a_deferred() -> Subject:
    """An overlapping read is refused by a failed Deferred, and ends the outstanding one."""

    class Broken(Passing):
        def read(self) -> Any:
            if self._answer is None:
                return super().read()
            return fail(RuntimeError("a read is outstanding"))

    return wrapping(Broken)


@broken("stream_08")
def refuses_and_loses() -> Subject:
    """An overlapping read raises, but the piece under way is lost."""

    class Broken(Passing):
        lost = False

        def read(self) -> Any:
            self.lost = self._answer is not None
            return super().read()

        def _came(self, result: Any) -> None:
            super()._came(b"" if self.lost and isinstance(result, bytes) else result)
            self.lost = False

    return wrapping(Broken)


@broken("stream_09")
def forgets_its_reader() -> Subject:
    """close() leaves the outstanding Deferred unfired."""

    class Broken(Passing):
        def close(self) -> None:
            self._answer = None
            super().close()

    return wrapping(Broken)


@broken("stream_09")
def delivers_after_close() -> Subject:
    """What was under way when the stream was closed is still delivered."""

    class Broken(Later):
        def close(self) -> None:
            answer, self._answer = self._answer, None
            super().close()
            if answer is not None:
                self._schedule(lambda: answer.callback(b"too late"))

    return subject(lambda data: Broken(data, by_delayed_call(b"")._schedule), name="Broken")


@broken("stream_09")
def fails_its_reader() -> Subject:
    """close() cancels the outstanding Deferred."""

    class Broken(Passing):
        def close(self) -> None:
            answer, self._answer = self._answer, None
            super().close()
            if answer is not None:
                answer.cancel()

    return wrapping(Broken)


@broken("stream_10")
def closes_once() -> Subject:
    """The second close raises."""

    class Broken(Pieces):
        closed = False

        def close(self) -> None:
            if self.closed:
                raise RuntimeError("closed already")
            self.closed = True
            super().close()

    return subject(Broken)


@broken("stream_10")
def cannot_close_at_the_end() -> Subject:
    """At the end it has dropped what close wants to close."""

    class Broken(Pieces):
        ended = False

        def read(self) -> Any:
            piece = super().read()
            self.ended = self.ended or piece is None
            return piece

        def close(self) -> None:
            if self.ended and self.length is not None:
                self.length = None  # closed now
                raise AttributeError("'NoneType' object has no attribute 'close'")
            super().close()

    return subject(Broken, cannot=["length", "split"])


@broken("stream_10")
def cannot_close_in_a_callback() -> Subject:
    """close() fires the Deferred whose callback it is called from a second time."""

    class Broken(Passing):
        _inside: "Deferred[Any] | None" = None

        def _came(self, result: Any) -> None:
            answer = self._answer
            super()._came(result) if answer is None else self._bring(answer, result)

        def _bring(self, answer: Deferred[Any], result: Any) -> None:
            self._answer, self._inside = None, answer
            self._over = result is None or isinstance(result, Failure)
            answer.callback(result)
            self._inside = None

        def close(self) -> None:
            super().close()
            if self._inside is not None:
                self._inside.callback(None)

    return wrapping(Broken)


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

    return subject(lambda data: Broken(data, by_delayed_call(b"")._schedule), name="Broken")


@broken("stream_14")
def logs_what_it_passes_on() -> Subject:
    """Errors are given to the reader, and logged as well."""

    class Broken(Passing):
        def read(self) -> Any:
            try:
                return super().read()
            except RuntimeError:
                raise
            except Exception:
                log.err()
                raise

        def _came(self, result: Any) -> None:
            if isinstance(result, Failure):
                log.err(result)
            super()._came(result)

    return wrapping(Broken)


@broken("stream_14")
def leaves_a_failure_behind() -> Subject:
    """An error is given to the reader by a Deferred of its own; that of the source keeps the failure, unhandled."""

    class Broken(Passing):
        def _came(self, result: Any) -> Any:
            super()._came(result)
            return result

    return wrapping(Broken)


@broken("stream_14")
def fails_at_close() -> Subject:
    """close() makes a failure for a reader that is not there."""

    class Broken(Passing):
        def close(self) -> None:
            busy = self._answer is not None
            super().close()
            if busy:
                fail(ConnectionAbortedError("closed by the reader"))

    return wrapping(Broken)


@broken("stream_15")
def keeps_its_source_open() -> Subject:
    """close() forgets the source and does not close it."""

    class Broken(Passing):
        def close(self) -> None:
            self._over = True
            super().close()

    return subject(Broken, wraps=True, cannot=["split"])


@broken("stream_15")
def closes_only_what_was_read() -> Subject:
    """A source that has not been read yet is not closed."""

    class Broken(Passing):
        begun = False

        def read(self) -> Any:
            self.begun = True
            return super().read()

        def close(self) -> None:
            self._over = self._over or not self.begun
            super().close()

    return subject(Broken, wraps=True, cannot=["split"])


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


@broken("stream_18")
def turns_interrupts_into_failures() -> Subject:
    """`except BaseException` makes a failure of an interrupt."""

    class Broken(Passing):
        def read(self) -> Any:
            try:
                return super().read()
            except (KeyboardInterrupt, SystemExit):
                return fail(Failure())

    return wrapping(Broken)


@broken("stream_18")
def swallows_interrupts() -> Subject:
    """A bare except takes an interrupt for the end."""

    class Broken(Passing):
        def read(self) -> Any:
            try:
                return super().read()
            except (KeyboardInterrupt, SystemExit):
                return succeed(None)

    return wrapping(Broken)
