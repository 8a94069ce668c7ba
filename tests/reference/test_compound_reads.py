"""CompoundStream: answers now and later, and reads that overlap."""

import pytest
from twisted.internet.defer import Deferred

from tests.reference.compound_parts import source
from tests.sources import (
    LATER,
    Fired,
    ScriptedSource,
    ask,
    drain,
)
from web2stream.compound import CompoundStream

# Answers now and later


def test_waits_for_each_bucket_in_turn() -> None:
    """Buckets that answer later are waited for, the one after the other."""
    buckets = [ScriptedSource(LATER, LATER, length=1) for _ in range(3)]
    stream = CompoundStream(buckets)
    for number, bucket in enumerate(buckets):
        waiting = ask(stream)
        if number:
            buckets[number - 1].fire(None)
        assert [] == waiting
        bucket.fire(b"x")
        assert [b"x"] == waiting
    waiting = ask(stream)
    buckets[-1].fire(None)
    assert [None] == waiting
    assert [2, 2, 2] == [bucket.reads for bucket in buckets]


def test_fired_deferreds_answer_at_once() -> None:
    """Deferreds fired already are as good as plain answers."""
    stream = CompoundStream([ScriptedSource(Fired(b"a"), Fired(None)), ScriptedSource(Fired(b"b"))])
    assert b"ab" == drain(stream)


def test_empty_pieces_are_not_the_end() -> None:
    """An empty piece is passed on, and the bucket is read further."""
    stream = CompoundStream([source(b"", b"a", b""), source(b"", b"b")])
    assert [b"", b"a", b"", b"", b"b"] == list(iter(stream.read, None))


def test_data_passes_as_it_is() -> None:
    """What the bucket gives is the very object that the reader gets."""
    piece = bytearray(b"abc")
    assert piece is CompoundStream([ScriptedSource(piece, length=3)]).read()


def test_reading_on_in_a_callback() -> None:
    """A callback that reads on gets the next piece, once."""
    first, second = ScriptedSource(LATER, length=1), ScriptedSource(LATER, length=1)
    stream = CompoundStream([first, second])
    answers: list[list[object]] = []
    waiting = stream.read()
    assert isinstance(waiting, Deferred)
    waiting.addCallback(lambda _: answers.append(ask(stream)))
    first.fire(b"a")
    assert (1, 1) == (second.reads, len(second.outstanding))
    second.fire(b"b")
    assert [[b"b"]] == answers


def test_an_overlapping_read_is_refused_and_disturbs_nothing() -> None:
    """A read while one is outstanding raises RuntimeError; the first one gets its data."""
    bucket = ScriptedSource(LATER, b"b", length=2)
    stream = CompoundStream([bucket])
    waiting = ask(stream)
    for _ in range(3):
        with pytest.raises(RuntimeError):
            stream.read()
    assert (2, 1, []) == (stream.length, bucket.reads, waiting)
    bucket.fire(b"a")
    assert [b"a"] == waiting
    assert b"b" == drain(stream)


def test_a_bucket_that_reads_its_compound_is_refused() -> None:
    """A read from within a bucket's own read overlaps."""
    errors: list[Exception] = []

    def readBack() -> bytes:
        try:
            stream.read()
        except RuntimeError as error:
            errors.append(error)
        return b"a"

    stream = CompoundStream([ScriptedSource(readBack, length=1)])
    assert (b"a", 1) == (drain(stream), len(errors))
