"""Broken answers of generators that are closed, or whose Deferreds fail: errors let out, reads left waiting."""

from typing import Any

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from streamgauge.subject import Subject
from tests.broken import broken
from tests.broken.generator_parts import Input, converter, input_of
from web2stream._flow import OPEN
from web2stream._reply import WAITING, shut
from web2stream.generator import _IteratorStream


@broken("generator_44")
def failure_outlives_close() -> Subject:
    """Reads fail with the generator's error also after close()."""

    class Broken(_IteratorStream):
        def close(self) -> None:
            how = self._stopped
            super().close()
            if isinstance(how, Failure):
                self._stopped = how

    return converter(Broken)


@broken("generator_31")
def closing_itself_is_answered_twice() -> Subject:
    """A read that was answered by the generator's own close, in a later run, is to be answered once more."""

    class Broken(_IteratorStream):
        def _fire(self, item: object) -> None:
            if item is not WAITING:
                pending, self._pending = self._pending, None
                pending.callback(item)  # type: ignore[union-attr]

    return converter(Broken)


class Failing(Input):
    """An input that acts by `after_failure` once it has failed."""

    failed = False

    def __next__(self) -> Any:
        if self.failed:
            return self.after_failure()
        try:
            return next(self.real)
        except (StopIteration, RuntimeError):
            raise
        except Exception:
            self.failed = True
            raise

    def after_failure(self) -> Any:
        """Give what a further step gets."""
        raise NotImplementedError


@broken("generator_39")
def failure_is_forgotten() -> Subject:
    """The input that failed is taken for one that was not waited for."""

    class Broken(Failing):
        def after_failure(self) -> Any:
            raise RuntimeError("yield input.wait before each next(input)")

    return input_of(Broken)


@broken("generator_39")
def failure_gives_empty_pieces() -> Subject:
    """An input that failed gives empty pieces afterwards."""

    class Broken(Failing):
        def after_failure(self) -> Any:
            return b""

    return input_of(Broken)


@broken("generator_22")
def generator_that_closed_is_left() -> Subject:
    """A generator that closes its own stream is left where it is then."""

    class Broken(_IteratorStream):
        left = False

        def close(self) -> None:
            self.left = self.left or self._busy
            super().close()

        def _closeGenerator(self) -> None:
            if not self.left:
                super()._closeGenerator()

    return converter(Broken)


@broken("generator_37")
def cleanup_errors_come_out() -> Subject:
    """What the generator raises while it is closed comes out of close()."""

    class Broken(_IteratorStream):
        def _closeGenerator(self) -> None:
            self._generator.close()  # type: ignore[attr-defined]

    return converter(Broken)


@broken("generator_37")
def cleanup_errors_keep_the_input() -> Subject:
    """The generator is closed first; if that fails the input stays open."""

    class Broken(_IteratorStream):
        def close(self) -> None:
            try:
                if not self._busy:
                    self._generator.close()  # type: ignore[attr-defined]
            except (ArithmeticError, RuntimeError):
                self._stream = None
            super().close()

    return converter(Broken)


@broken("generator_38")
def trailer_answers_the_waiting_read() -> Subject:
    """close() closes the input; a read that waits for it gets what the generator makes of that end."""

    class Broken(_IteratorStream):
        def close(self) -> None:
            if self._pending is not None and not self._forItem:
                shut(self._stream)
            super().close()

        _forItem = False

        def _step(self) -> object:
            item = super()._step()
            self._forItem = isinstance(item, Deferred)
            return item

    return converter(Broken)


@broken("stream_09")
def answers_before_it_stops() -> Subject:
    """close() answers the waiting read first; one that is made inside its callback waits for ever."""

    class Broken(_IteratorStream):
        def close(self) -> None:
            self._fire(None)
            waiting, self._pending = self._pending, None
            super().close()
            self._pending = waiting

    return converter(Broken)


class _Waiting(_IteratorStream):
    """Knows whether it waits for a Deferred that its generator yielded."""

    forItem = False

    def _step(self) -> object:
        item = super()._step()
        self.forItem = isinstance(item, Deferred)
        return item


@broken("generator_41")
def close_leaves_the_read_waiting() -> Subject:
    """close() never answers a read that waits for a yielded Deferred."""

    class Broken(_Waiting):
        def close(self) -> None:
            if self.forItem:
                self._pending = None
            super().close()

    return converter(Broken)


@broken("generator_41")
def item_comes_after_close() -> Subject:
    """A read that waits for a yielded Deferred gets its item though the stream has been closed."""

    class Broken(_Waiting):
        late: Any = None

        def close(self) -> None:
            if self.forItem and self._pending is not None:
                self.late, self._pending = self._pending, None
            super().close()

        def _itemCame(self, item: object) -> None:
            if self.late is not None:
                self._pending, self.late = self.late, None
                self._fire(item)
            else:
                super()._itemCame(item)

    return converter(Broken)


@broken("generator_42")
def goes_on_after_a_failed_item() -> Subject:
    """A Deferred that fails fails one read; the next one goes on."""

    class Broken(_IteratorStream):
        def _settle(self, item: object) -> object:
            return item if isinstance(item, Failure) and self._stopped is OPEN else super()._settle(item)

    return converter(Broken)
