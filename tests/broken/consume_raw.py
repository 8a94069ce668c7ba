"""Broken readers into files that take less than they are given."""

import io
from typing import Any

from tests.broken.consume_parts import FileSide, fault


@fault(file="consume_47")
class OneMoreWrite(FileSide):
    """What a short write left is written once more, and what is left then is lost."""

    def give(self, data: Any) -> None:
        rest = memoryview(data).cast("B")
        first = self.taken(rest)
        if first and rest[first:]:
            super().taken(rest[first:])
        self.rest = b"" if first else rest


@fault(file="consume_47")
class EmptyIsTriedAgain(FileSide):
    """An empty piece, of which a raw file takes nothing, is written again and again."""

    empty = False

    def give(self, data: Any) -> None:
        self.empty = isinstance(self.out, io.RawIOBase) and not memoryview(data).nbytes
        super().give(data)

    def go(self) -> None:
        if self.empty:
            self.turn = None
            self.came(b"")
        else:
            super().go()


@fault(file="consume_48")
class BlockedIsWritten(FileSide):
    """None from write is taken for all."""

    def taken(self, view: memoryview) -> int:
        return super().taken(view) or view.nbytes


@fault(file="consume_48")
class NothingIsWritten(FileSide):
    """0 from the write of a raw file is taken for all."""

    def taken(self, view: memoryview) -> int:
        count = self.out.write(bytes(view))
        if isinstance(self.out, io.RawIOBase):
            return view.nbytes if count == 0 else count or 0
        return view.nbytes


@fault(file="consume_48")
class BlockedIsDoubled(FileSide):
    """After BlockingIOError the whole piece is written again."""

    def taken(self, view: memoryview) -> int:
        try:
            return super().taken(view)
        except BlockingIOError:
            return 0


@fault(file="consume_48")
class BlockedIsForgotten(FileSide):
    """BlockingIOError is ignored."""

    def taken(self, view: memoryview) -> int:
        try:
            return super().taken(view)
        except BlockingIOError:
            return view.nbytes


@fault(file="consume_48")
class BlockedTakesOne(FileSide):
    """A BlockingIOError that tells no count stands for one byte."""

    def taken(self, view: memoryview) -> int:
        try:
            return super().taken(view)
        except BlockingIOError as blocked:
            return getattr(blocked, "characters_written", 1)


@fault(file="consume_48")
class TriesWithoutATurn(FileSide):
    """A file that would block is tried again and again, without a turn of the reactor."""

    def give(self, data: Any) -> None:
        super().give(data)
        while self.rest:
            super().give(self.rest)


@fault(file="consume_49")
class CountsItems(FileSide):
    """What is left after a short write is counted in items."""

    def give(self, data: Any) -> None:
        rest = memoryview(data)
        while rest:
            count = self.out.write(rest.tobytes())
            if not isinstance(self.out, io.RawIOBase):
                count = len(rest)
            if not count:
                break
            rest = rest[count:]
        self.rest = rest


@fault(file="consume_60")
class ShortWritesNest(FileSide):
    """It calls itself for what a short write left."""

    def give(self, data: Any) -> None:
        view = memoryview(data).cast("B")
        count = self.taken(view)
        if count and view[count:]:
            self.give(view[count:])
        else:
            self.rest = view[count:]
