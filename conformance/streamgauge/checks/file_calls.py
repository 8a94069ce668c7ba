"""Checks of the clauses in specs/file.md about how mmapwrapper is called: as mmap.mmap is."""

import mmap
from typing import Final

from hypothesis import strategies as st

from streamgauge.answers import Returned, content_of
from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.content import filler

PAGE: Final = mmap.ALLOCATIONGRANULARITY

WRONG: Final[list[tuple[tuple[int, ...], dict[str, float]]]] = [
    ((), {}), ((10,), {"length": 20}), ((10, *[0] * 6), {}), ((10,), {"offset": 1.5}),
]  # fmt: skip
"""What may not stand behind the file number: nothing, a second length, more than there is a place for, half a byte."""


@check("file_56", names="mmapwrapper", examples=0.3)
def wrong_calls(t: Bench) -> None:
    """Leave the length out, give it twice, give too many arguments, or an offset that is no integer."""
    f = t.file(filler(2 * PAGE), "r+b")
    args, kwargs = t.draw(st.sampled_from(WRONG))
    code = ", ".join(["f.fileno()", *map(str, args), *(f"{name}={value}" for name, value in kwargs.items())])
    t.expect(t.call(f"mmapwrapper({code})", t.port["mmapwrapper"], f.fileno(), *args, **kwargs), TypeError)


@check("file_57", names="mmapwrapper", examples=0.5)
def by_place(t: Bench) -> None:
    """Give flags and protection by place, for a file that is open for reading."""
    prot = getattr(mmap, "PROT_READ", None)
    if prot is None:
        t.lacks("a mapping has no protection on this platform")
        return
    data = filler(2 * PAGE)
    f = t.file(data)
    flags = t.draw(st.sampled_from([mmap.MAP_PRIVATE, mmap.MAP_SHARED]))
    more = t.draw(st.sampled_from([{"offset": 1}, {"offset": PAGE}, {}]))
    code = ", ".join(["f.fileno()", "100", str(flags), str(prot), *(f"offset={at}" for at in more.values())])
    answer = t.call(f"m = mmapwrapper({code})", t.port["mmapwrapper"], f.fileno(), 100, flags, prot, **more)
    t.true(isinstance(answer, Returned), f"mmapwrapper(...) {answer}", "a mapping")
    if isinstance(answer, Returned):
        start = more.get("offset", 0)
        t.equal(content_of(answer.value), data[start : start + 100], f"from {start} on, the mapping holds")


@check("file_58", names="mmapwrapper", examples=0.5)
def negative_length(t: Bench) -> None:
    """Map less than nothing."""
    f = t.file(filler(2 * PAGE), "r+b")
    length, offset = -t.draw(st.sampled_from([1, PAGE - 1])), t.draw(st.sampled_from([0, 1, PAGE, 2 * PAGE - 1]))
    code = f"mmapwrapper(f.fileno(), {length}, offset={offset})"
    t.expect(t.call(code, t.port["mmapwrapper"], f.fileno(), length, offset=offset), Exception, promised="an error")
