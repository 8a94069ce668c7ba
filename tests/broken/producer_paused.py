"""Broken stream producers: how they are paused and resumed, and how much they hold."""

from collections import deque
from typing import Any

from streamgauge.subject import Subject
from tests.broken import broken, port
from tests.broken.producer_reads import Answers, Between, between
from web2stream.producerstream import ProducerStream
from web2stream.streamproducer import StreamProducer


@broken("producer_65")
def does_not_pause() -> Subject:
    """pauseProducing() does nothing."""

    class Broken(StreamProducer):
        def pauseProducing(self) -> None:
            pass

    return port(StreamProducer=Broken)


@broken("producer_65")
def reads_while_paused() -> Subject:
    """While it is paused it reads on, and keeps what it reads."""

    class Broken(StreamProducer):
        kept: deque[object]
        held = False

        def pauseProducing(self) -> None:
            if not self.held:
                self.held, self.kept = True, deque()

        def resumeProducing(self) -> None:
            held, self.held = self.held, False
            while held and self.kept and not self.held:
                super()._handle(self.kept.popleft())
            super().resumeProducing()

        def _handle(self, answer: object) -> None:
            if self.held:
                self.kept.append(answer)
                self.paused = answer is None
            else:
                super()._handle(answer)

    return port(StreamProducer=Broken)


@broken("producer_66")
def drops_what_came_while_paused() -> Subject:
    """An answer that comes while it is paused is lost."""

    class Broken(StreamProducer):
        def _came(self, answer: object) -> None:
            super()._came(b"" if self.paused and answer is not None else answer)

    return port(StreamProducer=Broken)


@broken("producer_66")
def reads_no_more() -> Subject:
    """Resumed, it writes what it holds, and does not read again."""

    class Broken(StreamProducer):
        def resumeProducing(self) -> None:
            super().resumeProducing()

        def _came(self, answer: object) -> None:
            paused = self.paused
            super()._came(answer)
            self.stopped = paused

        stopped = False

        def _run(self) -> None:
            if not self.stopped:
                super()._run()

    return port(StreamProducer=Broken)


@broken("producer_67")
def counts_pauses() -> Subject:
    """Each pause wants a resume of its own."""

    class Broken(StreamProducer):
        pauses = 0

        def pauseProducing(self) -> None:
            self.pauses += 1
            super().pauseProducing()

        def resumeProducing(self) -> None:
            self.pauses = max(0, self.pauses - 1)
            if not self.pauses:
                super().resumeProducing()

    return port(StreamProducer=Broken)


@broken("producer_68")
def reads_at_every_resume() -> Subject:
    """Every resume begins a read, also while an answer is outstanding."""

    class Broken(StreamProducer):
        def resumeProducing(self) -> None:
            self.deferred = None
            super().resumeProducing()

    return port(StreamProducer=Broken)


@broken("producer_69")
def begins_unpaused() -> Subject:
    """A pause from inside registerProducer is forgotten."""

    class Forgets(Between):
        def registerProducer(self, producer: Any, streaming: bool) -> None:
            self.consumer.registerProducer(producer, streaming)
            self.producer.paused = False

    return between(Forgets)


@broken("producer_70")
def writes_unpaused() -> Subject:
    """A pause from inside a write is forgotten."""

    class Broken(Answers):
        def came(self, data: Any) -> None:
            super().came(data)
            self.paused = False

    return port(StreamProducer=Broken, ProducerStream=ProducerStream)


@broken("producer_71")
def loses_a_piece_when_resumed() -> Subject:
    """A resume from inside a write reads, and what it reads is lost."""

    class Broken(Answers):
        writing = False

        def came(self, data: Any) -> None:
            self.writing = True
            super().came(data)
            self.writing = False

        def resumeProducing(self) -> None:
            if self.writing:
                self.stream.read()
            super().resumeProducing()

    return port(StreamProducer=Broken)


@broken("producer_67")
def drops_what_it_holds() -> Subject:
    """Paused again while it holds an answer it drops that."""

    class Broken(StreamProducer):
        def pauseProducing(self) -> None:
            if self.paused and isinstance(self._kept, bytes):
                self._kept = b""
            super().pauseProducing()

    return port(StreamProducer=Broken)


@broken("producer_71")
def loses_a_piece_when_resumed_at_first() -> Subject:
    """A resume from inside registerProducer reads, and what it reads is lost."""

    class Broken(StreamProducer):
        def resumeProducing(self) -> None:
            if self._busy and not self.started:
                self.stream.read()
            super().resumeProducing()

        started = False

        def _handle(self, answer: object) -> None:
            self.started = True
            super()._handle(answer)

    return port(StreamProducer=Broken)


@broken("producer_66")
def deaf_while_it_reads() -> Subject:
    """Resumed while an answer is outstanding it stays paused."""

    class Broken(StreamProducer):
        def resumeProducing(self) -> None:
            if self.deferred is None:
                super().resumeProducing()

    return port(StreamProducer=Broken)
