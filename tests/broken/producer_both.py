"""Broken stream producers: many pieces, both bridges in a row, and a real connection."""

from collections import deque
from typing import Any

from twisted.internet.defer import Deferred, fail

from streamgauge.subject import Subject
from tests.broken import broken, port
from tests.broken.producer_reads import Answers
from web2stream._flow import isDeferred
from web2stream.producerstream import ProducerStream
from web2stream.streamproducer import StreamProducer


@broken("producer_88")
def nests_when_resumed() -> Subject:
    """A resume from inside a write goes on reading and writing there."""

    class Broken(Answers):
        def came(self, data: Any) -> None:
            self._busy = False
            super().came(data)
            self._busy = True

    return port(StreamProducer=Broken)


@broken("producer_88")
def nests_at_every_piece() -> Subject:
    """Each piece is read from inside the handling of the one before."""

    class Broken(Answers):
        def came(self, data: Any) -> None:
            super().came(data)
            self._busy = False
            self._run()
            self._busy = True

    return port(StreamProducer=Broken)


class _Ahead:
    """A stream that is read sixteen pieces ahead."""

    def __init__(self, stream: Any) -> None:
        self.stream = stream
        self.answers: deque[object] = deque()
        self.stuck = False

    def read(self) -> object:
        """Read until sixteen answers are there, or one has to be waited for."""
        while len(self.answers) < 16 and not self.stuck:
            try:
                answer = self.stream.read()
            except Exception:
                answer = fail()
            self.answers.append(answer)
            self.stuck = answer is None or isDeferred(answer)
        answer = self.answers.popleft()
        self.stuck = bool(self.answers) and self.stuck
        return answer

    def close(self) -> None:
        """Close the stream."""
        for answer in self.answers:
            if isinstance(answer, Deferred):
                answer.addErrback(lambda _: None)
        self.answers.clear()
        self.stream.close()


@broken("producer_92")
def reads_ahead() -> Subject:
    """The stream is read sixteen pieces ahead of what is written."""

    class Broken(StreamProducer):
        def __init__(self, stream: Any, enforceStr: bool = True) -> None:
            super().__init__(stream and _Ahead(stream), enforceStr)

    return port(StreamProducer=Broken, ProducerStream=ProducerStream)


@broken("producer_93")
def runs_on_after_a_while() -> Subject:
    """After 32 KiB it takes no notice of pauses any more."""

    class Broken(Answers):
        sent = 0

        def came(self, data: Any) -> None:
            self.sent += len(data)
            super().came(data)

        def pauseProducing(self) -> None:
            if self.sent < 32_768:
                super().pauseProducing()

    return port(StreamProducer=Broken, ProducerStream=ProducerStream)


@broken("producer_92")
def stops_who_keeps_to_the_length() -> Subject:
    """A piece that fills the declared length has the producer stopped, as one beyond it does."""

    class Broken(ProducerStream):
        def _deliver(self, chunk: bytes) -> Any:
            result = super()._deliver(chunk)
            if self.length == 0 and not self.closed:
                self._endEarly()
            return result

    return port(StreamProducer=StreamProducer, ProducerStream=Broken)
