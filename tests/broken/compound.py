"""Broken compounds: what they are made of, their lengths, and adding to them."""

from collections.abc import Iterable
from typing import Any

from streamgauge.subject import Subject
from tests.broken import broken, compound_ends, compound_send, compound_split, port  # noqa: F401 - registers theirs
from web2stream import CompoundStream, IByteStream
from web2stream._buckets import Buckets

PLUS = "MemoryStream fallbackSplit"


@broken("compound_01")
def inner_compounds_are_left_out() -> Subject:
    """A compound among the buckets is taken for an empty one."""

    class Broken(CompoundStream):
        def __init__(self, buckets: Iterable[Any] = ()) -> None:
            super().__init__([bucket for bucket in buckets if not isinstance(bucket, CompoundStream)])

    return port(PLUS, CompoundStream=Broken)


@broken("compound_01")
def memory_comes_first() -> Subject:
    """Buckets that are there at once are read first."""

    class Broken(CompoundStream):
        def __init__(self, buckets: Iterable[Any] = ()) -> None:
            super().__init__(sorted(buckets, key=lambda bucket: not hasattr(bucket, "mem")))

    return port(PLUS, CompoundStream=Broken)


@broken("compound_02")
def buckets_are_required() -> Subject:
    """The constructor wants its argument."""

    class Broken(CompoundStream):
        def __init__(self, buckets: Iterable[Any]) -> None:
            super().__init__(buckets)

    return port(PLUS, CompoundStream=Broken)


@broken("compound_02")
def nothing_has_no_length() -> Subject:
    """Without buckets the length is unknown until the end."""

    class Broken(CompoundStream):
        def __init__(self, buckets: Iterable[Any] = ()) -> None:
            super().__init__(buckets)
            if not self.buckets:
                self.length = None

        def addStream(self, bucket: Any) -> None:
            self.length = self.length or 0 if not self.buckets and not self._closed else self.length
            super().addStream(bucket)

    return port(PLUS, CompoundStream=Broken)


@broken("compound_03")
def other_argument_names() -> Subject:
    """The constructor calls its argument differently."""

    class Broken(CompoundStream):
        def __init__(self, streams: Iterable[Any] = ()) -> None:
            super().__init__(streams)

    return port(PLUS, CompoundStream=Broken)


@broken("compound_03")
def other_name_for_the_added() -> Subject:
    """AddStream calls its argument differently."""

    class Broken(CompoundStream):
        def addStream(self, stream: Any) -> None:
            super().addStream(stream)

    return port(PLUS, CompoundStream=Broken)


@broken("compound_04")
def iterates_twice() -> Subject:
    """The buckets are gone over twice; of an iterator the second time finds none."""

    class Broken(CompoundStream):
        def __init__(self, buckets: Iterable[Any] = ()) -> None:
            length = CompoundStream(list(buckets)).length
            super().__init__(buckets)
            self.length = length

    return port(PLUS, CompoundStream=Broken)


@broken("compound_04")
def wants_a_sequence() -> Subject:
    """The buckets are counted with len()."""

    class Broken(CompoundStream):
        def __init__(self, buckets: Any = ()) -> None:
            super().__init__(buckets[at] for at in range(len(buckets)))

    return port(PLUS, CompoundStream=Broken)


@broken("compound_05")
def keeps_the_list() -> Subject:
    """The list that was given is used as the stream's own."""

    class Broken(CompoundStream):
        def __init__(self, buckets: Iterable[Any] = ()) -> None:
            buckets = buckets if isinstance(buckets, list) else list(buckets)
            super().__init__(buckets)
            buckets[:] = self.buckets
            self.buckets = buckets

    return port(PLUS, CompoundStream=Broken)


@broken("compound_06")
def one_list_for_all() -> Subject:
    """All compounds made without buckets share one list."""
    shared = Buckets([])

    class Broken(CompoundStream):
        def __init__(self, buckets: Iterable[Any] | None = None) -> None:
            super().__init__(buckets or ())
            if buckets is None:
                self._buckets = shared

    return port(PLUS, CompoundStream=Broken)


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


@broken("compound_11")
def buckets_are_hidden() -> Subject:
    """There is no attribute buckets."""

    class Broken(CompoundStream):
        @property  # type: ignore[misc]
        def buckets(self) -> Any:
            raise AttributeError("buckets")

    return port(PLUS, CompoundStream=Broken)


@broken("compound_11")
def buckets_stay_listed() -> Subject:
    """Buckets stay in the list when they are used up."""

    class Broken(CompoundStream):
        def __init__(self, buckets: Iterable[Any] = ()) -> None:
            super().__init__(buckets)
            self.known = list(super().buckets)

        def addStream(self, bucket: Any) -> None:
            super().addStream(bucket)
            self.known.append(bucket)

        @property  # type: ignore[misc]
        def buckets(self) -> Any:
            return [] if self._closed else self.known

    return port(PLUS, CompoundStream=Broken)


@broken("compound_12")
def length_is_never_known() -> Subject:
    """Length is None, whatever the buckets know."""

    class Broken(CompoundStream):
        def __init__(self, buckets: Iterable[Any] = ()) -> None:
            super().__init__(buckets)
            if len(self.buckets) > 1:
                self.length = None

    return port(PLUS, CompoundStream=Broken)


@broken("compound_13")
def unknown_counts_as_nothing() -> Subject:
    """A bucket of unknown length counts as 0 if another one is known."""

    class Broken(CompoundStream):
        def __init__(self, buckets: Iterable[Any] = ()) -> None:
            super().__init__(buckets)
            known = [bucket.length for bucket in self.buckets if bucket.length is not None]
            if len(known) != len(self.buckets) and known:
                self.length = sum(known)

    return port(PLUS, CompoundStream=Broken)


@broken("compound_13")
def known_again_too_early() -> Subject:
    """As soon as anything was read, length is the sum of what is known."""

    class Broken(CompoundStream):
        mixed = False

        def __init__(self, buckets: Iterable[Any] = ()) -> None:
            super().__init__(buckets)
            self.mixed = len({bucket.length is None for bucket in self.buckets}) == 2

        def _answer(self, data: object) -> None:
            if self.mixed and data is not None:
                self.length = sum(bucket.length or 0 for bucket in self.buckets)
            super()._answer(data)

    return port(PLUS, CompoundStream=Broken)


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
            if self.length is not None:
                self.length += self.gone

        def _passOn(self, data: Any, left: int | None) -> None:
            self.gone += len(data)
            super()._passOn(data, left)

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


@broken("compound_20")
def added_to_the_closed_stay_open() -> Subject:
    """What is added after close is left open."""

    class Broken(CompoundStream):
        def addStream(self, bucket: Any) -> None:
            if not self._closed:
                super().addStream(bucket)

    return port(PLUS, CompoundStream=Broken)
