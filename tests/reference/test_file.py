"""FileStream: windows of files, and the halves of windows."""

import mmap
from pathlib import Path
from typing import Any

import pytest
from zope.interface.verify import verifyClass, verifyObject

import web2stream.file
from tests.reference import file_parts
from tests.reference.file_parts import DATA, Opener, chunks, drain
from web2stream.bytestream import IByteStream
from web2stream.file import MMAP_LIMIT, MMAP_THRESHOLD, FileStream
from web2stream.sendfile import ISendfileableStream

opened = file_parts.opened
LARGE = 3 * 2**30 * 2 + 4321


def test_provides_its_interfaces(opened: Opener) -> None:
    """A FileStream is a byte stream, and one that takes sendfile."""
    assert verifyClass(IByteStream, FileStream)
    assert verifyClass(ISendfileableStream, FileStream)
    assert verifyObject(IByteStream, FileStream(opened(b"abc")))


def test_constants_and_attributes(opened: Opener) -> None:
    """Names and values that users of the old module rely on."""
    assert (4 * 1024 * 1024, 8 * 1024, 65504) == (MMAP_LIMIT, MMAP_THRESHOLD, FileStream.CHUNK_SIZE)
    assert (mmap, None) == (vars(web2stream.file)["mmap"], FileStream.f)
    f = opened(b"abcdef")
    stream = FileStream(f, 1, 3)
    assert (f, 1, 3, True) == (stream.f, stream.start, stream.length, stream.useMMap)


WINDOWS = [
    (0, None),
    (1, None),
    (0, 5),
    (7, 5),
    (100_000, None),
    (4096, 50_000),
    (4097, 50_000),
    (199_999, 1),
    (200_000, None),
    (200_000, 0),
    (0, MMAP_THRESHOLD),
    (0, MMAP_THRESHOLD + 1),
    (3, MMAP_THRESHOLD + 1),
]


@pytest.mark.parametrize("useMMap", [True, False])
@pytest.mark.parametrize(("start", "length"), WINDOWS)
def test_window(opened: Opener, start: int, length: int | None, useMMap: bool) -> None:
    """A window holds its bytes, mapped or copied, and its length falls by each piece as it is given."""
    end = len(DATA) if length is None else start + length
    stream = FileStream(opened(DATA), start, length, useMMap)
    left = end - start
    pieces = []
    assert left == stream.length
    while (piece := stream.read()) is not None:
        assert isinstance(piece, bytes | memoryview | mmap.mmap)
        pieces.append(piece)
        left -= len(piece)
        assert left == stream.length
    assert (0, None, DATA[start:end]) == (stream.length, stream.f, b"".join(pieces))


@pytest.mark.parametrize("useMMap", [True, False])
@pytest.mark.parametrize("buffering", [-1, 0])
def test_read_only_files(tmp_path: Path, buffering: int, useMMap: bool) -> None:
    """A file that may only be read is enough, buffered or not."""
    path = tmp_path / "data"
    path.write_bytes(DATA)
    path.chmod(0o400)
    with path.open("rb", buffering=buffering) as f:
        assert drain(FileStream(f, 3, useMMap=useMMap)) == DATA[3:]


@pytest.mark.parametrize("useMMap", [True, False])
def test_empty_files(opened: Opener, useMMap: bool) -> None:
    """An empty file is an empty stream."""
    stream = FileStream(opened(b""), useMMap=useMMap)
    assert (0, None, None) == (stream.length, stream.read(), stream.read(sendfile=True))


@pytest.mark.parametrize(("start", "length"), [(-1, None), (-1, 5), (0, -1), (7, None), (10**30, None)])
def test_impossible_windows_are_refused(opened: Opener, start: int, length: int | None) -> None:
    """Negative numbers, and a start past the end without a length, are a ValueError."""
    with pytest.raises(ValueError, match=r"negative|past the end"):
        FileStream(opened(b"abcdef"), start, length)


@pytest.mark.parametrize(("start", "length"), [(1.0, None), ("1", None), (None, None), (0, 1.0), (0, "1")])
def test_windows_of_no_integers_are_refused(opened: Opener, start: Any, length: Any) -> None:
    """A start or a length that is no integer is a TypeError."""
    with pytest.raises(TypeError, match="must be an integer"):
        FileStream(opened(b"abcdef"), start, length)


@pytest.mark.parametrize("start", [2**32, 2**32 + 1, LARGE, 2**40 + 4097])
@pytest.mark.parametrize("useMMap", [True, False])
def test_past_4_gib(tmp_path: Path, start: int, useMMap: bool) -> None:
    """Positions are 64 bits wide, mapped, copied and in sendfile."""
    with (tmp_path / "sparse").open("w+b") as f:
        f.seek(start)
        f.write(DATA)
        assert drain(FileStream(f, start, useMMap=useMMap)) == DATA
        assert [DATA] == [bytes(piece) for piece in chunks(FileStream(f, start), sendfile=True)]
        _, after = FileStream(f, useMMap=useMMap).split(start + 1)
        assert drain(after) == DATA[1:]


@pytest.mark.parametrize("useMMap", [True, False])
@pytest.mark.parametrize("point", [0, 1, 4096, 100_001, 200_000])
@pytest.mark.parametrize("first", [0, 1])
def test_halves_are_read_in_any_order(opened: Opener, point: int, first: int, useMMap: bool) -> None:
    """The halves share the file, and neither waits for the other."""
    halves = FileStream(opened(DATA), useMMap=useMMap).split(point)
    assert (point, 200_000 - point) == (halves[0].length, halves[1].length)
    expected = (DATA[:point], DATA[point:])
    assert expected[first] == drain(halves[first])
    assert expected[1 - first] == drain(halves[1 - first])


@pytest.mark.parametrize("point", [-1, 200_001, 1.5, "1", None])
def test_a_refused_split_leaves_the_stream(opened: Opener, point: Any) -> None:
    """A split outside the window, or at no integer, changes nothing."""
    stream = FileStream(opened(DATA))
    with pytest.raises((ValueError, TypeError), match="split point"):
        stream.split(point)
    assert (200_000, DATA) == (stream.length, drain(stream))


def test_splits_nest_thousands_deep(opened: Opener) -> None:
    """Splitting the rest again and again opens nothing and needs no stack."""
    rest = FileStream(opened(DATA[:5000]))
    pieces = []
    for _ in range(5000):
        piece, rest = rest.split(1)
        pieces.append(piece)
    assert DATA[:5000] == b"".join(drain(piece) for piece in pieces)
