"""Targets: from what a user names or hands over to a subject.

Strategy: every way in which a maker can be unusable is found here, before anything is judged, and becomes one line that
says what was wrong, what was expected and what to do.
"""

import importlib
import sys
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from keyword import iskeyword
from typing import Any

from streamgauge.crash import place_of
from streamgauge.guard import Runaway, guard
from streamgauge.plan import words_of
from streamgauge.port import HISTORICAL, port_subject
from streamgauge.probe import abilities_of, check_signature, largest_content, probe, why_no_stream
from streamgauge.reproducer_lines import GIVEN
from streamgauge.script import Script
from streamgauge.subject import ABILITIES, Maker, Subject
from streamgauge.timeline import show
from streamgauge.violation import WrongUse

_EXPECTED = "package.module:maker, or package.module for a module with the historical names"


def load(target: str, patience: float = 0.0) -> Subject:
    """Import what the command line names.

    Args:
        target: `package.module:maker` for one maker or Subject, `package.module` for a port.
        patience: seconds of the processor after which code that does not come back is stopped; 0 waits for ever.

    Raises:
        WrongUse: it cannot be imported, is not there, or is nothing that can be judged.
    """
    with guard(patience):
        return _load(target)


def _load(target: str) -> Subject:
    module_name, colon, attribute = target.partition(":")
    if not module_name or module_name.startswith(".") or (colon and not attribute):
        raise WrongUse(f"{target!r} names nothing to judge; expected {_EXPECTED}")
    module = _import(module_name, target)
    if not attribute:
        if not [name for name in HISTORICAL if _offers(module, name)]:
            raise WrongUse(
                f"{target} offers none of the historical names (FileStream, readStream, ...); "
                f"to judge one maker, name it as {target}:maker"
            )
        return port_subject(module)
    value = _find(module, module_name, attribute)
    if isinstance(value, Subject):
        return value
    own = getattr(value, "__name__", "")
    name = own if own.isidentifier() else attribute.rpartition(".")[2]  # a lambda has no name of its own
    name = _apart(name)
    return subject(value, name=name, imports=_import_line(name, module_name, attribute))


def _offers(module: Any, name: str) -> bool:
    try:
        return hasattr(module, name)
    except Exception as error:  # of a module's own __getattr__
        raise WrongUse(
            f"looking for {name} in {module.__name__} raises {show(error)}; "
            "expected the name, or an AttributeError if the module lacks it"
        ) from error


def _find(module: Any, module_name: str, attribute: str) -> Any:
    value = module
    for part in attribute.split("."):
        try:
            value = getattr(value, part)
        except Exception as error:
            if not isinstance(error, AttributeError):
                wrong = f"taking {attribute!r} from {module_name} raises {show(error)}"
                raise WrongUse(f"{wrong}; expected {_EXPECTED}") from error
            near = get_close_matches(part, dir(value), 1)
            hint = f"did you mean {near[0]!r}?" if near else f"expected {_EXPECTED}"
            raise WrongUse(f"{module_name} has no {attribute!r}; {hint}") from None
    return value


def _apart(name: str) -> str:
    return f"make_{name}" if name in GIVEN else name  # a script has another thing of that name


def _home(make: object, name: str) -> dict[str, str]:
    module, own = str(getattr(make, "__module__", "")), getattr(make, "__qualname__", "")
    value: object = sys.modules.get(module)
    for part in own.split("."):
        value = getattr(value, part, None)
    if value is make:
        return _import_line(name, module, own)
    homeless = f"write here how {name} is imported, or give that line as {{{name!r}: ...}} by the argument imports"
    return {name: f"raise SystemExit({homeless!r})"}  # a partial, say: what it was assigned to is not known here


def _import_line(name: str, module: str, attribute: str) -> dict[str, str]:
    first, dot, _ = attribute.partition(".")
    if dot:
        return {name: f"from {module} import {first}; {name} = {attribute}"}
    return {name: f"from {module} import {attribute}" + (f" as {name}" if attribute != name else "")}


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
        raise _unclean(name, error) from error
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # SystemExit and a test runner's skip too
        raise _unclean(name, error) from error


def _unclean(name: str, error: BaseException) -> WrongUse:
    place = place_of(error).partition(" ")[2]
    wrong = f"does not end: {error}" if isinstance(error, Runaway) else f"fails: {show(error)}"
    return WrongUse(f"importing {name} {wrong}{place and f' {place}'}; it has to import cleanly")


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
            ability is unknown, or the name is no text.
    """
    if not isinstance(name, str):
        raise WrongUse(f"name={name!r}; expected a text, by which reports call the maker")
    name = name or _apart(getattr(make, "__name__", type(make).__name__))
    declared, denied = _known(can), _known(cannot)
    found = _found(make, name, declared, wraps=wraps)
    if wraps:
        declared |= {"scripted", "sourced", "owns", "waits"}
    detected = frozenset({"waits"}) - declared
    abilities = (found | declared | detected) - denied
    called = name if name.isidentifier() and not iskeyword(name) else "make"  # in moves, which are code
    builder = _wrapper(make, called) if wraps else _data_maker(make, called)
    largest = 1 << 20 if wraps else largest_content(make)
    return Subject(
        name,
        (Maker(name, builder, frozenset(abilities), detected, largest=largest, made_by=make),),
        imports=imports or _home(make, called),
    )


def _known(abilities: Iterable[str]) -> frozenset[str]:
    names = frozenset(words_of(abilities))
    if unknown := sorted(names - ABILITIES.keys()):
        raise WrongUse(f"no ability is called {unknown[0]!r}; the abilities are {', '.join(ABILITIES)}")
    return names


def _found(make: Callable[..., object], name: str, declared: frozenset[str], *, wraps: bool) -> frozenset[str]:
    """Look what a stream of this maker can do, which has to be a stream at all."""
    argument = "source" if wraps else "data"
    check_signature(make, name, argument)
    stream = probe(make, name, wraps=wraps)
    found = abilities_of(stream)
    if "read" not in found | declared or isinstance(stream, type):
        raise WrongUse(
            f"{name}({argument}) returned {show(stream)}, {why_no_stream(stream)}; "
            "expected a stream: return an object with read() and close()"
        )
    return found


def _data_maker(make: Callable[..., object], name: str) -> Callable[[Any, Script], object]:
    def build(bench: Any, script: Script) -> object:
        code = f"{name}({bench.text(script.data)})"
        return _made(bench, code, lambda: make(script.data), "the maker gives a stream of any bytes")

    return build


def _wrapper(make: Callable[..., object], name: str) -> Callable[[Any, Script], object]:
    def build(bench: Any, script: Script) -> object:
        source = bench.source(script)
        return _made(bench, f"{name}({source.name})", lambda: make(source), "the maker gives a stream of any source")

    return build


def _made(bench: Any, code: str, make: Callable[[], object], promised: str) -> object:
    label = bench.timeline.name("s")
    row = bench.timeline.call(f"{label} = {code}")
    try:
        return bench.named(label, make())
    except Exception as error:
        row.seen = f"raises {show(error)}"
        return bench.violate(f"the maker {row.seen}", promised)
