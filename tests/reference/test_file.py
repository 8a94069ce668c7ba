"""FileStream: windows of files, mapped, copied and for sendfile."""

import bz2
import gc
import gzip
import hashlib
import io
import mmap
import os
import subprocess
import sys
import tempfile
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

import pytest
from zope.interface.verify import verifyClass, verifyObject

import web2stream.file
from web2stream.bytestream import IByteStream
from web2stream.file import MMAP_LIMIT, MMAP_THRESHOLD, FileStream
from web2stream.sendfile import SENDFILE_LIMIT, SENDFILE_THRESHOLD, ISendfileableStream, SendfileBuffer

DATA = hashlib.shake_128(b"file").digest(200_000)
LARGE = 3 * 2**30 * 2 + 4321

Opener = Callable[[bytes], Any]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opener]:
    """Write a file and open it; all are closed after the test."""
    files: list[IO[bytes]] = []

    def openWith(data: bytes, mode: str = "r+b", buffering: int = -1) -> IO[bytes]:
        path = tmp_path / f"data{len(files)}"
        path.write_bytes(data)
        files.append(path.open(mode, buffering=buffering))
        return files[-1]

    yield openWith
    for f in files:
        f.close()


def chunks(stream: Any, **call: Any) -> list[Any]:
    return list(iter(lambda: stream.read(**call), None))


def drain(stream: Any) -> bytes:
    return b"".join(chunks(stream))


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


@pytest.mark.parametrize("size", [1, 2, 999])
def test_chunk_size_may_be_set_per_instance(opened: Opener, size: int) -> None:
    """CHUNK_SIZE bounds the pieces of one stream, and of both halves split from it."""
    f = opened(DATA[:2000])
    stream = FileStream(f)
    stream.CHUNK_SIZE = size
    before, after = stream.split(1001)
    pieces = chunks(before) + chunks(after)
    assert (DATA[:2000], size) == (b"".join(pieces), max(map(len, pieces)))
    assert [2000] == [len(piece) for piece in chunks(FileStream(f))]


@pytest.mark.parametrize("size", [0, -1])
def test_an_impossible_chunk_size_is_an_error(opened: Opener, size: int) -> None:
    """A piece has at least one byte; anything else fails instead of giving wrong bytes."""
    for f in (opened(b"abcdef"), io.BytesIO(b"abcdef")):
        stream = FileStream(f)
        stream.CHUNK_SIZE = size
        with pytest.raises(ValueError, match="CHUNK_SIZE"):
            stream.read()
        assert (None, 0) == (stream.read(), stream.length)


def test_plain_pieces_have_the_default_size(opened: Opener) -> None:
    """Without mapping a piece has at most CHUNK_SIZE bytes."""
    pieces = chunks(FileStream(opened(DATA), useMMap=False))
    assert [65504, 65504, 65504, 200_000 - 3 * 65504] == [len(piece) for piece in pieces]
    assert {bytes} == {type(piece) for piece in pieces}


@pytest.mark.parametrize("start", [0, 5, mmap.ALLOCATIONGRANULARITY, mmap.ALLOCATIONGRANULARITY + 5])
def test_maps_only_above_its_threshold(opened: Opener, start: int) -> None:
    """Strictly more than MMAP_THRESHOLD bytes left: a mapping; otherwise plain bytes."""
    f = opened(DATA)
    above = FileStream(f, start, MMAP_THRESHOLD + 1).read()
    below = FileStream(f, start, MMAP_THRESHOLD).read()
    assert isinstance(above, mmap.mmap | memoryview)
    assert isinstance(below, bytes)
    assert (MMAP_THRESHOLD + 1, MMAP_THRESHOLD) == (len(above), len(below))
    assert memoryview(above).readonly is True


@pytest.mark.parametrize("start", [0, 5])
def test_maps_at_most_its_limit(opened: Opener, start: int) -> None:
    """A large window comes in mappings of MMAP_LIMIT bytes, a small rest in plain bytes."""
    f = opened(b"")
    f.truncate(2 * MMAP_LIMIT + 100 + start)
    pieces = chunks(FileStream(f, start))
    assert [MMAP_LIMIT, MMAP_LIMIT, 100] == [len(piece) for piece in pieces]
    assert (False, False, True) == tuple(isinstance(piece, bytes) for piece in pieces)


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


