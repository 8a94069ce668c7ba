"""No false alarm: no clause about the module rejects a right one that keeps its names in another way."""

import importlib
import os
import sys
from pathlib import Path

import pytest

from streamgauge.plan import make_plan
from streamgauge.port import port_subject
from streamgauge.run import Options, run
from streamgauge.verdict import NOT_GREEN

SEEDS = range(int(os.environ.get("STREAMGAUGE_SEEDS", "1")))
EXAMPLES = int(os.environ.get("STREAMGAUGE_EXAMPLES", "8"))

LAZY = """
import importlib

__all__ = (*importlib.import_module("web2stream").__all__,)

def __getattr__(name):
    if name not in (*__all__, "mmap"):
        raise AttributeError(name)
    return getattr(importlib.import_module("web2stream"), name)

def __dir__():
    return list(__all__)
"""

WRAPPED = """
import functools
from web2stream import *
from web2stream import __all__, mmap

class Call:
    def __init__(self, function):
        functools.update_wrapper(self, function)
        self._function = function

    def __call__(self, *args, **kwargs):
        return self._function(*args, **kwargs)

readStream = Call(readStream)
readAndDiscard = functools.partial(readAndDiscard)
readIntoFile = Call(readIntoFile)
connectStream = Call(connectStream)
fallbackSplit = Call(fallbackSplit)
substream = functools.partial(substream)
generatorToStream = Call(generatorToStream)

def _derived(kind):
    class Derived(kind):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)

    Derived.__name__ = kind.__name__
    return Derived

_STREAMS = "FileStream MemoryStream CompoundStream ProducerStream BufferedStream"
for _name in f"{_STREAMS} StreamProducer ProcessStreamer".split():
    globals()[_name] = _derived(globals()[_name])
"""

ADAPTS = """
from zope.interface import Attribute, Interface, interfacemethod
import web2stream
from web2stream import *
from web2stream import __all__, mmap

class IStream(Interface):
    read = Attribute("Gives some bytes.")
    close = Attribute("Ends it.")

class IByteStream(IStream):
    length = Attribute("Its length, or None.")

    def split(point):
        pass

    @interfacemethod
    def __adapt__(self, value):
        if self.providedBy(value):
            return value
        if isinstance(value, (bytes, bytearray, memoryview)):
            return _Memory(value)
        if hasattr(value, "fileno") and hasattr(value, "seek"):
            return _File(value)
        return None

class ISendfileableStream(Interface):
    def read(sendfile=False):
        pass

def _declared(kind, *interfaces):
    from zope.interface import implementer
    return implementer(*interfaces)(type(kind.__name__, (kind,), {}))

MemoryStream = _Memory = _declared(web2stream.MemoryStream, IByteStream)
FileStream = _File = _declared(web2stream.FileStream, IByteStream, ISendfileableStream)
CompoundStream = _declared(web2stream.CompoundStream, IByteStream, ISendfileableStream)
ProducerStream = _declared(web2stream.ProducerStream, IByteStream)
BufferedStream = _declared(web2stream.BufferedStream, IByteStream)
"""

ENUM = """
import enum
import web2stream
from web2stream import *
from web2stream import __all__, mmap

Limits = enum.IntEnum("Limits", {name: getattr(web2stream, name) for name in __all__ if name.isupper()})
globals().update(Limits.__members__)

class FileStream(FileStream):
    CHUNK_SIZE = enum.IntEnum("Sizes", {"CHUNK": 65504}).CHUNK
"""

HALF = """
import web2stream
__all__ = web2stream.__all__[{half}::2]
globals().update({{name: getattr(web2stream, name) for name in __all__}})
"""

PACKAGE = {
    "__init__": "from .names import *\nfrom .more import *\nfrom web2stream import mmap\n"
    "__all__ = names.__all__ + more.__all__\n",
    "names": HALF.format(half=0),
    "more": HALF.format(half=1),
}

WAYS = {
    "lazy": {"__init__": LAZY},
    "wrapped": {"__init__": WRAPPED},
    "adapts": {"__init__": ADAPTS},
    "package": PACKAGE,
    "enumerated": {"__init__": ENUM},
}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("way", WAYS)
def test_other_right_modules_conform(way: str, seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Names found late, callables that are no functions, interfaces of its own, a package, enumerations: all right."""
    name = f"right_{way}"
    (tmp_path / name).mkdir()
    for part, text in WAYS[way].items():
        (tmp_path / name / f"{part}.py").write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    module = importlib.import_module(name)
    report = run(make_plan(port_subject(module), ["module"]), Options(examples=EXAMPLES, seed=seed))
    for imported in [one for one in sys.modules if one.partition(".")[0] == name]:
        monkeypatch.delitem(sys.modules, imported)
    assert [] == [f"{one.id}: {one.reason or one.violation}" for one in report.having(*NOT_GREEN)]
    assert {verdict.clause.id for verdict in report.verdicts} >= {"module_01", "module_18", "module_25", "module_31"}
