"""Broken connections: outputs that are no good as streams."""

from typing import Any

from tests.broken.consume_wire import Wire, wrong


@wrong("stream_08")
class OverlapTakesOver(Wire):
    """A second read of the output takes the place of the first."""

    def read(self) -> Any:
        waiting, self.deferred = self.deferred, None
        answer = super().read()
        if waiting is not None and not waiting.called:
            waiting.callback(b"")
        return answer


@wrong("stream_10")
class ClosesOnce(Wire):
    """The output can be closed once."""

    shut = False

    def close(self) -> None:
        if self.shut:
            raise ValueError("closed already")
        self.shut = True
        super().close()


@wrong("bytestream_07")
class SplitLosesAByte(Wire):
    """The output's second half lacks its first byte."""

    def split(self, point: int) -> Any:
        before, rest = super().split(point)
        return before, rest.split(1)[1]


@wrong("bytestream_10")
class SplitsAnywhere(Wire):
    """The output is split at a negative point as at 0."""

    def split(self, point: int) -> Any:
        return super().split(max(point, 0) if isinstance(point, int) else point)
