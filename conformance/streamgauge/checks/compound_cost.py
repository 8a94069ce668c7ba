"""Checks of the clauses in specs/compound.md about what buckets cost: stack, work and memory."""

import gc
import weakref

from hypothesis import strategies as st

from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks.compound_parts import BOTH, NAME, Tiny, compound, later, parts, sources
from streamgauge.checks.split_parts import DEEP, read_until, waits_for_no_more
from streamgauge.reader import Reader

MANY = 300
PER_BUCKET = 12
"""Times that a bucket may be asked for data or length; a right compound needs about four."""


def tiny(t: Bench, count: int, data: bytes, *, fired: bool = False, last: bytes = b"") -> tuple[list[Tiny], Reader]:
    """Make a compound of many small buckets, perhaps with another last one; give the buckets too."""
    made = [Tiny(data, fired) for _ in range(count)] + [Tiny(last, False)] * bool(last)
    for bucket in made:
        t.port.provide(bucket)
    t.copy(Tiny)
    code = f"many = [Tiny({data!r}, {fired}) for _ in range({count})]"
    code += f" + [Tiny({last!r}, False)]" if last else ""
    t.timeline.note(code, f"{code}; [directlyProvides(bucket, {t.port.source_interface}) for bucket in many]")
    return made, t.reader(t.have("s", "CompoundStream(many)", t.port[NAME], made))


@check("compound_40", names=NAME, on=NAME, examples=0.1)
def flat_stack(t: Bench) -> None:
    """Read thousands of buckets."""
    data = t.draw(st.sampled_from([b"", b"x"]))
    _, s = tiny(t, DEEP, data, fired=t.draw(st.booleans()), last=b"!")
    drained = s.drain(limit=4 * DEEP)
    t.equal(drained.content, data * DEEP + b"!", f"{DEEP} buckets and a last one give")
    t.expect(drained.last, None, promised="None behind the last bucket")


@check("compound_41", names=NAME, on=NAME, examples=0.1)
def linear_work(t: Bench) -> None:
    """Read hundreds of buckets, and count what they were asked."""
    data = t.draw(st.sampled_from([b"x", b""]))
    buckets, s = tiny(t, MANY, data)
    s.drain(limit=4 * MANY)
    work = sum(bucket.work for bucket in buckets)
    most = PER_BUCKET * MANY
    t.true(work <= most, f"{MANY} buckets were asked {work} times", f"at most {most} times: a few for each")


@check("compound_42", names=NAME, on=BOTH)
def waits_for_none_behind(t: Bench) -> None:
    """Read the first bucket's data, while no bucket behind it answers."""
    first, *behind = parts(t, 2, 4, known=None)
    buckets = [first, *(later(script, pieces=True) for script in behind)]
    made = sources(t, buckets)
    waits_for_no_more(t, compound(t, made), made[0], len(buckets[0].data))


@check("compound_43", names=NAME, on=NAME, examples=0.2)
def used_up_are_let_go(t: Bench) -> None:
    """Read some buckets that only the compound holds; look which are still alive."""
    count = t.draw(st.integers(2, 6))
    buckets, s = tiny(t, count, b"data", fired=t.draw(st.booleans()))
    alive = [weakref.ref(bucket) for bucket in buckets]
    buckets.clear()
    for number in range(count):
        t.equal(read_until(s, 4), b"data", f"{s.name} gives")
        gc.collect()
        kept = sum(ref() is not None for ref in alive[:number])
        t.true(not kept, f"{kept} of {number} used-up buckets are still held", "used-up buckets are let go")
