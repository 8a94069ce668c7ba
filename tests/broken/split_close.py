"""Broken halves: closing."""

from streamgauge.subject import Subject
from tests.broken import broken
from tests.broken.tapes import is_first, splitting
from web2stream._flow import NOTHING, take
from web2stream._reply import shut
from web2stream._segment import Rest, Segment
from web2stream._tape import Tape


class Watched(Tape):
    """A tape that knows which halves were closed before they had ended, and whether anything was given."""

    gave = False

    def __init__(self, stream: object) -> None:
        super().__init__(stream)
        self.closed: list[str] = []

    def _give(self, hand: object) -> None:
        self.gave = True
        super()._give(hand)

    def close(self, segment: Segment) -> None:
        if not segment.over:
            self.closed.append("before" if is_first(segment) else "after")
        super().close(segment)


@broken("split_07")
def before_then_after_stays_open() -> Subject:
    """The source is not closed when before was closed first."""

    class Broken(Watched):
        def _shutSource(self) -> None:
            if self.closed == ["before", "after"] and not self.gave:
                self._shut = True
            else:
                super()._shutSource()

    return splitting(Broken)


@broken("split_07")
def nothing_is_not_closed() -> Subject:
    """A before of no bytes counts as open for ever."""

    class Broken(Tape):
        def cut(self, segment: Segment, point: int) -> Segment:
            rest = super().cut(segment, point)
            self._live += point == 0
            return rest

    return splitting(Broken)


@broken("split_07")
def closing_before_skips_at_once() -> Subject:
    """Closing before reads the source to skip its bytes, though after may never be read."""

    class Broken(Tape):
        def close(self, segment: Segment) -> None:
            super().close(segment)
            if is_first(segment) and self._live and self._hand is NOTHING and segment.left:
                self._hand = take(self.stream.read, self._came)

    return splitting(Broken)


@broken("split_08")
def after_then_before_closes_twice() -> Subject:
    """Each close closes the source when after was closed first."""

    class Broken(Watched):
        def close(self, segment: Segment) -> None:
            super().close(segment)
            if self.closed == ["after", "before"] and not self.gave:
                self.closed.append("again")
                shut(self.stream)

    return splitting(Broken)


@broken("split_08")
def after_then_before_stays_open() -> Subject:
    """The source is left to before's reader when after was closed first, and before's close forgets it."""

    class Broken(Watched):
        def _shutSource(self) -> None:
            if self.closed == ["after", "before"] and not self.gave:
                self._shut = True
            else:
                super()._shutSource()

    return splitting(Broken)


@broken("split_09")
def partly_read_closes_twice() -> Subject:
    """When some of before was read, closing both closes the source twice."""

    class Broken(Watched):
        def close(self, segment: Segment) -> None:
            super().close(segment)
            if len(self.closed) == 2 and self.gave and not self._live:
                self.closed.append("again")
                shut(self.stream)

    return splitting(Broken)


@broken("split_10")
def closes_are_counted() -> Subject:
    """The second close of any half closes the source."""

    class Broken(Watched):
        count = 0

        def close(self, segment: Segment) -> None:
            self.count += 1
            if segment.over and self.count > 1 and self.closed and self._live:
                self._live = 0
            super().close(segment)

    return splitting(Broken)


@broken("split_11")
def closed_before_is_not_skipped() -> Subject:
    """With before closed, after gives what was left of before."""

    class Broken(Tape):
        def close(self, segment: Segment) -> None:
            if is_first(segment):
                segment.left = 0
            super().close(segment)

    return splitting(Broken)


@broken("split_11")
def skips_whole_pieces() -> Subject:
    """Skipping drops the whole piece in which after begins."""

    class Broken(Tape):
        def _give(self, hand: object) -> None:
            skips = self.head.over and bool(self.head.left)
            super()._give(hand)
            if skips and isinstance(self._hand, Rest):
                self._hand = NOTHING

    return splitting(Broken)


@broken("split_11")
def skips_what_was_read_again() -> Subject:
    """Closing a before that was partly read skips as many bytes as before had at first."""

    class Broken(Tape):
        point = 0

        def cut(self, segment: Segment, point: int) -> Segment:
            self.point = self.point or point
            return super().cut(segment, point)

        def close(self, segment: Segment) -> None:
            if is_first(segment) and not segment.over:
                segment.left = self.point
            super().close(segment)

    return splitting(Broken)


@broken("split_12")
def closing_before_wakes_nobody() -> Subject:
    """A read of after that waits is not looked at when before is closed."""

    class Broken(Tape):
        def close(self, segment: Segment) -> None:
            self._pumping = True
            super().close(segment)
            self._pumping = False

    return splitting(Broken)


@broken("split_13")
def closing_after_ends_before() -> Subject:
    """When after is closed, before ends where it is."""

    class Broken(Tape):
        def close(self, segment: Segment) -> None:
            head = self.head
            super().close(segment)
            if not is_first(segment) and not head.over:
                super().close(head)

    return splitting(Broken)


@broken("split_13")
def closing_after_closes_the_source() -> Subject:
    """When after is closed while before is partly read, the source is closed with it."""

    class Broken(Watched):
        def close(self, segment: Segment) -> None:
            super().close(segment)
            if not is_first(segment) and self.gave and self._hand is NOTHING:
                self._live = 0
                super().close(segment)

    return splitting(Broken)


@broken("split_14")
def end_of_before_closes_nothing() -> Subject:
    """When before ends after after was closed, the source stays open."""

    class Broken(Tape):
        giving = False

        def _give(self, hand: object) -> None:
            self.giving = True
            super()._give(hand)
            self.giving = False

        def _shutSource(self) -> None:
            if self.giving and is_first(self.head):
                self._shut = True
            else:
                super()._shutSource()

    return splitting(Broken)


@broken("split_57")
def parts_of_the_closed_are_skipped_twice() -> Subject:
    """When a closed half is split, both of its parts owe the bytes that are to be skipped."""

    class Broken(Tape):
        def cut(self, segment: Segment, point: int) -> Segment:
            owed = segment.left if segment.over else 0
            rest = super().cut(segment, point)
            rest.left = owed or rest.left
            return rest

    return splitting(Broken)
