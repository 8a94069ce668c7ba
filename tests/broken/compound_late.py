"""Broken compounds: adding after the end, after close, and inside callbacks."""

from typing import Any

from twisted.python.failure import Failure

from streamgauge.subject import Subject
from tests.broken import broken, port
from web2stream import CompoundStream, IByteStream

PLUS = "MemoryStream fallbackSplit"


@broken("compound_18")
def added_after_the_end_are_read_in_part() -> Subject:
    """The first piece of what is added after the end is dropped."""

    class Broken(CompoundStream):
        ended = False

        def _answer(self, data: object) -> None:
            if data is None:
                self.ended = True
            elif self.ended:
                self.ended = False
                return
            super()._answer(data)

    return port(PLUS, CompoundStream=Broken)


@broken("compound_18")
def added_after_the_end_are_counted_only() -> Subject:
    """What is added after the end is counted in length, but not read."""

    class Broken(CompoundStream):
        ended = False

        def read(self, sendfile: bool = False) -> object:
            return None if self.ended else super().read(sendfile)

        def _answer(self, data: object) -> None:
            self.ended = self.ended or data is None
            super()._answer(data)

    return port(PLUS, CompoundStream=Broken)


@broken("compound_19")
def adding_revives_the_closed() -> Subject:
    """What is added after close is read."""

    class Broken(CompoundStream):
        failed = False

        def close(self) -> None:
            super().close()
            self._closed = self.failed

        def _finish(self, answer: Any) -> None:
            self.failed = self.failed or answer is not None
            super()._finish(answer)

    return port(PLUS, CompoundStream=Broken)


@broken("compound_19")
def adding_counts_for_the_closed() -> Subject:
    """What is added after close is counted in length."""

    class Broken(CompoundStream):
        def addStream(self, bucket: Any) -> None:
            length = IByteStream(bucket).length
            super().addStream(bucket)
            if self._closed:
                self.length = length

    return port(PLUS, CompoundStream=Broken)


@broken("compound_44")
def added_inside_is_forgotten() -> Subject:
    """What is added inside the callback of a read that came later is dropped."""

    class Broken(CompoundStream):
        giving = False

        def _answer(self, data: object) -> None:
            self.giving = True
            super()._answer(data)
            self.giving = False

        def addStream(self, bucket: Any) -> None:
            super().addStream(bucket)
            if self.giving:
                self.buckets.pop()

    return port(PLUS, CompoundStream=Broken)


@broken("compound_44")
def added_inside_is_not_counted() -> Subject:
    """Length is put down again, as it was before the callback, when a read that came later was answered."""

    class Broken(CompoundStream):
        def _answer(self, data: object) -> None:
            length = self.length
            super()._answer(data)
            if self._reply is None and self.length and not self._closed:
                self.length = length

    return port(PLUS, CompoundStream=Broken)


@broken("compound_45")
def close_leaves_it_to_the_bucket() -> Subject:
    """Close answers an outstanding read only if its bucket answers within its own close."""

    class Broken(CompoundStream):
        came = False

        def _came(self, answer: object) -> None:
            self.came = True
            super()._came(answer)

        def _finish(self, answer: Failure | None) -> None:
            reply = self._reply
            if answer is not None or reply is None or reply.deferred is None:
                super()._finish(answer)
                return
            self._reply, self.came = None, False
            super()._finish(None)
            if self.came:
                reply.give(None)

    return port(PLUS, CompoundStream=Broken)


@broken("compound_24")
def failure_closes_the_next_ten() -> Subject:
    """When a bucket fails, the ten that follow are closed, and no more."""

    class Open:
        def __init__(self, stream: Any) -> None:
            self.stream = stream

        def __getattr__(self, name: str) -> Any:
            return getattr(self.stream, name)

        def close(self) -> None:
            """Leave it open."""

    class Broken(CompoundStream):
        def _finish(self, answer: Failure | None) -> None:
            if answer is not None:
                self.buckets = [*self.buckets[:11], *map(Open, self.buckets[11:])]
            super()._finish(answer)

    return port(PLUS, CompoundStream=Broken)
