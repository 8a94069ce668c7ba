"""generatorToStream: a generator function becomes a function from a stream to a stream.

Strategy: the generator runs only inside `read`, in one loop that ends at the first item: `input.wait` is
answered by reading the input, anything else is what `read` gives. A read that must wait goes on in the same
loop, so the stack stays flat. How the stream stopped (its end, or a failure) is kept, and everything below is
closed at that moment: the generator (its `finally` runs) and the input.

Errors that a generator raises because it is being closed have no reader to go to: they are logged.

Obeys: history_07, module_17
"""

from collections.abc import Callable, Iterable
from functools import partial, update_wrapper
from typing import Any, Concatenate, Literal, ParamSpec

from twisted.internet.defer import Deferred, fail
from twisted.python import log
from twisted.python.failure import Failure
from zope.interface import implementer

from web2stream._flow import OPEN, WAITING, Mark, isDeferred, take
from web2stream._reply import shut
from web2stream._streamiterator import _StreamIterator, ranOut
from web2stream.bytestream import IByteStream
from web2stream.split import SplitByReading

__all__ = ["_IteratorStream", "_StreamIterator", "generatorToStream"]

P = ParamSpec("P")


@implementer(IByteStream)
class _IteratorStream(SplitByReading):
    """The stream of what a generator yields.

    Its items are bytes-like if the generator yields such; they may be any objects. A Deferred that is
    yielded stands for the item it fires with. None, yielded or from such a Deferred, ends the stream as if
    the generator had returned. An error of the generator fails the read, and every read after it until
    `close`.

    Args:
        fun: called at once with the iterator of the input and the further arguments; gives the generator.
        stream: the input.
        args: further positional arguments of `fun`.
        kwargs: its keyword arguments.

    Attributes:
        length: None, as nobody knows what the generator will do; 0 once the stream has ended.

    Obeys: generator_31, generator_32, generator_33
    """

    def __init__(
        self,
        fun: Callable[..., Iterable[object]],
        stream: Any,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> None:
        self.length: int | None = None
        self._stream = stream
        self._input = _StreamIterator()
        self._generator = iter(fun(self._input, *args, **(kwargs or {})))
        self._busy = False
        self._pending: Deferred[Any] | None = None
        self._stopped: Literal[Mark.OPEN] | Failure | None = OPEN

    def read(self) -> object:
        """Run the generator to its next item.

        Returns:
            The item; None when the generator has ended; or a Deferred of one of these, which fails if the
            generator does.

        Raises:
            RuntimeError: another read is outstanding, or this one comes from inside the generator.

        Obeys: generator_04, generator_05, generator_06, generator_08, generator_11, generator_14, generator_16,
        generator_17, generator_26, generator_27, generator_28, generator_29, generator_30, generator_34, generator_35,
        generator_36, generator_40, generator_42, generator_43
        """
        if self._stopped is OPEN and (self._busy or self._pending is not None):
            raise RuntimeError("another read of this stream is outstanding")
        item = self._run()
        if item is WAITING:
            self._pending = Deferred(self._cancelled)
            return self._pending
        return fail(item) if isinstance(item, Failure) else item

    def close(self) -> None:
        """End the stream, close the generator and the input; an outstanding read fires with None.

        Obeys: generator_18, generator_19, generator_20, generator_21, generator_22, generator_37, generator_38,
        generator_41, generator_44
        """
        pending, self._pending = self._pending, None
        try:
            self._stop(None)
        finally:
            # Closed is closed, also after a failure, and whatever the generator's cleanup let through.
            self._stopped = None
            if pending is not None:
                pending.callback(None)

    def _cancelled(self, _: "Deferred[Any]") -> None:
        # Detached first: close must not fire a Deferred that is being cancelled.
        self._pending = None
        self.close()

    def _run(self) -> object:
        """Run until there is an item, None at the end, a Failure, or WAITING (and go on later)."""
        if self._stopped is not OPEN:
            return self._stopped
        self._busy = True
        try:
            return self._advance()
        finally:
            self._busy = False
            if self._stopped is not OPEN:
                self._closeGenerator()

    def _advance(self) -> object:
        while self._stopped is OPEN:
            item = self._step()
            if item is _StreamIterator.wait:
                if self._fetch() is WAITING:
                    return WAITING
            elif self._stopped is OPEN:
                if isDeferred(item):
                    item = take(partial(_itself, item), self._itemCame)
                return self._settle(item)
        return self._stopped

    def _step(self) -> object:
        """Run the generator to its next `yield`; give None if it has none, and if it raises: it has stopped then."""
        try:
            return next(self._generator)
        except StopIteration:
            return None
        except BaseException as error:
            self._stop(None if self._ranOut(error) else Failure())
            if not isinstance(error, Exception):
                raise
        return None

    def _ranOut(self, error: BaseException) -> bool:
        """Tell whether what the generator raised is the end of its input, let pass."""
        return ranOut(error)

    def _fetch(self) -> object:
        """Have the input's next chunk there, unless one still is or it has stopped."""
        if not self._input.empty:
            return None
        answer = take(self._stream.read, self._inputCame)
        if answer is not WAITING and self._stopped is OPEN:
            self._input.put(answer)
        return answer

    def _settle(self, item: object) -> object:
        """Stop if this item of the generator is an end or a failure."""
        if item is None or isinstance(item, Failure):
            self._stop(item)
        return item

    def _inputCame(self, answer: object) -> None:
        if self._stopped is OPEN:
            self._input.put(answer)
            try:
                item = self._run()
            except BaseException:  # what can't pass a Deferred must still reach who waits
                if self._pending is None:
                    raise
                item = Failure()
            self._fire(item)

    def _itemCame(self, item: object) -> None:
        self._fire(self._settle(item))

    def _fire(self, item: object) -> None:
        if item is WAITING or self._pending is None:
            return
        pending, self._pending = self._pending, None
        if isinstance(item, Failure):
            pending.errback(item)
        else:
            pending.callback(item)

    def _stop(self, how: Failure | None) -> None:
        """Note how the stream stopped, once, and close everything below."""
        if self._stopped is not OPEN:
            return
        self._stopped = how
        self.length = 0
        self._input.put(None)
        try:
            if not self._busy:
                self._closeGenerator()
        finally:
            shut(self._stream)

    def _closeGenerator(self) -> None:
        close = getattr(self._generator, "close", None)
        if close is None:
            return
        try:
            close()
        except Exception:
            log.err(Failure(), "a generator failed while it was closed")


def _itself(item: object) -> object:
    return item


def generatorToStream(
    fun: "Callable[Concatenate[Any, P], Iterable[object]]",
) -> "Callable[Concatenate[Any, P], _IteratorStream]":
    """Make a function from a stream to a stream out of a generator function.

    Before each step of the iteration the generator must `yield input.wait`::

        @generatorToStream
        def rot13(input):
            yield input.wait
            for data in input:
                yield bytes(data).translate(table)
                yield input.wait

    Args:
        fun: a generator function; its first argument is the iterator of the input's chunks.

    Returns:
        A function which takes the input stream and the further arguments of `fun`, and gives the stream of
        the generator's items. The generator starts at the first read of that stream.

    Obeys: generator_01, generator_03, generator_07, generator_09, generator_10
    """

    def toStream(stream: Any, /, *args: P.args, **kwargs: P.kwargs) -> _IteratorStream:
        return _IteratorStream(fun, stream, args, kwargs)

    update_wrapper(toStream, fun)
    return toStream
