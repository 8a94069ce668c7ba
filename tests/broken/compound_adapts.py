"""Broken compounds: what becomes a bucket, and what does not."""

from collections.abc import Iterable
from typing import Any

from streamgauge.subject import Subject
from tests.broken import broken, port
from web2stream import CompoundStream, IByteStream

PLUS = "MemoryStream fallbackSplit"


@broken("compound_07")
def takes_streams_only() -> Subject:
    """The constructor adapts nothing."""

    class Broken(CompoundStream):
        def __init__(self, buckets: Iterable[Any] = ()) -> None:
            buckets = list(buckets)
            if not all(IByteStream.providedBy(bucket) for bucket in buckets):
                raise TypeError("not a stream")
            super().__init__(buckets)

    return port(PLUS, CompoundStream=Broken)


@broken("compound_08")
def adds_streams_only() -> Subject:
    """AddStream adapts nothing."""

    class Broken(CompoundStream):
        def addStream(self, bucket: Any) -> None:
            if not IByteStream.providedBy(bucket):
                raise TypeError("not a stream")
            super().addStream(bucket)

    return port(PLUS, CompoundStream=Broken)


@broken("compound_09")
def unfit_is_passed_over() -> Subject:
    """The constructor leaves out what it cannot adapt."""

    class Broken(CompoundStream):
        def __init__(self, buckets: Iterable[Any] = ()) -> None:
            super().__init__([bucket for bucket in buckets if IByteStream(bucket, None) is not None])

    return port(PLUS, CompoundStream=Broken)


@broken("compound_09")
def unfit_is_a_value_error() -> Subject:
    """The constructor raises ValueError for what it cannot adapt."""

    class Broken(CompoundStream):
        def __init__(self, buckets: Iterable[Any] = ()) -> None:
            try:
                super().__init__(buckets)
            except TypeError:
                raise ValueError("not a stream") from None

    return port(PLUS, CompoundStream=Broken)


@broken("compound_10")
def unfit_closes_the_stream() -> Subject:
    """AddStream of something unfit closes the stream."""

    class Broken(CompoundStream):
        def addStream(self, bucket: Any) -> None:
            try:
                super().addStream(bucket)
            except TypeError:
                self.close()
                raise

    return port(PLUS, CompoundStream=Broken)


@broken("compound_10")
def unfit_is_added_to_nothing() -> Subject:
    """AddStream passes over what it cannot adapt."""

    class Broken(CompoundStream):
        def addStream(self, bucket: Any) -> None:
            if IByteStream(bucket, None) is not None:
                super().addStream(bucket)

    return port(PLUS, CompoundStream=Broken)
