"""The makers of a port: one row for each way in which the historical names make a stream.

Strategy: a maker turns a script into a stream by the historical call and nothing else of the port, so that a fault
shows where it is. Whatever can be scripted reads the kit's own sources. A table, not a class per name.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from streamgauge.feeder import Feeder
from streamgauge.script import Script, Step

if TYPE_CHECKING:
    from streamgauge.bench import Bench

_BYTES = frozenset({"read", "close", "length", "split"})
_SCRIPTED = _BYTES | {"scripted", "waits"}
_HALF = _SCRIPTED | {"sourced"}
_WRAPPING = _HALF | {"owns"}


@dataclass(frozen=True, slots=True)
class Row:
    """One derived maker: its name, the historical names it calls, what its stream can do, and how it is built.

    `rests_on` names the clauses about that way of building; where one fails, nothing is said of this maker.
    """

    name: str
    needs: tuple[str, ...]
    abilities: frozenset[str]
    build: "Callable[[Bench, Script], object]"
    splits_by: str = ""
    rests_on: tuple[str, ...] = ()


def _memory(bench: "Bench", script: Script) -> Any:
    return bench.new("MemoryStream", script.data)


def _memory_window(bench: "Bench", script: Script) -> Any:
    return bench.new("MemoryStream", b"<<" + script.data + b">>", 2, len(script.data))


def _file(bench: "Bench", script: Script) -> Any:
    return bench.new("FileStream", bench.file(script.data), useMMap=False)


def _file_mapped(bench: "Bench", script: Script) -> Any:
    return bench.new("FileStream", bench.file(script.data), useMMap=True)


def _file_window(bench: "Bench", script: Script) -> Any:
    return bench.new("FileStream", bench.file(b"<<" + script.data + b">>"), 2, len(script.data), useMMap=False)


def _compound(bench: "Bench", script: Script) -> Any:
    """Deal the steps out to sources, two each, so that borders between buckets fall between steps."""
    parts = [script.steps[at : at + 2] for at in range(0, len(script.steps), 2)] or [()]
    sources = []
    for number, part in enumerate(parts):
        last = number == len(parts) - 1
        piece = Script(part, script.end, script.known, script.lie if last else 0)
        sources.append(bench.source(piece))
    return bench.new("CompoundStream", sources)


def _truncater(bench: "Bench", script: Script) -> Any:
    rest = () if script.fails or script.lie else (Step(b"rest"),)
    source = bench.source(Script(script.steps + rest, script.end, script.known, script.lie))
    before, _ = bench.halves(source, len(script.data) + script.lie, "s", "rest")
    return before


def _post_truncater(bench: "Bench", script: Script) -> Any:
    source = bench.source(Script((Step(b"first"), *script.steps), script.end, script.known, script.lie))
    before, after = bench.halves(source, 5, "first", "s")
    bench.reader(before).drain()
    return after


def _substream(bench: "Bench", script: Script) -> Any:
    rest = () if script.fails or script.lie else (Step(b">>"),)
    source = bench.source(Script((Step(b"<<"), *script.steps, *rest), script.end, script.known, script.lie))
    return bench.new("substream", source, 2, 2 + len(script.data) + script.lie)


def _producer(bench: "Bench", script: Script) -> Any:
    length = len(script.data) + script.lie if script.known else None
    stream = bench.new("ProducerStream", length)
    bench.sources.append(feeder := Feeder(script, stream, bench))
    feeder.start()
    return stream


def _generator(bench: "Bench", script: Script) -> Any:
    def passing(source: Any) -> Any:
        while True:
            yield source.wait
            try:
                chunk = next(source)
            except StopIteration:
                return
            yield chunk

    bench.named("passing", passing)
    convert = bench.new("generatorToStream", passing, label="convert")
    source = bench.source(script)
    return bench.have("s", f"convert({source.name})", convert, source)


def _buffered(bench: "Bench", script: Script) -> Any:
    return bench.new("BufferedStream", bench.source(script))


MAKERS: Final = (
    Row("MemoryStream", ("MemoryStream",), _BYTES | {"declares"}, _memory),
    Row(
        "MemoryStream-window",
        ("MemoryStream",),
        _BYTES,
        _memory_window,
        rests_on=("memory_02", "memory_03", "memory_05", "memory_06"),
    ),
    Row("FileStream", ("FileStream",), _BYTES | {"declares", "sendfile"}, _file),
    Row("FileStream-mapped", ("FileStream",), _BYTES, _file_mapped, rests_on=("file_29",)),
    Row(
        "FileStream-window",
        ("FileStream",),
        _BYTES,
        _file_window,
        rests_on=("file_01", "file_02", "file_04", "file_05"),
    ),
    Row("CompoundStream", ("CompoundStream",), _WRAPPING | {"declares", "sendfile"}, _compound, "split compound_28"),
    Row("TruncaterStream", ("fallbackSplit",), _HALF, _truncater, "split"),
    Row("PostTruncaterStream", ("fallbackSplit",), _WRAPPING, _post_truncater, "split"),
    Row("substream", ("substream",), _WRAPPING, _substream),
    Row("ProducerStream", ("ProducerStream",), _SCRIPTED | {"declares"}, _producer, "split"),
    Row(
        "generatorToStream",
        ("generatorToStream",),
        _WRAPPING - {"length", "split"},
        _generator,
        rests_on=("generator_01",),
    ),
    Row("BufferedStream", ("BufferedStream",), _WRAPPING - {"close"}, _buffered, rests_on=("buffered_01",)),
)
