"""Checks of the clauses in specs/file.md about the file object: how it was opened, what it reads, who closes it."""

import io
import mmap
from typing import Any, Final

from hypothesis import strategies as st

from streamgauge.answers import Answer, Data, Failed
from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks.file_made import ANY, data_of, drained, move, of_any_type, opened, stream
from streamgauge.checks.look import gives
from streamgauge.content import filler

_OTHERWISE: Final = "the file is not read by its object's own `read`"


def _any(t: Bench, data: bytes) -> Any:
    return opened(t, data) if t.draw(st.integers(0, 3)) else of_any_type(t, data)


@check("file_06", names="FileStream", on="FileStream")
def any_file(t: Bench) -> None:
    """Stream a file that was opened in a drawn way, or a file object of another type."""
    data = data_of(t)
    gives(t, stream(t, _any(t, data)), data)


@check("file_52", names="FileStream", on="FileStream")
def any_file_mapped(t: Bench) -> None:
    """The same with useMMap, and more than MMAP_THRESHOLD bytes."""
    data = data_of(t, 8193)
    gives(t, stream(t, _any(t, data), mapped=True), data)


def short_file(path: str, most: int) -> "io.FileIO":
    """Open a file whose `read` gives at most so many bytes; copied into reproducers."""
    import io

    class Short(io.FileIO):
        def read(self, size: int | None = -1) -> bytes:
            return super().read(most if size is None or size < 0 else min(size, most))

    return Short(path, "rb")


@check("file_53", names="FileStream", on="FileStream")
def short_reads(t: Bench) -> None:
    """Stream a file object whose reads are shorter than asked for."""
    data = data_of(t)
    most = max(1, len(data) // t.draw(st.sampled_from([1, 2, 7])))
    path = t.file(data).name
    t.copy(short_file)
    f = short_file(path, most)
    t.after(f.close)
    move(t, f"g = short_file(f.name, {most})", lambda: t.named("g", f))
    gives(t, stream(t, f), data)


def failing_file(path: str, at: int) -> "io.FileIO":
    """Open a file of which one read fails, the first or a later one; copied into reproducers."""
    import io

    class Failing(io.FileIO):
        reads = 0

        def read(self, size: int | None = -1) -> bytes:
            self.count()
            return super().read(size)

        def readinto(self, buffer: "Any") -> int:
            self.count()
            return super().readinto(buffer)

        def __del__(self) -> None:
            self.close()

        def count(self) -> None:
            self.reads += 1
            if self.reads == at:
                raise OSError(5, "Input/output error")

    return Failing(path, "rb")


@check("file_59", names="FileStream", on="FileStream", examples=0.5)
def failed_is_failed(t: Bench) -> None:
    """Stream a file object of which one read fails; read on after that."""
    data = data_of(t, 65_503)
    path, at = t.file(data).name, t.draw(st.integers(1, 2))
    t.copy(failing_file)
    f = failing_file(path, at)
    t.after(f.close)
    move(t, f"g = failing_file(f.name, {at})", lambda: t.named("g", f))
    s = stream(t, f, mapped=t.draw(st.booleans()))
    last = drained(s).last
    if not isinstance(last, Failed):  # a file that is read in another way, by its number say, has no such error
        t.lacks(_OTHERWISE)
        return
    for _ in range(3):
        t.expect(s.read(), None, last.error)


def interrupted_file(path: str, kind: type[BaseException]) -> "io.FileIO":
    """Open a file of which a read is interrupted once, in this thread, when it is armed; copied into reproducers."""
    import io
    import threading

    class Interrupted(io.FileIO):
        armed = raised = False
        here = threading.get_ident()

        def read(self, size: int | None = -1) -> bytes:
            self.strike()
            return super().read(size)

        def readinto(self, buffer: "Any") -> int:
            self.strike()
            return super().readinto(buffer)

        def strike(self) -> None:
            if self.armed and not self.raised and threading.get_ident() == self.here:
                self.raised = True
                raise kind("by the check")

    return Interrupted(path, "rb")


@check("file_61", names="FileStream", on="FileStream", examples=0.5)
def interrupts_pass(t: Bench) -> None:
    """Interrupt the file's read, inside the first read of the stream or the one behind it."""
    kind: type[BaseException] = t.draw(st.sampled_from([KeyboardInterrupt, SystemExit]))
    path = t.file(data_of(t, 65_505)).name
    t.copy(interrupted_file)
    f: Any = interrupted_file(path, kind)
    t.after(f.close)
    move(t, f"g = interrupted_file(f.name, {kind.__name__})", lambda: t.named("g", f))
    s = stream(t, f)
    if t.draw(st.booleans()):
        s.read()
    move(t, "g.armed = True", lambda: setattr(f, "armed", True))
    try:
        seen = str(s.ask().answer)
    except (KeyboardInterrupt, SystemExit) as passed:
        seen = type(passed).__name__
    f.armed = False  # what is read in another turn would hit the kit
    if f.raised:
        t.equal(seen, kind.__name__, f"the read, in which {kind.__name__} is raised, gives")
    else:  # a file that is read in another way, by its number say, is not interrupted
        t.lacks(_OTHERWISE)


@check("file_54", names="FileStream", on="FileStream")
def closed_by_its_owner(t: Bench) -> None:
    """Close the file before the first read or after it, open another one, and read on."""
    data = data_of(t, 65_505)
    f = t.file(data)
    s = stream(t, f, mapped=t.draw(st.booleans()))
    got = b""
    if t.draw(st.booleans()):
        first = s.read()
        if not isinstance(first, Data):
            return  # another clause's matter
        got = first.content
    move(t, "f.close()", f.close)
    t.file(filler(len(data))[::-1], label="other")
    answer: Answer | None = None
    for _ in range(ANY):
        answer = s.read()
        if not isinstance(answer, Data):
            break
        t.equal(answer.content, data[len(got) : len(got) + len(answer.content)], "after f.close() a read gives")
        got += answer.content
    whole = got == data
    t.true(whole or isinstance(answer, Failed), f"with {len(data) - len(got)} bytes left {answer}", "an error")


class NoMapping(mmap.mmap):
    """Stands for `mmap.mmap` where the system refuses to map; copied into reproducers."""

    def __new__(cls, *_: Any, **__: Any) -> "NoMapping":
        """Refuse."""
        raise OSError(12, "Cannot allocate memory")


@check("file_55", names="FileStream", on="FileStream")
def cannot_be_mapped(t: Bench) -> None:
    """Let the system refuse every mapping, and read with useMMap."""
    data = data_of(t, 8193)
    s = stream(t, t.file(data), mapped=True)
    usual = mmap.mmap
    t.after(lambda: setattr(mmap, "mmap", usual))
    move(t, "# from here on mmap.mmap raises OSError, as it does without memory", lambda: None)
    setattr(mmap, "mmap", NoMapping)  # noqa: B010 - it is a type, which mypy lets nobody replace
    gives(t, s, data)
