"""The byte queue keeps order at both ends, and its cost and memory in proportion."""

import random
import sys
from array import array

import pytest

from web2stream._bytequeue import ByteQueue


def test_takes_in_order() -> None:
    """Bytes leave in the order in which they came."""
    queue = ByteQueue()
    queue.append(b"abc")
    queue.append(b"def")
    assert (queue.take(4), queue.take(4), queue.take(4), len(queue)) == (b"abcd", b"ef", b"", 0)


def test_prepend_comes_first() -> None:
    """Bytes put in front come before the others, into room that was taken and beyond it."""
    queue = ByteQueue()
    queue.append(b"abcdef")
    queue.take(2)
    queue.prepend(b"12345")
    assert bytes(queue) == b"12345cdef"


def test_any_mix_equals_plain_bytes() -> None:
    """Any mix of calls gives what the same mix on plain bytes gives."""
    chance = random.Random(7)
    queue, model = ByteQueue(), b""
    for _ in range(5000):
        data = chance.randbytes(chance.choice([0, 1, 3, 50, 3000]))
        match chance.randrange(4):
            case 0:
                queue.append(data)
                model += data
            case 1:
                queue.prepend(data)
                model = data + model
            case _:
                count = chance.choice([0, 1, 7, 900, 5000])
                assert model[:count] == queue.take(count)
                model = model[count:]
        assert len(model) == len(queue)
        assert model.find(b"\x00\x01", 1) == queue.find(b"\x00\x01", 1, None)
    assert model == bytes(queue)


def test_find_keeps_to_its_window() -> None:
    """A needle that begins before the window or ends after it is not found."""
    queue = ByteQueue()
    queue.append(b"xx--yy")
    queue.take(1)
    assert [queue.find(b"--", b, e) for b, e in [(0, None), (2, None), (0, 2), (0, 3)]] == [1, -1, -1, 1]


@pytest.mark.parametrize("data", [array("i", [1, 2]), memoryview(array("d", [1.5])), memoryview(b"abcdef")[::2]])
def test_bytes_of_any_buffer(data: "array[int] | memoryview") -> None:
    """Bytes are what is kept, whatever the items or the layout of the buffer."""
    queue = ByteQueue()
    queue.append(data)
    queue.prepend(data)
    assert memoryview(data).tobytes() * 2 == bytes(queue)


def test_refuses_what_is_not_bytes() -> None:
    """Text and numbers are refused and leave the queue as it was."""
    queue = ByteQueue()
    queue.append(b"a")
    for wrong in ("text", 5, None):
        with pytest.raises(TypeError):
            queue.append(wrong)  # type: ignore[arg-type]
        with pytest.raises(TypeError):
            queue.prepend(wrong)  # type: ignore[arg-type]
    assert bytes(queue) == b"a"


def test_drops_what_was_taken() -> None:
    """A queue that was large and is nearly empty holds little memory."""
    queue = ByteQueue()
    queue.append(bytes(8 << 20))
    queue.take((8 << 20) - 1000)
    assert sys.getsizeof(queue._store) < 64 << 10


def test_taking_and_putting_back_one_byte_is_cheap() -> None:
    """A byte taken and put back again and again, with much data behind it, moves only this byte."""
    queue = ByteQueue()
    queue.append(bytes(16 << 20))
    for _ in range(100_000):
        queue.prepend(b"x")
        assert queue.take(1) == b"x"
    assert len(queue) == 16 << 20


def test_many_small_prepends_are_cheap() -> None:
    """A million bytes put in front one by one do not move the data behind them each time."""
    queue = ByteQueue()
    queue.append(bytes(1 << 20))
    for _ in range(1_000_000):
        queue.prepend(b"x")
    assert queue.take(1_000_000) == b"x" * 1_000_000
