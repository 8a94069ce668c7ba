"""FileStream: the bytes of a file as a stream.

Strategy: every read names the place it reads from, so nothing depends on the file's own position and any
number of streams may share one file. Where the file is a plain one of Python's own types, its descriptor is
read (`os.pread`), mapped or handed out for sendfile; a file object of any other type may give other bytes
than its descriptor does (a compressed file for one), so it is only ever asked to seek and read.

What this module doesn't know: who else changes the file. Every read asks for the file's size first, so that a
file that has become shorter is noticed before it is mapped; one that becomes shorter later is not.

Obeys: module_01, module_02, module_05, module_06
"""

import io
import os
import stat
import sys
import tempfile
from typing import Any, Final

from zope.interface import implementer

from web2stream.bytestream import plainBytes
from web2stream.mapping import mmap, mmapwrapper
from web2stream.sendfile import (
    SENDFILE_LIMIT,
    SENDFILE_THRESHOLD,
    ISendfileableStream,
    SendfileBuffer,
)
from web2stream.simple import SimpleStream, checkCount

MMAP_LIMIT: Final = 4 * 1024 * 1024
"""Most bytes that one read maps."""

MMAP_THRESHOLD: Final = 8 * 1024
"""A read maps only if strictly more bytes than this are left."""

BUFFERED: Final = (io.BufferedReader, io.BufferedRandom)
WRAPPER: Final = getattr(tempfile, "_TemporaryFileWrapper", None)  # tempfile gives it no public name
END_OF_OFFSETS: Final = 2**63 - 1
PREAD: Final = hasattr(os, "pread")

# Else each mapping keeps a duplicate of the descriptor, and a reader who keeps many pieces runs out of them.
OWN_DESCRIPTOR: Final[dict[str, Any]] = {"trackfd": False} if sys.version_info >= (3, 13) else {}


def descriptorOf(f: Any) -> int | None:
    """Find the descriptor whose bytes are the file object's bytes, and bring it up to date.

    Args:
        f: any file object; what it has buffered for writing is flushed.

    Returns:
        The descriptor, or None if only the object itself can say what its bytes are. The types are compared
        exactly: a subclass may read something else.
    """
    if WRAPPER is not None and type(f) is WRAPPER:
        f = f.file
    if type(f) in BUFFERED:
        f.flush()
        f = f.raw
    return f.fileno() if type(f) is io.FileIO else None


def regularSize(fd: int) -> int | None:
    """Tell a file's size in bytes, or None for what is no regular file and doesn't say."""
    state = os.fstat(fd)
    return state.st_size if stat.S_ISREG(state.st_mode) else None


def sizeOf(f: Any) -> int:
    """Tell the size of a file object in bytes; moves its position if it is no regular file."""
    fd = descriptorOf(f)
    size = None if fd is None else regularSize(fd)
    if size is None:
        end = f.seek(0, os.SEEK_END)
        size = f.tell() if end is None else end
    return int(size)


