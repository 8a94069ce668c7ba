"""Broken MemoryStreams: other windows than were asked for."""

from typing import Any

from streamgauge.subject import Subject
from tests.broken import broken, port
from web2stream.memory import MemoryStream


@broken("memory_01")
def only_bytes() -> Subject:
    """It takes bytes and bytearray only."""

    class Broken(MemoryStream):
        def __init__(self, mem: Any, start: int = 0, length: int | None = None) -> None:
            if not isinstance(mem, bytes | bytearray):
                raise TypeError("not bytes")
            super().__init__(mem, start, length)

    return port(MemoryStream=Broken)


@broken("memory_01")
def whole_object_of_a_view() -> Subject:
    """Of a memoryview it takes the object behind, all of it."""

    class Broken(MemoryStream):
        def __init__(self, mem: Any, start: int = 0, length: int | None = None) -> None:
            super().__init__(mem.obj if isinstance(mem, memoryview) else mem, start, length)

    return port(MemoryStream=Broken)


@broken("memory_02")
def ignores_the_start() -> Subject:
    """The start counts for the length only."""

    class Broken(MemoryStream):
        def __init__(self, mem: Any, start: int = 0, length: int | None = None) -> None:
            super().__init__(mem, start, length)
            self.start = 0

    return port(MemoryStream=Broken)


@broken("memory_02")
def starts_one_late() -> Subject:
    """A start is counted from one."""

    class Broken(MemoryStream):
        def __init__(self, mem: Any, start: int = 0, length: int | None = None) -> None:
            super().__init__(mem, start, length)
            self.start = max(0, start - 1)

    return port(MemoryStream=Broken)


@broken("memory_03")
def length_is_the_end() -> Subject:
    """The length is taken for the end."""

    class Broken(MemoryStream):
        def __init__(self, mem: Any, start: int = 0, length: int | None = None) -> None:
            super().__init__(mem, start, length)
            if length:
                self.length = max(0, length - start) or length

    return port(MemoryStream=Broken)


@broken("memory_03")
def ignores_the_length() -> Subject:
    """The window always reaches to the end, if it has bytes."""

    class Broken(MemoryStream):
        def __init__(self, mem: Any, start: int = 0, length: int | None = None) -> None:
            super().__init__(mem, start, length)
            if length:
                self.length = memoryview(mem).nbytes - start

    return port(MemoryStream=Broken)


@broken("memory_04")
def length_of_all() -> Subject:
    """Without a length given, it tells that of the whole memory, and reads the window."""

    class Broken(MemoryStream):
        def __init__(self, mem: Any, start: int = 0, length: int | None = None) -> None:
            super().__init__(mem, start, length)
            if length is None:
                self.length += start

        def read(self) -> Any:
            if self.mem is not None:
                self.length = min(self.length, len(self.mem) - self.start)
            return super().read()

    return port(MemoryStream=Broken)


@broken("memory_05")
def zero_is_everything() -> Subject:
    """A length of 0 is taken for none."""

    class Broken(MemoryStream):
        def __init__(self, mem: Any, start: int = 0, length: int | None = None) -> None:
            super().__init__(mem, start, length or None)

    return port(MemoryStream=Broken)


@broken("memory_06")
def no_empty_window_at_the_end() -> Subject:
    """A start at the end of a memory is refused."""

    class Broken(MemoryStream):
        def __init__(self, mem: Any, start: int = 0, length: int | None = None) -> None:
            if start and start >= memoryview(mem).nbytes:
                raise ValueError("nothing there")
            super().__init__(mem, start, length)

    return port(MemoryStream=Broken)


@broken("memory_06")
def no_empty_memory() -> Subject:
    """An empty memory is refused."""

    class Broken(MemoryStream):
        def __init__(self, mem: Any, start: int = 0, length: int | None = None) -> None:
            if not memoryview(mem).nbytes:
                raise ValueError("nothing there")
            super().__init__(mem, start, length)

    return port(MemoryStream=Broken)


@broken("memory_06")
def no_window_to_the_end() -> Subject:
    """A window from a later start to the very end is refused if its length is given."""

    class Broken(MemoryStream):
        def __init__(self, mem: Any, start: int = 0, length: int | None = None) -> None:
            if start and length and start + length == memoryview(mem).nbytes:
                raise ValueError("too long")
            super().__init__(mem, start, length)

    return port(MemoryStream=Broken)


@broken("memory_07")
def in_pieces() -> Subject:
    """It reads 64 KiB at a time."""

    class Broken(MemoryStream):
        def read(self) -> Any:
            if self.length <= 65_536:
                return super().read()
            before, after = MemoryStream(self.mem or b"", self.start, self.length).split(65_536)
            self.start, self.length = after.start, after.length
            return before.read()

    return port(MemoryStream=Broken)


@broken("memory_07")
def in_small_pieces() -> Subject:
    """It reads a hundred bytes at a time."""

    class Broken(MemoryStream):
        def read(self) -> Any:
            if self.length <= 100 or self.mem is None:
                return super().read()
            self.start, self.length = self.start + 100, self.length - 100
            return self.mem[self.start - 100 : self.start]

    return port(MemoryStream=Broken)


class _Clipping(MemoryStream):
    """Takes windows that the memory does not have, and cuts them to what there is."""

    def __init__(self, mem: Any, start: int = 0, length: int | None = None) -> None:
        size = memoryview(mem).nbytes
        if self.clips(size, start, length):
            start = min(start, size)
            length = size - start
        super().__init__(mem, start, length)

    def clips(self, size: int, start: int, length: int | None) -> bool:
        raise NotImplementedError


@broken("memory_08")
def too_long_is_cut() -> Subject:
    """A length greater than the memory is cut to what there is."""

    class Broken(_Clipping):
        def clips(self, size: int, start: int, length: int | None) -> bool:
            return start <= size and length is not None and length > size

    return port(MemoryStream=Broken)


@broken("memory_09")
def past_the_end_is_cut() -> Subject:
    """Only the length is compared with the memory, not where it starts."""

    class Broken(_Clipping):
        def clips(self, size: int, start: int, length: int | None) -> bool:
            return 0 <= start <= size and length is not None and 0 <= length <= size < start + length

    return port(MemoryStream=Broken)


@broken("memory_10")
def start_past_the_end_is_empty() -> Subject:
    """A start past the end gives an empty stream."""

    class Broken(_Clipping):
        def clips(self, size: int, start: int, length: int | None) -> bool:
            return start > size and length is None

    return port(MemoryStream=Broken)


@broken("memory_11")
def counts_from_the_end() -> Subject:
    """A negative start counts from the end."""

    class Broken(MemoryStream):
        def __init__(self, mem: Any, start: int = 0, length: int | None = None) -> None:
            if start < 0:
                start = max(0, start + memoryview(mem).nbytes)
            super().__init__(mem, start, length)

    return port(MemoryStream=Broken)


@broken("memory_12")
def negative_is_none() -> Subject:
    """A negative length is everything, as with read() of a file."""

    class Broken(MemoryStream):
        def __init__(self, mem: Any, start: int = 0, length: int | None = None) -> None:
            super().__init__(mem, start, None if length is not None and length < 0 else length)

    return port(MemoryStream=Broken)
