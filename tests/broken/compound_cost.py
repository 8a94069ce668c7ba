"""Broken compounds: what buckets cost in stack, work, waiting and memory."""

from collections.abc import Iterable
from typing import Any

from twisted.internet.defer import Deferred

from streamgauge.subject import Subject
from tests.broken import broken, port
from web2stream import CompoundStream
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


class Begun:
    """A bucket whose first read was made already."""

    def __init__(self, stream: Any, first: object) -> None:
        self.stream, self.first, self.length = stream, [first], stream.length

    def read(self) -> Any:
        return self.first.pop() if self.first else self.stream.read()

    def split(self, point: int) -> Any:
        raise NotImplementedError(point)

    def close(self) -> None:
        self.stream.close()


@broken("compound_42")
def last_piece_waits_for_the_next_bucket() -> Subject:
    """The last piece of a bucket is kept until the next one has answered its first read."""

    class Broken(CompoundStream):
        def read(self, sendfile: bool = False) -> Any:
            data = super().read(sendfile)
            buckets = self.buckets
            begins = len(buckets) > 1 and self._buckets.left == 0 and isinstance(data, bytes)
            if not begins or not getattr(buckets[1], "length", None) or isinstance(buckets[1], Begun):
                return data
            if buckets[1].script.steps[0].when.value != "pending":
                return data
            first, kept, given = buckets[1].read(), Deferred[object](), Deferred[object]()

            def came(answer: object) -> None:
                given.callback(data)
                kept.callback(answer)

            first.addBoth(came)
            buckets[1] = Begun(buckets[1], kept)
            return given

    return port(PLUS, CompoundStream=Broken)


@broken("compound_43")
def used_up_buckets_are_kept() -> Subject:
    """Used-up buckets are kept until the end."""

    class Broken(CompoundStream):
        def __init__(self, buckets: Iterable[Any] = ()) -> None:
            super().__init__(buckets)
            self.kept = list(self.buckets)

    return port(PLUS, CompoundStream=Broken)
