"""The feeder: a scripted writer for streams that are written to.

Strategy: what a `Source` is for streams that read. What the script answers at once is written at once; each pending
answer is written when the kit fires it. It offers the same handles as a source: `pending`, `fire`, `close`.
"""

from typing import TYPE_CHECKING, Any

from streamgauge.answers import Failed
from streamgauge.content import brief
from streamgauge.script import Script, SourceError, When

if TYPE_CHECKING:
    from streamgauge.bench import Bench


class Feeder:
    """Writes a script into a stream that has `write` and `finish`.

    Attributes:
        script: what it writes.
        name: how the timeline calls the stream.
        finished: true when there is nothing left to write.

    Args:
        script: what it writes.
        stream: where to.
        bench: the example; its clause is broken by a stream that refuses what is written.
        name: how the timeline calls the stream.
    """

    def __init__(self, script: Script, stream: Any, bench: "Bench", name: str = "s") -> None:
        self.script = script
        self.name = name
        self.finished = False
        self._stream = stream
        self._bench = bench
        self._steps = list(script.steps)

    @property
    def pending(self) -> object:
        """Something to fire, or None."""
        return None if self.finished else self

    def _write_next(self) -> None:
        if not self._steps:
            self._call("finish()", "finish")
            return
        step = self._steps.pop(0)
        if step.data is None:
            error = SourceError("the source fails here")
            self._call("finish(SourceError('the source fails here'))", "finish", error)
        else:
            self._call(f"write({brief(step.data)})", "write", step.data)

    def _call(self, text: str, method: str, *args: object) -> None:
        self.finished = method == "finish"
        answer = self._bench.call(f"{self.name}.{text}", lambda: getattr(self._stream, method)(*args))
        if isinstance(answer, Failed):
            self.finished = True
            if any(reader.closed for reader in self._bench.readers):
                return  # what a closed stream does with it is for producer_103 to say
            self._bench.violate(f"{self.name}.{text} {answer}", "what is written is taken")

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


def one_protocol() -> "Any":
    """Make a factory of one protocol, its `peer`, which takes no notice of its input."""
    from twisted.internet.protocol import Factory, Protocol

    factory: "Any" = Factory()  # noqa: UP037 - it is copied into reproducers, which import no Any
    factory.peer = Protocol()
    factory.buildProtocol = lambda addr: factory.peer  # noqa: ARG005 - callers may name it, as the interface does
    return factory