def test_sendfile_gives_the_window_unread(opened: Opener) -> None:
    """With more than SENDFILE_THRESHOLD bytes left a SendfileBuffer comes, of at most SENDFILE_LIMIT."""
    f = opened(b"")
    f.truncate(SENDFILE_LIMIT + SENDFILE_THRESHOLD + 10)
    stream = FileStream(f, 9)
    first = stream.read(sendfile=True)
    assert SendfileBuffer(f, 9, SENDFILE_LIMIT) == first
    assert (SENDFILE_THRESHOLD + 1, SENDFILE_LIMIT + 9) == (stream.length, stream.start)
    second = stream.read(sendfile=True)
    assert SendfileBuffer(f, SENDFILE_LIMIT + 9, SENDFILE_THRESHOLD + 1) == second
    assert (0, None) == (stream.length, stream.read(sendfile=True))


def test_sendfile_is_not_used_for_little(opened: Opener) -> None:
    """At the threshold, plain bytes come."""
    piece = FileStream(opened(DATA), 5, SENDFILE_THRESHOLD).read(sendfile=True)
    assert DATA[5 : 5 + SENDFILE_THRESHOLD] == piece


def test_sendfile_and_plain_reads_may_alternate(opened: Opener) -> None:
    """Each read chooses anew; together they give every byte once."""
    stream = FileStream(opened(DATA), useMMap=False)
    before, after = stream.split(70_000)
    pieces = [before.read(), before.read(sendfile=True), before.read(), after.read(True), after.read()]
    assert [bytes, SendfileBuffer, type(None), SendfileBuffer, type(None)] == [type(p) for p in pieces]
    assert DATA == b"".join(bytes(p) for p in pieces if p)  # type: ignore[call-overload]


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


def test_close_drops_the_file_and_leaves_it_open(opened: Opener) -> None:
    """The file belongs to who opened it: close lets it go, once or twice, and closes nothing."""
    f = opened(DATA)
    before, after = FileStream(f).split(100)
    before.close()
    before.close()
    assert (None, 0, None, None) == (before.f, before.length, before.read(), before.read(sendfile=True))
    assert (DATA[100:], False) == (drain(after), f.closed)


@pytest.mark.parametrize("start", [0, 5])
@pytest.mark.parametrize("useMMap", [True, False])
def test_data_stays_after_close_and_collection(tmp_path: Path, start: int, useMMap: bool) -> None:
    """What was read keeps its content without the stream, the file object and the file's name."""
    path = tmp_path / "data"
    path.write_bytes(DATA)
    with path.open("rb") as f:
        stream = FileStream(f, start, useMMap=useMMap)
        stream.CHUNK_SIZE = 50_000
        pieces = chunks(stream)
        stream.close()
    gone = weakref.ref(stream)
    del stream, f
    path.unlink()
    gc.collect()
    assert (None, DATA[start:]) == (gone(), b"".join(pieces))


@pytest.mark.parametrize("useMMap", [True, False])
def test_a_closed_file_is_an_error(opened: Opener, useMMap: bool) -> None:
    """A file closed by its owner fails the read once; then the stream is at its end."""
    f = opened(DATA)
    stream = FileStream(f, useMMap=useMMap)
    f.close()
    with pytest.raises(ValueError, match="closed"):
        stream.read()
    assert (None, 0, None) == (stream.read(), stream.length, stream.f)
    with pytest.raises(ValueError, match="closed"):
        FileStream(f)


def test_a_file_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    """A file opened for writing only fails the read, mapped or not."""
    with (tmp_path / "data").open("wb", buffering=0) as f:
        f.write(DATA)
        for useMMap in (True, False):
            stream = FileStream(f, useMMap=useMMap)
            with pytest.raises(OSError, match="Bad file descriptor"):
                stream.read()
            assert (None, 0) == (stream.read(), stream.length)


def test_a_pipe_has_no_size() -> None:
    """What can't be seeked is refused, instead of looking empty."""
    near, far = os.pipe()
    with os.fdopen(near, "rb") as f, os.fdopen(far, "wb"), pytest.raises(OSError, match="seek"):
        FileStream(f)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc")
def test_files_that_do_not_tell_their_size() -> None:
    """A window of a file that calls itself empty is read for what it is."""
    with Path("/proc/self/status").open("rb") as f:
        stream = FileStream(f, 0, 20_000)
        assert bytes(stream.read()).startswith(b"Name:")  # type: ignore[call-overload]


