"""Broken MemoryStreams: items that are taken for bytes, and memories that are not left alone."""

from typing import Any

from streamgauge.subject import Subject
from tests.broken import broken, memory_windows, port  # noqa: F401 - registers its own
from web2stream.memory import MemoryStream
from web2stream.simple import SimpleStream


class _Keeps(MemoryStream):
    """Keeps what it was given."""

    def __init__(self, mem: Any, start: int = 0, length: int | None = None) -> None:
        super().__init__(mem, start, length)
        self._owned: Any = mem


@broken("memory_13")
def counts_items() -> Subject:
    """Its length is the number of items, and it gives as many bytes."""

    class Broken(MemoryStream):
        def __init__(self, mem: Any, start: int = 0, length: int | None = None) -> None:
            super().__init__(mem, start, len(mem) - start if length is None else length)

    return port(MemoryStream=Broken)


@broken("memory_14")
def starts_at_items() -> Subject:
    """Its start counts items."""

    class Broken(MemoryStream):
        def __init__(self, mem: Any, start: int = 0, length: int | None = None) -> None:
            super().__init__(mem, start, length)
            if memoryview(mem).itemsize > 1:
                self.start = min(start * memoryview(mem).itemsize, memoryview(mem).nbytes - self.length)

    return port(MemoryStream=Broken)


@broken("memory_13")
def counts_rows() -> Subject:
    """Of a buffer in several rows, it gives as many bytes as there are rows."""

    class Broken(MemoryStream):
        def __init__(self, mem: Any, start: int = 0, length: int | None = None) -> None:
            super().__init__(mem, start, length)
            if memoryview(mem).ndim > 1:
                self.length = min(self.length, len(memoryview(mem)))

    return port(MemoryStream=Broken)


@broken("memory_14")
def windows_of_rows() -> Subject:
    """In a buffer of several rows, its window counts rows."""

    class Broken(MemoryStream):
        def read(self) -> Any:
            rows, start, length = self.rows, self.start, self.length
            piece = super().read()
            return piece if rows is None or piece is None else rows[start : start + length].tobytes()

        def __init__(self, mem: Any, start: int = 0, length: int | None = None) -> None:
            super().__init__(mem, start, length)
            self.rows = memoryview(mem) if memoryview(mem).ndim > 1 else None

    return port(MemoryStream=Broken)


@broken("memory_18")
def scattered_bytes_fail() -> Subject:
    """A view whose bytes do not lie side by side is taken, and cannot be read."""

    class Broken(MemoryStream):
        def __init__(self, mem: Any, start: int = 0, length: int | None = None) -> None:
            super().__init__(mem, start, length)
            self._scattered = not memoryview(mem).contiguous

        def read(self) -> Any:
            if self._scattered:
                raise BufferError("not contiguous")
            return super().read()

    return port(MemoryStream=Broken)


@broken("memory_18")
def scattered_bytes_are_others() -> Subject:
    """Of a view whose bytes do not lie side by side, it gives those that lie there."""

    class Broken(MemoryStream):
        def __init__(self, mem: Any, start: int = 0, length: int | None = None) -> None:
            view = memoryview(mem)
            super().__init__(mem if view.contiguous else bytes(view.obj)[: view.nbytes], start, length)

    return port(MemoryStream=Broken)


@broken("memory_15")
def wipes_on_close() -> Subject:
    """close() wipes the memory."""

    class Broken(_Keeps):
        def read(self) -> Any:
            piece = super().read()
            self._owned = None if piece is None else self._owned
            return piece

        def close(self) -> None:
            super().close()
            owned, self._owned = self._owned, None
            if isinstance(owned, bytearray):
                owned[:] = bytes(len(owned))

    return port(MemoryStream=Broken)


@broken("memory_15")
def releases_the_view() -> Subject:
    """close() releases the memoryview that it was given."""

    class Broken(_Keeps):
        def close(self) -> None:
            super().close()
            if isinstance(self._owned, memoryview):
                self._owned.release()

    return port(MemoryStream=Broken)


@broken("memory_19")
def begins_with_nothing() -> Subject:
    """A window without bytes gives an empty piece, then None."""

    class Broken(MemoryStream):
        empty = False

        def __init__(self, mem: Any, start: int = 0, length: int | None = None) -> None:
            super().__init__(mem, start, length)
            self.empty = not self.length

        def read(self) -> Any:
            empty, self.empty = self.empty, False
            return memoryview(b"") if empty else super().read()

        def close(self) -> None:
            self.empty = False
            super().close()

        def split(self, point: int) -> Any:
            halves = super().split(point)
            for half in halves:
                half.empty = not half.length
            return halves

    return port(MemoryStream=Broken)


@broken("memory_15")
def takes_what_it_reads() -> Subject:
    """A read takes the bytes out of the bytearray."""

    class Broken(MemoryStream):
        def __init__(self, mem: Any, start: int = 0, length: int | None = None) -> None:
            super().__init__(bytes(mem), start, length)
            self._owned = mem

        def read(self) -> Any:
            owned, self._owned = self._owned, None
            if isinstance(owned, bytearray) and self.length:
                del owned[: self.length]
            return super().read()

        def close(self) -> None:
            self._owned = None
            super().close()

    return port(MemoryStream=Broken)


@broken("memory_16")
def keeps_the_memory() -> Subject:
    """close() sets the length to 0 and keeps the memory."""

    class Broken(MemoryStream):
        def close(self) -> None:
            SimpleStream.close(self)

    return port(MemoryStream=Broken)


@broken("memory_17")
def declares_nothing() -> Subject:
    """It has the methods and does not say so."""

    class Broken:
        def __init__(self, mem: Any, start: int = 0, length: int | None = None) -> None:
            self._all = MemoryStream(mem, start, length)
            for name in ("read", "close"):
                setattr(self, name, getattr(self._all, name))

        @property
        def length(self) -> int:
            return self._all.length

        def split(self, point: int) -> Any:
            return self._all.split(point)

    return port(MemoryStream=Broken)
