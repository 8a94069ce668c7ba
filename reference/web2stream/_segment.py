"""Segment: some consecutive bytes of a source, read by one reader; and what is left of a chunk that was cut.

Strategy: plain values; `Tape` alone decides what happens to them.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from twisted.python.failure import Failure

from web2stream._reply import Reply


@dataclass(slots=True)
class Rest:
    """What is left of a chunk that was cut: stable, whatever the source does to its buffer."""

    whole: bytes
    start: int = 0

    def __len__(self) -> int:
        return len(self.whole) - self.start

    def take(self, count: int) -> bytes:
        """Take the next bytes, as a copy that doesn't keep the whole chunk alive."""
        start = self.start
        self.start += count
        return self.whole[start : self.start]


class Segment:
    """Some consecutive bytes of the source.

    Attributes:
        left: bytes that the source still owes to it (or to nobody, once it is closed); None if unknown.
        over: nothing more comes out of it: it is used up, closed, or has told its failure.
        failure: how the source stopped before the segment was complete; its next read tells.
        reply: its reader's, while a read is outstanding.
        follower: the segment behind it; None for the last.
    """

    __slots__ = ("failure", "follower", "left", "over", "reply")

    def __init__(self, left: int | None) -> None:
        self.left = left
        self.over = False
        self.failure: Failure | None = None
        self.reply: Reply | None = None
        self.follower: Segment | None = None

    @property
    def isWaiting(self) -> bool:
        """Whether a reader wants data."""
        return self.reply is not None and not self.reply.isGiven

    @property
    def length(self) -> int | None:
        """Bytes remaining for its reader, or None if unknown."""
        return 0 if self.over else self.left

    def answer(self, value: object) -> None:
        """Answer the outstanding read, if there is one."""
        reply = self.reply
        if reply is not None:
            # A `read` that hasn't returned is still outstanding: another one, made by whoever is called
            # meanwhile, would get its answer first.
            if reply.deferred is not None:
                self.reply = None
            reply.give(value)


def interrupt(segments: Iterable[Segment]) -> bool:
    """Answer the reads that wait with what is being raised.

    Returns:
        Whether there was any; all of them can be read on.
    """
    failure = Failure()
    told = []
    for segment in segments:
        reply = segment.reply
        if reply is not None and reply.deferred is not None:
            segment.reply = None  # all are free before the first is told, who may read again at once
            told.append(reply)
    for reply in told:
        reply.give(failure)
    return bool(told)
