"""Targets: from what a user names or hands over to a subject.

Strategy: every way in which a maker can be unusable is found here, before anything is judged, and becomes one line that
says what was wrong, what was expected and what to do.
"""

import importlib
import inspect
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from zope.interface import providedBy

from streamgauge.answers import content_of, is_deferred
from streamgauge.port import HISTORICAL, port_subject
from streamgauge.pump import Pump
from streamgauge.script import Script, filler
from streamgauge.subject import ABILITIES, Maker, Subject
from streamgauge.timeline import show
from streamgauge.violation import WrongUse

_EXPECTED = "package.module:maker, or package.module for a module with the historical names"
PROBE = b"streamgauge probes your maker with these bytes"


def load(target: str) -> Subject:
    """Import what the command line names.

    Args:
        target: `package.module:maker` for one maker or Subject, `package.module` for a port.

    Raises:
        WrongUse: it cannot be imported, is not there, or is nothing that can be judged.
    """
    module_name, colon, attribute = target.partition(":")
    if not module_name or module_name.startswith(".") or (colon and not attribute):
        raise WrongUse(f"{target!r} names nothing to judge; expected {_EXPECTED}")
    module = _import(module_name, target)
    if not attribute:
        if not any(hasattr(module, name) for name in HISTORICAL):
            raise WrongUse(
                f"{target} offers none of the historical names (FileStream, readStream, ...); "
                f"to judge one maker, name it as {target}:maker"
            )
        return port_subject(module)
    value = _find(module, module_name, attribute)
    return value if isinstance(value, Subject) else subject(value, imports=_import_line(value, module_name, attribute))


def _find(module: Any, module_name: str, attribute: str) -> Any:
    value = module
    for part in attribute.split("."):
        try:
            value = getattr(value, part)
        except Exception:
            near = get_close_matches(part, dir(value), 1)
            hint = f"did you mean {near[0]!r}?" if near else f"expected {_EXPECTED}"
            raise WrongUse(f"{module_name} has no {attribute!r}; {hint}") from None
    return value


def _home(make: object, name: str) -> dict[str, str]:
    module = getattr(make, "__module__", "")
    return {name: f"from {module} import {name}"} if module and name.isidentifier() else {}


def _import_line(value: object, module: str, attribute: str) -> dict[str, str]:
    name = getattr(value, "__name__", attribute)
    first = attribute.partition(".")[0]
    line = f"from {module} import {first}"
    return {name: line if attribute == name else f"{line}; {name} = {attribute}"}


def _import(name: str, target: str) -> Any:
    try:
        return importlib.import_module(name)
    except WrongUse:
        raise
    except ModuleNotFoundError as error:
        if error.name and (name == error.name or name.startswith(error.name + ".")):
            path = "/" in name or name.endswith(".py")
            hint = f"name it with dots and without .py: {_EXPECTED}" if path else "is it installed, or on PYTHONPATH?"
            raise WrongUse(f"no module named {error.name!r} for {target}; {hint}") from error
        raise WrongUse(f"importing {name} fails: {show(error)}; it has to import cleanly") from error
    except (Exception, SystemExit) as error:
        raise WrongUse(f"importing {name} fails: {show(error)}; it has to import cleanly") from error


def subject(
    make: Callable[..., object],
    *,
    name: str = "",
    wraps: bool = False,
    can: Iterable[str] = (),
    cannot: Iterable[str] = (),
    imports: Mapping[str, str] | None = None,
) -> Subject:
    """Make a subject of one stream maker.

    Args:
        make: called with bytes, gives a fresh stream of them; with `wraps`, called with a source stream
            (IByteStream), gives a stream of the source's data.
        name: how reports call it; the function's own name by default.
        wraps: the maker takes a source, so that chunks, waiting and failing reads can be scripted.
        can: abilities declared beside those found by looking at a stream.
        cannot: abilities denied.
        imports: for the maker's name the line that imports it, for reproducers; found by its module by default.

    Raises:
        WrongUse: the maker is not callable with one argument, raises, or gives something that is no stream; an
            ability is unknown.
    """
    name = name or getattr(make, "__name__", type(make).__name__)
    declared, denied = frozenset(can), frozenset(cannot)
    if unknown := sorted((declared | denied) - ABILITIES.keys()):
        raise WrongUse(f"no ability is called {unknown[0]!r}; the abilities are {', '.join(ABILITIES)}")
    _check_signature(make, name, "source" if wraps else "data")
    stream = _probe(make, name, wraps=wraps)
    found = _look(stream)
    if "read" not in found | declared or isinstance(stream, type):
        raise WrongUse(
            f"{name}({'source' if wraps else 'data'}) returned {show(stream)}, {_no_stream(stream)}; "
            "expected a stream: return an object with read() and close()"
        )
    if wraps:
        declared |= {"scripted", "sourced", "owns", "waits"}
    detected = frozenset({"waits"}) - declared
    abilities = (found | declared | detected) - denied
    builder = _wrapper(make, name) if wraps else _data_maker(make, name)
    largest = 1 << 20 if wraps else _largest(make)
    return Subject(
        name,
        (Maker(name, builder, frozenset(abilities), detected, largest=largest, made_by=make),),
        imports=imports or _home(make, name),
    )


