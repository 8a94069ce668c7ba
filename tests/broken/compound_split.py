"""Broken compounds: splitting."""

from typing import Any

from streamgauge.subject import Subject
from tests.broken import broken, port
from web2stream import CompoundStream, MemoryStream, fallbackSplit

PLUS = "MemoryStream fallbackSplit"


@broken("compound_28")
def memory_is_split_by_its_end() -> Subject:
    """A bucket that is memory is not split: the half in which it begins gets all of it."""

    class Broken(CompoundStream):
        def split(self, point: int) -> Any:
            begin = 0
            for bucket in self.buckets:
                if isinstance(bucket, MemoryStream) and begin < point < begin + bucket.length and self.length:
                    point = begin
                begin += bucket.length or 0
            return super().split(point)

    return port(PLUS, CompoundStream=Broken)


@broken("compound_28")
def border_goes_to_before() -> Subject:
    """At the border of two buckets the first one of after is left to before."""

    class Broken(CompoundStream):
        def split(self, point: int) -> Any:
            ends = 0
            for bucket in self.buckets[:-1]:
                ends += bucket.length or 0
                if ends == point and self.length:
                    point += self.buckets[self.buckets.index(bucket) + 1].length or 0
                    break
            return super().split(point)

    return port(PLUS, CompoundStream=Broken)


@broken("compound_29")
def unknown_counts_as_nothing() -> Subject:
    """A bucket of unknown length counts as empty when the place of the point is sought."""

    class Broken(CompoundStream):
        def split(self, point: int) -> Any:
            if self.length is None and len(self.buckets) > 1:
                known = [bucket for bucket in self.buckets if bucket.length is not None]
                first = self.buckets[0]
                if first.length is None and known and known[0].length >= point > 0:
                    self.buckets = [*known[:1], first, *known[1:]]
            return super().split(point)

    return port(PLUS, CompoundStream=Broken)


@broken("compound_29")
def unknown_cannot_be_split() -> Subject:
    """A compound with a bucket of unknown length behind another one refuses to be split."""

    class Broken(CompoundStream):
        def split(self, point: int) -> Any:
            lengths = [bucket.length for bucket in self.buckets]
            if None in lengths and len(set(map(type, lengths))) == 2 and isinstance(point, int) and point >= 0:
                raise ValueError("a bucket of unknown length")
            return super().split(point)

    return port(PLUS, CompoundStream=Broken)


@broken("compound_30")
def after_counts_what_is_known() -> Subject:
    """After's length is the sum of its known buckets, if one of before's is unknown or its own are known."""

    class Broken(CompoundStream):
        def split(self, point: int) -> Any:
            mixed = self.length is None and any(bucket.length is not None for bucket in self.buckets)
            before, after = super().split(point)
            if mixed and isinstance(after, CompoundStream):
                after.length = sum(bucket.length or 0 for bucket in after.buckets)
            return before, after

    return port(PLUS, CompoundStream=Broken)


@broken("compound_46")
def a_point_past_the_end_is_the_end() -> Subject:
    """Once the buckets left tell their lengths, a point past the last one is taken for the end."""

    class Broken(CompoundStream):
        def split(self, point: int) -> Any:
            lengths = [bucket.length for bucket in self.buckets]
            if self.length is None and None not in lengths and isinstance(point, int):
                point = min(point, sum(lengths))
            return super().split(point)

    return port(PLUS, CompoundStream=Broken)


@broken("compound_31")
def splitting_asks_the_first_bucket() -> Subject:
    """To find the place of the point the first bucket is read; what it gave is put back."""

    class Broken(CompoundStream):
        def split(self, point: int) -> Any:
            first: Any = self.buckets[0] if self.buckets and self._buckets.left is None else self
            steps = first.script.steps if hasattr(first, "script") else ()
            if steps and steps[0].data and steps[0].when.value == "now" and first.length == len(steps[0].data):
                self.buckets = [MemoryStream(first.read()), *self.buckets]
            return super().split(point)

    return port(PLUS, CompoundStream=Broken)


@broken("compound_32")
def after_is_not_closed() -> Subject:
    """Closing the second half leaves its buckets open."""

    class Half(CompoundStream):
        def close(self) -> None:
            self.buckets = []
            super().close()

    class Broken(CompoundStream):
        def split(self, point: int) -> Any:
            before, after = super().split(point)
            if isinstance(after, CompoundStream):
                half = Half()
                half._buckets, half.length = after._buckets, after.length
                after = half
            return before, after

    return port(PLUS, CompoundStream=Broken)


@broken("compound_32")
def cut_bucket_is_left_open() -> Subject:
    """Closing the first half of a fallback split leaves the compound to the second, which forgets it."""

    class Broken(CompoundStream):
        def split(self, point: int) -> Any:
            before, after = super().split(point)
            if before is self:
                return before, after
            return fallbackSplit(_Shared(self), point)

    class _Shared:
        def __init__(self, stream: CompoundStream) -> None:
            self.length, self.read, self.split = stream.length, stream.read, stream.split

    return port(PLUS, CompoundStream=Broken)
