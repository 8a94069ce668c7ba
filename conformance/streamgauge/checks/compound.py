"""Checks of the clauses in specs/compound.md: what a compound is made of, and its length.

Adding, failing and closing, splitting, sendfile and cost have modules of their own, which are loaded with this one.
"""

from hypothesis import strategies as st

from streamgauge.answers import Data, Failed, Returned
from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks import (  # noqa: F401 - registers their checks
    compound_add,
    compound_cost,
    compound_fail,
    compound_send,
    compound_split,
)
from streamgauge.checks.compound_parts import BOTH, NAME, add, added, compound, joined, parts, sources
from streamgauge.checks.look import first_answer, past_empties
from streamgauge.checks.split_parts import begins, gives
from streamgauge.content import contents
from streamgauge.reader import Reader
from streamgauge.script import Script, Step, When, scripts, whens


@check("compound_01", names="CompoundStream MemoryStream", on=BOTH)
def buckets_in_order(t: Bench) -> None:
    """Compose sources, memory, an inner compound; read everything.

    What an inner compound of known and unknown lengths calls its length is compound_13's.
    """
    buckets: list[object] = []
    data = b""
    for kind in t.draw(st.lists(st.sampled_from(["source", "memory", "compound"]), min_size=1, max_size=4)):
        if kind == "memory":
            content = t.draw(contents(8, large=False, min_size=1))
            buckets.append(t.new("MemoryStream", content, label="m"))
            data += content
        else:
            scripts_ = parts(t, 1, 2 if kind == "compound" else 1, known=t.draw(st.booleans()))
            made = sources(t, scripts_)
            buckets += [t.new(NAME, made, label="inner")] if kind == "compound" else made
            data += joined(scripts_)
    gives(t, compound(t, buckets), data)


@check("compound_02", names=NAME, on="CompoundStream", examples=0.2)
def no_buckets(t: Bench) -> None:
    """Make a compound of nothing."""
    s = t.reader(t.new(NAME) if t.draw(st.booleans()) else t.new(NAME, []))
    t.equal(s.length(), 0, "without buckets length is")
    t.expect(s.read(), None)
    t.equal(s.length(), 0, "after the end length is")


@check("compound_03", names=NAME, on=NAME, examples=0.3)
def arguments_by_name(t: Bench) -> None:
    """Give every argument by its name."""
    buckets = parts(t, 1, 2)
    one, *others = sources(t, buckets)
    s = t.reader(t.new(NAME, buckets=[one]))
    for other in others:
        added(t, s, other, by="bucket")
    content = joined(buckets)
    piece = begins(t, first_answer(s, sendfile=False) if t.port.sends else first_answer(s), content)
    gives(t, s, content[len(piece) :])


@check("compound_04", names=NAME, on=NAME)
def any_iterable(t: Bench) -> None:
    """Give the buckets as a tuple, a generator or an iterator."""
    buckets = parts(t)
    made = sources(t, buckets)
    kind = t.draw(st.sampled_from(["tuple", "iter", "generator"]))
    if kind == "tuple":
        s = compound(t, tuple(made))  # type: ignore[arg-type]
    else:
        code = f"iter({t.text(made)})" if kind == "iter" else f"(bucket for bucket in {t.text(made)})"
        some = iter(made) if kind == "iter" else (bucket for bucket in made)
        s = t.reader(t.have("s", f"CompoundStream({code})", t.port[NAME], some))
    gives(t, s, joined(buckets))


@check("compound_05", names=NAME, on=NAME)
def callers_list(t: Bench) -> None:
    """Keep the list that was given; read, add, close, or change the list."""
    buckets = parts(t, 1, 3)
    made = sources(t, buckets)
    given, extra = list(made), t.source(Script.of(b"extra"))
    t.timeline.call(f"given = {t.text(given)}")
    s = compound(t, t.named("given", given))
    if t.draw(st.booleans()):
        t.call(f"given.append({extra.name})", given.append, extra)
        gives(t, s, joined(buckets))
        return
    how = t.draw(st.sampled_from(["addStream", "drain", "close"]))
    if how == "addStream":
        added(t, s, extra)
    elif how == "drain":
        s.drain()
    else:
        s.close()
    t.true(given == made, f"the list that was given is now {t.text(list(given))}", f"it stays {t.text(made)}")


@check("compound_06", names=NAME, on=NAME, examples=0.3)
def nothing_shared(t: Bench) -> None:
    """Make two compounds without buckets; add to one."""
    script = parts(t, 1, 1)[0]
    first, second = t.reader(t.new(NAME)), t.reader(t.new(NAME))
    added(t, first, t.source(script))
    third = t.reader(t.new(NAME))
    for other in (second, third):
        t.equal(other.length(), 0, f"with a stream added to {first.name} only, {other.name}.length is")
        gives(t, other, b"")


class Adaptable:
    """Something that is no stream, and is adapted to one."""

    def __init__(self, source: object) -> None:
        self.source = source

    def __conform__(self, interface: object) -> object:
        return self.source if getattr(interface, "__name__", "") == "IByteStream" else None


