"""MemoryStream: buffers of any kind as a stream."""

import array
import ctypes
import gc
import hashlib
import mmap
import weakref
from typing import Any

import pytest
from zope.interface.verify import verifyObject

from web2stream.bytestream import IByteStream
from web2stream.memory import MemoryStream


class Pair(ctypes.Structure):
    _fields_ = [("low", ctypes.c_int16), ("high", ctypes.c_int32)]


def drain(stream: Any) -> bytes:
    return b"".join(iter(stream.read, None))


def test_provides_its_interface() -> None:
    """A MemoryStream is a byte stream."""
    assert verifyObject(IByteStream, MemoryStream(b"abc"))


def test_gives_everything_in_one_read() -> None:
    """The whole window comes at once; then there is nothing left."""
    stream = MemoryStream(b"abcdef")
    assert stream.length == 6
    assert bytes(stream.read() or b"") == b"abcdef"
    assert (0, None, None) == (stream.length, stream.read(), stream.read())


@pytest.mark.parametrize(
    ("start", "length", "expected"),
    [
        (0, None, b"abcdef"),
        (2, None, b"cdef"),
        (2, 3, b"cde"),
        (0, 6, b"abcdef"),
        (5, 1, b"f"),
        (6, None, b""),
        (6, 0, b""),
        (3, 0, b""),
    ],
)
def test_window(start: int, length: int | None, expected: bytes) -> None:
    """Start and length bound what is read."""
    stream = MemoryStream(b"abcdef", start, length)
    assert (start, len(expected)) == (stream.start, stream.length)
    assert drain(stream) == expected


@pytest.mark.parametrize(
    ("start", "length"),
    [(0, 7), (1, 6), (6, 1), (7, None), (7, 0), (-1, None), (-1, 1), (0, -1), (10**30, None), (0, 10**30)],
)
def test_impossible_windows_are_refused(start: int, length: int | None) -> None:
    """A window that the buffer doesn't have is a ValueError."""
    with pytest.raises(ValueError, match=r"must not be negative|outside the buffer"):
        MemoryStream(b"abcdef", start, length)


@pytest.mark.parametrize(("start", "length"), [(1.0, None), ("1", None), (None, None), (0, 1.0), (0, b"1")])
def test_windows_of_no_integers_are_refused(start: Any, length: Any) -> None:
    """A start or a length that is no integer is a TypeError."""
    with pytest.raises(TypeError, match="must be an integer"):
        MemoryStream(b"abcdef", start, length)


@pytest.mark.parametrize("mem", ["text", 5, None, [b"a"], object()])
def test_what_has_no_bytes_is_refused(mem: Any) -> None:
    """Only objects of the buffer interface have bytes; str has none."""
    with pytest.raises(TypeError):
        MemoryStream(mem)


def test_an_empty_buffer_is_an_empty_stream() -> None:
    """No bytes: the first read is None."""
    stream = MemoryStream(b"")
    assert (0, None) == (stream.length, stream.read())


def strided() -> memoryview:
    return memoryview(b"a-b-c-d-")[::2]


def grid() -> memoryview:
    return memoryview(bytes(range(24))).cast("B", (2, 3, 4))


def emptyGrid() -> memoryview:
    return memoryview((ctypes.c_int * 0)())


def anonymous() -> mmap.mmap:
    memory = mmap.mmap(-1, 10)
    memory[:] = b"0123456789"
    return memory


@pytest.mark.parametrize(
    ("mem", "expected"),
    [
        (bytearray(b"abc"), b"abc"),
        (memoryview(b"abc"), b"abc"),
        (array.array("I", [1, 2, 3]), array.array("I", [1, 2, 3]).tobytes()),
        (array.array("d", []), b""),
        (memoryview(array.array("H", [1, 2])), array.array("H", [1, 2]).tobytes()),
        ((ctypes.c_uint32 * 2)(7, 8), bytes((ctypes.c_uint32 * 2)(7, 8))),
        ((Pair * 3)(), bytes(ctypes.sizeof(Pair) * 3)),
        (strided(), b"abcd"),
        (memoryview(b"abc")[::-1], b"cba"),
        (grid(), bytes(range(24))),
        (emptyGrid(), b""),
        (anonymous(), b"0123456789"),
    ],
)
def test_bytes_are_counted_not_items(mem: Any, expected: bytes) -> None:
    """Length, window and split count bytes, whatever the item size or the shape."""
    stream = MemoryStream(mem)
    assert stream.length == len(expected)
    middle = len(expected) // 2
    before, after = stream.split(middle)
    assert (expected[:middle], expected[middle:]) == (drain(before), drain(after))
    assert drain(MemoryStream(mem, middle)) == expected[middle:]


