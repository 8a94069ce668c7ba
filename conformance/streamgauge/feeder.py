"""The feeder: a scripted writer for streams that are written to.

Strategy: what a `Source` is for streams that read. What the script answers at once is written at once; each pending
answer is written when the kit fires it. It offers the same handles as a source: `pending`, `fire`, `close`.
"""

from typing import Any

from streamgauge.script import Script, SourceError, When, brief
from streamgauge.timeline import Timeline


class Feeder:
    """Writes a script into a stream that has `write` and `finish`.

    Attributes:
        pending: true while there is something left to write that the kit has to fire.
    """

    def __init__(self, script: Script, stream: Any, timeline: Timeline, name: str = "s") -> None:
        self.script = script
        self.name = name
        self.closes = self.reads = 0
        self._stream = stream
        self._timeline = timeline
        self._steps = list(script.steps)

    @property
    def pending(self) -> object:
        """Something to fire, or None."""
        return None if self.finished else self

    def _write_next(self) -> None:
        if not self._steps:
            self._call("finish()", self._stream.finish)
            return
        step = self._steps.pop(0)
        if step.data is None:
            error = SourceError("the source fails here")
            self._call("finish(SourceError('the source fails here'))", self._stream.finish, error)
        else:
            self._call(f"write({brief(step.data)})", self._stream.write, step.data)

    def _call(self, text: str, function: Any, *args: object) -> None:
        self.finished = text.startswith("finish")
        self._timeline.call(f"{self.name}.{text}")
        function(*args)

    def _waits(self) -> bool:
        return (self._steps[0].when if self._steps else self.script.end) is When.PENDING

    def start(self) -> None:
        """Write everything that comes before the first pending answer."""
        while not self.finished and not self._waits():
            self._write_next()

    def fire(self) -> None:
        """Write the pending answer and what comes at once after it."""
        self._write_next()
        self.start()

    def close(self) -> None:
        """Write no more."""
        self.finished = True
