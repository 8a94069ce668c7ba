"""fallbackSplit: closing, cancelling and overlap."""

import pytest
from twisted.internet.defer import CancelledError, Deferred
from twisted.logger import capturedLogs

from tests.sources import LATER, BrokenError, ScriptedSource, ask, drain
from web2stream.split import fallbackSplit

# Closing


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_closing_both_closes_the_source_once(order: tuple[int, int]) -> None:
    """The source is closed with the second of the halves, once, and never read."""
    source = ScriptedSource(b"abcd", length=4)
    halves = fallbackSplit(source, 2)
    halves[order[0]].close()
    assert 0 == source.closes
    for _ in range(2):
        halves[order[1]].close()
        halves[order[0]].close()
    assert (1, 0) == (source.closes, source.reads)
    assert [(None, 0), (None, 0)] == [(half.read(), half.length) for half in halves]


def test_closing_the_second_half_lets_the_first_finish() -> None:
    """With the second half closed the first gives all its bytes, and the source is closed by its end."""
    source = ScriptedSource(b"ab", b"cdef", b"gh", length=8)
    before, after = fallbackSplit(source, 4)
    after.close()
    assert (None, 0) == (after.read(), after.length)
    assert b"abcd" == drain(before)
    assert (1, 2) == (source.closes, source.reads)


def test_closing_the_second_half_of_a_used_up_first_closes_the_source() -> None:
    """A second half closed behind a first that is used up is the last."""
    source = ScriptedSource(b"ab", b"cd", length=4)
    before, after = fallbackSplit(source, 2)
    assert b"ab" == before.read()
    after.close()
    assert (1, 1) == (source.closes, source.reads)
    before.close()
    assert 1 == source.closes


def test_closing_after_both_ended_closes_the_source_once() -> None:
    """A source that ended by itself is closed only if its halves are, and then once."""
    source = ScriptedSource(b"abcd", length=4)
    before, after = fallbackSplit(source, 2)
    drain(before)
    drain(after)
    assert 0 == source.closes
    before.close()
    after.close()
    assert 1 == source.closes


@pytest.mark.parametrize("half", [0, 1])
def test_closing_with_a_read_outstanding_gives_none(half: int) -> None:
    """The Deferred of a half that is closed fires with None, once, and never with data."""
    source = ScriptedSource(LATER, LATER, length=8)
    halves = fallbackSplit(source, 4)
    waiting = ask(halves[half])
    halves[half].close()
    assert [None] == waiting
    halves[1 - half].close()
    assert ([None], 1) == (waiting, source.closes)


def test_a_source_that_answers_after_the_close_is_ignored() -> None:
    """Data or an error of a source that doesn't end its read at `close` goes nowhere, and isn't logged."""
    for answer in (b"abcd", BrokenError()):
        source = ScriptedSource(LATER, length=4)
        before, after = fallbackSplit(source, 2)
        first, second = ask(before), ask(after)
        late = source.outstanding.popleft()
        after.close()
        before.close()
        source.outstanding.append(late)
        source.fire(answer)
        assert ([None], [None]) == (first, second)


def test_a_half_may_be_closed_inside_its_own_callback() -> None:
    """Closing both halves from the callback of a read is fine at any moment."""
    source = ScriptedSource(LATER, b"efgh", length=8)
    before, after = fallbackSplit(source, 4)
    second: list[object] = ask(after)
    waiting = before.read()
    assert isinstance(waiting, Deferred)

    def closeAll(data: object) -> object:
        after.close()
        before.close()
        before.close()
        return data

    waiting.addCallback(closeAll)
    source.fire(b"abcd")
    assert ([None], 1, 1) == (second, source.closes, source.reads)
    assert b"abcd" == waiting.result


def test_a_source_that_closes_the_halves_while_it_is_read() -> None:
    """A source may close its own halves from within `read`; the answer is dropped."""

    def closeBoth() -> bytes:
        before.close()
        after.close()
        return b"abcd"

    source = ScriptedSource(closeBoth, length=4)
    before, after = fallbackSplit(source, 2)
    assert [None] == ask(before)
    assert (1, None, None) == (source.closes, before.read(), after.read())


