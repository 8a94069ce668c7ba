"""mmapwrapper: mapping from any offset."""

import gc
import hashlib
import mmap
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import pytest

from web2stream.mapping import mmapwrapper

GRAIN = mmap.ALLOCATIONGRANULARITY
SIZE = 3 * GRAIN + 100
DATA = hashlib.shake_128(b"mapping").digest(SIZE)


@pytest.fixture
def f(tmp_path: Path) -> Iterator[IO[bytes]]:
    path = tmp_path / "data"
    path.write_bytes(DATA)
    with path.open("r+b") as opened:
        yield opened


OFFSETS = [0, 1, 7, GRAIN - 1, GRAIN, GRAIN + 1, 2 * GRAIN, 3 * GRAIN + 99]


@pytest.mark.parametrize("offset", OFFSETS)
@pytest.mark.parametrize("length", [1, 50, GRAIN, GRAIN + 1, SIZE])
def test_maps_exactly_the_bytes_asked_for(f: IO[bytes], offset: int, length: int) -> None:
    """Length, indices, slices and the buffer interface show the window, at any offset."""
    length = min(length, SIZE - offset)
    mapping = mmapwrapper(f.fileno(), length, access=mmap.ACCESS_READ, offset=offset)
    window = DATA[offset : offset + length]
    assert (length, length) == (len(mapping), memoryview(mapping).nbytes)
    assert window == bytes(mapping) == mapping[:]
    assert (window[0], window[-1]) == (mapping[0], mapping[-1])
    assert (window[3:9], window[-7:], window[::2]) == (mapping[3:9], mapping[-7:], mapping[::2])
    assert hashlib.sha256(window).digest() == hashlib.sha256(mapping).digest()


@pytest.mark.parametrize("offset", OFFSETS)
def test_length_0_maps_the_rest_of_the_file(f: IO[bytes], offset: int) -> None:
    """As for mmap.mmap, a length of 0 reaches to the end of the file."""
    assert DATA[offset:] == bytes(mmapwrapper(f.fileno(), 0, access=mmap.ACCESS_READ, offset=offset))


@pytest.mark.parametrize("call", [{}, {"offset": None}, {"offset": 0}])
def test_no_offset_is_the_start(f: IO[bytes], call: dict[str, Any]) -> None:
    """None and 0 mean "from the start", and the result is a plain mmap."""
    mapping = mmapwrapper(f.fileno(), SIZE, access=mmap.ACCESS_READ, **call)
    assert (mmap.mmap, DATA) == (type(mapping), bytes(mapping))


def test_an_aligned_offset_gives_a_plain_mmap(f: IO[bytes]) -> None:
    """Where the platform can do it alone, its own object comes."""
    mapping = mmapwrapper(f.fileno(), 10, access=mmap.ACCESS_READ, offset=GRAIN)
    assert isinstance(mapping, mmap.mmap)
    assert DATA[GRAIN : GRAIN + 4] == mapping.read(4)


def test_all_arguments_by_place_or_by_name(f: IO[bytes]) -> None:
    """Arguments go by place or by name as they do for mmap.mmap, offset included."""
    fd = f.fileno()
    byPlace = mmapwrapper(fd, 5, mmap.MAP_SHARED, mmap.PROT_READ, mmap.ACCESS_DEFAULT, 3)
    byName = mmapwrapper(length=5, fileno=fd, flags=mmap.MAP_SHARED, prot=mmap.PROT_READ, offset=3)
    assert DATA[3:8] == bytes(byPlace) == bytes(byName)


@pytest.mark.parametrize("call", [{}, {"offset": None}, {"offset": 0}, {"offset": 5}, {"offset": -5}])
def test_no_file_number_is_a_type_error(call: dict[str, Any]) -> None:
    """With nothing to map there is nothing to map, whatever the offset."""
    with pytest.raises(TypeError):
        mmapwrapper(**call)
    with pytest.raises(TypeError):
        mmapwrapper(length=10, **call)
    with pytest.raises(TypeError):
        mmapwrapper(-1, **call)


@pytest.mark.parametrize(
    ("args", "call"),
    [
        ((-1, 10), {"length": 10}),
        ((-1, 10, mmap.MAP_PRIVATE, mmap.PROT_READ, 0, 0), {"offset": 0}),
        ((-1, 10, mmap.MAP_PRIVATE, mmap.PROT_READ, 0, 0, 0), {}),
        ((-1, 10), {"unknown": 1}),
        ((-1, "10"), {"offset": 5}),
        ((-1, 10), {"offset": 1.0}),
        ((-1, 10), {"offset": "1"}),
    ],
)
def test_wrong_arguments_are_type_errors(args: tuple[Any, ...], call: dict[str, Any]) -> None:
    """Twice, too many, unknown, or of a wrong type: TypeError."""
    with pytest.raises(TypeError):
        mmapwrapper(*args, **call)


@pytest.mark.parametrize("offset", [-1, -GRAIN, -(10**30)])
def test_a_negative_offset_is_a_value_error(f: IO[bytes], offset: int) -> None:
    """There is nothing before the start of a file."""
    with pytest.raises(ValueError, match="negative"):
        mmapwrapper(f.fileno(), 10, offset=offset)