def test_the_chunk_counts_bytes_too() -> None:
    """What is read is a view of single bytes."""
    chunk = MemoryStream(array.array("I", [1, 2, 3])).read()
    assert chunk is not None
    assert (12, 12, 1, "B") == (len(chunk), chunk.nbytes, chunk.itemsize, chunk.format)


def test_reading_copies_nothing() -> None:
    """The chunk is a view of the owner's memory, and can't be written through."""
    mem = bytearray(b"abcdef")
    chunk = MemoryStream(mem, 1, 3).read()
    assert isinstance(chunk, memoryview)
    assert (mem, True) == (chunk.obj, chunk.readonly)


def test_chunks_go_where_bytes_go() -> None:
    """A chunk can be hashed, joined and compared like bytes."""
    chunk = MemoryStream(b"abc").read()
    assert chunk is not None
    assert hashlib.sha256(b"abc").digest() == hashlib.sha256(chunk).digest()
    assert (b"abc", hash(b"abc")) == (b"".join([chunk]), hash(chunk))


def test_the_buffer_cannot_shrink_under_the_stream() -> None:
    """The owner is refused, instead of the reader getting too little."""
    mem = bytearray(b"abcdef")
    stream = MemoryStream(mem)
    with pytest.raises(BufferError):
        mem.clear()
    assert drain(stream) == b"abcdef"
    mem.clear()


def test_data_stays_after_close_and_collection() -> None:
    """What was read keeps its content when the stream is closed and gone."""
    before, after = MemoryStream(bytearray(b"abcdef")).split(3)
    chunk = before.read()
    before.close()
    after.close()
    gone = weakref.ref(before)
    del before, after
    gc.collect()
    assert gone() is None
    assert chunk is not None
    assert b"abc" == bytes(chunk)


@pytest.mark.parametrize("end", ["read", "close"])
def test_the_buffer_is_let_go_at_the_end(end: str) -> None:
    """After the read, and after close, nothing here holds the buffer."""
    mem = bytearray(b"abc")
    stream = MemoryStream(mem)
    assert stream.mem is not None
    getattr(stream, end)()
    assert stream.mem is None
    mem.append(1)


def test_close_is_idempotent() -> None:
    """After close: None, length 0, however often."""
    stream = MemoryStream(b"abc")
    stream.close()
    stream.close()
    assert (0, None, None) == (stream.length, stream.read(), stream.read())


def test_halves_share_the_buffer_and_close_alone() -> None:
    """Both halves view one buffer; closing one leaves the other."""
    before, after = MemoryStream(b"abcdef").split(2)
    assert before.mem is after.mem
    before.close()
    assert (None, b"cdef") == (before.read(), drain(after))


@pytest.mark.parametrize("point", [-1, 7, 10**30])
def test_a_refused_split_leaves_the_stream(point: int) -> None:
    """A split outside the window raises ValueError and changes nothing."""
    stream = MemoryStream(b"abcdef")
    with pytest.raises(ValueError, match="split point"):
        stream.split(point)
    assert (6, b"abcdef") == (stream.length, drain(stream))


def test_a_split_after_the_read_has_nothing_to_give() -> None:
    """All was read: two empty halves at 0, and no other point."""
    stream = MemoryStream(b"abc")
    stream.read()
    with pytest.raises(ValueError, match="split point"):
        stream.split(1)
    before, after = stream.split(0)
    assert (None, None) == (before.read(), after.read())


def test_splits_nest_thousands_deep() -> None:
    """A split is two numbers: nothing is copied and no stack grows."""
    data = bytes(range(256)) * 400
    rest = MemoryStream(data)
    pieces = []
    for _ in range(10_000):
        piece, rest = rest.split(10)
        pieces.append(piece)
    pieces.append(rest)
    assert data == b"".join(drain(piece) for piece in pieces)


def test_a_subclass_may_move_its_window() -> None:
    """Old subclasses set start and length themselves, and call the base classes by name."""

    class Tail(MemoryStream):
        closed = 0

        def __init__(self, mem: bytes, count: int) -> None:
            MemoryStream.__init__(self, mem)
            self.start = len(mem) - count
            self.length = count

        def close(self) -> None:
            self.closed += 1
            MemoryStream.close(self)

    stream = Tail(b"abcdef", 2)
    assert drain(stream) == b"ef"
    assert stream.closed == 0
