"""CompoundStream: what it is, its length, and adding."""

import array
import gc
from pathlib import Path
from typing import Any

import pytest
from twisted.internet.defer import Deferred
from zope.interface.verify import verifyClass, verifyObject

from tests.reference.compound_parts import source
from tests.sources import (
    LATER,
    BrokenError,
    ScriptedSource,
    ask,
    drain,
    failureOf,
)
from web2stream import adapters
from web2stream.bytestream import IByteStream
from web2stream.compound import CompoundStream
from web2stream.sendfile import ISendfileableStream

# What it is


def test_provides_its_interfaces() -> None:
    """A compound is a byte stream that takes `sendfile`."""
    for interface in (IByteStream, ISendfileableStream):
        assert interface.implementedBy(CompoundStream)
        assert verifyObject(interface, CompoundStream())
    assert verifyClass(ISendfileableStream, CompoundStream)


def test_without_buckets_it_is_at_its_end() -> None:
    """An empty compound has length 0 and gives None."""
    stream = CompoundStream()
    assert ([], 0, None, None) == (stream.buckets, stream.length, stream.deferred, stream.read())


def test_reads_its_buckets_in_order() -> None:
    """The data is that of the buckets, one after the other."""
    stream = CompoundStream([source(b"a", b"b"), source(), source(b"c"), source(b"", b"d")])
    assert 4 == stream.length
    assert b"abcd" == drain(stream)
    assert (None, 0, []) == (stream.read(), stream.length, stream.buckets)


def test_buckets_may_come_from_any_iterable() -> None:
    """The buckets are given by anything that can be iterated."""
    assert b"ab" == drain(CompoundStream(source(piece) for piece in (b"a", b"b")))


def test_default_buckets_are_not_shared() -> None:
    """Two compounds made without buckets have nothing in common."""
    first, second = CompoundStream(), CompoundStream()
    first.addStream(source(b"a"))
    assert ([], 0) == (second.buckets, second.length)


def test_buckets_are_adapted(tmp_path: Path) -> None:
    """What can be adapted to a byte stream can be a bucket."""
    assert adapters is not None
    path = tmp_path / "file"
    path.write_bytes(b"file")
    with path.open("rb") as file:
        stream = CompoundStream([b"bytes", bytearray(b"array"), memoryview(b"view")])
        stream.addStream(file)
        assert 18 == stream.length
        assert b"bytesarrayviewfile" == drain(stream)


def test_what_cannot_be_adapted_is_refused() -> None:
    """A bucket that is no stream is a TypeError, and changes nothing."""
    bucket = source(b"a")
    with pytest.raises(TypeError):
        CompoundStream([bucket, 7])
    assert (0, 0) == (bucket.reads, bucket.closes)
    stream = CompoundStream([bucket])
    with pytest.raises(TypeError):
        stream.addStream("text")
    assert ([bucket], 1) == (stream.buckets, stream.length)


def test_buckets_is_a_list_of_what_is_left() -> None:
    """`buckets` is a list of those not used up."""
    buckets = [source(bytes([number])) for number in range(6)]
    stream = CompoundStream(buckets)
    for number in range(6):
        assert buckets[number:] == [bucket for bucket in stream.buckets if bucket.length]
        assert isinstance(stream.buckets, list)
        stream.read()
    stream.read()
    assert [] == stream.buckets


def test_buckets_may_be_changed_by_a_subclass() -> None:
    """A subclass may change the list of buckets, or put another in its place."""

    class Old(CompoundStream):
        def prepend(self, bucket: Any) -> None:
            self.buckets.insert(0, bucket)
            self.length += bucket.length

        def forget(self) -> None:
            self.buckets = []
            self.length = 0

    stream = Old([source(b"b")])
    stream.prepend(source(b"a"))
    assert (2, b"ab") == (stream.length, drain(stream))
    stream.addStream(source(b"c"))
    stream.forget()
    assert (0, None) == (stream.length, stream.read())


def test_the_given_list_is_left_alone() -> None:
    """Reading a compound doesn't empty the caller's list."""
    buckets = [source(b"a"), source(b"b")]
    drain(CompoundStream(buckets))
    assert 2 == len(buckets)


