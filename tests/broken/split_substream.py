"""Broken substreams."""

from typing import Any

from twisted.internet.defer import Deferred

from streamgauge.subject import Subject
from tests.broken import broken, port
from tests.broken.tapes import Passing
from web2stream import TruncaterStream, substream
from web2stream._reply import shut


def taking(function: Any) -> Subject:
    """Give a port with this substream."""
    return port("fallbackSplit", substream=function)


@broken("split_41")
def from_the_front_is_not_cut() -> Subject:
    """A window that starts at 0 is the whole stream."""

    def broken_substream(stream: Any, start: int, end: int) -> Any:
        ints = isinstance(start, int) and isinstance(end, int)
        whole = ints and start == 0 and 0 < end <= (stream.length or end)
        return stream if whole else substream(stream, start, end)

    return taking(broken_substream)


@broken("split_41")
def waits_for_what_lies_before() -> Subject:
    """What lies before the window is not closed: where both are read from one source, the window waits for it."""

    def broken_substream(stream: Any, start: int, end: int) -> Any:
        if not isinstance(start, int) or not isinstance(end, int) or not 0 < start < end:
            return substream(stream, start, end)
        head, behind = stream.split(end)
        shut(behind)
        return head.split(start)[1]

    return taking(broken_substream)


@broken("split_42")
def empty_at_the_front_is_refused() -> Subject:
    """A window that ends at 0 is refused."""

    def broken_substream(stream: Any, start: int, end: int) -> Any:
        if end == 0:
            raise ValueError("an empty window")
        return substream(stream, start, end)

    return taking(broken_substream)


@broken("split_42")
def no_end_is_the_end() -> Subject:
    """An end of 0 is taken for none: the window reaches to the end."""

    def broken_substream(stream: Any, start: int, end: int) -> Any:
        return stream if start == 0 and end == 0 else substream(stream, start, end)

    return taking(broken_substream)


@broken("split_43")
def length_of_a_known_is_unknown() -> Subject:
    """The window of a stream of known length has none."""

    class Unknown(Passing):
        length = None

    def broken_substream(stream: Any, start: int, end: int) -> Any:
        known = stream.length is not None
        taken = substream(stream, start, end)
        if known:
            taken.length = None
        return taken

    return port(substream=broken_substream)


@broken("split_44")
def start_and_end_are_swapped() -> Subject:
    """A start behind the end is swapped with it."""
    return taking(lambda stream, start, end: substream(stream, min(start, end), max(start, end)))


@broken("split_44")
def start_behind_the_end_is_empty() -> Subject:
    """A start behind the end gives an empty window."""

    def broken_substream(stream: Any, start: int, end: int) -> Any:
        inside = stream.length is None or end <= stream.length
        return substream(stream, min(start, end) if inside and end >= 0 else start, end)

    return taking(broken_substream)


@broken("split_45")
def end_is_cut_to_the_length() -> Subject:
    """A window past the end stops at the end."""

    def broken_substream(stream: Any, start: int, end: int) -> Any:
        if stream.length is not None and start <= end:
            start, end = min(start, stream.length), min(end, stream.length)
        return substream(stream, start, end)

    return taking(broken_substream)


@broken("split_45")
def only_the_start_is_looked_at() -> Subject:
    """Only a start past the end is refused."""

    def broken_substream(stream: Any, start: int, end: int) -> Any:
        if stream.length is not None and start <= stream.length < end:
            end = stream.length
        return substream(stream, start, end)

    return taking(broken_substream)


@broken("split_46")
def negative_positions_count_from_the_front() -> Subject:
    """A negative position is taken for 0."""
    return taking(
        lambda stream, start, end: substream(stream, *(max(at, 0) if at == -1 else at for at in (start, end)))
    )


@broken("split_46")
def positions_are_converted() -> Subject:
    """A position may be anything that int() takes."""
    return taking(lambda stream, start, end: substream(stream, int(start), int(end)))


@broken("split_47")
def splits_before_it_looks() -> Subject:
    """The source is split at the start before the end is found to be wrong."""

    def broken_substream(stream: Any, start: int, end: int) -> Any:
        try:
            return substream(stream, start, end)
        except ValueError:
            stream.split(start)
            raise

    return taking(broken_substream)


@broken("split_47")
def closes_what_it_refuses() -> Subject:
    """A refused window closes the source."""

    def broken_substream(stream: Any, start: int, end: int) -> Any:
        try:
            return substream(stream, start, end)
        except ValueError:
            stream.close()
            raise

    return taking(broken_substream)


@broken("split_48")
def skips_at_once() -> Subject:
    """What lies before the window is read, as far as it is there, when the window is taken."""

    def broken_substream(stream: Any, start: int, end: int) -> Any:
        if isinstance(start, int) and isinstance(end, int) and 40 < start <= end <= (stream.length or end):
            before, rest = stream.split(start)
            data = before.read()
            while data is not None and not isinstance(data, Deferred):
                data = before.read()
            before.close()
            return substream(rest, 0, end - start)
        return substream(stream, start, end)

    return taking(broken_substream)


class Swallowing(Passing):
    """A stream that ends where it should fail for want of data."""

    def read(self) -> Any:
        try:
            data = super().read()
        except ValueError:
            return None
        if isinstance(data, Deferred):
            data.addErrback(lambda failure: failure.trap(ValueError) and None)
        return data


@broken("split_49")
def too_short_is_an_end() -> Subject:
    """The window of a stream that is too short ends without an error."""
    return taking(lambda stream, start, end: Swallowing(substream(stream, start, end)))


@broken("split_50")
def halves_around_are_left_open() -> Subject:
    """What lies behind the window is not closed if it shares its source with it."""

    def broken_substream(stream: Any, start: int, end: int) -> Any:
        if not 0 <= start <= end:
            return substream(stream, start, end)
        head, behind = stream.split(end)
        before, wanted = head.split(start)
        shut(before)
        if not isinstance(before, TruncaterStream):
            shut(behind)
        return wanted

    return taking(broken_substream)