@pytest.mark.parametrize("call", [{"length": 150_000}, {}, {"start": 7}, {"start": 7, "length": 20_000}])
def test_file_objects_without_a_descriptor(call: dict[str, Any]) -> None:
    """A file in memory is read by seeking, wherever its position is."""
    f = io.BytesIO(DATA)
    f.seek(99)
    start = call.get("start", 0)
    end = start + call.get("length", 200_000 - start)
    stream = FileStream(f, **call)
    before, after = stream.split(1000)
    assert (DATA[start + 1000 : end], DATA[start : start + 1000]) == (drain(after), drain(before))


@pytest.mark.parametrize("pack", [gzip, bz2])
def test_compressed_files_give_what_they_hold(tmp_path: Path, pack: Any) -> None:
    """A file object whose descriptor has other bytes than itself is asked itself."""
    path = tmp_path / "packed"
    path.write_bytes(pack.compress(DATA))
    with pack.open(path) as f:
        assert drain(FileStream(f, 5, 190_000)) == DATA[5:190_005]
        assert [bytes] == list({type(piece) for piece in chunks(FileStream(f, 0, 190_000), sendfile=True)})


def test_subclasses_of_files_give_what_they_read(tmp_path: Path) -> None:
    """Python's own file types are read by descriptor, but no subclass that may read otherwise."""

    class Upper(io.FileIO):
        def read(self, size: int | None = -1) -> bytes:
            return (super().read(size) or b"").upper()

    path = tmp_path / "data"
    path.write_bytes(b"abc" * 10_000)
    with Upper(path) as f:
        assert drain(FileStream(f, 1, 20_000)) == (b"ABC" * 10_000)[1:20_001]


class Odd:
    """A file object that gives odd answers: `answer` is called with the bytes asked for."""

    def __init__(self, answer: Callable[[bytes], object]) -> None:
        self.answer = answer
        self.memory = io.BytesIO(DATA)

    def seek(self, offset: int, whence: int = 0) -> None:
        self.memory.seek(offset, whence)

    def tell(self) -> int:
        return self.memory.tell()

    def read(self, size: int) -> object:
        return self.answer(self.memory.read(size))


