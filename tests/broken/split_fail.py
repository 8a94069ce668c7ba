"""Broken halves: sources that fail, end early or run over."""

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from streamgauge.subject import Subject
from tests.broken import broken
from tests.broken.tapes import is_first, splitting
from web2stream._segment import Rest, Segment
from web2stream._tape import Tape
from web2stream.bytestream import byteCount


def is_short(failure: Failure | None) -> bool:
    """Tell the tape's own failure for a source that ended early."""
    return failure is not None and isinstance(failure.value, ValueError)


@broken("split_17")
def short_source_is_a_runtime_error() -> Subject:
    """Before of a source that ends early fails with RuntimeError."""

    class Broken(Tape):
        def _tell(self, segment: Segment) -> None:
            if is_short(segment.failure) and segment is self.head and is_first(segment):
                segment.failure = Failure(RuntimeError("ran out of data"))
            super()._tell(segment)

    return splitting(Broken)


@broken("split_17")
def short_source_ends_before() -> Subject:
    """Before of a source that ends early ends."""

    class Broken(Tape):
        def _tell(self, segment: Segment) -> None:
            if is_short(segment.failure) and segment is self.head and is_first(segment):
                segment.failure = None
            super()._tell(segment)

    return splitting(Broken)


@broken("split_18")
def after_of_a_short_source_hangs() -> Subject:
    """When before has failed because the source ended, a read of after never fires."""

    class Broken(Tape):
        def read(self, segment: Segment) -> object:
            if is_short(segment.failure) and segment is not self.head:
                never: Deferred[None] = Deferred()
                return never
            return super().read(segment)

    return splitting(Broken)


def forgetting(tape: Tape, failure: Failure) -> None:
    """Fail, but answer nobody who waits for a half that is not the first."""
    behind = [segment for segment in tape._segments() if segment is not tape.head]
    waiting = [segment.reply for segment in behind]
    for segment in behind:
        segment.reply = None
    Tape._fail(tape, failure)
    for segment, reply in zip(behind, waiting, strict=True):
        segment.reply = reply


@broken("split_52")
def waiting_after_of_a_short_source_hangs() -> Subject:
    """A read of after that waits is not answered when the source ends within before."""

    class Broken(Tape):
        def _fail(self, failure: Failure) -> None:
            if is_short(failure) and not self.head.over:
                forgetting(self, failure)
            else:
                super()._fail(failure)

    return splitting(Broken)


@broken("split_19")
def end_while_skipping_ends_after() -> Subject:
    """When the source ends while before is skipped, after ends, whatever it was owed."""

    class Broken(Tape):
        def _tell(self, segment: Segment) -> None:
            if is_short(segment.failure) and self.head.over and self.head.left:
                segment.failure = None
            super()._tell(segment)

    return splitting(Broken)


@broken("split_19")
def end_while_skipping_hangs() -> Subject:
    """When the source ends while before is skipped, the read of after never fires."""

    class Broken(Tape):
        def _end(self) -> None:
            if self.head.over and self.head.left:
                self._ended = True
            else:
                super()._end()

    return splitting(Broken)


@broken("split_20")
def after_ends_where_the_source_does() -> Subject:
    """After ends with the source, also before its length is reached."""

    class Broken(Tape):
        def _end(self) -> None:
            if not is_first(self.head):
                self.head.left = None
            super()._end()

    return splitting(Broken)


@broken("split_21")
def failure_is_before_s_alone() -> Subject:
    """When the source fails within before, after ends."""

    class Broken(Tape):
        def _fail(self, failure: Failure) -> None:
            head = self.head
            super()._fail(failure)
            for segment in (s for s in self._segments() if s is not head and s.failure and not is_short(s.failure)):
                segment.failure = None
                segment.over = True

    return splitting(Broken)


@broken("split_21")
def after_of_a_failed_source_hangs() -> Subject:
    """When the source has failed within before, a read of after never fires."""

    class Broken(Tape):
        def read(self, segment: Segment) -> object:
            if segment.failure is not None and not is_short(segment.failure) and segment is not self.head:
                never: Deferred[None] = Deferred()
                return never
            return super().read(segment)

    return splitting(Broken)


@broken("split_58")
def parts_of_after_are_not_told() -> Subject:
    """When after is split once the source has failed, its second part is not told, and waits for ever."""

    class Broken(Tape):
        def cut(self, segment: Segment, point: int) -> Segment:
            rest = super().cut(segment, point)
            rest.failure = None
            return rest

    return splitting(Broken)


@broken("split_22")
def waiting_after_is_not_told() -> Subject:
    """A read of after that waits is not answered when the source fails within before."""

    class Broken(Tape):
        def _fail(self, failure: Failure) -> None:
            if is_short(failure) or self.head.over:
                super()._fail(failure)
            else:
                forgetting(self, failure)

    return splitting(Broken)


@broken("split_23")
def failure_while_skipping_ends_after() -> Subject:
    """When the source fails while before is skipped, after ends."""

    class Broken(Tape):
        def _tell(self, segment: Segment) -> None:
            if not is_short(segment.failure) and self.head.over and self.head.left:
                segment.failure = None
            super()._tell(segment)

    return splitting(Broken)


@broken("split_34")
def surplus_is_given() -> Subject:
    """After gives whatever the source gives, beyond its length too."""

    class Broken(Tape):
        def _give(self, hand: object) -> None:
            head = self.head
            count = len(hand) if isinstance(hand, Rest) else byteCount(hand)  # type: ignore[arg-type]
            if not is_first(head) and head.left is not None and not head.over:
                head.left = max(head.left, count)
            super()._give(hand)

    return splitting(Broken)


@broken("split_21")
def failure_reaches_two_halves() -> Subject:
    """When the source fails, only two of the halves that are not complete are told: the read of a third hangs."""

    class Broken(Tape):
        def read(self, segment: Segment) -> object:
            third = self.head.follower.follower if self.head.follower is not None else None
            if segment is third and segment.failure is not None and not is_short(segment.failure):
                never: Deferred[None] = Deferred()
                return never
            return super().read(segment)

    return splitting(Broken)
