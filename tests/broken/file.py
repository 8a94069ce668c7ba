"""Broken FileStreams: other windows than were asked for."""

import os
from typing import Any

import tests.broken.file_calls
import tests.broken.file_large
import tests.broken.file_left
import tests.broken.file_map
import tests.broken.file_map_calls
import tests.broken.file_object
import tests.broken.file_owner
import tests.broken.file_pieces
import tests.broken.file_short
import tests.broken.file_shrinks  # noqa: F401 - they register the other broken streams of this stem
from streamgauge.subject import Subject
from tests.broken import broken, port
from web2stream.file import FileStream


@broken("file_01")
def ignores_the_start() -> Subject:
    """The start counts for the length only."""

    class Broken(FileStream):
        def __init__(self, f: Any, start: int = 0, length: int | None = None, useMMap: bool = True) -> None:
            super().__init__(f, start, length, useMMap)
            self.start = 0

    return port(FileStream=Broken)


@broken("file_01")
def starts_at_a_page() -> Subject:
    """A start behind the first page is moved to a page border."""

    class Broken(FileStream):
        def __init__(self, f: Any, start: int = 0, length: int | None = None, useMMap: bool = True) -> None:
            super().__init__(f, start, length, useMMap)
            if start > 4096:
                self.start -= start % 4096

    return port(FileStream=Broken)


@broken("file_02")
def ignores_the_length() -> Subject:
    """The window reaches to the end of the file, if it has bytes."""

    class Broken(FileStream):
        def __init__(self, f: Any, start: int = 0, length: int | None = None, useMMap: bool = True) -> None:
            super().__init__(f, start, length, useMMap)
            if length:
                self.length = max(length, os.fstat(f.fileno()).st_size - start)

    return port(FileStream=Broken)


@broken("file_02")
def length_is_the_end() -> Subject:
    """The length is taken for the end."""

    class Broken(FileStream):
        def __init__(self, f: Any, start: int = 0, length: int | None = None, useMMap: bool = True) -> None:
            super().__init__(f, start, length, useMMap)
            if length and start:
                self.length = max(length - start, 1)

    return port(FileStream=Broken)


@broken("file_03")
def length_of_all() -> Subject:
    """Without a length given, it tells that of the whole file until it is read."""

    class Broken(FileStream):
        def __init__(self, f: Any, start: int = 0, length: int | None = None, useMMap: bool = True) -> None:
            super().__init__(f, start, length, useMMap)
            self._extra = start if length is None else 0
            self.length += self._extra

        def read(self, sendfile: bool = False) -> Any:
            extra, self._extra = self._extra, 0
            self.length = max(0, self.length - extra)
            return super().read(sendfile)

        def split(self, point: int) -> Any:
            self.length, self._extra = self.length - self._extra, 0
            return super().split(point)

    return port(FileStream=Broken)


@broken("file_04")
def zero_is_everything() -> Subject:
    """A length of 0 is taken for none."""

    class Broken(FileStream):
        def __init__(self, f: Any, start: int = 0, length: int | None = None, useMMap: bool = True) -> None:
            super().__init__(f, start, length or None, useMMap)

    return port(FileStream=Broken)


@broken("file_05")
def empty_rest_is_an_error() -> Subject:
    """A start at the end of the file is refused."""

    class Broken(FileStream):
        def __init__(self, f: Any, start: int = 0, length: int | None = None, useMMap: bool = True) -> None:
            super().__init__(f, start, length, useMMap)
            if start and start == os.fstat(f.fileno()).st_size and not length:
                raise ValueError("nothing there")

    return port(FileStream=Broken)


@broken("file_05")
def empty_file_is_an_error() -> Subject:
    """An empty file is refused."""

    class Broken(FileStream):
        def __init__(self, f: Any, start: int = 0, length: int | None = None, useMMap: bool = True) -> None:
            super().__init__(f, start, length, useMMap)
            if os.fstat(f.fileno()).st_size == 0:
                raise ValueError("nothing there")

    return port(FileStream=Broken)


class _Lenient(FileStream):
    """Takes impossible windows, and makes them possible."""

    def __init__(self, f: Any, start: int = 0, length: int | None = None, useMMap: bool = True) -> None:
        super().__init__(f, *self.window(os.fstat(f.fileno()).st_size, start, length), useMMap)

    def window(self, size: int, start: int, length: int | None, /) -> tuple[int, int | None]:
        raise NotImplementedError


@broken("file_21")
def start_past_the_end_is_empty() -> Subject:
    """A start past the end gives an empty stream."""

    class Broken(_Lenient):
        def window(self, size: int, start: int, length: int | None, /) -> tuple[int, int | None]:
            return (min(start, size), length) if length is None else (start, length)

    return port(FileStream=Broken)


@broken("file_22")
def counts_from_the_end() -> Subject:
    """A negative start counts from the end."""

    class Broken(_Lenient):
        def window(self, size: int, start: int, length: int | None, /) -> tuple[int, int | None]:
            return (max(0, size + start) if start < 0 else start), length

    return port(FileStream=Broken)


@broken("file_23")
def negative_is_none() -> Subject:
    """A negative length is everything, as with read() of a file."""

    class Broken(_Lenient):
        def window(self, _: int, start: int, length: int | None, /) -> tuple[int, int | None]:
            return start, None if length is not None and length < 0 else length

    return port(FileStream=Broken)
