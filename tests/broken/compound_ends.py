"""Broken compounds: buckets that are empty or fail, and closing."""

from collections.abc import Iterable
from typing import Any

from twisted.internet.defer import Deferred, fail
from twisted.python.failure import Failure

from streamgauge.subject import Subject
from tests.broken import broken, port
from web2stream import CompoundStream
from web2stream._buckets import Buckets
from web2stream._reply import shut

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
