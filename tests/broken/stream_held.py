"""Broken streams: what their reader was given stays with them."""

from typing import Any

from streamgauge.subject import Subject
from tests.broken import broken
from tests.broken.stream_parts import wrapping
from tests.kit.right_wrapping import Passing


class _Keeping(Passing):
    """Keeps something of all that it gives."""

    def __init__(self, source: Any) -> None:
        super().__init__(source)
        self.kept: list[Any] = []

    def keep(self, piece: Any) -> None:
        self.kept.append(piece)

    def read(self) -> Any:
        result = super().read()
        if isinstance(result, bytes):
            self.keep(result)
        return result

    def _came(self, result: Any) -> None:
        if isinstance(result, bytes):
            self.keep(result)
        super()._came(result)


@broken("stream_22")
def keeps_its_pieces() -> Subject:
    """Every piece that it gives stays in a list."""
    return wrapping(_Keeping)


@broken("stream_22")
def keeps_copies() -> Subject:
    """All that it gives is gathered once more, for a look at it later."""

    class Broken(_Keeping):
        def __init__(self, source: Any) -> None:
            super().__init__(source)
            self.seen = bytearray()

        def keep(self, piece: Any) -> None:
            self.seen += piece

    return wrapping(Broken)