def _no_stream(value: object) -> str:
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


def _largest(make: Callable[..., Any]) -> int:
    """Read a few pieces of a large content; give the size that takes about a thousand such pieces."""
    pump = Pump(watchdog=2.0)
    stream: Any = None
    sizes = []
    try:
        stream = make(filler(65_536))
        sizes += [_size(stream.read(), pump) for _ in range(8)]
    except Exception:
        sizes.append(1000)  # the checks will say what is wrong
    _discard(stream)
    pump.stop()
    return 1000 * max(1, min(sizes))


def _size(result: Any, pump: Pump) -> int:
    """Give the bytes of a piece, also of one that comes later; many for what is none."""
    if is_deferred(result):
        answers: list[object] = []
        result.addBoth(answers.append)
        pump.until(lambda: bool(answers))
        result = answers[0] if answers else None
    content = content_of(result)
    return 65_536 if not content else len(content)


def _data_maker(make: Callable[..., object], name: str) -> Callable[[Any, Script], object]:
    def build(bench: Any, script: Script) -> object:
        row = bench.timeline.call(f"s = {name}({bench.text(script.data)})")
        try:
            return make(script.data)
        except Exception as error:
            row.seen = f"raises {show(error)}"
            return bench.violate(f"the maker {row.seen}", "the maker gives a stream of any bytes")

    return build


def _wrapper(make: Callable[..., object], name: str) -> Callable[[Any, Script], object]:
    def build(bench: Any, script: Script) -> object:
        source = bench.source(script)
        row = bench.timeline.call(f"s = {name}({source.name})")
        try:
            return make(source)
        except Exception as error:
            row.seen = f"raises {show(error)}"
            return bench.violate(f"the maker {row.seen}", "the maker gives a stream of any source")

    return build


def _check_signature(make: Callable[..., object], name: str, argument: str) -> None:
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


def _probe(make: Callable[..., object], name: str, *, wraps: bool) -> object:
    from streamgauge.source import Source

    try:
        return make(Source(Script.of(PROBE), lambda *_: None) if wraps else PROBE)
    except (Exception, SystemExit) as error:
        raise WrongUse(
            f"{name}({'source' if wraps else PROBE!r}) raises {show(error)}; expected a stream of any bytes it is given"
        ) from error


def _look(stream: object) -> frozenset[str]:
    declared = _interfaces(stream)
    found: set[str] = set()
    if _has(stream, "read") or declared & {"IStream", "IByteStream"}:
        found |= {"read", "close"}
    if found and (_has(stream, "length") or _has(stream, "split") or "IByteStream" in declared):
        found |= {"length", "split"}
    if declared & {"IStream", "IByteStream"}:
        found.add("declares")
    if found and ("ISendfileableStream" in declared or _takes_sendfile(stream)):
        found.add("sendfile")
    _discard(stream)
    return frozenset(found)


def _interfaces(stream: object) -> set[str]:
    try:
        return {interface.__name__ for interface in providedBy(stream).flattened()}
    except Exception:
        return set()


def _has(stream: object, name: str) -> bool:
    """Tell whether the attribute is there; one that raises is, and the checks will say what is wrong with it."""
    try:
        return hasattr(stream, name)
    except Exception:
        return True


def _takes_sendfile(stream: Any) -> bool:
    try:
        return "sendfile" in inspect.signature(stream.read).parameters
    except Exception:
        return False


def _discard(stream: Any) -> None:
    try:
        result = stream.close()
    except Exception:
        return  # the checks will say so
    if is_deferred(result):
        result.addErrback(lambda _: None)
