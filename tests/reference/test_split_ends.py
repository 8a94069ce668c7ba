"""fallbackSplit: sources that fail, end early or run over."""

import gc

import pytest
from twisted.logger import capturedLogs

from tests.sources import LATER, BrokenError, Fired, ScriptedSource, ask, drain, failureOf, pieces
from web2stream.split import fallbackSplit

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
