"""FileStream: files that are shorter than promised, or that others read and write meanwhile."""

import io
import mmap
import os
from typing import Any

import pytest

from tests.reference import file_parts
from tests.reference.file_parts import DATA, Opener, drain
from web2stream.file import MMAP_LIMIT, FileStream

opened = file_parts.opened


@pytest.mark.parametrize("size", [0, 5, 70_000])
@pytest.mark.parametrize("sendfile", [True, False])
@pytest.mark.parametrize("useMMap", [True, False])
def test_a_file_shorter_than_promised(opened: Opener, useMMap: bool, sendfile: bool, size: int) -> None:
    """What is there comes, then RuntimeError, then the stream is at its end."""
    f = opened(DATA[:size])
    stream = FileStream(f, 0, 100_000, useMMap)
    assert stream.length == 100_000
    data = b""
    while len(data) < size:
        data += bytes(stream.read(sendfile))  # type: ignore[call-overload]
        assert stream.length == 100_000 - len(data)
    with pytest.raises(RuntimeError, match="ends"):
        stream.read(sendfile)
    assert (DATA[:size], 0, None, None) == (data, stream.length, stream.read(), stream.f)
    assert f.closed is False


@pytest.mark.parametrize("start", [7, 2**40, 2**63 - 2, 2**63, 10**30])
@pytest.mark.parametrize("wrap", [False, True])
def test_a_window_wholly_past_the_end(opened: Opener, start: int, wrap: bool) -> None:
    """The file may grow: such a window is accepted, and a RuntimeError when read too early."""
    f = io.BytesIO(b"abcdef") if wrap else opened(b"abcdef")
    for useMMap in (True, False):
        stream = FileStream(f, start, 10**30, useMMap)
        with pytest.raises(RuntimeError, match="ends"):
            stream.read()
        assert (None, 0) == (stream.read(), stream.length)


@pytest.mark.parametrize("useMMap", [True, False])
def test_a_file_that_grows_into_its_window(opened: Opener, useMMap: bool) -> None:
    """What is appended before it is read belongs to a window that has room for it."""
    f = opened(b"abc")
    stream, whole = FileStream(f, 0, 50_000, useMMap), FileStream(f, useMMap=useMMap)
    assert stream.read() == b"abc"
    f.seek(0, os.SEEK_END)
    f.write(DATA)
    assert DATA[:49_997] == drain(stream)
    assert drain(whole) == b"abc"


@pytest.mark.parametrize("useMMap", [True, False])
@pytest.mark.parametrize("left", [0, 10, MMAP_LIMIT, MMAP_LIMIT + 10])
def test_a_file_that_shrinks_while_being_read(opened: Opener, left: int, useMMap: bool) -> None:
    """What was cut off is a RuntimeError; what is left still comes. No page that is gone is touched."""
    f = opened(bytes(2 * MMAP_LIMIT + 5))
    stream = FileStream(f, useMMap=useMMap)
    first = stream.read()
    assert isinstance(first, bytes | mmap.mmap)
    given = len(first)
    f.truncate(max(left, given) if left > MMAP_LIMIT else left)
    pieces: list[Any] = []
    with pytest.raises(RuntimeError, match="ends"):
        pieces.extend(iter(stream.read, None))
    assert max(0, left - given) == sum(len(bytes(piece)) for piece in pieces)
    assert (0, None) == (stream.length, stream.read())


@pytest.mark.parametrize("mode", ["rb", "r+b"])
@pytest.mark.parametrize("buffering", [-1, 0])
@pytest.mark.parametrize("useMMap", [True, False])
def test_streams_over_one_file_may_be_interleaved(opened: Any, mode: str, buffering: int, useMMap: bool) -> None:
    """The file's position is not used: streams and the file's owner read side by side."""
    f = opened(DATA, mode, buffering)
    streams = [FileStream(f, start, 60_000, useMMap) for start in (0, 11, 100_000)]
    for stream in streams:
        stream.CHUNK_SIZE = 777
    given = [b"", b"", b""]
    while any(stream.length for stream in streams):
        f.seek(5)
        for place, stream in enumerate(streams):
            given[place] += bytes(stream.read() or b"")  # type: ignore[call-overload]
        assert DATA[5:10] == f.read(5)
    assert [DATA[start : start + 60_000] for start in (0, 11, 100_000)] == given


@pytest.mark.parametrize("useMMap", [True, False])
@pytest.mark.parametrize("sendfile", [True, False])
def test_what_the_file_object_has_not_written_yet(opened: Opener, sendfile: bool, useMMap: bool) -> None:
    """Bytes waiting in the file object's own buffer are the file's bytes too."""
    f = opened(b"a" * 20_000)
    f.seek(0)
    f.write(b"b" * 3000)
    stream = FileStream(f, 0, 20_000, useMMap)
    first = stream.read(sendfile)
    rest = FileStream(f, 20_000 - 5, useMMap=useMMap)
    f.seek(0, os.SEEK_END)
    f.write(b"c" * 10)
    assert b"b" * 3000 + b"a" * 1000 == bytes(first)[:4000]  # type: ignore[call-overload]
    assert (5, 15) == (rest.length, FileStream(f, 20_000 - 5).length)
    assert f.tell() == 20_010
