"""Subjects: what is judged, as values.

Strategy: a subject is a list of makers with declared abilities, and for a module the names it offers. A check asks for
abilities or names; it never asks what kind of subject it has. Nothing here runs a check.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, cast

from zope.interface import Interface
from zope.interface.declarations import Provides
from zope.interface.interface import InterfaceClass

from streamgauge.script import Script

if TYPE_CHECKING:
    from streamgauge.bench import Bench

ABILITIES: Final[Mapping[str, str]] = {
    "read": "gives its data by read()",
    "close": "can be closed",
    "length": "has a length",
    "split": "can be split",
    "sendfile": "read takes sendfile=True",
    "scripted": "reads a source in the pieces, the manner and with the failures that a script says",
    "sourced": "reads a source stream that it is given",
    "owns": "closes the source it was given when it is closed, and shares it with nothing else",
    "waits": "may answer a read by a Deferred that has not fired",
    "declares": "declares its interfaces through zope.interface",
    "port": "offers the module's historical names",
}
"""What a subject may be able to do; each clause's check names those it asks for."""


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes the stream on trial.

    Attributes:
        name: how reports call it.
        build: called with the bench and a script for each example; gives a fresh stream of `script.data`. Only a maker
            with the ability `scripted` follows the rest of the script.
        abilities: what the stream can do, from `ABILITIES`.
        detected: abilities that were found by looking, not declared: one that no example reaches is withdrawn.
        largest: most bytes of content that it is given, so that a stream of tiny pieces is read in reasonable time.
        follows: for single generic clauses, those of the port (separated by blanks) that say more of it for this
            stream: where one of them fails, what the generic clause finds at this stream follows from that.
        rests_on: clauses of the port without which this way of making a stream says nothing.
        made_by: what the user handed over, if the maker is one's own.
    """

    name: str
    build: "Callable[[Bench, Script], object]"
    abilities: frozenset[str]
    detected: frozenset[str] = frozenset()
    follows: Mapping[str, str] = field(default_factory=dict, compare=False)
    largest: int = 1 << 20
    rests_on: tuple[str, ...] = ()
    made_by: object = None


@lru_cache(maxsize=64)
def _declaration(kind: type, interfaces: tuple[Any, ...]) -> Any:
    """Make the declaration that instances of `kind` provide the interfaces: once, since zope.interface takes long."""
    return Provides(kind, *interfaces)


@dataclass(frozen=True, slots=True)
class Port:
    """A module that offers the historical names.

    Attributes:
        name: the module's name.
        names: the historical names it offers, by name.
        module: the module itself.
        interfaces: the interfaces that a source has to provide to be taken by this port.
        sends: the port has something of sendfile.
    """

    name: str
    names: Mapping[str, Any]
    module: Any
    interfaces: tuple[Any, ...] = ()
    sends: bool = True

    def __getitem__(self, name: str) -> Any:
        return self.names[name]

    def has(self, *names: str) -> bool:
        """Tell whether the port offers all these names; `__all__` and `sendfile` may be asked for too.

        So may a method of a class, as `BufferedStream.close`; a function's objects are believed to have it.
        """
        more = {"__all__": hasattr(self.module, "__all__"), "sendfile": self.sends}
        return all(name in self.names or more.get(name, False) or self._has_method(name) for name in names)

    def _has_method(self, name: str) -> bool:
        owner, dot, method = name.partition(".")
        made = self.names.get(owner)
        return bool(dot) and made is not None and (not isinstance(made, type) or hasattr(made, method))

    def provide(self, source: Any) -> None:
        """Declare that a source of the kit provides the port's interfaces."""
        source.__provides__ = _declaration(cast(Any, type(source)), self.interfaces)

    @property
    def source_interface(self) -> str:
        """The expression by which code gets at the interface that a source has to provide."""
        if "IByteStream" in self.names:
            return "IByteStream"
        return next((f"__import__('sys').modules[{i.__module__!r}].{i.__name__}" for i in self.interfaces), "()")

    def interface(self, name: str) -> Any:
        """Give the port's interface of this name, wherever it keeps it; a fresh empty one if it has none."""
        for interface in (self.names.get(name), *self.interfaces):
            if interface is not None and interface.__name__ == name:
                return interface
        return InterfaceClass(name, (Interface,))


@dataclass(frozen=True, slots=True)
class Subject:
    """What is judged.

    Attributes:
        name: how reports and reproducers call it.
        makers: the stream makers; at least one, or a port.
        port: the module, if a whole module is judged.
        imports: for each name that code about this subject uses, the line that imports it.
        missing: historical names that the port lacks.
    """

    name: str
    makers: tuple[Maker, ...]
    port: Port | None = None
    imports: Mapping[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = field(default=())
