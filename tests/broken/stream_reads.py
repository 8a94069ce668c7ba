"""Broken streams: methods that are missing or want arguments, and data that are not the source's."""

from typing import Any

from twisted.internet.defer import Deferred

from streamgauge.subject import Subject
from streamgauge.target import subject
from tests.broken import broken
from tests.broken.stream_parts import wrapping
from tests.kit.right_pieces import Pieces
from tests.kit.right_wrapping import Passing


@broken("stream_01")
def no_close() -> Subject:
    """It has no close method."""

    class Broken:
        def __init__(self, data: bytes) -> None:
            self._left = [data]

        def read(self) -> bytes | None:
            return self._left.pop() if self._left else None

    return subject(Broken)


@broken("stream_01")
def close_wants_a_reason() -> Subject:
    """close() takes an argument that IStream does not give."""

    class Broken(Pieces):
        def close(self, _reason: str) -> None:  # type: ignore[override]
            super().close()

    return subject(Broken)


@broken("stream_01")
def read_wants_a_size() -> Subject:
    """read() takes a size, like a file's."""

    class Broken(Pieces):
        def read(self, _size: int) -> Any:  # type: ignore[override]
            return super().read()

    return subject(Broken)


@broken("stream_02")
def loses_the_last_piece() -> Subject:
    """The piece before the end is dropped when it is short."""

    class Broken(Pieces):
        def read(self) -> Any:
            piece = super().read()
            return None if piece is not None and len(piece) < 100 and not self._left else piece

    return subject(Broken)


@broken("stream_02")
def ends_after_many_pieces() -> Subject:
    """It counts its pieces in a byte: what comes behind the 200th is lost."""

    class Broken(Passing):
        _count = 0

        def read(self) -> Any:
            self._count += 1
            return super().read() if self._count <= 200 else None

    return wrapping(Broken)


@broken("stream_02")
def changes_line_ends() -> Subject:
    """Its file was opened in text mode: CRLF becomes LF."""

    class Broken(Pieces):
        def read(self) -> Any:
            piece = super().read()
            return piece and piece.replace(b"\r\n", b"\n")

    return subject(Broken, cannot=["length", "split"])


@broken("stream_02")
def swaps_a_waiting_piece() -> Subject:
    """A piece that came by a fired Deferred is given after the one behind it."""

    class Broken(Passing):
        _kept: Any = None

        def read(self) -> Any:
            if self._kept is not None:
                piece, self._kept = self._kept, None
                return piece
            result = super().read()
            if isinstance(result, Deferred) and isinstance(getattr(result, "result", None), bytes):
                following = super().read()
                if isinstance(following, bytes):
                    self._kept = result.result
                    return following
            return result

        def close(self) -> None:
            super().close()
            self._kept = None

    return subject(Broken, wraps=True, cannot=["length", "split"])


@broken("stream_02")
def ends_by_an_error() -> Subject:
    """The end is an EOFError instead of None."""

    class Broken(Pieces):
        def read(self) -> Any:
            if self.length == 0 and not self._closed:
                raise EOFError
            return super().read()

        _closed = False

        def close(self) -> None:
            self._closed = True
            super().close()

    return subject(Broken)


@broken("stream_21")
def one_class_of_deferreds() -> Subject:
    """`type(answer) is Deferred`: one of a subclass is taken for data, and has none."""

    class Broken(Passing):
        def read(self) -> Any:
            before = self._source.pending
            answer = super().read()
            asked = self._source.pending
            if asked is not before and type(asked) is not Deferred:
                raise TypeError(f"a bytes-like object is required, not {type(asked).__name__}")
            return answer

    return wrapping(Broken)