@pytest.mark.parametrize(
    "answer",
    [
        lambda data: data[:7],
        bytearray,
        memoryview,
        lambda data: memoryview(data[: len(data) // 4 * 4]).cast("I") if len(data) > 3 else data,
        lambda data: data + b"too much",
    ],
    ids=["short", "bytearray", "memoryview", "items", "too much"],
)
def test_odd_file_objects(answer: Callable[[bytes], object]) -> None:
    """Short answers, other buffers, items and surplus: the bytes come out right."""
    stream = FileStream(Odd(answer), 3, 4000)
    stream.CHUNK_SIZE = 999
    pieces = chunks(stream)
    assert (DATA[3:4003], {bytes}) == (b"".join(pieces), {type(piece) for piece in pieces})


def test_a_file_object_that_uses_its_buffer_again() -> None:
    """What was read stays, though the file object overwrites its own buffer."""
    buffer = bytearray(100)

    def answer(data: bytes) -> memoryview:
        buffer[: len(data)] = data
        return memoryview(buffer)[: len(data)]

    stream = FileStream(Odd(answer), 0, 1000)
    stream.CHUNK_SIZE = 100
    assert drain(stream) == DATA[:1000]


@pytest.mark.parametrize("nothing", [b"", None, bytearray()])
def test_a_file_object_that_gives_nothing(nothing: object) -> None:
    """Nothing where bytes were promised is a RuntimeError."""
    stream = FileStream(Odd(lambda _: nothing), 0, 10)
    with pytest.raises(RuntimeError, match="ends"):
        stream.read()
    assert (None, 0) == (stream.read(), stream.length)


def test_a_file_object_that_gives_text(tmp_path: Path) -> None:
    """A file of text is an error and gives no bytes."""
    path = tmp_path / "data"
    path.write_text("abcdef")
    with path.open(encoding="utf-8") as f:
        stream = FileStream(f, 0, 3)
        with pytest.raises(TypeError):
            stream.read()
    assert (None, 0) == (stream.read(), stream.length)


def test_closing_the_stream_from_inside_the_file() -> None:
    """A close in the middle of a read ends it: no data, and the length stays 0."""

    def answer(data: bytes) -> bytes:
        stream.close()
        return data

    stream = FileStream(Odd(answer), 0, 10)
    assert (None, 0, None) == (stream.read(), stream.length, stream.read())


def test_an_interrupt_passes_and_spoils_nothing() -> None:
    """KeyboardInterrupt is no failure of the stream, which can be read on."""
    answers: list[Callable[[bytes], bytes]] = []

    def interrupted(_: bytes) -> bytes:
        raise KeyboardInterrupt

    answers[:] = [bytes, interrupted]
    stream = FileStream(Odd(lambda data: answers.pop()(data)), 0, 10)
    with pytest.raises(KeyboardInterrupt):
        stream.read()
    assert (10, DATA[:10]) == (stream.length, stream.read())


@pytest.mark.parametrize("make", [tempfile.TemporaryFile, tempfile.NamedTemporaryFile, tempfile.SpooledTemporaryFile])
@pytest.mark.parametrize("useMMap", [True, False])
def test_temporary_files(make: Any, useMMap: bool) -> None:
    """Temporary files of every kind are read, written through or not."""
    with make() as f:
        f.write(DATA)
        assert drain(FileStream(f, 5, useMMap=useMMap)) == DATA[5:]


def test_named_temporary_files_are_mapped() -> None:
    """A wrapper around a plain file is as good as the file, for sendfile too."""
    with tempfile.NamedTemporaryFile() as f:
        f.write(DATA)
        assert isinstance(FileStream(f).read(), mmap.mmap)
        assert SendfileBuffer(f, 0, 200_000) == FileStream(f).read(sendfile=True)


def test_works_without_mmap(opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the platform has no mmap, everything is copied."""
    monkeypatch.setattr(web2stream.file, "mmap", None)
    pieces = chunks(FileStream(opened(DATA), useMMap=True))
    assert ({bytes}, DATA) == ({type(piece) for piece in pieces}, b"".join(pieces))


NO_MEMORY = """
import mmap, resource, sys
from pathlib import Path
from web2stream.file import FileStream

status = Path("/proc/self/status").read_text()
used = int(status.split("VmSize:")[1].split()[0]) * 1024
with Path(sys.argv[1]).open("rb") as f:
    stream = FileStream(f, 5)
    resource.setrlimit(resource.RLIMIT_AS, (used + 2**20, resource.RLIM_INFINITY))
    kinds = [type(stream.read()).__name__ for _ in range(3)]
    resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    kinds.append(type(stream.read()).__name__)
    print(*kinds, stream.start)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="limits memory as Linux does")
def test_falls_back_to_reading_when_mapping_fails(opened: Opener) -> None:
    """A process that may map no more gets plain bytes, and mappings again as soon as it may."""
    f = opened(b"")
    f.truncate(3 * MMAP_LIMIT)
    child = [sys.executable, "-c", NO_MEMORY, f.name]
    result = subprocess.run(child, capture_output=True, check=True, text=True)
    assert f"bytes bytes bytes memoryview {5 + 3 * 65504 + MMAP_LIMIT}\n" == result.stdout


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="counts mappings by /proc")
def test_nothing_is_left_behind(opened: Opener) -> None:
    """Streams read, failed, closed and forgotten leave no descriptor and no mapping."""
    f = opened(DATA)
    before = sorted(os.listdir("/proc/self/fd"))  # noqa: PTH208 (Path.iterdir opens one more)
    for start in (0, 5):
        drain(FileStream(f, start))
        FileStream(f, start).read()
        stream = FileStream(f, start, 10**9)
        with pytest.raises(RuntimeError):
            drain(stream)
    del stream
    gc.collect()
    assert before == sorted(os.listdir("/proc/self/fd"))  # noqa: PTH208
    assert f.name not in Path("/proc/self/maps").read_text()


def test_old_subclasses_close_by_name(opened: Opener) -> None:
    """A subclass that overrides close is not surprised by its own close at the end of the data."""

    class Watched(FileStream):
        closes = 0

        def close(self) -> None:
            self.closes += 1
            FileStream.close(self)

    stream = Watched(opened(b"abc"))
    assert (b"abc", 0, None) == (drain(stream), stream.closes, stream.f)
    stream.close()
    assert stream.closes == 1


def test_the_docstring_warns_of_sigbus() -> None:
    """Where the user chooses mapping, its danger is told, and the way around it."""
    text = FileStream.__doc__ or ""
    assert ("SIGBUS" in text, "useMMap=False" in text) == (True, True)


def test_many_small_reads_stay_flat(opened: Opener) -> None:
    """Reading byte by byte is linear and needs no stack."""
    stream = FileStream(opened(bytes(100_000)), useMMap=False)
    stream.CHUNK_SIZE = 1
    assert sum(1 for _ in iter(stream.read, None)) == 100_000
