"""Broken compounds: buckets that end, fail or break their word, closing, and what buckets cost."""

from collections.abc import Iterable
from typing import Any

from twisted.internet.defer import Deferred, fail
from twisted.python.failure import Failure

from streamgauge.subject import Subject
from tests.broken import broken, port
from web2stream import CompoundStream
from web2stream._buckets import Buckets
from web2stream._flow import WAITING, take
from web2stream._reply import Reply, shut

PLUS = "MemoryStream fallbackSplit"


@broken("compound_21")
def adding_revives_the_failed() -> Subject:
    """What is added after a failure is read."""

    class Broken(CompoundStream):
        def _finish(self, answer: Failure | None) -> None:
            super()._finish(answer)
            self._closed = answer is None

        def close(self) -> None:
            super().close()
            self._closed = True

    return port(PLUS, CompoundStream=Broken)


@broken("compound_22")
def empty_first_bucket_ends() -> Subject:
    """When the very first bucket is empty, and others follow, the first read gives None."""

    class Broken(CompoundStream):
        read_any = False

        def _got(self, answer: object) -> None:
            first = not self.read_any and answer is None and len(self.buckets) > 1 and not self._buckets.left
            self.read_any = True
            super()._got(answer)
            if first and self._reply is not None:
                self._answer(None)

    return port(PLUS, CompoundStream=Broken)


@broken("compound_22")
def late_end_of_a_bucket_is_passed_on() -> Subject:
    """A bucket's end that comes later is given to the reader though others follow."""

    class Broken(CompoundStream):
        gave = True

        def _passOn(self, data: object, left: int | None) -> None:
            self.gave = True
            super()._passOn(data, left)

        def _got(self, answer: object) -> None:
            if answer is None and not self._buckets.left:
                if not self.gave and self._reply is not None and self._reply.deferred is not None and self.length:
                    self._buckets.drop()
                    self._answer(None)
                    return
                self.gave = False
            super()._got(answer)

    return port(PLUS, CompoundStream=Broken)


@broken("compound_23")
def overlap_fails_later() -> Subject:
    """A read while one is outstanding behind an empty bucket gives a failed Deferred."""

    class Broken(CompoundStream):
        passed = 0

        def _got(self, answer: object) -> None:
            self.passed = 0 if answer is not None else self.passed + 1
            super()._got(answer)

        def read(self, sendfile: bool = False) -> object:
            if self._reply is not None and self.passed and self.length == 4:
                return fail(RuntimeError("another read is outstanding"))
            return super().read(sendfile)

    return port(PLUS, CompoundStream=Broken)


@broken("compound_24")
def failure_closes_one() -> Subject:
    """Only the bucket that failed is closed."""

    class Broken(CompoundStream):
        def _finish(self, answer: Failure | None) -> None:
            if answer is not None:
                shut(self._buckets.drop())
                self._buckets = Buckets([])
            super()._finish(answer)

    return port(PLUS, CompoundStream=Broken)


@broken("compound_24")
def late_failure_closes_nothing() -> Subject:
    """A failure that comes by a Deferred closes only the next bucket."""

    class Broken(CompoundStream):
        def _came(self, answer: object) -> None:
            if isinstance(answer, Failure):
                self.buckets = self.buckets[:2]
            super()._came(answer)

    return port(PLUS, CompoundStream=Broken)


@broken("compound_25")
def failure_keeps_length() -> Subject:
    """A failure leaves length as it was."""

    class Broken(CompoundStream):
        def _finish(self, answer: Failure | None) -> None:
            length = self.length
            super()._finish(answer)
            if answer is not None:
                self.length = length

        def addStream(self, bucket: Any) -> None:
            super().addStream(bucket)

    return port(PLUS, CompoundStream=Broken)


@broken("compound_25")
def failure_of_an_unknown_stays_unknown() -> Subject:
    """After a failure an unknown length stays None."""

    class Broken(CompoundStream):
        def _finish(self, answer: Failure | None) -> None:
            unknown = self.length is None
            super()._finish(answer)
            if answer is not None and unknown:
                self.length = None

    return port(PLUS, CompoundStream=Broken)