@pytest.mark.parametrize(
    ("length", "offset"),
    [
        (SIZE + 1, 0),
        (SIZE, 1),
        (101, 3 * GRAIN),
        (1, SIZE),
        (10, 10 * GRAIN),
        (10, 10 * GRAIN + 1),
        (0, SIZE),
        (0, SIZE + 1),
        (0, 10 * GRAIN),
        (0, 10 * GRAIN + 1),
        (5, 2**62 + 1),
    ],
)
def test_past_the_end_is_a_value_error(f: IO[bytes], length: int, offset: int) -> None:
    """Bytes that the file doesn't have are refused, at even and uneven offsets alike."""
    with pytest.raises(ValueError, match=r"mmap|mapping"):
        mmapwrapper(f.fileno(), length, access=mmap.ACCESS_READ, offset=offset)


@pytest.mark.parametrize("offset", [0, 5, GRAIN, GRAIN + 5])
def test_a_negative_length_stays_one(f: IO[bytes], offset: int) -> None:
    """The offset doesn't make a length possible that mmap refuses."""
    with pytest.raises(OverflowError):
        mmapwrapper(f.fileno(), -3, access=mmap.ACCESS_READ, offset=offset)


@pytest.mark.parametrize("offset", [0, 5])
def test_an_empty_file_cannot_be_mapped(tmp_path: Path, offset: int) -> None:
    """An empty file is a ValueError, as for mmap.mmap."""
    path = tmp_path / "empty"
    path.touch()
    with path.open("rb") as empty, pytest.raises(ValueError, match="empty"):
        mmapwrapper(empty.fileno(), 0, access=mmap.ACCESS_READ, offset=offset)


@pytest.mark.parametrize("offset", [4 * 2**30, 4 * 2**30 + 1, 5 * 2**30 + 12345, 2**40 + GRAIN, 2**40 + 3])
def test_past_4_gib(tmp_path: Path, offset: int) -> None:
    """Offsets are 64 bits wide."""
    with (tmp_path / "sparse").open("w+b") as sparse:
        sparse.seek(offset)
        sparse.write(b"far away")
        sparse.flush()
        mapping = mmapwrapper(sparse.fileno(), 8, access=mmap.ACCESS_READ, offset=offset)
        before = mmapwrapper(sparse.fileno(), 9, access=mmap.ACCESS_READ, offset=offset - 1)
        assert (b"far away", b"\0far away") == (bytes(mapping), bytes(before))


@pytest.mark.parametrize("offset", [0, 5, GRAIN, GRAIN + 5])
def test_anonymous_memory(offset: int) -> None:
    """Anonymous memory has just the length asked for, whatever the offset."""
    memory = mmapwrapper(-1, 100, offset=offset)
    assert bytes(100) == bytes(memory)
    memory[0:3] = b"abc"
    memory[99] = 7
    assert b"abc" + bytes(96) + b"\x07" == bytes(memory)


@pytest.mark.parametrize("offset", [0, 5, GRAIN + 5])
def test_writes_reach_the_file_where_they_should(f: IO[bytes], offset: int) -> None:
    """A shared mapping writes at its own offset; a private one nowhere."""
    private = mmapwrapper(f.fileno(), 10, access=mmap.ACCESS_COPY, offset=offset)
    private[0:3] = b"\0\0\0"
    shared = mmapwrapper(f.fileno(), 10, access=mmap.ACCESS_WRITE, offset=offset)
    assert DATA[offset : offset + 10] == bytes(shared)
    shared[0:3] = b"new"
    whole: Any = shared.obj if isinstance(shared, memoryview) else shared
    whole.flush()
    expected = DATA[:offset] + b"new" + DATA[offset + 3 :]
    assert (b"\0\0\0", expected) == (bytes(private[:3]), Path(f.name).read_bytes())


@pytest.mark.parametrize("offset", [0, 5])
def test_access_is_passed_on(f: IO[bytes], offset: int) -> None:
    """A read-only mapping can't be written."""
    mapping = mmapwrapper(f.fileno(), 10, access=mmap.ACCESS_READ, offset=offset)
    assert memoryview(mapping).readonly is True
    with pytest.raises(TypeError):
        mapping[0] = 1


def descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))  # noqa: PTH208 (Path.iterdir needs a descriptor of its own too)


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="counts mappings by /proc")
@pytest.mark.parametrize("offset", [0, 5, GRAIN, GRAIN + 5])
def test_nothing_is_left_when_the_mapping_is_gone(f: IO[bytes], offset: int) -> None:
    """Collected, a mapping gives back its memory and its descriptor; so does one that was refused."""
    gc.collect()  # what other tests left may hold descriptors
    before = descriptors()
    mapping = mmapwrapper(f.fileno(), 10, access=mmap.ACCESS_READ, offset=offset)
    part = memoryview(mapping)[2:4]
    assert f.name in Path("/proc/self/maps").read_text()
    del mapping
    gc.collect()
    assert part == DATA[offset + 2 : offset + 4]
    del part
    with pytest.raises(ValueError, match=r"mmap|mapping"):
        mmapwrapper(f.fileno(), 0, access=mmap.ACCESS_READ, offset=SIZE + offset)
    gc.collect()
    assert f.name not in Path("/proc/self/maps").read_text()
    assert before == descriptors()


def test_outlives_its_file(tmp_path: Path) -> None:
    """A mapping stays when the file is closed and removed."""
    path = tmp_path / "data"
    path.write_bytes(DATA)
    with path.open("rb") as opened:
        even = mmapwrapper(opened.fileno(), 10, access=mmap.ACCESS_READ, offset=GRAIN)
        uneven = mmapwrapper(opened.fileno(), 10, access=mmap.ACCESS_READ, offset=GRAIN + 3)
    path.unlink()
    assert (DATA[GRAIN : GRAIN + 10], DATA[GRAIN + 3 : GRAIN + 13]) == (bytes(even), bytes(uneven))
