"""Broken compounds: adding streams before, during and after reading."""

from typing import Any

from streamgauge.subject import Subject
from tests.broken import broken, port
from web2stream import CompoundStream, IByteStream

PLUS = "MemoryStream fallbackSplit"


@broken("compound_14")
def adding_does_not_count() -> Subject:
    """AddStream leaves length as it was."""

    class Broken(CompoundStream):
        def addStream(self, bucket: Any) -> None:
            length = self.length
            super().addStream(bucket)
            if self.length is not None:
                self.length = length

    return port(PLUS, CompoundStream=Broken)


@broken("compound_14")
def adding_counts_from_the_start() -> Subject:
    """AddStream sets length to what it would be if nothing had been read."""

    class Broken(CompoundStream):
        gone = 0

        def addStream(self, bucket: Any) -> None:
            super().addStream(bucket)
            if self.length is not None and not self._closed:
                self.length += self.gone

        def _passOn(self, data: Any, left: int | None) -> None:
            self.gone += len(data)
            super()._passOn(data, left)

    return port(PLUS, CompoundStream=Broken)


@broken("compound_14")
def adding_during_a_read_does_not_count() -> Subject:
    """AddStream while a read is outstanding leaves length as it was."""

    class Broken(CompoundStream):
        def addStream(self, bucket: Any) -> None:
            length = self.length
            super().addStream(bucket)
            if self._reply is not None and self.length is not None:
                self.length = length

    return port(PLUS, CompoundStream=Broken)


@broken("compound_15")
def adding_an_unknown_counts_nothing() -> Subject:
    """AddStream of a bucket of unknown length leaves length as it was."""

    class Broken(CompoundStream):
        def addStream(self, bucket: Any) -> None:
            length = self.length
            super().addStream(bucket)
            if IByteStream(bucket).length is None:
                self.length = length

    return port(PLUS, CompoundStream=Broken)


@broken("compound_15")
def adding_a_known_makes_known() -> Subject:
    """AddStream of a bucket of known length to an unknown starts counting."""

    class Broken(CompoundStream):
        def addStream(self, bucket: Any) -> None:
            unknown = self.length is None and not self._closed
            length = IByteStream(bucket).length
            super().addStream(bucket)
            if unknown:
                self.length = length

    return port(PLUS, CompoundStream=Broken)


@broken("compound_16")
def added_come_first() -> Subject:
    """What is added is read before what is left."""

    class Broken(CompoundStream):
        def addStream(self, bucket: Any) -> None:
            super().addStream(bucket)
            if self._buckets._begun or self._reply is not None or self._closed:
                return
            self.buckets = [self.buckets[-1], *self.buckets[:-1]]

    return port(PLUS, CompoundStream=Broken)


@broken("compound_16")
def added_between_reads_are_lost() -> Subject:
    """What is added once reading has begun is not read."""

    class Broken(CompoundStream):
        def addStream(self, bucket: Any) -> None:
            begun = self._buckets._begun and self._reply is None
            length = self.length
            super().addStream(bucket)
            if begun and length is not None:
                self.buckets.pop()

    return port(PLUS, CompoundStream=Broken)


@broken("compound_17")
def adding_during_a_read_is_refused() -> Subject:
    """AddStream during a read raises RuntimeError."""

    class Broken(CompoundStream):
        def addStream(self, bucket: Any) -> None:
            if self._reply is not None:
                raise RuntimeError("busy")
            super().addStream(bucket)

    return port(PLUS, CompoundStream=Broken)


@broken("compound_17")
def adding_during_the_last_is_too_late() -> Subject:
    """A read that waits for the end of the last bucket gives None, whatever was added meanwhile."""

    class Broken(CompoundStream):
        late = False

        def addStream(self, bucket: Any) -> None:
            self.late = self._reply is not None and len(self.buckets) == 1
            super().addStream(bucket)

        def _came(self, answer: object) -> None:
            if answer is None and self.late:
                self._buckets.drop()
                self._answer(None)
            else:
                super()._came(answer)

    return port(PLUS, CompoundStream=Broken)
