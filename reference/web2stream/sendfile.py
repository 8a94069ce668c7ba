"""ISendfileableStream and SendfileBuffer: data that may go from a file to a socket without being read.

Strategy: the interface, the value it gives, the two limits, and two sums for pieces of either kind. Nothing here
sends anything.

Obeys: module_03, module_04, module_22
"""

import os
from dataclasses import dataclass, replace
from typing import Any, Final

from zope.interface import Interface

from web2stream.bytestream import byteCount, plainBytes

SENDFILE_LIMIT: Final = 16 * 1024 * 1024
"""Most bytes one SendfileBuffer covers."""

SENDFILE_THRESHOLD: Final = 256
"""A SendfileBuffer is given only for strictly more bytes than this."""


@dataclass(frozen=True, slots=True)
class SendfileBuffer:
    """A window of an open file, named instead of read.

    Attributes:
        f: the open file object; it has `fileno()`. It is not closed by whoever gets the buffer.
        offset: first byte of the window, counted from the start of the file.
        length: bytes in the window; `len(buffer)` is the same.
    """

    f: Any
    offset: int
    length: int

    def __len__(self) -> int:
        return self.length

    def __bytes__(self) -> bytes:
        """Read the window, for a receiver that cannot send a file.

        The file's own position is not used and not moved.

        Raises:
            RuntimeError: the file is shorter than the window.

        Obeys: sendfile_17
        """
        pieces = []
        done = 0
        while done < self.length:
            piece = os.pread(self.f.fileno(), self.length - done, self.offset + done)
            if not piece:
                raise RuntimeError(f"file ends {self.length - done} bytes before the end of the window")
            pieces.append(piece)
            done += len(piece)
        return b"".join(pieces)


class ISendfileableStream(Interface):
    """A stream that may give a SendfileBuffer instead of bytes."""

    def read(sendfile: bool = False) -> object:
        """Read as IStream does.

        Args:
            sendfile: True if a SendfileBuffer is welcome too; without it only bytes-like objects come.

        Obeys: sendfile_01, sendfile_02, sendfile_03, sendfile_04, sendfile_05, sendfile_06, sendfile_07
        """


def pieceSize(piece: Any) -> int:
    """Count the bytes of a piece, which is bytes-like or a SendfileBuffer.

    Raises:
        TypeError: it is neither.
    """
    return len(piece) if isinstance(piece, SendfileBuffer) else byteCount(piece)


def pieceStart(piece: Any, count: int) -> object:
    """Give the first `count` bytes of a piece, which is bytes-like or a SendfileBuffer."""
    return replace(piece, length=count) if isinstance(piece, SendfileBuffer) else plainBytes(piece)[:count]
