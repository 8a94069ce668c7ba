"""Checks of the clauses in specs/module.md that say how each name is called.

Strategy: nothing is called. A signature has to admit the old calls, by place and by name; more parameters that may be
left out are fine, and so is anything that does not tell its signature.
"""

import inspect
from collections.abc import Iterator
from typing import Any

from streamgauge.answers import Returned
from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.script import Script


def _calls(required: tuple[str, ...], optional: tuple[str, ...]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Every old call: so many arguments by place, and these by name."""
    names = required + optional
    for given in range(len(required), len(names) + 1):
        for placed in range(given + 1):
            yield placed, names[placed:given]
    for name in optional:
        yield len(required), (name,)


def admits(t: Bench, what: str, function: Any, parameters: str) -> None:
    """Compare a signature with the old one.

    Args:
        t: the bench.
        what: how it is called in a program.
        function: what is called.
        parameters: the old names in their order; those with a "?" may be left out, one with a "/" has any name.
    """
    words = parameters.split()
    required = tuple(word.lstrip("/") for word in words if not word.endswith("?"))
    optional = tuple(word[:-1] for word in words if word.endswith("?"))
    promised = f"{what}({', '.join(required + tuple(f'[{name}]' for name in optional))})"
    t.true(callable(function), f"{what} is not there, or cannot be called", promised)
    row = t.timeline.call(f"__import__('inspect').signature({what})")
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError) as error:
        row.seen = f"unknown: {error}"
        return
    row.seen = str(signature)
    for placed, named in _calls(required, optional):
        if any(f"/{name}" in words for name in named):
            continue
        call = f"{what}({', '.join([*(required + optional)[:placed], *(f'{name}=...' for name in named)])})"
        try:
            bound = signature.bind(*range(placed), **dict.fromkeys(named))
        except TypeError as error:
            t.violate(f"{what}{signature}: {call} {error}", promised)
        for name, place in bound.arguments.items():
            wrong = name in words_of(words) and isinstance(place, int) and (required + optional)[place] != name
            t.true(not wrong, f"{what}{signature}, where {name} stands at place {place}", promised)


def words_of(words: list[str]) -> set[str]:
    """The names without their marks."""
    return {word.rstrip("?") for word in words}


def _name(t: Bench, name: str, parameters: str) -> None:
    admits(t, name, t.port[name], parameters)


def _methods(t: Bench, stream: Any, what: str, **methods: str) -> None:
    for method, parameters in methods.items():
        admits(t, f"{what}.{method}", getattr(stream, method, None), parameters)


def _made(t: Bench, name: str, *args: object) -> Any:
    """Make one, of which the methods can be looked at; None where that fails, which is another clause's matter."""
    answer = t.build(name, *args)
    return answer.value if isinstance(answer, Returned) else None


@check("module_06", names="FileStream", examples=0.1)
def file_stream(t: Bench) -> None:
    """Compare the signature."""
    _name(t, "FileStream", "f start? length? useMMap?")


@check("module_07", names="MemoryStream", examples=0.1)
def memory_stream(t: Bench) -> None:
    """Compare the signature."""
    _name(t, "MemoryStream", "mem start? length?")


@check("module_08", names="CompoundStream", examples=0.1)
def compound_stream(t: Bench) -> None:
    """Compare the signatures."""
    _name(t, "CompoundStream", "buckets?")
    if (stream := _made(t, "CompoundStream")) is not None:
        _methods(t, stream, "CompoundStream()", addStream="bucket")


@check("module_09", names="readStream", examples=0.1)
def read_stream(t: Bench) -> None:
    """Compare the signature."""
    _name(t, "readStream", "stream gotDataCallback")


@check("module_10", names="readAndDiscard", examples=0.1)
def read_and_discard(t: Bench) -> None:
    """Compare the signature."""
    _name(t, "readAndDiscard", "stream")


@check("module_11", names="readIntoFile", examples=0.1)
def read_into_file(t: Bench) -> None:
    """Compare the signature."""
    _name(t, "readIntoFile", "stream outFile")


@check("module_12", names="connectStream", examples=0.1)
def connect_stream(t: Bench) -> None:
    """Compare the signature."""
    _name(t, "connectStream", "inputStream factory")


@check("module_13", names="fallbackSplit", examples=0.1)
def fallback_split(t: Bench) -> None:
    """Compare the signature."""
    _name(t, "fallbackSplit", "stream point")


@check("module_14", names="ProducerStream", examples=0.1)
def producer_stream(t: Bench) -> None:
    """Compare the signatures."""
    _name(t, "ProducerStream", "length?")
    if (stream := _made(t, "ProducerStream")) is not None:
        _methods(t, stream, "ProducerStream()", write="/data", finish="failure?",
                 registerProducer="producer streaming", unregisterProducer="")  # fmt: skip


@check("module_15", names="StreamProducer", examples=0.1)
def stream_producer(t: Bench) -> None:
    """Compare the signatures."""
    _name(t, "StreamProducer", "stream enforceStr?")
    if (producer := _made(t, "StreamProducer", t.source(Script.of(b"data")))) is not None:
        _methods(t, producer, "StreamProducer(source)", beginProducing="consumer", pauseProducing="",
                 resumeProducing="", stopProducing="failure?")  # fmt: skip


@check("module_16", names="ProcessStreamer", examples=0.1)
def process_streamer(t: Bench) -> None:
    """Compare the signatures."""
    _name(t, "ProcessStreamer", "inputStream program args env?")
    if (made := _made(t, "ProcessStreamer", t.source(Script.of(b"data")), "true", ["true"])) is not None:
        _methods(t, made, "ProcessStreamer(...)", run="")


@check("module_17", names="generatorToStream", examples=0.1)
def generator_to_stream(t: Bench) -> None:
    """Compare the signature."""
    _name(t, "generatorToStream", "fun")


@check("module_18", names="BufferedStream", examples=0.1)
def buffered_stream(t: Bench) -> None:
    """Compare the signatures."""
    _name(t, "BufferedStream", "stream")
    if (stream := _made(t, "BufferedStream", t.source(Script.of(b"data")))) is not None:
        _methods(t, stream, "BufferedStream(source)", readExactly="size?", readline="delimiter? size?",
                 pushback="data")  # fmt: skip


@check("module_19", names="substream", examples=0.1)
def sub_stream(t: Bench) -> None:
    """Compare the signature."""
    _name(t, "substream", "stream start end")
