"""SendfileBuffer: a window of a file, named instead of read."""

import os
import socket
from pathlib import Path

import pytest

from web2stream.sendfile import SENDFILE_LIMIT, SENDFILE_THRESHOLD, SendfileBuffer


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "data"
    path.write_bytes(b"0123456789")
    return path


def test_limits() -> None:
    """The two limits are the historical ones."""
    assert (16777216, 256) == (SENDFILE_LIMIT, SENDFILE_THRESHOLD)


def test_names_its_window(path: Path) -> None:
    """File, offset and length are there to be used; `len` is the number of bytes."""
    with path.open("rb") as f:
        buffer = SendfileBuffer(f, 2, 5)
        assert (f, 2, 5, 5) == (buffer.f, buffer.offset, buffer.length, len(buffer))


def test_reads_its_window_without_moving_the_file(path: Path) -> None:
    """`bytes` gives the window, and the file's own position is neither used nor moved."""
    with path.open("rb") as f:
        f.seek(7)
        assert bytes(SendfileBuffer(f, 2, 5)) == b"23456"
        assert (7, b"789") == (f.tell(), f.read())


def test_an_empty_window_is_empty(path: Path) -> None:
    """No bytes are no bytes, also past the end of the file."""
    with path.open("rb") as f:
        assert (b"", b"") == (bytes(SendfileBuffer(f, 2, 0)), bytes(SendfileBuffer(f, 100, 0)))


@pytest.mark.parametrize(("offset", "length"), [(8, 3), (10, 1), (100, 5)])
def test_a_shorter_file_is_an_error(path: Path, offset: int, length: int) -> None:
    """A window that the file doesn't have is never cut silently."""
    with path.open("rb") as f, pytest.raises(RuntimeError, match="before the end"):
        bytes(SendfileBuffer(f, offset, length))


def test_a_closed_file_is_an_error(path: Path) -> None:
    """Once the file is closed there is nothing to read from."""
    with path.open("rb") as f:
        buffer = SendfileBuffer(f, 0, 3)
    with pytest.raises(ValueError, match="closed"):
        bytes(buffer)


def test_is_a_value(path: Path) -> None:
    """Two buffers of one window are equal, and none can be changed."""
    with path.open("rb") as f:
        buffer = SendfileBuffer(f, 1, 2)
        assert SendfileBuffer(f, 1, 2) == buffer
        assert SendfileBuffer(f, 1, 3) != buffer
        with pytest.raises(AttributeError):
            buffer.offset = 5  # type: ignore[misc]


@pytest.mark.skipif(not hasattr(os, "sendfile"), reason="this system has no sendfile")
def test_says_all_that_sendfile_needs(path: Path) -> None:
    """The system's sendfile takes the buffer's attributes as they are."""
    near, far = socket.socketpair()
    with near, far, path.open("rb") as f:
        buffer = SendfileBuffer(f, 3, 4)
        sent = os.sendfile(near.fileno(), buffer.f.fileno(), buffer.offset, buffer.length)
        assert (4, b"3456") == (sent, far.recv(100))


def test_reads_windows_larger_than_one_system_call(tmp_path: Path) -> None:
    """A window of the largest size comes whole."""
    path = tmp_path / "large"
    with path.open("w+b") as f:
        f.truncate(SENDFILE_LIMIT + 5)
        f.seek(SENDFILE_LIMIT)
        f.write(b"ab")
        f.flush()
        data = bytes(SendfileBuffer(f, 5, SENDFILE_LIMIT))
    assert (SENDFILE_LIMIT, b"ab\x00\x00\x00") == (len(data), data[-5:])