def test_used_up_buckets_are_let_go_not_closed() -> None:
    """A bucket that is used up is neither closed nor kept."""
    first, second = source(b"a"), source(b"b")
    stream = CompoundStream([first, second])
    drain(stream)
    assert (0, 0) == (first.closes, second.closes)
    assert first not in gc.get_referents(*gc.get_referents(stream))


# Length


def test_length_falls_with_each_read() -> None:
    """Length counts the bytes that are yet to come, also inside the callback that gets them."""
    later = ScriptedSource(LATER, length=4)
    stream = CompoundStream([source(b"ab", b"c"), later])
    lengths: list[int | None] = [stream.length]
    for _ in range(2):
        stream.read()
        lengths.append(stream.length)
    waiting = stream.read()
    assert isinstance(waiting, Deferred)
    assert waiting is stream.deferred
    waiting.addCallback(lambda _: lengths.append(stream.length))
    later.fire(b"def")
    assert [7, 5, 4, 1] == lengths


@pytest.mark.parametrize("kind", [memoryview, lambda data: array.array("H", data)])
def test_length_counts_bytes_not_items(kind: Any) -> None:
    """Length falls by bytes, whatever the item size of a piece."""
    stream = CompoundStream([ScriptedSource(kind(b"abcd"), length=4), source(b"e")])
    stream.read()
    assert 1 == stream.length


def test_a_bucket_of_unknown_length_makes_it_unknown() -> None:
    """With one bucket of unknown length the whole is unknown, up to the end."""
    stream = CompoundStream([source(b"a"), ScriptedSource(b"b"), source(b"c")])
    seen = []
    while True:
        seen.append(stream.length)
        if stream.read() is None:
            break
    assert ([None] * 4, 0) == (seen, stream.length)
    stream = CompoundStream([source(b"a")])
    stream.addStream(ScriptedSource(b"b"))
    assert stream.length is None
    stream.addStream(source(b"c"))
    assert stream.length is None


def test_length_is_known_again_after_the_end() -> None:
    """Once it is used up nothing is unknown any more: a stream added then counts."""
    stream = CompoundStream([ScriptedSource(b"a")])
    drain(stream)
    stream.addStream(source(b"bc"))
    assert (2, b"bc") == (stream.length, drain(stream))


# Adding


def test_streams_are_added_while_reading() -> None:
    """A stream added between two reads comes last."""
    stream = CompoundStream([source(b"a", b"b")])
    assert b"a" == stream.read()
    stream.addStream(source(b"c"))
    assert (2, b"bc") == (stream.length, drain(stream))


def test_streams_are_added_while_a_read_is_outstanding() -> None:
    """A stream added while the last one is waited for is what the read goes on with."""
    first = ScriptedSource(LATER)
    stream = CompoundStream([first])
    waiting = ask(stream)
    stream.addStream(source(b"b"))
    first.fire(None)
    assert [b"b"] == waiting


def test_a_stream_may_be_added_by_a_bucket_that_is_read() -> None:
    """A bucket may add others while it is read."""

    def addMore() -> bytes:
        stream.addStream(source(b"b"))
        return b"a"

    stream = CompoundStream([ScriptedSource(addMore, length=1)])
    assert b"ab" == drain(stream)


def test_streams_added_after_the_end_are_read() -> None:
    """None means that nothing is left now: what the owner adds afterwards is read."""
    stream = CompoundStream()
    for number in range(3):
        assert (None, None) == (stream.read(), stream.read())
        stream.addStream(source(b"%d" % number))
        assert (1, b"%d" % number) == (stream.length, stream.read())
    assert stream.read() is None


@pytest.mark.parametrize("how", ["close", "failure"])
def test_streams_added_after_close_or_failure_are_closed(how: str) -> None:
    """Close and failure are final: what is added afterwards is closed unread."""
    stream = CompoundStream([ScriptedSource(BrokenError())])
    if how == "close":
        stream.close()
    else:
        failureOf(stream)
    late = source(b"a")
    stream.addStream(late)
    assert (1, 0) == (late.closes, late.reads)
    assert (0, None, []) == (stream.length, stream.read(), stream.buckets)
