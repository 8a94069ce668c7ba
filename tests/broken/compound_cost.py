"""Broken compounds: what buckets cost in stack, work, waiting and memory."""

from collections.abc import Iterable
from typing import Any

from twisted.internet.defer import Deferred, maybeDeferred

from streamgauge.subject import Subject
from tests.broken import broken, port
from tests.broken.tapes import Passing
from web2stream import CompoundStream, ISendfileableStream
from web2stream._flow import WAITING, take
from web2stream._reply import Reply

PLUS = "MemoryStream fallbackSplit"


class Nested(CompoundStream):
    """A compound that calls itself to pass over an empty bucket."""

    def _run(self, reply: Reply) -> None:
        if self._buckets and self._reply is reply and not self._buckets._streams[self._buckets._used].length:
            answer = take(self._ask, self._came)
            if answer is not WAITING:
                self._got(answer)
                self._run(reply)
        else:
            super()._run(reply)


@broken("compound_40")
def each_empty_bucket_takes_a_level() -> Subject:
    """Passing over an empty bucket calls itself for the next."""
    return port(PLUS, CompoundStream=Nested)


@broken("compound_40")
def each_late_end_takes_a_level() -> Subject:
    """A bucket that ends later has the next one read for its own Deferred, which fires the one before."""

    class Broken(CompoundStream):
        def _came(self, answer: object) -> None:
            reply = self._reply
            if answer is not None or reply is None or self._buckets.left:
                super()._came(answer)
                return
            self._got(answer)
            self._reply = None
            result = maybeDeferred(super().read, self._sendfile)
            result.addBoth(reply.give)

    return port(PLUS, CompoundStream=Broken)


@broken("compound_41")
def sums_up_at_every_read() -> Subject:
    """Each read adds up the lengths of all buckets."""

    class Broken(CompoundStream):
        def read(self, sendfile: bool = False) -> object:
            sum(getattr(bucket, "length", 0) or 0 for bucket in self.buckets)
            return super().read(sendfile)

    return port(PLUS, CompoundStream=Broken)


@broken("compound_41")
def looks_through_for_each_empty_one() -> Subject:
    """Dropping a bucket looks at all that follow."""

    class Broken(CompoundStream):
        def _got(self, answer: object) -> None:
            if answer is None:
                all(getattr(bucket, "length", None) is None or bucket.length >= 0 for bucket in self.buckets)
            super()._got(answer)

    return port(PLUS, CompoundStream=Broken)


@broken("compound_41")
def copies_the_rest_for_each() -> Subject:
    """Dropping a bucket copies the list of those that follow."""

    class Broken(CompoundStream):
        def _got(self, answer: object) -> None:
            super()._got(answer)
            if answer is None:
                self._buckets._streams = list(self._buckets.unused())

    return port(PLUS, CompoundStream=Broken)


class Begun(Passing):
    """A bucket whose first read may be made early."""

    def __init__(self, stream: Any) -> None:
        super().__init__(stream)
        self.first: list[Any] = []

    @property
    def length(self) -> Any:
        return self.whole if self.first else super().length

    def begin(self) -> Any:
        self.whole = self.stream.length
        self.first = [self.stream.read()]
        return self.first[0]

    def read(self) -> Any:
        return self.first.pop() if self.first else super().read()


class Held(Passing):
    """A bucket that keeps its last piece until the next one, which answers later, has answered its first read."""

    held = 0

    def __init__(self, stream: Any, following: Begun) -> None:
        super().__init__(stream)
        self.following = following

    @property
    def length(self) -> Any:
        return self.stream.length + self.held

    def read(self) -> Any:
        data = self.stream.read()
        if not isinstance(data, bytes) or self.stream.length:
            return data
        self.held = len(data)
        given: Deferred[bytes] = Deferred()

        def came(answer: object) -> object:
            self.held = 0
            given.callback(data)
            return answer

        self.following.begin().addBoth(came)
        return given

    def close(self) -> None:
        super().close()
        self.following.close()


def answers_later(bucket: Any) -> bool:
    """Tell whether the first answer of a bucket comes later."""
    steps = bucket.script.steps if hasattr(bucket, "script") else ()
    return bool(steps) and steps[0].when.value == "pending" and not ISendfileableStream.providedBy(bucket)


@broken("compound_43")
def used_up_buckets_are_kept() -> Subject:
    """Used-up buckets are kept until the end."""

    class Broken(CompoundStream):
        def __init__(self, buckets: Iterable[Any] = ()) -> None:
            super().__init__(buckets)
            self.kept = list(self.buckets)

    return port(PLUS, CompoundStream=Broken)
