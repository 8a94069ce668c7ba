"""Right FileStreams and mmapwrappers, written otherwise than the reference: parts for `test_right_file`."""

import mmap
import operator
import os
from types import ModuleType
from typing import Any

from twisted.internet.defer import Deferred, fail, succeed
from zope.interface import Attribute, Interface, implementer

from streamgauge.port import port_subject
from streamgauge.subject import Subject
from tests.kit.right_producer import later
from tests.kit.right_stream import Count


class IStream(Interface):
    def read() -> object:
        """Read."""

    def close() -> None:
        """Close."""


class IByteStream(IStream):
    length = Attribute("Bytes remaining.")

    def split(point: int) -> object:  # noqa: N805
        """Split."""


class ISendfileableStream(IByteStream):
    def read(sendfile: bool = False) -> object:  # noqa: N805
        """Read."""


class Piece:
    """A SendfileBuffer that knows nothing but its length."""

    def __init__(self, length: int) -> None:
        self._length = length

    def __len__(self) -> int:
        return self._length


def mapped(fileno: int, length: int, *more: Any, offset: int | None = 0, **how: Any) -> memoryview:
    """Map by whole pages, and give a view in every case."""
    offset = offset or 0
    if offset < 0:
        raise OverflowError("before the file")
    page = offset // mmap.ALLOCATIONGRANULARITY * mmap.ALLOCATIONGRANULARITY
    wanted = length or os.fstat(fileno).st_size - offset
    if wanted <= 0:
        raise EOFError("past the file")
    how["offset"] = page
    return memoryview(mmap.mmap(fileno, wanted + offset - page, *more, **how))[offset - page :][:wanted]


def window(f: Any, start: int, length: int | None) -> tuple[int, int]:
    """Give a window as two places in the file."""
    size = os.fstat(f.fileno()).st_size
    if start < 0 or (length is not None and length < 0) or (length is None and start > size):
        raise ValueError(f"no window: {start}, {length}")
    return start, size if length is None else start + length


@implementer(IByteStream, ISendfileableStream)
class Copying:
    """Answers every read by a Deferred, with a view of a copy; never maps; its lengths are its own kind of int."""

    CHUNK_SIZE = 65504

    def __init__(self, f: Any, start: int = 0, length: int | None = None, useMMap: bool = False) -> None:
        self._open(f, *window(f, start, length))

    def _open(self, f: Any, at: int, end: int) -> None:
        self._f, self._at, self._end = f, at, end

    @property
    def length(self) -> int:
        return Count(self._end - self._at)

    def read(self, sendfile: bool = False) -> Deferred[Any]:
        try:
            return succeed(self._read(sendfile))
        except Exception:
            return fail()

    def _read(self, sendfile: bool) -> Any:
        try:
            if self._f is None or self._at == self._end:
                self.close()
                return None
            piece = self._take(sendfile)
        except Exception:
            self.close()
            raise
        self._at += len(piece)
        return piece

    def _take(self, sendfile: bool) -> Any:
        there = min(self._end, os.fstat(self._f.fileno()).st_size) - self._at
        if there <= 0:
            raise RuntimeError("the file is too short")
        if sendfile and there > 256:
            return Piece(min(there, 1 << 20))
        self._f.seek(self._at)
        return memoryview(self._f.read(min(there, self.CHUNK_SIZE, 10_007)))

    def close(self) -> None:
        self._f, self._at = None, self._end

    def split(self, point: int) -> "tuple[Copying, Copying]":
        point = operator.index(point)
        if not 0 <= point <= self.length:
            raise ValueError(f"no such point: {point}")
        before, after = (type(self).__new__(type(self)) for _ in range(2))
        before._open(self._f, self._at, self._at + point)
        after._open(self._f, self._at + point, self._end)
        return before, after


class Mapping(Copying):
    """Answers at once; maps pieces of an odd size, and copies small rests; lets the file go a turn after close."""

    def __init__(self, f: Any, start: int = 0, length: int | None = None, useMMap: bool = True) -> None:
        super().__init__(f, start, length)
        self._maps = useMMap

    def read(self, sendfile: bool = False) -> Any:
        return self._read(sendfile)

    def close(self) -> None:
        self._at = self._end
        if self._f is not None:
            later(super().close)

    def _take(self, sendfile: bool) -> Any:
        there = min(self._end, os.fstat(self._f.fileno()).st_size) - self._at
        if not getattr(self, "_maps", False) or there <= 8192 or sendfile:
            return super()._take(sendfile)
        try:
            return mapped(self._f.fileno(), min(there, 30_011), offset=self._at, access=mmap.ACCESS_READ)
        except OSError:
            return super()._take(sendfile)


def subject(kind: type[Copying], *, interfaces: bool) -> Subject:
    """Give a port of the two names; its interfaces stand in it, or elsewhere."""
    module = ModuleType("right")
    names: dict[str, object] = {"FileStream": kind, "mmapwrapper": mapped, "SendfileBuffer": Piece}
    if interfaces:
        names |= {"IStream": IStream, "IByteStream": IByteStream, "ISendfileableStream": ISendfileableStream}
    for name, value in names.items():
        setattr(module, name, value)
    return port_subject(module)
