"""Ports: from a module that offers the historical names to makers of every stream it has.

Strategy: a port may be partial and may keep its interfaces elsewhere; what it lacks is named and not claimed. The
makers themselves stand in `makers`; here it is decided which of them a module supports.
"""

from typing import Any, Final

from zope.interface import implementedBy

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
    port = Port(name, names, module, _interfaces(names))
    makers = tuple(
        Maker(row.name, row.build, row.abilities, splits_by=row.splits_by, rests_on=row.rests_on)
        for row in MAKERS
        if port.has(*row.needs)
    )
    missing = tuple(wanted for wanted in HISTORICAL if wanted not in names)
    return Subject(name, makers, port, {wanted: f"from {name} import {wanted}" for wanted in names}, missing)


def _interfaces(names: dict[str, Any]) -> tuple[Any, ...]:
    """Find the port's own interfaces: by name, or by what its classes declare."""
    found = {wanted: names[wanted] for wanted in _WANTED if wanted in names}
    for declaring in _DECLARING:
        if isinstance(names.get(declaring), type):
            for interface in implementedBy(names[declaring]).flattened():
                if interface.__name__ in _WANTED:
                    found.setdefault(interface.__name__, interface)
    return tuple(found.values())
