"""Buffered streams that believe a source which breaks its promise about its length."""

from typing import Any

from twisted.python.failure import Failure

from streamgauge.subject import Subject
from tests.broken import broken, port
from web2stream import BufferedStream
from web2stream._source import Source


@broken("buffered_44")
def believes_the_end() -> Subject:
    """A source that ends before its length is taken to be complete."""

    class Trusting(Source):
        def _judged(self, answer: object) -> object:
            if answer is None:
                self._promised = 0
            return super()._judged(answer)

    class Broken(BufferedStream):
        def __init__(self, stream: Any) -> None:
            super().__init__(stream)
            self._source = Trusting(stream)

    return port(BufferedStream=Broken)


@broken("buffered_67")
def surplus_is_given() -> Subject:
    """A source that gives more than it told is believed."""

    class Trusting(Source):
        def _judged(self, answer: object) -> object:
            if answer is not None:
                self._promised = None
            return super()._judged(answer)

    class Broken(BufferedStream):
        def __init__(self, stream: Any) -> None:
            super().__init__(stream)
            self._source = Trusting(stream)

    return port(BufferedStream=Broken)


@broken("buffered_67")
def surplus_piece_is_the_end() -> Subject:
    """The piece that runs over is dropped and taken for the end; the next call fails."""

    class Trusting(Source):
        def _judged(self, answer: object) -> object:
            given = super()._judged(answer)
            return None if isinstance(self._stopped, Failure) and isinstance(given, memoryview) else given

    class Broken(BufferedStream):
        def __init__(self, stream: Any) -> None:
            super().__init__(stream)
            self._source = Trusting(stream)

    return port(BufferedStream=Broken)