def adaptable(t: Bench, script: Script) -> object:
    """Make something that IByteStream adapts: bytes, where the port adapts them, or an object that conforms."""
    if t.draw(st.booleans()) and t.port["IByteStream"](b"", None) is not None:
        return t.draw(st.sampled_from([bytes, bytearray, memoryview]))(script.data)
    return t.part("thing", Adaptable, t.source(script))


@check("compound_07", names="CompoundStream IByteStream", on=NAME)
def buckets_are_adapted(t: Bench) -> None:
    """Give the constructor what is no stream, among streams."""
    buckets = parts(t)
    at = t.draw(st.integers(0, len(buckets) - 1))
    made: list[object] = list(sources(t, buckets[:at]))
    made += [adaptable(t, buckets[at]), *sources(t, buckets[at + 1 :])]
    gives(t, compound(t, made), joined(buckets))


@check("compound_08", names="CompoundStream IByteStream", on=NAME)
def added_are_adapted(t: Bench) -> None:
    """Give addStream what is no stream."""
    first, second = parts(t, 2, 2)
    s = compound(t, sources(t, [first]))
    added(t, s, adaptable(t, second))
    gives(t, s, first.data + second.data)


UNFIT = st.sampled_from([None, 5, "text", 1.5])


@check("compound_09", names="CompoundStream IByteStream", on=NAME, examples=0.5)
def unfit_is_refused(t: Bench) -> None:
    """Give the constructor something that is no stream and cannot be adapted."""
    made: list[object] = list(sources(t, parts(t, 0, 2)))
    made.insert(t.draw(st.integers(0, len(made))), t.draw(UNFIT))
    t.expect(t.build(NAME, made), TypeError, promised="TypeError: it cannot be adapted to IByteStream")


@check("compound_10", names="CompoundStream IByteStream", on=NAME, examples=0.5)
def unfit_is_not_added(t: Bench) -> None:
    """Add something that is no stream and cannot be adapted; then read everything."""
    buckets = parts(t, 0, 3)
    s = compound(t, sources(t, buckets))
    length = s.length()
    t.expect(add(t, s, t.draw(UNFIT)), TypeError, promised="TypeError: it cannot be adapted to IByteStream")
    t.equal(s.length(), length, "after the refused addStream length is")
    gives(t, s, joined(buckets))


def listed(t: Bench, s: Reader) -> str:
    """Look at `buckets`; give its text."""
    answer = t.call(f"list({s.name}.buckets)", lambda: list(s.stream.buckets))
    return t.text(answer.value) if isinstance(answer, Returned) else str(answer)


@check("compound_11", names=NAME, on=NAME)
def buckets_attribute(t: Bench) -> None:
    """Look at `buckets` at once, after adding, and at the end or after close."""
    made = sources(t, parts(t, 1, 3))
    s = compound(t, made)
    t.equal(listed(t, s), t.text(made), "buckets holds")
    made.append(t.source(Script.of(b"added")))
    added(t, s, made[-1])
    t.equal(listed(t, s), t.text(made), "after addStream buckets holds")
    if t.draw(st.booleans()):
        s.drain()
    else:
        s.close()
    t.equal(listed(t, s), "[]", "after the end or close, buckets holds")


@check("compound_12", names=NAME, on=NAME)
def sum_of_lengths(t: Bench) -> None:
    """Look at the length of a compound whose buckets all know theirs."""
    buckets = parts(t, 0)
    t.equal(compound(t, sources(t, buckets)).length(), len(joined(buckets)), "the length of known buckets is")


@check("compound_13", names=NAME, on=BOTH)
def unknown_length(t: Bench) -> None:
    """Put a bucket of unknown length among others; look at the length at once and while reading."""
    buckets = parts(t, 0, 3)
    buckets.insert(t.draw(st.integers(0, len(buckets))), t.draw(scripts(max_chunks=3, known=False, empty=False)))
    s = compound(t, sources(t, buckets))
    t.equal(s.length(), None, "with a bucket of unknown length, length is")
    left = len(joined(buckets))
    while isinstance(answer := s.read(), Data):
        left -= len(answer.content)
        length = s.length()
        t.true(length in (None, left), f"length {length!r} with {left} bytes to come", f"None or {left}")


@check("compound_22", names=NAME, on=NAME)
def empty_buckets(t: Bench) -> None:
    """Put empty buckets, which end at once or later, before, between and behind others."""
    ends = t.draw(st.lists(whens(), min_size=1, max_size=5))
    buckets = [Script((), end) for end in ends]
    for at in t.draw(st.lists(st.integers(0, len(buckets)), min_size=1, max_size=2)):
        buckets.insert(at, Script((Step(b"full"),), t.draw(whens())))
    gives(t, compound(t, sources(t, buckets)), joined(buckets))


@check("compound_23", names=NAME, on=NAME)
def overlap_raises(t: Bench) -> None:
    """Read again while a read waits, in the first bucket or behind an empty one."""
    buckets = [Script(()) for _ in range(t.draw(st.integers(0, 2)))]
    buckets.append(Script((Step(b"late", When.PENDING),)))
    s = compound(t, sources(t, buckets))
    first = past_empties(s)
    second = s.ask()
    refused = isinstance(second.answer, Failed) and second.answer.sync and isinstance(second.answer.error, RuntimeError)
    t.true(refused, f"the overlapping read: {second.answer}", "RuntimeError raised at once")
    begins(t, t.settle(first), b"late")
