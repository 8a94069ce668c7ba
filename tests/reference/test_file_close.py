"""FileStream: closing, files that were closed, and what is left."""

import gc
import os
import weakref
from pathlib import Path

import pytest

from tests.reference import file_parts
from tests.reference.file_parts import DATA, Opener, chunks, drain
from web2stream.file import FileStream

opened = file_parts.opened


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
