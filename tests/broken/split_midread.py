"""Broken halves: closing while a read is outstanding, and inside callbacks."""

from streamgauge.subject import Subject
from tests.broken import broken
from tests.broken.tapes import is_first, splitting, waits
from web2stream._flow import WAITING
from web2stream._segment import Segment
from web2stream._tape import Tape


@broken("split_27")
def closed_while_waiting_is_forgotten() -> Subject:
    """A read of after that waits for before is never answered when after is closed."""

    class Broken(Tape):
        def close(self, segment: Segment) -> None:
            if waits(self, segment):
                segment.reply = None
            super().close(segment)

    return splitting(Broken)


@broken("split_27")
def closed_while_waiting_is_served() -> Subject:
    """A read of after that waits for before still gets its data when after is closed."""

    class Broken(Tape):
        def close(self, segment: Segment) -> None:
            if waits(self, segment) and segment.reply is not None:
                return
            super().close(segment)

    return splitting(Broken)


@broken("split_28")
def piece_of_the_closed_is_lost() -> Subject:
    """The piece that before had asked for when it was closed is dropped and not counted."""

    class Broken(Tape):
        dropping = False

        def close(self, segment: Segment) -> None:
            waited_for = segment.follower is not None and segment.follower.isWaiting
            self.dropping = waited_for and not segment.over and self._hand is WAITING
            super().close(segment)

        def _came(self, answer: object) -> None:
            dropping, self.dropping = self.dropping, False
            super()._came(b"" if dropping and isinstance(answer, bytes) else answer)

    return splitting(Broken)


@broken("split_28")
def closing_the_waiting_ends_both() -> Subject:
    """When after is closed while before's read is outstanding, that read gives None."""

    class Broken(Tape):
        def close(self, segment: Segment) -> None:
            head = self.head
            if not is_first(segment) and self._hand is WAITING and is_first(head):
                super().close(head)
            super().close(segment)

    return splitting(Broken)


@broken("split_53")
def piece_in_flight_is_dropped() -> Subject:
    """A piece that comes for a closed before, while nobody reads after, is dropped and not counted."""

    class Broken(Tape):
        def _came(self, answer: object) -> None:
            nobody = self.head.over and not any(segment.isWaiting for segment in self._segments())
            super()._came(b"" if nobody and answer is not None else answer)

    return splitting(Broken)


@broken("split_53")
def piece_in_flight_belongs_to_after() -> Subject:
    """A piece that comes for a closed before, while nobody reads after, is after's from its first byte."""

    class Broken(Tape):
        def _came(self, answer: object) -> None:
            head = self.head
            if head.over and head.left and head.follower is not None and not head.follower.isWaiting:
                head.left = 0
            super()._came(answer)

    return splitting(Broken)


@broken("split_54")
def a_waiting_read_keeps_the_source_open() -> Subject:
    """When both halves are closed while the source still owes an answer, it is left open."""

    class Broken(Tape):
        def _shutSource(self) -> None:
            if self._hand is WAITING and all(segment.over for segment in self._segments()):
                self._shut = True
            else:
                super()._shutSource()

    return splitting(Broken)


@broken("split_30")
def close_inside_is_ignored() -> Subject:
    """Close inside the callback of a read does nothing."""

    class Broken(Tape):
        def close(self, segment: Segment) -> None:
            if not self._pumping:
                super().close(segment)

    return splitting(Broken)
