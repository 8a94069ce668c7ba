"""Broken compounds: what they are made of, and their lengths."""

from collections.abc import Iterable
from typing import Any

from streamgauge.subject import Subject
from tests.broken import (  # noqa: F401 - registers theirs
    broken,
    compound_adapts,
    compound_add,
    compound_cost,
    compound_ends,
    compound_late,
    compound_lies,
    compound_send,
    compound_split,
    port,
)
from web2stream import CompoundStream
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
def nothing_has_no_length() -> Subject:
    """Without buckets the length is unknown until the end."""

    class Broken(CompoundStream):
        def __init__(self, buckets: Iterable[Any] = ()) -> None:
            super().__init__(buckets)
            if not self.buckets:
                self.length = None

        def addStream(self, bucket: Any) -> None:
            first = not self.buckets and not self._closed
            super().addStream(bucket)
            if first:
                self.length = bucket.length

    return port(PLUS, CompoundStream=Broken)


@broken("compound_03")
def named_buckets_are_lost() -> Subject:
    """The constructor takes anything, and looks at what is given by place only."""

    class Broken(CompoundStream):
        def __init__(self, *args: Any, **named: Any) -> None:
            super().__init__(*args)

    return port(PLUS, CompoundStream=Broken)


@broken("compound_03")
def named_additions_are_lost() -> Subject:
    """AddStream takes anything, and adds what is given by place only."""

    class Broken(CompoundStream):
        def addStream(self, *args: Any, **named: Any) -> None:
            for bucket in args:
                super().addStream(bucket)

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


@broken("compound_06")
def one_list_for_all_that_begin_empty() -> Subject:
    """All compounds made of no buckets share one list, whatever they were given."""
    shared = Buckets([])

    class Broken(CompoundStream):
        def __init__(self, buckets: Iterable[Any] = ()) -> None:
            buckets = list(buckets)
            super().__init__(buckets)
            if not buckets:
                self._buckets = shared

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
