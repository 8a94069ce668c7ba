"""Broken byte streams: closed, failing and short halves."""

from typing import Any

from twisted.internet.defer import Deferred, fail

from streamgauge.subject import Subject
from streamgauge.target import subject
from tests.broken import broken
from tests.broken.bytestream_parts import Half, Quiet, Window, halved
from tests.broken.stream_parts import wrapping
from tests.kit.right_wrapping import Passing


class Eager(Half):
    """A half whose close may close the other one too."""

    closes_both = False

    def close(self) -> Any:
        self._inner.close()
        if self.closes_both:
            self.other.close()


def _closing_all(which: int) -> Subject:
    """Let the close of one half close both."""

    class Broken(Passing):
        def split(self, point: int) -> Any:
            halves = halved(Eager, self, point)
            halves[which].closes_both = True
            return halves

    return wrapping(Broken)


@broken("bytestream_13")
def closing_before_closes_all() -> Subject:
    """Closing before closes the stream underneath, and after is empty."""
    return _closing_all(0)


@broken("bytestream_13")
def closing_after_closes_all() -> Subject:
    """Closing after closes the stream underneath, and before ends early."""
    return _closing_all(1)


@broken("bytestream_13")
def a_closed_before_is_not_skipped() -> Subject:
    """After begins where before was closed, with bytes that were before's."""

    class Broken(Window):
        after: Any = None

        def split(self, point: int) -> Any:
            before, after = super().split(point)
            before.after = after
            return before, after

        def close(self) -> None:
            if self.after is not None and self.start < self.stop:
                self.after.start = self.start
            super().close()

    return subject(Broken)


@broken("bytestream_16")
def before_hides_the_failure() -> Subject:
    """Before ends where the source fails, as if it were complete."""

    class Hiding(Quiet):
        def quiet(self, error: Exception) -> Any:
            return fail(error) if isinstance(error, ValueError) or not self.affected else None

    class Broken(Passing):
        def split(self, point: int) -> Any:
            before, after = halved(Hiding, self, point)
            after.affected = False
            return before, after

    return wrapping(Broken)


@broken("bytestream_16")
def after_never_hears_of_the_failure() -> Subject:
    """The failure is told to before; after ends."""

    class Hiding(Quiet):
        def quiet(self, error: Exception) -> Any:
            return fail(error) if isinstance(error, ValueError) or not self.affected else None

    class Broken(Passing):
        def split(self, point: int) -> Any:
            before, after = halved(Hiding, self, point)
            before.affected = False
            return before, after

    return wrapping(Broken)


@broken("bytestream_16")
def after_hangs_when_before_fails() -> Subject:
    """A read of after that waits for before waits for ever when the source fails."""

    class Hanging(Half):
        is_after = False

        def read(self) -> Any:
            result = self._inner.read()
            if self.is_after and isinstance(result, Deferred):
                answer: Deferred[Any] = Deferred()
                result.addCallbacks(answer.callback, lambda _: None)
                return answer
            return result

    class Broken(Passing):
        def split(self, point: int) -> Any:
            before, after = halved(Hanging, self, point)
            after.is_after = True
            return before, after

    return subject(Broken, wraps=True, cannot=["close"])


@broken("bytestream_17")
def an_early_end_looks_complete() -> Subject:
    """When the source ends before the point, before ends without an error."""

    class Hiding(Quiet):
        def quiet(self, error: Exception) -> Any:
            return None if isinstance(error, ValueError) else fail(error)

    class Broken(Passing):
        def split(self, point: int) -> Any:
            return halved(Hiding, self, point)

    return wrapping(Broken)


@broken("bytestream_17")
def an_early_end_is_padded() -> Subject:
    """When the source ends before the point, the missing bytes are zeros."""

    class Padding(Quiet):
        padded = 0

        def quiet(self, error: Exception) -> Any:
            self.padded += 1
            if not isinstance(error, ValueError):
                return fail(error)
            return b"\0" if self.padded == 1 else None

    class Broken(Passing):
        def split(self, point: int) -> Any:
            return halved(Padding, self, point)

    return wrapping(Broken)


class Stopping(Half):
    """A half that takes an empty piece for its end."""

    stopped = False

    def read(self) -> Any:
        result = None if self.stopped else self._inner.read()
        if isinstance(result, Deferred):
            return result.addCallback(self.look)
        return self.look(result)

    def look(self, piece: Any) -> Any:
        self.stopped = self.stopped or piece == b""
        return None if self.stopped else piece


@broken("bytestream_24")
def an_empty_piece_ends_before() -> Subject:
    """Before takes an empty piece of the source for its end."""

    class Broken(Passing):
        def split(self, point: int) -> Any:
            before, after = halved(Stopping, self, point)
            return before, after._inner

    return wrapping(Broken)


@broken("bytestream_24")
def an_empty_piece_ends_after() -> Subject:
    """After takes an empty piece of the source for its end."""

    class Broken(Passing):
        def split(self, point: int) -> Any:
            before, after = halved(Stopping, self, point)
            return before._inner, after

    return wrapping(Broken)
