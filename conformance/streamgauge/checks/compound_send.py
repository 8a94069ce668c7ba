"""Checks of the clauses in specs/compound.md about sendfile."""

from typing import Any

from hypothesis import strategies as st

from streamgauge.answers import Answer, Data, Returned
from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks.compound_parts import BOTH, NAME, added, compound, joined, parts, sendable, sources
from streamgauge.checks.look import declares, first_answer
from streamgauge.content import filler
from streamgauge.reader import Reader

NAMES = "CompoundStream ISendfileableStream"


def drain(s: Reader) -> tuple[bytes, Answer]:
    """Read to the end, each read with sendfile."""
    content = b""
    for _ in range(200):
        answer = s.read(sendfile=True)
        if not isinstance(answer, Data):
            break
        content += answer.content
    return content, answer


@check("compound_33", names=NAMES, on=BOTH)
def sendfile_is_handed_on(t: Bench) -> None:
    """Read with sendfile through buckets that take it, among others that do not."""
    told: list[bool] = []
    made = [
        sendable(t, script, told) if t.draw(st.booleans()) else t.source(script)
        for script in parts(t, 1, 4, known=None)
    ]
    made.append(sendable(t, parts(t, 1, 1)[0], told))
    first = t.draw(st.integers(0, len(made)))
    s = compound(t, made[:first])
    for source in made[first:]:
        added(t, s, source)
    drain(s)
    t.true(told and all(told), f"reads that take sendfile were told {told}", "all are told True")


@check("compound_34", names=NAMES, on=BOTH)
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
        code = f"lambda *args, read={source.name}.read, **kwargs: (print('  (told', args, kwargs, ')'), read())[1]"
        t.timeline.note(f"{source.name}.read takes any arguments", f"{source.name}.read = {code}")
    made += [sendable(t, script, []) for script in parts(t, 0, 1)]
    drain(compound(t, made))
    wrong = [call for call in given if call != ((), {})]
    t.true(not wrong, f"a bucket that takes no sendfile was read with {wrong}", "its read gets no argument")


@check("compound_35", names=NAMES, on=NAME)
def sendfile_only_when_asked(t: Bench) -> None:
    """Read without sendfile, or with and without in turns."""
    turns = t.draw(st.sampled_from([[False], [True, False], [False, True]]))
    told: list[bool] = []
    s = compound(t, [sendable(t, script, told) for script in parts(t, 2, 2)])
    for number in range(20):
        asks, before = turns[number % len(turns)], len(told)
        answer = s.read(sendfile=True) if asks else s.read()
        handed = not asks and any(told[before:])
        t.true(not handed, "a read without sendfile hands on sendfile=True", "sendfile is not handed on")
        if not isinstance(answer, Data):
            break


def once(s: Reader) -> tuple[Answer, object]:
    """Read once with sendfile; give what came, and by how much the length fell."""
    length = s.length()
    answer = first_answer(s, sendfile=True)
    left = s.length()
    return answer, length - left if isinstance(length, int) and isinstance(left, int) else (length, left)


@check("compound_36", names="CompoundStream FileStream", on=f"{NAME} FileStream", examples=0.2)
def file_in_a_compound(t: Bench) -> None:
    """Read a file with sendfile, alone and in a compound, and compare what came."""
    content = filler(t.draw(st.sampled_from([5000, 257, 256, 1, 70_000])))
    first, size = once(t.reader(t.new("FileStream", t.file(content), useMMap=False, label="alone")))
    bucket = t.new("FileStream", t.file(content), useMMap=False, label="bucket")
    behind = parts(t, 0, 1)
    seen, fell = once(compound(t, [bucket, *sources(t, behind)]))
    kinds = [type(one.value if isinstance(one, Returned) else one).__name__ for one in (first, seen)]
    t.equal(kinds[1], kinds[0], "what a file in a compound gives for sendfile is of the kind")
    if isinstance(seen, Data):
        t.true((content + joined(behind)).startswith(seen.content), f"the read gives {seen}", "the bytes in order")
        size = len(seen.content)
    t.equal(fell, size, "the compound's length falls by")


@check("compound_37", names=NAMES, on=NAME)
def nested_sendfile(t: Bench) -> None:
    """Read with sendfile through a compound in a compound."""
    buckets = parts(t, 1, 2)
    told: list[bool] = []
    inner = t.new(NAME, [sendable(t, script, told) for script in buckets], label="inner")
    content, _ = drain(compound(t, [inner]))
    t.true(told and all(told), f"reads of the inner buckets were told {told}", "all are told True")
    t.equal(content, joined(buckets), "reads give")


@check("compound_47", names="CompoundStream IByteStream", on=NAME, examples=0.1)
def declares_byte_stream(t: Bench) -> None:
    """Ask the interface."""
    declares(t, compound(t, sources(t, parts(t, 0, 2))), "IByteStream")


@check("compound_48", names=NAMES, on=NAME, examples=0.1)
def declares_sendfile(t: Bench) -> None:
    """Ask the interface."""
    declares(t, compound(t, sources(t, parts(t, 0, 2))), "ISendfileableStream")
