"""Building streams by the historical names: one function for each maker of a port.

Strategy: each makes the historical call and nothing else of the port, so that a fault shows where it is. Whatever can
be scripted reads the kit's own sources.
"""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from streamgauge.answers import Data
from streamgauge.feeder import Feeder, one_protocol
from streamgauge.script import Script, Step, When

if TYPE_CHECKING:
    from streamgauge.bench import Bench

_WAITS = Script((Step(b"never", When.PENDING),), known=False)


def memory(bench: "Bench", script: Script) -> Any:
    """Stream the content."""
    return bench.new("MemoryStream", script.data)


def memory_window(bench: "Bench", script: Script) -> Any:
    """Stream a window of a longer buffer."""
    return bench.new("MemoryStream", b"<<" + script.data + b">>", 2, len(script.data))


def file(bench: "Bench", script: Script) -> Any:
    """Stream a real file, never mapped."""
    return bench.new("FileStream", bench.file(script.data), useMMap=False)


def file_mapped(bench: "Bench", script: Script) -> Any:
    """Stream a real file, mapped where it is large."""
    return bench.new("FileStream", bench.file(script.data), useMMap=True)


def file_window(bench: "Bench", script: Script) -> Any:
    """Stream a window of a longer file."""
    return bench.new("FileStream", bench.file(b"<<" + script.data + b">>"), 2, len(script.data), useMMap=False)


def compound(bench: "Bench", script: Script) -> Any:
    """Let every bucket know its length, so that the compound is split without fallbackSplit."""
    return _dealt(bench, replace(script, known=True))


def compound_unknown(bench: "Bench", script: Script) -> Any:
    """Let no bucket know its length."""
    return _dealt(bench, replace(script, known=False))


def _dealt(bench: "Bench", script: Script) -> Any:
    """Deal the steps out to sources, two each, so that borders between buckets fall between steps."""
    parts = [script.steps[at : at + 2] for at in range(0, len(script.steps), 2)] or [()]
    sources = []
    for number, part in enumerate(parts):
        last = number == len(parts) - 1
        piece = Script(part, script.end, script.known, script.lie if last else 0)
        sources.append(bench.source(piece))
    return bench.new("CompoundStream", sources)


def truncater(bench: "Bench", script: Script) -> Any:
    """Let more follow; without data, give a half that was read off, so that a wrong split at 0 is another fault."""
    rest = () if script.fails or script.lie else (Step(b"rest"),)
    point = len(script.data) + script.lie
    off = () if point else (Step(b"off"),)
    source = bench.source(Script(off + script.steps + rest, script.end, script.known, script.lie))
    before, _ = bench.halves(source, point or 3, "s", "rest")
    return _read_off(bench, before, 0 if point else 3)


def post_truncater(bench: "Bench", script: Script) -> Any:
    """Read what comes first; without data, give a half that was read off: a wrong split at the end is another fault."""
    off = () if script.data else (Step(b"off"),)
    source = bench.source(Script((Step(b"first"), *off, *script.steps), script.end, script.known, script.lie))
    before, after = bench.halves(source, 5, "first", "s")
    bench.reader(before).drain()
    return _read_off(bench, after, 0 if script.data else 3)


def _read_off(bench: "Bench", stream: Any, size: int) -> Any:
    """Read so many bytes that are no part of the content, if they come."""
    reader = bench.reader(stream)
    while size > 0 and isinstance(answer := reader.read(), Data):
        size -= len(answer.content)
    return stream


def substream(bench: "Bench", script: Script) -> Any:
    """Cut the content out of the middle of a source."""
    rest = () if script.fails or script.lie else (Step(b">>"),)
    source = bench.source(Script((Step(b"<<"), *script.steps, *rest), script.end, script.known, script.lie))
    return bench.new("substream", source, 2, 2 + len(script.data) + script.lie)


def producer(bench: "Bench", script: Script) -> Any:
    """Write the content from outside."""
    length = len(script.data) + script.lie if script.known else None
    stream = bench.new("ProducerStream", length)
    bench.sources.append(feeder := Feeder(script, stream, bench))
    feeder.start()
    return stream


def passing(source: "Any") -> "Any":
    """Pass a source on, piece by piece; it is copied into reproducers, which import no Any."""
    while True:
        yield source.wait
        try:
            chunk = next(source)
        except StopIteration:
            return
        yield chunk


def generator(bench: "Bench", script: Script) -> Any:
    """Pass a source on by a generator."""
    bench.copy(passing)
    bench.named("passing", passing)
    bench.timeline.note("passing is a generator function that yields each piece of its input")
    convert = bench.new("generatorToStream", passing, label="convert")
    source = bench.source(script)
    return bench.have("s", f"convert({source.name})", convert, source)


def buffered(bench: "Bench", script: Script) -> Any:
    """Put a buffer before a source."""
    return bench.new("BufferedStream", bench.source(script))


def connected(bench: "Bench", script: Script) -> Any:
    """Let a protocol write the content in three pieces, two of them later; its input waits, and nobody fires that."""
    source = bench.source(_WAITS, "input")
    bench.sources.remove(source)
    factory = bench.part("factory", one_protocol)
    stream = bench.new("connectStream", source, factory)
    transport = bench.have("transport", "factory.peer.transport", lambda: factory.peer.transport)
    size = 1 + len(script.data) // 3
    pieces = [script.data[at : at + size] for at in range(0, len(script.data), size)]
    steps = [Step(piece, When.PENDING if number else When.NOW) for number, piece in enumerate(pieces)]
    bench.sources.append(feeder := Feeder(Script(tuple(steps), When.PENDING), transport, bench, "transport"))
    feeder.start()
    return stream
