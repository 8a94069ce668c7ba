"""FileStream: pieces mapped, copied and for sendfile, and their sizes."""

import io
import mmap
import subprocess
import sys

import pytest

import web2stream.file
from tests.reference import file_parts
from tests.reference.file_parts import DATA, Opener, chunks
from web2stream.file import MMAP_LIMIT, MMAP_THRESHOLD, FileStream
from web2stream.sendfile import SENDFILE_LIMIT, SENDFILE_THRESHOLD, SendfileBuffer

opened = file_parts.opened


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


def test_the_docstring_warns_of_sigbus() -> None:
    """Where the user chooses mapping, its danger is told, and the way around it."""
    text = FileStream.__doc__ or ""
    assert ("SIGBUS" in text, "useMMap=False" in text) == (True, True)


def test_many_small_reads_stay_flat(opened: Opener) -> None:
    """Reading byte by byte is linear and needs no stack."""
    stream = FileStream(opened(bytes(100_000)), useMMap=False)
    stream.CHUNK_SIZE = 1
    assert sum(1 for _ in iter(stream.read, None)) == 100_000
