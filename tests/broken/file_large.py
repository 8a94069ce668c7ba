"""Broken FileStreams over large files: windows behind the first one, and numbers beyond 32 bits."""

from typing import Any

from streamgauge.subject import Subject
from tests.broken import broken, port
from web2stream.file import MMAP_LIMIT, FileStream


@broken("file_30")
def first_window_again() -> Subject:
    """The second mapped window is the first again."""

    class Broken(FileStream):
        def read(self, sendfile: bool = False) -> Any:
            if not self.useMMap or self.length <= MMAP_LIMIT:
                return super().read(sendfile)
            start = self.start
            piece = super().read(sendfile)
            self.start = start
            return piece

    return port(FileStream=Broken)


@broken("file_63")
def keeps_its_pieces() -> Subject:
    """Every piece that is no window of a mapping stays in a list."""

    class Broken(FileStream):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.kept: list[bytes] = []

        def read(self, sendfile: bool = False) -> Any:
            piece = super().read(sendfile)
            if isinstance(piece, bytes):
                self.kept.append(piece)
            return piece

    return port(FileStream=Broken)


@broken("file_30")
def one_window_is_all() -> Subject:
    """After a whole mapped window it ends."""

    class Broken(FileStream):
        def read(self, sendfile: bool = False) -> Any:
            more = self.useMMap and self.length > MMAP_LIMIT
            piece = super().read(sendfile)
            if more:
                self.close()
            return piece

    return port(FileStream=Broken)


@broken("file_62")
def lets_the_window_before_go() -> Subject:
    """A mapped window is released when the next one is mapped."""

    class Broken(FileStream):
        _window: Any = None

        def read(self, sendfile: bool = False) -> Any:
            piece = super().read(sendfile)
            if isinstance(piece, memoryview):
                if self._window is not None:
                    self._window.release()
                self._window = piece
            return piece

        def close(self) -> None:
            self._window = None
            super().close()

    return port(FileStream=Broken)


@broken("file_31")
def offsets_of_32_bits() -> Subject:
    """It keeps its place in 32 bits."""

    class Broken(FileStream):
        def read(self, sendfile: bool = False) -> Any:
            self.start &= 0xFFFFFFFF
            return super().read(sendfile)

    return port(FileStream=Broken)


@broken("file_31")
def lengths_of_32_bits() -> Subject:
    """It keeps its length in 32 bits."""

    class Broken(FileStream):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.length &= 0xFFFFFFFF

    return port(FileStream=Broken)
