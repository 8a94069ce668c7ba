"""FileStream: other file objects than plain files."""

import bz2
import gzip
import io
import mmap
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.reference.file_parts import DATA, chunks, drain
from web2stream.file import FileStream
from web2stream.sendfile import SendfileBuffer


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