@broken("compound_26")
def goes_on_after_a_failure() -> Subject:
    """After a failure the next bucket is read."""

    class Broken(CompoundStream):
        def _finish(self, answer: Failure | None) -> None:
            rest = self.buckets[1:]
            if answer is not None and rest:
                for bucket in rest[1:]:
                    shut(bucket)
                self.buckets = self.buckets[:1]
                super()._finish(answer)
                self.buckets = [_Kept(rest[0])]
                return
            super()._finish(answer)

    return port(PLUS, CompoundStream=Broken)


class _Kept:
    """A stream that is closed, and gives its first piece all the same."""

    length = None

    def __init__(self, stream: Any) -> None:
        self.data: list[object] = []
        answer = stream.read()
        if isinstance(answer, Deferred):
            answer.addBoth(self.data.append)
        else:
            self.data.append(answer)
        stream.close()

    def read(self) -> object:
        return self.data.pop() if self.data else None

    def close(self) -> None:
        self.data.clear()


@broken("compound_27")
def close_forgets_the_added() -> Subject:
    """Close leaves what was added open."""

    class Broken(CompoundStream):
        count = 0

        def __init__(self, buckets: Iterable[Any] = ()) -> None:
            super().__init__(buckets)
            self.count = len(self.buckets)
            self.late: list[Any] = []

        def addStream(self, bucket: Any) -> None:
            super().addStream(bucket)
            if not self._closed:
                self.late.append(self.buckets[-1])

        def close(self) -> None:
            self.buckets = [bucket for bucket in self.buckets if all(bucket is not added for added in self.late)]
            super().close()

    return port(PLUS, CompoundStream=Broken)


@broken("compound_27")
def close_forgets_inner_compounds() -> Subject:
    """Close drops a compound among the buckets without closing it."""

    class Broken(CompoundStream):
        def close(self) -> None:
            self.buckets = [bucket for bucket in self.buckets if not isinstance(bucket, CompoundStream)]
            super().close()

    return port(PLUS, CompoundStream=Broken)


@broken("compound_38")
def early_end_is_an_end() -> Subject:
    """A bucket that ends before its length is taken for used up."""

    class Broken(CompoundStream):
        def _got(self, answer: object) -> None:
            if answer is None:
                self._buckets.left = 0
            super()._got(answer)

    return port(PLUS, CompoundStream=Broken)


@broken("compound_38")
def early_end_ends_everything() -> Subject:
    """A bucket that ends before its length ends the stream."""

    class Broken(CompoundStream):
        def _got(self, answer: object) -> None:
            if answer is None and self._buckets.left and self._reply is not None:
                self._finish(None)
            else:
                super()._got(answer)

    return port(PLUS, CompoundStream=Broken)


@broken("compound_39")
def surplus_is_given() -> Subject:
    """A bucket that gives more than its length is read to its end."""

    class Broken(CompoundStream):
        def _passOn(self, data: object, left: int | None) -> None:
            super()._passOn(data, None if left is None else max(left, len(data)))  # type: ignore[arg-type]

    return port(PLUS, CompoundStream=Broken)


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


@broken("compound_42")
def reads_the_next_ahead() -> Subject:
    """With the last byte of a bucket the next one is read ahead."""

    class Ahead:
        def __init__(self, stream: Any) -> None:
            self.stream, self.length = stream, stream.length
            self.data = stream.read()

        def read(self) -> Any:
            data, self.data = self.data, self.stream
            return self.stream.read() if data is self.stream else data

        def split(self, point: int) -> Any:
            raise NotImplementedError

        def close(self) -> None:
            self.stream.close()

    class Broken(CompoundStream):
        def _passOn(self, data: object, left: int | None) -> None:
            super()._passOn(data, left)
            buckets = self.buckets
            fits = len(buckets) > 1 and self._buckets.left == 0 and len(data) > 0  # type: ignore[arg-type]
            if fits and hasattr(buckets[1], "script") and buckets[1].script.steps[:1]:
                step = buckets[1].script.steps[0]
                if step.data and step.when.value == "now" and len(buckets) == 4:
                    buckets[1] = Ahead(buckets[1])

    return port(PLUS, CompoundStream=Broken)


@broken("compound_43")
def used_up_buckets_are_kept() -> Subject:
    """Used-up buckets are kept until the end."""

    class Broken(CompoundStream):
        def __init__(self, buckets: Iterable[Any] = ()) -> None:
            super().__init__(buckets)
            self.kept = list(self.buckets)

    return port(PLUS, CompoundStream=Broken)
