"""Broken halves: after read first, reads inside callbacks, and what nesting and skipping cost."""

from typing import Any

from twisted.internet.defer import Deferred, fail

from streamgauge.subject import Subject
from tests.broken import broken
from tests.broken.tapes import Passing, splitting, waits
from web2stream._flow import NOTHING, WAITING
from web2stream._segment import Segment
from web2stream._tape import Tape


@broken("split_24")
def after_may_not_be_first() -> Subject:
    """Reading after while before is not used up raises RuntimeError."""

    class Broken(Tape):
        def read(self, segment: Segment) -> object:
            if waits(self, segment):
                raise RuntimeError("read the first half first")
            return super().read(segment)

    return splitting(Broken)


@broken("split_24")
def after_is_empty_until_its_turn() -> Subject:
    """Reading after while before is not used up gives an empty piece at once."""

    class Broken(Tape):
        def read(self, segment: Segment) -> object:
            return b"" if waits(self, segment) else super().read(segment)

    return splitting(Broken)


class Gathered(Passing):
    """A stream whose pieces are all taken at once, as far as they are there, and then given one by one."""

    def __init__(self, stream: Any) -> None:
        super().__init__(stream)
        self.pieces: list[Any] = []
        piece: Any = b""
        while piece is not None and not isinstance(piece, Deferred):
            try:
                piece = stream.read()
            except Exception:
                piece = fail()
            self.pieces.append(piece)

    def read(self) -> Any:
        return self.pieces.pop(0) if self.pieces else super().read()

    def close(self) -> None:
        self.pieces.clear()
        super().close()


@broken("split_25")
def waiting_gathers_everything() -> Subject:
    """A read of after takes all that the source has, though before's bytes come first."""

    class Broken(Tape):
        def read(self, segment: Segment) -> object:
            result = super().read(segment)
            if waits(self, segment) and self._hand is NOTHING and not self._shut and type(self.stream) is not Gathered:
                self.stream = Gathered(self.stream)
            return result

    return splitting(Broken)


@broken("split_64")
def end_of_before_gathers_everything() -> Subject:
    """The read that gives before's last byte takes all that a source of unknown length still has."""

    class Broken(Tape):
        def read(self, segment: Segment) -> object:
            result = super().read(segment)
            ended = segment.over and segment.follower is not None and not self._shut
            unknown = type(self.stream) is not Gathered and getattr(self.stream, "length", None) is None
            if ended and unknown and self._hand is not WAITING:
                self.stream = Gathered(self.stream)
            return result

    return splitting(Broken)


@broken("split_65")
def an_interrupt_forgets_the_other_read() -> Subject:
    """KeyboardInterrupt inside a read of before drops the read of after that waits; it is never answered."""

    class Broken(Tape):
        def _goOn(self) -> None:
            try:
                self._pump()
            except BaseException:
                for segment in self._segments():
                    segment.reply = None
                raise

    return splitting(Broken)


@broken("split_26")
def second_read_replaces_the_first() -> Subject:
    """While after waits for before, a second read of it takes the place of the first, which never fires."""

    class Broken(Tape):
        def read(self, segment: Segment) -> object:
            if waits(self, segment):
                segment.reply = None
            return super().read(segment)

    return splitting(Broken)


@broken("split_26")
def second_read_gets_the_end() -> Subject:
    """While after waits for before, a second read of it gives None."""

    class Broken(Tape):
        def read(self, segment: Segment) -> object:
            second = waits(self, segment) and segment.reply is not None
            return None if second else super().read(segment)

    return splitting(Broken)


class Giving(Tape):
    """A tape that knows to whom it gives; a read of another half made meanwhile is answered by `meanwhile`."""

    giving: Segment | None = None

    def _give(self, hand: object) -> None:
        self.giving = self.head
        super()._give(hand)
        self.giving = None

    def read(self, segment: Segment) -> object:
        other = self.giving is not None and self.giving is not segment
        return self.meanwhile(segment) if other else super().read(segment)

    def meanwhile(self, segment: Segment) -> object:
        return super().read(segment)


@broken("split_29")
def other_half_is_refused_inside() -> Subject:
    """A read of one half made inside the callback of the other raises RuntimeError."""

    class Broken(Giving):
        def meanwhile(self, segment: Segment) -> object:
            raise RuntimeError("busy")

    return splitting(Broken)


@broken("split_29")
def other_half_is_forgotten_inside() -> Subject:
    """A read of one half made inside the callback of the other waits for ever."""

    class Broken(Giving):
        def meanwhile(self, segment: Segment) -> object:
            never: Deferred[None] = Deferred()
            return super().meanwhile(segment) if segment.over else never

    return splitting(Broken)


@broken("split_36")
def each_split_wraps_the_last() -> Subject:
    """A half that is split again is read through: each split adds a level to every read."""
    return splitting(shared=False)


@broken("split_37")
def each_skipped_piece_takes_a_level() -> Subject:
    """Skipping calls itself for the next piece."""

    class Broken(Tape):
        def _step(self) -> bool:
            going = super()._step()
            return self._step() if going and self.head.over else going

    return splitting(Broken)


@broken("split_38")
def skipped_pieces_are_kept() -> Subject:
    """What is skipped is gathered first, and dropped at the end."""

    class Broken(Tape):
        def __init__(self, stream: Any) -> None:
            super().__init__(stream)
            self.skipped: list[object] = []

        def _give(self, hand: object) -> None:
            if self.head.over:
                self.skipped.append(hand)
            super()._give(hand)

    return splitting(Broken)


@broken("split_56")
def each_waiting_part_takes_a_level() -> Subject:
    """A part that is read inside another one's callback is served there, before that callback returns."""

    class Broken(Tape):
        def _pump(self) -> None:
            self._pumping = False
            super()._pump()

    return splitting(Broken)
