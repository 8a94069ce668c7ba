"""Producers that the tests of ProducerStream use."""

from collections.abc import Callable
from typing import Any

from twisted.internet.interfaces import IPullProducer, IPushProducer
from zope.interface import implementer

from web2stream.producer import ProducerStream


@implementer(IPushProducer)
class Push:
    """A push producer that keeps a diary, and may do something on each entry."""

    def __init__(self, **reactions: Callable[[], object]) -> None:
        self.diary: list[str] = []
        self._reactions = reactions

    def _note(self, what: str) -> None:
        self.diary.append(what)
        self._reactions.get(what, lambda: None)()

    def pauseProducing(self) -> None:
        self._note("pause")

    def resumeProducing(self) -> None:
        self._note("resume")

    def stopProducing(self) -> None:
        self._note("stop")


@implementer(IPullProducer)
class Pull:
    """A pull producer of given chunks, which unregisters itself after the last."""

    def __init__(self, consumer: ProducerStream, chunks: Any) -> None:
        self._consumer = consumer
        self._chunks = iter(chunks)
        self.asked = 0
        self.stopped = 0

    def resumeProducing(self) -> None:
        self.asked += 1
        chunk = next(self._chunks, None)
        if chunk is None:
            self._consumer.unregisterProducer()
            self._consumer.finish()
        else:
            self._consumer.write(chunk)

    def stopProducing(self) -> None:
        self.stopped += 1


def raising(error: BaseException) -> Callable[[], object]:
    def raise_() -> object:
        raise error

    return raise_
