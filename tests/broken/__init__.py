"""The zoo: wrong streams, each breaking one named clause.

Strategy: a broken stream is a function under the id of the clause it breaks; it gives a subject. Where it can it is the
reference with one thing changed, so that nothing else is wrong with it.
"""

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from types import ModuleType

import web2stream
from streamgauge.clauses import STEMS
from streamgauge.port import port_subject
from streamgauge.subject import Subject


@dataclass(frozen=True, slots=True)
class Broken:
    """A wrong stream: the clause it breaks, its name, a sentence about the fault, and what builds its subject."""

    clause: str
    name: str
    fault: str
    build: Callable[[], Subject]


_ZOO: list[Broken] = []


def broken(clause: str) -> Callable[[Callable[[], Subject]], Callable[[], Subject]]:
    """Register the decorated function as a broken stream of this clause; its docstring tells the fault."""

    def register(build: Callable[[], Subject]) -> Callable[[], Subject]:
        assert build.__doc__, f"{build.__name__} does not say what is wrong with it"
        _ZOO.append(Broken(clause, build.__name__, build.__doc__.strip(), build))
        return build

    return register


def port(plus: str = "", **replaced: object) -> Subject:
    """Give a port that offers the replaced names, the interfaces and, from the reference, the names in `plus`."""
    module = ModuleType("broken")
    for name in ("IStream", "IByteStream", "ISendfileableStream", "SendfileBuffer", *plus.split()):
        setattr(module, name, getattr(web2stream, name))
    for name, value in replaced.items():
        setattr(module, name, value)
    return port_subject(module)


@cache
def zoo() -> tuple[Broken, ...]:
    """Load every broken stream."""
    for stem in STEMS:
        name = f"{__name__}.{stem}"
        if importlib.util.find_spec(name) is not None:
            importlib.import_module(name)
    return tuple(_ZOO)
