"""Broken halves: many parts, parts of a failed source, and what comes when all of them are closed."""

from typing import Any

from streamgauge.subject import Subject
from tests.broken import broken
from tests.broken.tapes import splitting
from web2stream._flow import NOTHING
from web2stream._reply import shut
from web2stream._segment import Rest, Segment
from web2stream._tape import Tape


@broken("split_59")
def each_closed_part_takes_a_level() -> Subject:
    """The first part that is still open is sought by a call for each closed one."""

    class Broken(Tape):
        def _isWanted(self) -> bool:
            self._find(self.head)
            return super()._isWanted()

        def _find(self, segment: Segment) -> Segment:
            if segment.over and segment.follower is not None:
                return self._find(segment.follower)
            return segment

    return splitting(Broken)


@broken("split_60")
def rest_is_copied_at_each_cut() -> Subject:
    """What is left of a piece is copied whenever a part of it is given."""

    class Broken(Tape):
        def _give(self, hand: object) -> None:
            super()._give(Rest(hand.whole[hand.start :]) if isinstance(hand, Rest) else hand)

    return splitting(Broken)


@broken("split_58")
def parts_from_0_on_look_complete() -> Subject:
    """When the source has failed and after is split at 0, both parts end without an error."""

    class Broken(Tape):
        def cut(self, segment: Segment, point: int) -> Segment:
            rest = super().cut(segment, point)
            if rest.failure is not None and not point:
                rest.left = 0
                self._finish(rest)
            return rest

    return splitting(Broken)


@broken("split_54")
def late_answer_closes_again() -> Subject:
    """When both halves are closed, the answer that the source still owed closes it once more."""

    class Broken(Tape):
        closing = False

        def _shutSource(self) -> None:
            self.closing = True
            super()._shutSource()
            self.closing = False

        def _came(self, answer: Any) -> None:
            if self._shut and not self.closing:
                shut(self.stream)
            super()._came(answer)

    return splitting(Broken)


@broken("split_57")
def parts_of_the_closed_keep_the_source() -> Subject:
    """When a closed half is split, the source waits for one close more than will come."""

    class Broken(Tape):
        def cut(self, segment: Segment, point: int) -> Segment:
            self._live += segment.over
            return super().cut(segment, point)

    return splitting(Broken)


@broken("split_61")
def of_two_closed_neighbours_one_is_skipped() -> Subject:
    """Of closed parts that follow each other only the first one's bytes are skipped."""

    class Broken(Tape):
        def _isWanted(self) -> bool:
            part = self.head
            while part.over and part.follower is not None and part.follower.over:
                if part.left:
                    part.follower.left = 0
                part = part.follower
            return super()._isWanted()

    return splitting(Broken)


@broken("split_63")
def closed_keep_the_rest_of_a_piece() -> Subject:
    """What is left of the last piece stays when all is closed."""

    class Broken(Tape):
        last: object = None

        def _give(self, hand: object) -> None:
            super()._give(hand)
            self.last = None if self._hand is NOTHING else hand

    return splitting(Broken)
