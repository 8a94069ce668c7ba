"""Checks of the clauses in specs/compound.md about sendfile."""

from typing import Any

from hypothesis import strategies as st

from streamgauge.answers import Answer, Data, Failed
from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks.compound_parts import NAME, compound, joined, parts, sendable, sources
from streamgauge.reader import Reader
from streamgauge.script import filler

NAMES = "CompoundStream ISendfileableStream"


def drain(s: Reader, sendfile: list[bool]) -> tuple[bytes, Answer]:
    """Read to the end, each read with the next of these values."""
    content = b""
    for number in range(200):
        answer = s.read(sendfile=sendfile[number % len(sendfile)])
        if not isinstance(answer, Data):
            break
        content += answer.content
    return content, answer


@check("compound_33", names=NAMES, on=NAME)
def sendfile_is_handed_on(t: Bench) -> None:
    """Read with sendfile through buckets that take it, among others that do not."""
    buckets = parts(t, 1, 4, known=None)
    told: list[object] = []
    made = []
    for script in buckets:
        if t.draw(st.booleans()):
            source, heard = sendable(t, script)
            made.append((source, heard))
        else:
            made.append((t.source(script), []))
    last, heard = sendable(t, parts(t, 1, 1, empty=False)[0])
    made.append((last, heard))
    content, answer = drain(compound(t, [source for source, _ in made]), [True])
    for _, heard in made:
        told += heard
    t.true(told and all(told), f"reads that take sendfile were told {told}", "all are told True")
    t.true(not isinstance(answer, Failed), f"reads give {content!r}, then {answer}", "no error")


@check("compound_34", names=NAMES, on=NAME)
def sendfile_is_kept_back(t: Bench) -> None:
    """Read with sendfile through buckets that do not take it, though their read has an argument of its own."""
    buckets = parts(t, 1, 3, known=None)
    given: list[tuple[tuple[object, ...], dict[str, object]]] = []
    made = sources(t, buckets)

    def listening(read: Any) -> Any:
        def listen(*args: object, **kwargs: object) -> object:
            given.append((args, kwargs))
            return read()

        return listen

    for source in made:
        source.read = listening(source.read)  # type: ignore[method-assign]
    made += [sendable(t, script)[0] for script in parts(t, 0, 1)]
    drain(compound(t, made), [True])
    wrong = [call for call in given if call != ((), {})]
    t.true(not wrong, f"a bucket that takes no sendfile was read with {wrong}", "its read gets no argument")


@check("compound_35", names=NAMES, on=NAME)
def sendfile_only_when_asked(t: Bench) -> None:
    """Read with and without sendfile, in turns."""
    asked = t.draw(st.sampled_from([[False], [True, False], [False, True]]))
    source, told = sendable(t, parts(t, 1, 1, empty=False)[0])
    second, heard = sendable(t, parts(t, 1, 1, empty=False)[0])
    s = compound(t, [source, second])
    for number in range(20):
        before = len(told) + len(heard)
        answer = s.read(sendfile=asked[number % len(asked)]) if asked[number % len(asked)] else s.read()
        if not asked[number % len(asked)]:
            new = (told + heard)[before:] if not heard else heard[-1:]
            t.true(not any(new), "a read without sendfile hands on sendfile=True", "sendfile is not handed on")
        if not isinstance(answer, Data):
            break


def _give(s: Reader) -> tuple[str, object]:
    """Read once with sendfile; give the kind of what came, and by how much the length fell."""
    length = s.length()
    answer = s.read(sendfile=True)
    left = s.length()
    fell = length - left if isinstance(length, int) and isinstance(left, int) else (length, left)
    return type(getattr(answer, "value", answer)).__name__, fell


@check("compound_36", names="CompoundStream FileStream", on=NAME, examples=0.2)
def file_in_a_compound(t: Bench) -> None:
    """Read a file with sendfile, alone and in a compound, and compare what came."""
    content = filler(t.draw(st.sampled_from([1, 256, 257, 5000, 70_000])))
    alone = t.reader(t.new("FileStream", t.file(content), useMMap=False, label="alone"))
    kind, fell = _give(alone)
    bucket = t.new("FileStream", t.file(content), useMMap=False, label="bucket")
    behind = t.source(parts(t, 1, 1)[0])
    s = compound(t, [bucket, behind])
    seen = _give(s)
    t.equal(seen, (kind, fell), "the kind of what a file gives for sendfile, and the fall of length:")


@check("compound_37", names=NAMES, on=NAME)
def nested_sendfile(t: Bench) -> None:
    """Read with sendfile through a compound in a compound."""
    scripts_ = parts(t, 1, 2, empty=False)
    told: list[object] = []
    inner = []
    for script in scripts_:
        source, heard = sendable(t, script)
        inner.append((source, heard))
    middle = t.new(NAME, [source for source, _ in inner], label="inner")
    content, _ = drain(compound(t, [middle]), [True])
    for _, heard in inner:
        told += heard
    t.true(told and all(told), f"reads of the inner buckets were told {told}", "all are told True")
    t.equal(content, joined(scripts_), "reads give")
