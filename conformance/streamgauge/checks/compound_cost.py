"""Checks of the clauses in specs/compound.md about what buckets cost: stack, work and memory."""

import gc
import weakref
from collections.abc import Sequence

from hypothesis import strategies as st

from streamgauge.answers import Data
from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks.compound_parts import NAME, Tiny
from streamgauge.checks.copies import Taken, bounded, traced
from streamgauge.checks.split_parts import DEEP
from streamgauge.reader import Reader

MANY = 300
LONG = 8_000
"""Buckets of which a list, copied for each of them, shows among the memory that their reads take."""

PER_BUCKET = 12
"""Times that a bucket may be asked for data or length; a right compound needs about four."""


def tiny(
    t: Bench, count: int, data: bytes, *, whens: Sequence[str] = ("now",), last: bytes = b""
) -> tuple[list[Tiny], Reader]:
    """Make a compound of so many small buckets for each of `whens`, perhaps with another last one; give them too."""
    made = [Tiny(data, when) for when in whens for _ in range(count)] + [Tiny(last, "now")] * bool(last)
    for bucket in made:
        t.port.provide(bucket)
    t.copy(Tiny)
    code = f"many = [Tiny({data!r}, when) for when in {whens!r} for _ in range({count})]"
    code += f" + [Tiny({last!r}, 'now')]" if last else ""
    t.timeline.note(code, f"{code}; [directlyProvides(bucket, {t.port.source_interface}) for bucket in many]")
    return made, t.reader(t.have("s", "CompoundStream(many)", t.port[NAME], made))


@check("compound_40", names=NAME, on=NAME, examples=0.1)
def flat_stack(t: Bench) -> None:
    """Read thousands of buckets, which answer at once, by fired Deferreds, and later."""
    data = t.draw(st.sampled_from([b"", b"x"]))
    whens = t.draw(st.permutations(["now", "fired", "later"]))
    each = DEEP // len(whens)
    _, s = tiny(t, each, data, whens=whens, last=b"!")
    drained = s.drain(limit=4 * DEEP)
    t.equal(drained.content, data * each * len(whens) + b"!", f"{each} buckets of each kind and a last one give")
    t.expect(drained.last, None, promised="None behind the last bucket")


@check("compound_41", names=NAME, on=NAME, examples=0.1)
def linear_work(t: Bench) -> None:
    """Read hundreds of buckets, and count what they were asked; read thousands, and count what that copies."""
    data = t.draw(st.sampled_from([b"x", b""]))
    buckets, s = tiny(t, MANY, data)
    s.drain(limit=4 * MANY)
    work = sum(bucket.work for bucket in buckets)
    most = PER_BUCKET * MANY
    t.true(work <= most, f"{MANY} buckets were asked {work} times", f"at most {most} times: a few for each")
    if data:

        def reading(count: int) -> Taken:
            _, s = tiny(t, count, data)
            with traced() as taken:
                for _ in range(count):
                    s.read()
                    taken.step()
            return taken

        bounded(t, reading(LONG), LONG, LONG, f"reading {LONG} buckets of a byte", quarter=reading(LONG // 4))


@check("compound_43", names=NAME, on=NAME, examples=0.2)
def used_up_are_let_go(t: Bench) -> None:
    """Read some buckets that only the compound holds; look which are still alive."""
    count = t.draw(st.integers(2, 6))
    buckets, s = tiny(t, count, b"data", whens=[t.draw(st.sampled_from(["now", "fired"]))])
    alive = [weakref.ref(bucket) for bucket in buckets]
    buckets.clear()
    got = b""
    while len(got) < len(b"data") * count and isinstance(answer := s.read(), Data):
        got += answer.content
        del answer
        used_up = alive[: max(0, len(got) // len(b"data") - 1)]
        gc.collect()
        kept = sum(ref() is not None for ref in used_up)
        t.true(not kept, f"{kept} of {len(used_up)} used-up buckets are still held", "used-up buckets are let go")
    t.equal(got, b"data" * count, f"{s.name} gives")
