"""Checks of the clauses in specs/module.md: names, signatures, interfaces, adapters, and what importing does."""

import subprocess
import sys
from importlib.util import find_spec
from typing import Any, Final

from hypothesis import strategies as st

import streamgauge.checks.module_calls  # noqa: F401 - it registers the checks of the signatures
from streamgauge.answers import Failed, Returned
from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks.file_made import move
from streamgauge.checks.look import gives, look
from streamgauge.content import contents
from streamgauge.port import HISTORICAL
from streamgauge.timeline import Row, show

PUBLIC: Final = tuple(name for name in HISTORICAL if name != "SendfileBuffer" and not name.startswith("_"))
"""The names of the old module that a user may import; SendfileBuffer it never had."""


def _constant(t: Bench, name: str, value: int) -> None:
    row = t.timeline.call(name)
    row.seen = show(t.port[name])
    t.equal(t.port[name], value, f"{name} is")


@check("module_01", names="MMAP_LIMIT", examples=0.1)
def mmap_limit(t: Bench) -> None:
    """Compare the constant."""
    _constant(t, "MMAP_LIMIT", 4 * 1024 * 1024)


@check("module_02", names="MMAP_THRESHOLD", examples=0.1)
def mmap_threshold(t: Bench) -> None:
    """Compare the constant."""
    _constant(t, "MMAP_THRESHOLD", 8 * 1024)


@check("module_03", names="SENDFILE_LIMIT", examples=0.1)
def sendfile_limit(t: Bench) -> None:
    """Compare the constant."""
    _constant(t, "SENDFILE_LIMIT", 16 * 1024 * 1024)


@check("module_04", names="SENDFILE_THRESHOLD", examples=0.1)
def sendfile_threshold(t: Bench) -> None:
    """Compare the constant."""
    _constant(t, "SENDFILE_THRESHOLD", 256)


@check("module_05", names="FileStream", on="FileStream", examples=0.1)
def chunk_size(t: Bench) -> None:
    """Compare it on a stream, and on the class if it is one."""
    s = t.reader(t.new("FileStream", t.file(b"data")))
    t.equal(look(t, s, "CHUNK_SIZE"), 65_504, "CHUNK_SIZE of a stream is")
    if isinstance(t.port["FileStream"], type):
        own = getattr(t.port["FileStream"], "CHUNK_SIZE", None)
        t.timeline.call("FileStream.CHUNK_SIZE").seen = show(own)
        t.equal(own, 65_504, "FileStream.CHUNK_SIZE is")


def _members(t: Bench, name: str) -> set[str]:
    """The names that an interface asks for, its bases' too."""
    interface = t.port[name]
    answer = t.call(f"{name}.names(all=True)", lambda: list(interface.names(all=True)))
    if not isinstance(answer, Returned):
        t.violate(f"{name}.names(all=True) {answer}", f"{name} is an interface of zope.interface")
    names: Any = answer.value
    return set(names)


def _asks_for(t: Bench, name: str, *members: str) -> None:
    found = _members(t, name)
    missing = [member for member in members if member not in found]
    t.true(not missing, f"{name} does not name {', '.join(missing)}", f"{name} names {', '.join(members)}")


@check("module_20", names="IStream", examples=0.1)
def istream(t: Bench) -> None:
    """Look at its members."""
    _asks_for(t, "IStream", "read", "close")


@check("module_21", names="IByteStream", examples=0.1)
def ibytestream(t: Bench) -> None:
    """Look at its members, and at what it extends."""
    _asks_for(t, "IByteStream", "read", "close", "length", "split")
    if t.port.has("IStream"):
        answer = t.call("IByteStream.extends(IStream)", lambda: t.port["IByteStream"].extends(t.port["IStream"]))
        t.true(answer == Returned(True), f"IByteStream.extends(IStream) {answer}", "IByteStream extends IStream")


@check("module_22", names="ISendfileableStream", examples=0.1)
def isendfileable(t: Bench) -> None:
    """Look at its member, and at what that takes."""
    _asks_for(t, "ISendfileableStream", "read")
    code = "ISendfileableStream['read'].getSignatureInfo()"
    answer = t.call(code, lambda: t.port["ISendfileableStream"]["read"].getSignatureInfo())
    info: Any = answer.value if isinstance(answer, Returned) else {}
    fine = info.get("kwargs") or "sendfile" in info.get("optional", {})
    t.true(fine, f"{code} {answer}", "read takes sendfile, which may be left out")


def _adapted(t: Bench, value: object, content: bytes) -> None:
    """Adapt a value that has a name, once or twice; each stream is read to its end before the next one is made."""
    interface, code = t.port["IByteStream"], f"IByteStream({t.text(value)})"
    for _ in range(t.draw(st.integers(1, 2))):
        gives(t, t.reader(t.have("s", code, interface, value)), content)


@check("module_23", names="IByteStream MemoryStream", on="MemoryStream", examples=0.5)
def bytes_adapt(t: Bench) -> None:
    """Adapt bytes, once or twice."""
    data = t.draw(contents())
    _adapted(t, t.have("data", show(data), lambda: data), data)


