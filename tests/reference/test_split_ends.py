"""fallbackSplit: closing, overlap and failures."""

import gc

import pytest
from twisted.internet.defer import CancelledError, Deferred
from twisted.logger import capturedLogs

from tests.sources import LATER, BrokenError, Fired, ScriptedSource, ask, drain, failureOf, pieces
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


# Failures


@pytest.mark.parametrize("step", [BrokenError(), Fired(BrokenError()), LATER])
@pytest.mark.parametrize("known", [True, False])
def test_a_failing_source_fails_both_halves(step: object, known: bool) -> None:
    """A source that fails in the first half fails both, whether they wait or read later."""
    for waits in (True, False):
        source = ScriptedSource(b"a", step, b"more", length=6 if known else None)
        before, after = fallbackSplit(source, 3)
        assert b"a" == before.read()
        second = ask(after) if waits else []
        first = ask(before)
        if step is LATER:
            source.fire(BrokenError())
        second = second or ask(after)
        assert [BrokenError, BrokenError] == [type(answer) for answer in first + second]
        assert [(None, 0), (None, 0)] == [(half.read(), half.length) for half in (before, after)]
        assert (2, 1) == (source.reads, source.closes)


def test_a_complete_first_half_is_not_failed() -> None:
    """A source that fails in the second half leaves a first half that is complete alone."""
    source = ScriptedSource(b"ab", BrokenError(), length=4)
    before, after = fallbackSplit(source, 2)
    assert b"ab" == before.read()
    assert isinstance(failureOf(after), BrokenError)
    assert (None, None) == (before.read(), after.read())


def test_a_failure_at_the_very_end_is_told() -> None:
    """A source that fails instead of ending fails the second half, though all its bytes came."""
    before, after = fallbackSplit(ScriptedSource(b"abcd", BrokenError(), length=4), 2)
    assert (b"ab", b"cd") == (before.read(), after.read())
    assert isinstance(failureOf(after), BrokenError)
    assert (None, None) == (before.read(), after.read())


def test_length_never_looks_complete_before_the_failure_is_told() -> None:
    """A half that is yet to tell its failure doesn't claim to be at its end."""
    before, after = fallbackSplit(ScriptedSource(BrokenError(), length=4), 2)
    failureOf(before)
    assert (0, 2) == (before.length, after.length)
    failureOf(after)
    assert 0 == after.length


def test_a_failed_half_can_be_closed_without_telling() -> None:
    """Closing a half that has a failure to tell drops the failure; nothing is logged."""
    source = ScriptedSource(Fired(BrokenError()), length=4)
    before, after = fallbackSplit(source, 2)
    failureOf(before)
    after.close()
    assert (None, 0, 1) == (after.read(), after.length, source.closes)


def test_a_failed_half_splits_into_failed_parts() -> None:
    """Parts of a half that has a failure to tell both tell it, unless they are complete."""
    before, after = fallbackSplit(ScriptedSource(BrokenError(), length=4), 2)
    failureOf(before)
    nothing, rest = after.split(0)
    assert nothing.read() is None
    first, second = rest.split(1)
    assert [BrokenError, BrokenError] == [type(failureOf(part)) for part in (first, second)]


@pytest.mark.parametrize("waits", [True, False])
@pytest.mark.parametrize("known", [True, False])
def test_a_source_that_ends_in_the_first_half(waits: bool, known: bool) -> None:
    """A source that ends before the point fails both halves with ValueError: neither looks complete."""
    source = ScriptedSource(b"ab", LATER, length=8 if known else None)
    before, after = fallbackSplit(source, 4)
    assert b"ab" == before.read()
    second = ask(after) if waits else []
    first = ask(before)
    source.fire(None)
    second = second or ask(after)
    assert [ValueError, ValueError] == [type(answer) for answer in first + second]
    assert (None, None, 0, 0) == (before.read(), after.read(), before.length, after.length)


def test_a_source_that_ends_in_the_second_half() -> None:
    """A source that ends before its length fails the second half with ValueError, the first is complete."""
    before, after = fallbackSplit(ScriptedSource(b"abc", length=4), 2)
    assert (b"ab", b"c") == (drain(before), after.read())
    assert isinstance(failureOf(after), ValueError)
    assert (None, None) == (before.read(), after.read())


def test_a_source_that_ends_in_the_skipped_part() -> None:
    """A source that ends while a closed first half is skipped fails the second."""
    before, after = fallbackSplit(ScriptedSource(b"ab"), 4)
    before.close()
    assert isinstance(failureOf(after), ValueError)
    assert after.read() is None


def test_a_source_closed_by_somebody_else_hangs_nobody() -> None:
    """Both readers get an answer when the source is closed under them."""
    source = ScriptedSource(LATER, length=8)
    before, after = fallbackSplit(source, 4)
    first, second = ask(before), ask(after)
    source.close()
    assert [ValueError, ValueError] == [type(answer) for answer in first + second]


@pytest.mark.parametrize("sizes", [(5, 3), (5, 5), (20,), (10, 1), (4, 4, 4)])
def test_a_source_that_runs_over_is_cut(sizes: tuple[int, ...]) -> None:
    """What a source gives beyond its length is not delivered, and the source is closed."""
    source = ScriptedSource(*pieces(*sizes), length=6)
    before, after = fallbackSplit(source, 4)
    whole = b"".join(pieces(*sizes))
    assert (whole[:4], whole[4:6]) == (drain(before), drain(after))
    assert (1, 0) == (source.closes, after.length)


@pytest.mark.parametrize("junk", ["text", 7, object(), (b"a",)])
def test_what_is_not_bytes_fails_the_halves(junk: object) -> None:
    """A source that gives no bytes-like object fails both halves and is closed."""
    source = ScriptedSource(junk)
    before, after = fallbackSplit(source, 4)
    assert [TypeError, TypeError] == [type(failureOf(half)) for half in (before, after)]
    assert 1 == source.closes


def test_keyboard_interrupt_passes() -> None:
    """What is no Exception passes through a read, which leaves the half usable."""
    source = ScriptedSource(KeyboardInterrupt, b"abcd", length=4)
    before, after = fallbackSplit(source, 2)
    with pytest.raises(KeyboardInterrupt):
        before.read()
    assert (b"ab", b"cd") == (drain(before), drain(after))


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


def test_nothing_is_left_in_the_log_or_in_memory() -> None:
    """Failed halves that nobody reads leave no unhandled error and no cycle that holds the source."""
    with capturedLogs() as logged:
        source = ScriptedSource(LATER, length=4)
        before, after = fallbackSplit(source, 2)
        first = ask(before)
        source.fire(BrokenError())
        assert [BrokenError] == [type(answer) for answer in first]
        del before, after, source, first
        gc.collect()
    assert [] == list(logged)