def test_reading_on_inside_a_callback() -> None:
    """A callback may read either half; nothing is lost and nothing comes twice."""
    source = ScriptedSource(LATER, b"cd", b"ef", length=6)
    before, after = fallbackSplit(source, 3)
    answers: list[list[object]] = []
    waiting = before.read()
    assert isinstance(waiting, Deferred)
    waiting.addCallback(lambda _: answers.extend([ask(after), ask(before)]))
    source.fire(b"ab")
    assert [[b"d"], [b"c"]] == answers
    assert b"ef" == drain(after)


def test_a_close_that_raises_is_logged_and_does_not_spread() -> None:
    """A source whose `close` raises breaks its promise: the halves' `close` keeps theirs."""

    class Bad(ScriptedSource):
        def close(self) -> None:
            super().close()
            raise BrokenError

    with capturedLogs() as logged:
        before, after = fallbackSplit(Bad(LATER, length=4), 2)
        waiting = ask(before)
        before.close()
        after.close()
    assert [None] == waiting
    assert [BrokenError] == [event["log_failure"].type for event in logged]


# Overlap


@pytest.mark.parametrize("half", [0, 1])
def test_an_overlapping_read_is_refused_and_disturbs_nothing(half: int) -> None:
    """A second read of a half is refused at once; the first gets its data all the same."""
    source = ScriptedSource(LATER, LATER, length=4)
    halves = fallbackSplit(source, 2)
    waiting = [ask(each) for each in halves]
    with pytest.raises(RuntimeError):
        halves[half].read()
    source.fire(b"ab")
    source.fire(b"cd")
    assert [[b"ab"], [b"cd"]] == waiting


def test_a_split_during_a_read_is_refused() -> None:
    """A half with a read outstanding refuses to be split, and goes on."""
    source = ScriptedSource(LATER, length=4)
    before, _ = fallbackSplit(source, 2)
    waiting = ask(before)
    with pytest.raises(RuntimeError):
        before.split(1)
    source.fire(b"ab")
    assert [b"ab"] == waiting


def test_a_source_that_reads_its_own_half_is_refused() -> None:
    """A source that reads the half that reads it gets the error, not the data."""
    errors: list[Exception] = []

    def readBack() -> bytes:
        try:
            before.read()
        except RuntimeError as error:
            errors.append(error)
        return b"abcd"

    before, after = fallbackSplit(ScriptedSource(readBack, length=4), 2)
    assert (b"ab", b"cd") == (drain(before), drain(after))
    assert 1 == len(errors)


def test_a_read_that_has_not_returned_is_outstanding() -> None:
    """Who is called while a half's read goes on can't get ahead of it: the read overlaps."""
    before, after = fallbackSplit(ScriptedSource(b"ab", b"cd", length=4), 2)
    errors: list[Exception] = []

    def readBefore(_: object) -> None:
        try:
            before.read()
        except RuntimeError as error:
            errors.append(error)

    waiting = after.read()
    assert isinstance(waiting, Deferred)
    waiting.addCallback(readBefore)
    assert b"ab" == before.read()
    assert 1 == len(errors)
    assert before.read() is None


def test_a_half_closed_while_its_read_goes_on_gives_none() -> None:
    """A half that is closed before its own read has returned gives no data any more."""
    before, after = fallbackSplit(ScriptedSource(b"ab", b"cd", length=4), 2)
    waiting = after.read()
    assert isinstance(waiting, Deferred)
    waiting.addCallback(lambda _: before.close())
    assert before.read() is None
    assert 0 == before.length


@pytest.mark.parametrize("half", [0, 1])
def test_cancelling_a_read_closes_the_half(half: int) -> None:
    """A reader that cancels gets CancelledError; its half is closed and the other goes on."""
    source = ScriptedSource(LATER, LATER, length=4)
    halves = fallbackSplit(source, 2)
    first = halves[0].read()
    second = halves[1].read()
    chosen = (first, second)[half]
    assert isinstance(chosen, Deferred)
    errors: list[object] = []
    chosen.addErrback(lambda failure: errors.append(failure.type))
    chosen.cancel()
    assert [CancelledError] == errors
    assert (None, 0, 0) == (halves[half].read(), halves[half].length, source.closes)
    halves[1 - half].close()
    assert 1 == source.closes
