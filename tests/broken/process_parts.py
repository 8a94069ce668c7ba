"""ProcessStreamer of the reference, open to being made wrong in one place."""

from collections.abc import Callable
from typing import Any

from twisted.internet.defer import Deferred

from streamgauge.subject import Subject
from tests.broken import broken, port
from web2stream.bytestream import IByteStream
from web2stream.process import ProcessStreamer, _ProcessStreamerProtocol

__all__ = ["Runner", "Wrong", "change", "wrong"]

Wrong = _ProcessStreamerProtocol
"""What a broken protocol derives from."""


class Runner(ProcessStreamer):
    """A ProcessStreamer whose protocol can be replaced."""

    protocol: Any = Wrong

    def __init__(self, inputStream: Any, program: Any, args: Any, env: Any = None) -> None:
        super().__init__(inputStream, program, args, {} if env is None else env)
        self.connect(IByteStream(inputStream))

    def connect(self, stream: Any) -> None:
        self._protocol = self.protocol(stream, self.outStream, self.errStream)


def change(result: Any, function: Callable[[Any], Any]) -> Any:
    """Change what a read gives, now or later."""
    return result.addCallback(function) if isinstance(result, Deferred) else function(result)


def wrong(clause: str) -> Callable[[type], type]:
    """Register a kind of ProcessStreamer, or of its protocol, as broken for this clause."""

    def register(kind: type) -> type:
        made = kind if issubclass(kind, ProcessStreamer) else type(kind.__name__, (Runner,), {"protocol": kind})

        def build() -> Subject:
            return port(plus="MemoryStream", ProcessStreamer=made)

        build.__name__ = build.__qualname__ = kind.__name__
        build.__doc__ = kind.__doc__
        broken(clause)(build)
        return kind

    return register
