"""The makers of a port: one row for each way in which the historical names make a stream.

Strategy: a maker turns a script into a stream by the historical call and nothing else of the port, so that a fault
shows where it is. Whatever can be scripted reads the kit's own sources. A table, not a class per name.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from streamgauge.answers import Data
from streamgauge.feeder import Feeder
from streamgauge.script import Script, Step

if TYPE_CHECKING:
    from streamgauge.bench import Bench

_BYTES = frozenset({"read", "close", "length", "split"})
_SCRIPTED = _BYTES | {"scripted", "waits"}
_HALF = _SCRIPTED | {"sourced"}
_WRAPPING = _HALF | {"owns"}

_EDGES = "split_31 split_32"
READ_ONLY: Final = {
    "bytestream_07": f"split_01 {_EDGES}",
    "bytestream_08": f"split_24 split_29 {_EDGES}",
    "bytestream_09": "split_03 split_04",
    "bytestream_10": "split_35",
    "bytestream_11": f"split_15 split_16 {_EDGES}",
    "bytestream_12": _EDGES,
    "bytestream_13": f"split_11 split_12 split_13 split_28 {_EDGES}",
    "bytestream_14": f"split_33 {_EDGES}",
    "bytestream_16": "split_03 split_21 split_22 split_24",
    "bytestream_17": "split_17 split_18",
    "bytestream_18": "split_11 split_36 split_37",
    "bytestream_21": "split_07 split_08 split_09 split_14",
    "bytestream_22": "split_27 split_28",
    "bytestream_23": "split_03 split_04",
    "bytestream_24": _EDGES,
}
"""For a stream whose split is fallbackSplit: which clauses about that one say what a generic clause finds at it."""


WINDOW: Final = {"bytestream_07": "file_01 file_02 file_11"}
"""For a stream of a file, whose halves are windows of it."""


@dataclass(frozen=True, slots=True)
class Row:
    """One derived maker: its name, the historical names it calls, what its stream can do, and how it is built.

    `rests_on` names the clauses about that way of building; where one fails, nothing is said of this maker. `follows`
    names, for single generic clauses, those of the port that say more of this stream.
    """

    name: str
    needs: tuple[str, ...]
    abilities: frozenset[str]
    build: "Callable[[Bench, Script], object]"
    follows: Mapping[str, str] = field(default_factory=dict)
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
    """Let every bucket know its length, so that the compound is split without fallbackSplit."""
    return _dealt(bench, replace(script, known=True))


def _compound_unknown(bench: "Bench", script: Script) -> Any:
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


def _truncater(bench: "Bench", script: Script) -> Any:
    """Let more follow; without data, give a half that was read off, so that a wrong split at 0 is another fault."""
    rest = () if script.fails or script.lie else (Step(b"rest"),)
    point = len(script.data) + script.lie
    off = () if point else (Step(b"off"),)
    source = bench.source(Script(off + script.steps + rest, script.end, script.known, script.lie))
    before, _ = bench.halves(source, point or 3, "s", "rest")
    return _read_off(bench, before, 0 if point else 3)


def _post_truncater(bench: "Bench", script: Script) -> Any:
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


def _also(**more: str) -> dict[str, str]:
    """Add clauses to those of `READ_ONLY`."""
    return READ_ONLY | {clause: f"{READ_ONLY.get(clause, '')} {others}" for clause, others in more.items()}


MAKERS: Final = (
    Row("MemoryStream", ("MemoryStream",), _BYTES | {"declares"}, _memory, rests_on=("memory_06",)),
    Row(
        "MemoryStream-window",
        ("MemoryStream",),
        _BYTES,
        _memory_window,
        rests_on=("memory_02", "memory_03", "memory_05", "memory_06"),
    ),
    Row("FileStream", ("FileStream",), _BYTES | {"declares", "sendfile"}, _file, WINDOW, rests_on=("file_05",)),
    Row("FileStream-mapped", ("FileStream",), _BYTES, _file_mapped, WINDOW, rests_on=("file_05", "file_29")),
    Row(
        "FileStream-window",
        ("FileStream",),
        _BYTES,
        _file_window,
        rests_on=("file_01", "file_02", "file_04", "file_05"),
    ),
    Row(
        "CompoundStream",
        ("CompoundStream",),
        _WRAPPING | {"declares", "sendfile"},
        _compound,
        {
            "stream_08": "compound_23",
            "bytestream_07": "compound_28",
            "bytestream_11": "compound_28",
            "bytestream_12": "compound_28",
            "bytestream_24": "compound_28",
            "bytestream_16": "compound_12",
            "bytestream_17": "compound_38",
            "bytestream_21": "compound_32",
            "sendfile_01": "compound_34",
            "sendfile_04": "compound_34",
            "sendfile_05": "compound_34 compound_36",
        },
    ),
    Row(
        "CompoundStream-unknown",
        ("CompoundStream",),
        _WRAPPING,
        _compound_unknown,
        _also(
            stream_08="compound_23",
            bytestream_07="compound_29",
            bytestream_09="compound_30",
            bytestream_21="compound_32",
        ),
    ),
    Row(
        "TruncaterStream",
        ("fallbackSplit",),
        _HALF,
        _truncater,
        _also(stream_04="split_30", stream_19="split_54", bytestream_07="split_15", bytestream_12="split_15"),
    ),
    Row(
        "PostTruncaterStream",
        ("fallbackSplit",),
        _WRAPPING,
        _post_truncater,
        _also(stream_04="split_30", stream_19="split_54", bytestream_07="split_16"),
    ),
    Row("substream", ("substream",), _WRAPPING, _substream),
    Row(
        "ProducerStream",
        ("ProducerStream",),
        _SCRIPTED | {"declares"},
        _producer,
        _also(stream_04="producer_36", stream_06="producer_30"),
    ),
    Row(
        "generatorToStream",
        ("generatorToStream",),
        _WRAPPING - {"length", "split"},
        _generator,
        {"stream_19": "generator_18"},
        rests_on=("generator_01",),
    ),
    Row("BufferedStream", ("BufferedStream",), _WRAPPING - {"close"}, _buffered, rests_on=("buffered_01",)),
)