@implementer(ISendfileableStream)
class FileStream(SimpleStream):
    """A stream of a window of a file.

    The file's position is not used, and may be moved. The file is never closed here. What is appended to it
    later is not part of a window whose length was not given.

    A mapped piece is the file, not a copy: later changes of the file show in it, and when the file is cut
    short, touching the lost pages kills the process with SIGBUS; Python can't catch that. A file that was
    cut short before the read is noticed. To read files that others may cut short, pass `useMMap=False`:
    each piece then is a copy, and a shorter file is a RuntimeError. Before Python 3.13 a mapped piece also
    holds a descriptor for as long as it is kept; when none is left, pieces are copies.

    Args:
        f: a seekable binary file object. Mapping and sendfile need one of Python's own plain files (as `open`
            and `tempfile` give them); any other is read with `seek` and `read`.
        start: first byte of the window, counted from the start of the file.
        length: bytes in the window, which may reach past the end of the file, for it may grow; None for
            what the file has from `start` on, now.
        useMMap: map the file where more than MMAP_THRESHOLD bytes are left. See above for what that means.

    Attributes:
        CHUNK_SIZE: most bytes that one read takes when it doesn't map; may be set per instance.
        f: the file; None once the stream has ended, failed or been closed.

    Raises:
        TypeError: `start` or `length` is no integer.
        ValueError: `start` or `length` is negative; `start` is past the end of the file and no length was
            given.
        OSError: the file has no size (a pipe), or it can't be found out.

    Obeys: file_01, file_02, file_03, file_04, file_05, file_06, file_11, file_12, file_20, file_21, file_22, file_23,
    file_31, file_33, file_34, file_36, file_52, sendfile_15
    """

    CHUNK_SIZE: int = 2**2**2**2 - 32

    f: Any = None
    start: int
    length: int

    def __init__(self, f: Any, start: int = 0, length: int | None = None, useMMap: bool = bool(mmap)) -> None:
        start = checkCount("start", start)
        if length is None:
            size = sizeOf(f)
            length = size - start
            if length < 0:
                raise ValueError(f"start {start} lies past the end of the file of {size} bytes")
        self.length = checkCount("length", length)
        self.start = start
        self.useMMap = useMMap
        self.f = f

    def read(self, sendfile: bool = False) -> object:
        """Give the next bytes of the window.

        Args:
            sendfile: True if a SendfileBuffer is welcome; one comes if more than SENDFILE_THRESHOLD bytes
                are left.

        Returns:
            None at the end of the window; a SendfileBuffer of at most SENDFILE_LIMIT bytes; a read-only
            mapping of at most MMAP_LIMIT bytes (an `mmap.mmap`, or a memoryview of one); or at most
            CHUNK_SIZE plain bytes.

        Raises:
            RuntimeError: the file ends before the window does.
            OSError: reading failed.
            ValueError: the file is closed.
            Whatever was raised, the stream has ended with it.

        Obeys: file_07, file_08, file_09, file_13, file_14, file_15, file_16, file_17, file_18, file_19, file_24,
        file_25, file_26, file_27, file_28, file_29, file_30, file_32, file_53, file_54, file_55, file_59, file_61,
        file_62, file_63, sendfile_08, sendfile_09, sendfile_10, sendfile_11, sendfile_12, sendfile_13, sendfile_14,
        sendfile_16
        """
        f = self.f
        if f is None or not self.length:
            FileStream.close(self)  # not a subclass's own: its `close` is for its user to call
            return None
        try:
            piece = self._piece(f, sendfile)
        except Exception:
            FileStream.close(self)
            raise
        if self.f is None:  # a file object's own `read` may end in closing this stream
            return None
        self.start += len(piece)
        self.length -= len(piece)
        return piece

    def close(self) -> None:
        """End the stream and drop the file, which stays open; what was read stays valid.

        Obeys: file_10, file_35
        """
        self.f = None
        super().close()

    def _piece(self, f: Any, sendfile: bool) -> Any:
        """Choose how to read; give the piece, whose `len` is its number of bytes."""
        fd = descriptorOf(f)
        if fd is not None:
            there = min(self.length, (regularSize(fd) or 0) - self.start)
            if sendfile and PREAD and there > SENDFILE_THRESHOLD:
                return SendfileBuffer(f, self.start, min(there, SENDFILE_LIMIT))
            if self.useMMap and mmap is not None and there > MMAP_THRESHOLD:
                try:
                    return mmapwrapper(
                        fd,
                        min(there, MMAP_LIMIT),
                        access=mmap.ACCESS_READ,
                        offset=self.start,
                        **OWN_DESCRIPTOR,
                    )
                except (OSError, ValueError):
                    pass  # no memory or descriptors left, a file system that can't map, or a shorter file
        return self._copied(f, fd)

    def _copied(self, f: Any, fd: int | None) -> bytes:
        """Read plain bytes: what is there, at most CHUNK_SIZE of them, at least one."""
        if self.CHUNK_SIZE < 1:
            raise ValueError(f"CHUNK_SIZE must be at least one byte, not {self.CHUNK_SIZE}")
        size = min(self.length, self.CHUNK_SIZE)
        if self.start + size > END_OF_OFFSETS:
            data = b""
        elif fd is not None and PREAD:
            data = os.pread(fd, size, self.start)
        else:
            f.seek(self.start)
            data = f.read(size)
        if not data:
            raise RuntimeError(f"the file ends {self.length} bytes before the end of the window")
        return plainBytes(data)[:size]  # a file object may give too much, or a buffer that it will use again
