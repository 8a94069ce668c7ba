"""The module as a whole: what adapts to IByteStream, and what importing it does."""

import io
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

import web2stream.adapters  # noqa: F401  (registers the adapters)
from web2stream.bytestream import IByteStream
from web2stream.file import FileStream
from web2stream.memory import MemoryStream


def drain(stream: Any) -> bytes:
    return b"".join(iter(stream.read, None))


class Text(bytes):
    """A subclass of bytes."""


@pytest.mark.parametrize(
    "data", [b"abc", bytearray(b"abc"), memoryview(b"abc"), memoryview(bytearray(b"abc")), Text(b"abc")]
)
def test_bytes_like_objects_adapt(data: object) -> None:
    """Bytes-like objects become MemoryStreams."""
    stream = IByteStream(data)
    assert (MemoryStream, b"abc") == (type(stream), drain(stream))


@pytest.mark.parametrize("buffering", [-1, 0])
@pytest.mark.parametrize("mode", ["rb", "r+b"])
def test_open_binary_files_adapt(tmp_path: Path, mode: str, buffering: int) -> None:
    """Open binary files become FileStreams from their start, whatever their position."""
    path = tmp_path / "data"
    path.write_bytes(b"abcdef")
    with path.open(mode, buffering=buffering) as f:
        f.seek(3)
        stream = IByteStream(f)
        assert (FileStream, 6, b"abcdef") == (type(stream), stream.length, drain(stream))
        assert f.closed is False


@pytest.mark.parametrize("make", [tempfile.TemporaryFile, tempfile.NamedTemporaryFile, tempfile.SpooledTemporaryFile])
def test_temporary_files_adapt(make: Any) -> None:
    """Binary temporary files of every kind become FileStreams."""
    with make() as f:
        f.write(b"abcdef")
        stream = IByteStream(f)
        assert (FileStream, b"abcdef") == (type(stream), drain(stream))


@pytest.mark.parametrize("make", [tempfile.TemporaryFile, tempfile.NamedTemporaryFile, tempfile.SpooledTemporaryFile])
def test_temporary_text_files_do_not_adapt(make: Any) -> None:
    """A temporary file of text has no bytes to give."""
    with make(mode="w+", encoding="utf-8") as f, pytest.raises(TypeError):
        IByteStream(f)


def test_a_rolled_over_file_adapts() -> None:
    """A spooled file is read from wherever it is now, also while that changes."""
    with tempfile.SpooledTemporaryFile(max_size=10) as f:
        f.write(b"abc")
        stream = IByteStream(f)
        f.rollover()
        assert (b"abc", b"abc") == (drain(stream), drain(IByteStream(f)))


@pytest.mark.parametrize("value", ["text", 5, None, [b"abc"], io.StringIO("text"), object()])
def test_other_things_do_not_adapt(value: object) -> None:
    """What has no bytes is a TypeError: str, and text files, before all."""
    with pytest.raises(TypeError):
        IByteStream(value)


def test_text_files_do_not_adapt(tmp_path: Path) -> None:
    """A file opened for text is not read as bytes behind its back."""
    path = tmp_path / "data"
    path.write_text("abc")
    with path.open(encoding="utf-8") as f, pytest.raises(TypeError):
        IByteStream(f)


def test_a_stream_adapts_to_itself() -> None:
    """What is a byte stream already comes back as it is."""
    stream = MemoryStream(b"abc")
    assert IByteStream(stream) is stream


def test_importing_installs_no_reactor() -> None:
    """Whoever imports the module may still choose a reactor."""
    code = "import sys, web2stream, web2stream.adapters; sys.exit('twisted.internet.reactor' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
