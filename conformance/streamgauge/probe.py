"""Probing: what can be known of a maker before anything is judged.

Strategy: one call with a few bytes, and one with many. What comes is only looked at, and read a little; nothing is
asserted but that it is a stream at all. Whatever goes wrong in a look, an exit or a call that does not come back too,
is for the checks to say.
"""

import inspect
from collections.abc import Callable
from typing import Any, Final, TypeVar

from zope.interface import providedBy

from streamgauge.answers import content_of, is_deferred
from streamgauge.children import one_process
from streamgauge.content import filler
from streamgauge.guard import Runaway
from streamgauge.pump import Pump
from streamgauge.script import Script
from streamgauge.source import Source
from streamgauge.timeline import show
from streamgauge.violation import WrongUse

PROBE: Final = b"streamgauge probes your maker with these bytes"

_PIECES: Final = 500
"""Most pieces that are read to see how large they are: the first ones need not be like the others."""

T = TypeVar("T")


def check_signature(make: object, name: str, argument: str) -> None:
    """See that a maker can be called with one argument.

    Args:
        make: what was handed over.
        name: how it is called.
        argument: what its argument is called in the message.

    Raises:
        WrongUse: it cannot.
    """
    if not callable(make):
        raise WrongUse(f"{name} is {show(make)}, which cannot be called; expected a maker: make({argument}) -> stream")
    try:
        inspect.signature(make).bind(b"")
    except TypeError as error:
        raise WrongUse(
            f"{name} cannot be called with one argument ({error}); expected make({argument}) -> stream: "
            "wrap it in a function of one argument"
        ) from None
    except ValueError:
        return  # a builtin without a signature: the probe tells


def probe(make: Callable[..., object], name: str, *, wraps: bool) -> object:
    """Call a maker once, and give what it returned, whatever that is.

    Args:
        make: the maker.
        name: how it is called.
        wraps: it takes a source instead of bytes.

    Raises:
        WrongUse: it raises.
    """
    try:
        with one_process():
            return make(Source(Script.of(PROBE), lambda *_, **__: None) if wraps else PROBE)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # SystemExit, a test runner's skip and a cancellation too
        argument = "source" if wraps else repr(PROBE)
        wrong = f"does not come back: {error}" if isinstance(error, Runaway) else f"raises {show(error)}"
        raise WrongUse(f"{name}({argument}) {wrong}; expected a stream of any bytes it is given") from error


def abilities_of(stream: object) -> frozenset[str]:
    """Look what a stream can do, and close it; empty for what is no stream."""
    declared = _interfaces(stream)
    found: set[str] = set()
    if _has(stream, "read") or declared & {"IStream", "IByteStream"}:
        found |= {"read", "close"}
    has = [_has(stream, name) for name in ("length", "split")]
    # What is declared to be no more than an IStream may have a length of its own, of which nothing is promised.
    if found and ("IByteStream" in declared or (all(has) if "IStream" in declared else any(has))):
        found |= {"length", "split"}
    if declared & {"IStream", "IByteStream"}:
        found.add("declares")
    if found and ("ISendfileableStream" in declared or _takes_sendfile(stream)):
        found.add("sendfile")
    _discard(stream)
    return frozenset(found)


def _look(action: Callable[[], T], otherwise: T) -> T:
    """Do something with what the subject gave; whatever goes wrong, the checks will say."""
    try:
        with one_process():
            return action()
    except KeyboardInterrupt:
        raise
    except BaseException:
        return otherwise


def _interfaces(stream: object) -> set[str]:
    return _look(lambda: {interface.__name__ for interface in providedBy(stream).flattened()}, set())


def _has(stream: object, name: str) -> bool:
    """Tell whether the attribute is there; one that raises is."""
    return _look(lambda: hasattr(stream, name), True)


def _takes_sendfile(stream: Any) -> bool:
    return _look(lambda: "sendfile" in inspect.signature(stream.read).parameters, False)


def _discard(stream: Any) -> None:
    result = _look(lambda: stream.close(), None)
    if is_deferred(result):
        result.addErrback(lambda _: None)


def why_no_stream(value: object) -> str:
    """Say why a value is no stream, and let go of it."""
    if inspect.iscoroutine(value):
        value.close()
        return "a coroutine: a maker is no async function"
    if is_deferred(value):
        value.addErrback(lambda _: None)  # type: ignore[attr-defined]
        return "a Deferred: a maker gives the stream itself, at once"
    if isinstance(value, type):
        return "a class: give an instance of it"
    return "a generator" if inspect.isgenerator(value) else "which has no read()"


def largest_content(make: Callable[..., Any]) -> int:
    """Read many pieces of a large content, or all; give the size that takes about a thousand, also of empty ones."""
    pump = Pump(watchdog=2.0)
    sizes: list[int] = []
    stream: Any = _look(lambda: make(filler(65_536)), None)
    if not _look(lambda: _measure(stream, pump, sizes), False):
        sizes.append(1000)
    _discard(stream)
    pump.stop()
    return max(100, 1000 * sum(sizes) // len(sizes)) if sizes else 1 << 20


def _measure(stream: Any, pump: Pump, sizes: list[int]) -> bool:
    """Keep the sizes of the pieces; true once there are enough."""
    while len(sizes) < _PIECES:
        with one_process():
            piece = stream.read()
        if (size := _size(piece, pump)) is None:
            break
        sizes.append(size)
    return True


def _size(result: Any, pump: Pump) -> int | None:
    """Give the bytes of a piece, also of one that comes later; None for what is none."""
    if is_deferred(result):
        answers: list[object] = []
        result.addBoth(answers.append)
        pump.until(lambda: bool(answers))
        result = answers[0] if answers else None
    content = content_of(result)
    return None if content is None else len(content)
