"""The makers of a port: one row for each way in which the historical names make a stream.

Strategy: a table, not a class per name; the functions that build stand in `building`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from streamgauge import building
from streamgauge.script import Script

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


WINDOW: Final = {
    "bytestream_07": "file_01 file_02 file_11 simple_08 simple_11 simple_13",
    "bytestream_08": "file_07",
    "bytestream_10": "simple_16 simple_17 simple_18",
    "bytestream_13": "file_10",
}
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


def _also(**more: str) -> dict[str, str]:
    """Add clauses to those of `READ_ONLY`."""
    return READ_ONLY | {clause: f"{READ_ONLY.get(clause, '')} {others}" for clause, others in more.items()}


MAKERS: Final = (
    Row(
        "MemoryStream",
        ("MemoryStream",),
        _BYTES | {"declares"},
        building.memory,
        {"bytestream_07": "simple_13"},
        rests_on=("memory_06",),
    ),
    Row(
        "MemoryStream-window",
        ("MemoryStream",),
        _BYTES,
        building.memory_window,
        {"bytestream_07": "simple_08 simple_13"},
        rests_on=("memory_02", "memory_03", "memory_05", "memory_06"),
    ),
    Row("FileStream", ("FileStream",), _BYTES | {"declares", "sendfile"}, building.file, WINDOW, rests_on=("file_05",)),
    Row("FileStream-mapped", ("FileStream",), _BYTES, building.file_mapped, WINDOW, rests_on=("file_05", "file_29")),
    Row(
        "FileStream-window",
        ("FileStream",),
        _BYTES,
        building.file_window,
        WINDOW,
        rests_on=("file_01", "file_02", "file_04", "file_05"),
    ),
    Row(
        "CompoundStream",
        ("CompoundStream",),
        _WRAPPING | {"declares", "sendfile"},
        building.compound,
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
        building.compound_unknown,
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
        building.truncater,
        _also(
            stream_04="split_30",
            stream_06="split_05",
            stream_19="split_54",
            bytestream_07="split_15",
            bytestream_12="split_15",
            bytestream_18="split_15",
        ),
    ),
    Row(
        "PostTruncaterStream",
        ("fallbackSplit",),
        _WRAPPING,
        building.post_truncater,
        _also(
            stream_04="split_30",
            stream_19="split_54",
            bytestream_07="split_16",
            bytestream_16="split_04",
            bytestream_18="split_16",
        ),
    ),
    Row("substream", ("substream",), _WRAPPING, building.substream, rests_on=("split_41", "split_42")),
    Row(
        "ProducerStream",
        ("ProducerStream",),
        _SCRIPTED | {"declares"},
        building.producer,
        _also(stream_04="producer_36 producer_103", bytestream_17="producer_46"),
    ),
    Row(
        "generatorToStream",
        ("generatorToStream",),
        _WRAPPING - {"length", "split"},
        building.generator,
        {"stream_19": "generator_18", "stream_22": "generator_36 generator_43", "stream_20": "generator_44"},
        rests_on=("generator_01",),
    ),
    Row(
        "connectStream",
        ("connectStream",),
        _BYTES | {"waits"},
        building.connected,
        _also(stream_04="producer_36 producer_103 consume_85", stream_09="consume_85"),
        rests_on=("consume_63", "consume_71", "consume_72"),
    ),
    Row(
        "BufferedStream",
        ("BufferedStream",),
        _WRAPPING - {"close"},
        building.buffered,
        {"stream_22": "buffered_60"},
        rests_on=("buffered_01",),
    ),
)