@check("module_24", names="IByteStream MemoryStream", on="MemoryStream", examples=0.5)
def buffers_adapt(t: Bench) -> None:
    """Adapt a bytearray, or a memoryview of either kind, or of larger items, once or twice."""
    data = t.draw(contents())
    kinds: list[tuple[str, Any]] = [("bytearray({})", bytearray), ("memoryview({})", memoryview)]
    kinds.append(("memoryview(bytearray({}))", lambda content: memoryview(bytearray(content))))
    if len(data) % 2 == 0:
        kinds.append(("memoryview({}).cast('H')", lambda content: memoryview(content).cast("H")))
    code, kind = t.draw(st.sampled_from(kinds))
    _adapted(t, t.have("data", code.format(show(data)), lambda: kind(data)), data)


@check("module_25", names="IByteStream FileStream", on="FileStream", examples=0.5)
def files_adapt(t: Bench) -> None:
    """Adapt a file opened in a drawn way, once or twice; move its position first, or do not."""
    data = t.draw(contents())
    mode, buffering = t.draw(st.sampled_from(["rb", "r+b"])), t.draw(st.sampled_from([-1, 0]))
    f = t.file(data, mode, buffering=buffering)
    if t.draw(st.booleans()):
        move(t, f"f.seek({len(data)})", lambda: f.seek(len(data)))
    _adapted(t, f, data)


@check("module_26", names="IByteStream MemoryStream", examples=0.1)
def streams_stay(t: Bench) -> None:
    """Adapt what is a stream already."""
    from streamgauge.script import Script

    stream: object = t.source(Script.of(b"data"))
    if not t.port["IByteStream"].providedBy(stream):
        t.violate("a declared source is not taken for one", "IByteStream.providedBy(source)")
    answer = t.call("IByteStream(source)", t.port["IByteStream"], stream)
    same = isinstance(answer, Returned) and answer.value is stream
    t.true(same, f"IByteStream(source) {answer}", "the very same object")


@check("module_27", names="IByteStream", examples=0.2)
def text_does_not(t: Bench) -> None:
    """Adapt a str."""
    text = t.draw(st.sampled_from(["", "text"]))
    t.expect(t.call(f"IByteStream({text!r})", t.port["IByteStream"], text), TypeError)


def _look(t: Bench, name: str) -> Row:
    """Look at a name of the module itself."""
    module = t.port.module.__name__
    row = t.timeline.call(f"{module}.{name}")
    row.script = f"import {module}\nprint({row.call!r}, '->', getattr({module}, {name!r}, 'not there'))"
    return row


def _all(t: Bench) -> list[str]:
    names = getattr(t.port.module, "__all__", None)
    _look(t, "__all__").seen = show(names)
    try:
        return list(names)  # type: ignore[arg-type]
    except TypeError as error:
        t.violate(f"__all__ {Failed(error)}", "__all__ is a list of names")


@check("module_28", names="__all__", examples=0.1)
def all_is_complete(t: Bench) -> None:
    """Look for each public name that there is."""
    names = _all(t)
    missing = [name for name in PUBLIC if t.port.has(name) and name not in names]
    t.true(not missing, f"__all__ lacks {', '.join(missing)}", "__all__ holds every public name of the old module")


@check("module_29", names=" ".join(PUBLIC), examples=0.1)
def all_is_there(t: Bench) -> None:
    """Look for it in a module that has everything else."""
    there = hasattr(t.port.module, "__all__")
    _look(t, "__all__").seen = "there" if there else "not there"
    t.true(there, "the module has no __all__", "a module with all the names has an __all__")


@check("module_30", names="__all__", examples=0.1)
def all_is_true(t: Bench) -> None:
    """Look for each name that is listed."""
    missing = [name for name in _all(t) if not hasattr(t.port.module, str(name))]
    t.true(not missing, f"__all__ names {', '.join(map(str, missing))}", "every name in __all__ is there")


@check("module_33", names=" ".join(PUBLIC), examples=0.1)
def mmap_is_there(t: Bench) -> None:
    """Look for it in a module that has everything else."""
    value = getattr(t.port.module, "mmap", "not there")
    row = _look(t, "mmap")
    row.seen = show(value)
    fine = value is None or callable(getattr(value, "mmap", None))
    t.true(fine, f"the module's attribute mmap is {show(value)}", "it is the module mmap, or None")


_IMPORTING = """\
import sys
sys.path[:] = {path!r}
before = "twisted.internet.reactor" in sys.modules
import {name}
print("installed" if "twisted.internet.reactor" in sys.modules and not before else "none")
"""


@check("module_31", "port", examples=0.1, heavy=True)
def no_reactor(t: Bench) -> None:
    """Import the module in a fresh interpreter; look for the reactor."""
    name = t.port.module.__name__
    if not _importable(name):
        return
    code = _IMPORTING.format(path=sys.path, name=name)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=120)
    row = t.timeline.call(f"import {name}")
    row.seen = done.stdout.strip() or done.stderr.strip()[-200:]
    t.true(
        done.stdout.strip() == "none", f"after the import: reactor {row.seen}", "no reactor is installed by the import"
    )


def _importable(name: str) -> bool:
    """Tell whether a fresh interpreter could import a module of this name, without importing it here."""
    try:
        return find_spec(name) is not None
    except (ImportError, ValueError, AttributeError):
        return False
