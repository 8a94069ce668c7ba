"""Ports: from a module that offers the historical names to makers of every stream it has.

Strategy: a port may be partial and may keep its interfaces elsewhere; what it lacks is named and not claimed. The
makers themselves stand in `makers`; here it is decided which of them a module supports.
"""

import inspect
from types import ModuleType
from typing import Any, Final

from zope.interface import implementedBy
from zope.interface.interface import InterfaceClass

from streamgauge.makers import MAKERS
from streamgauge.subject import Maker, Port, Subject

HISTORICAL: Final = (
    "IStream", "IByteStream", "ISendfileableStream", "SendfileBuffer", "SimpleStream", "mmapwrapper", "FileStream",
    "MemoryStream", "CompoundStream", "readStream", "readAndDiscard", "readIntoFile", "connectStream", "fallbackSplit",
    "TruncaterStream", "PostTruncaterStream", "ProducerStream", "StreamProducer", "ProcessStreamer",
    "generatorToStream", "BufferedStream", "substream", "MMAP_LIMIT", "MMAP_THRESHOLD", "SENDFILE_LIMIT",
    "SENDFILE_THRESHOLD",
)  # fmt: skip
"""The public names of the historical module, and SendfileBuffer, which it named."""

_DECLARING: Final = ("MemoryStream", "FileStream", "SimpleStream", "CompoundStream", "ProducerStream")
_SENDING: Final = ("FileStream", "CompoundStream")
_WANTED: Final = ("IStream", "IByteStream")


def port_subject(module: Any) -> Subject:
    """Make a subject of a module.

    Args:
        module: any object whose attributes are the historical names.

    Returns:
        A subject with a maker for every stream class or function that the module offers.
    """
    name = getattr(module, "__name__", type(module).__name__)
    names = {wanted: getattr(module, wanted) for wanted in HISTORICAL if hasattr(module, wanted)}
    port = Port(name, names, module, _interfaces(names, module), _sends(names))
    lacking = frozenset() if port.sends else frozenset({"sendfile"})
    makers = tuple(
        Maker(row.name, row.build, row.abilities - lacking, follows=row.follows, rests_on=row.rests_on)
        for row in MAKERS
        if port.has(*row.needs)
    )
    missing = tuple(wanted for wanted in HISTORICAL if wanted not in names)
    return Subject(name, makers, port, {wanted: f"from {name} import {wanted}" for wanted in names}, missing)


def _interfaces(names: dict[str, Any], module: Any) -> tuple[Any, ...]:
    """Find the port's own interfaces: by name, by what its classes declare, or in what the module has imported."""
    found: dict[str, Any] = {wanted: names[wanted] for wanted in _WANTED if wanted in names}
    for declaring in _DECLARING:
        for interface in _declared(names.get(declaring)):
            if interface.__name__ in _WANTED:
                found.setdefault(interface.__name__, interface)
    for value in list(vars(module).values()) if isinstance(module, ModuleType) else ():
        places = [vars(value).get(wanted) for wanted in _WANTED] if isinstance(value, ModuleType) else [value]
        for interface in places:
            if isinstance(interface, InterfaceClass) and interface.__name__ in _WANTED:
                found.setdefault(interface.__name__, interface)
    return tuple(found.values())


def _declared(kind: Any) -> list[Any]:
    return list(implementedBy(kind).flattened()) if isinstance(kind, type) else []


def _sends(names: dict[str, Any]) -> bool:
    """Tell whether a port has something of sendfile: one of its names, a declaration, or the argument of a read."""
    if "ISendfileableStream" in names or "SendfileBuffer" in names:
        return True
    for kind in map(names.get, _SENDING):
        if any(interface.__name__ == "ISendfileableStream" for interface in _declared(kind)):
            return True
        try:
            if "sendfile" in inspect.signature(kind.read).parameters:  # type: ignore[union-attr]
                return True
        except (AttributeError, TypeError, ValueError):
            continue  # it is not offered, is no class, or tells no signature
    return False
