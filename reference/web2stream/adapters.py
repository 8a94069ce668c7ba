"""What becomes an IByteStream by itself: bytes-like objects and open binary files.

Strategy: importing this module registers the adapters; nothing else is here. str is not adapted, for it has
no bytes before someone chooses an encoding, nor is a text file.

Obeys: module_23, module_24, module_25, module_26, module_27
"""

import io
import tempfile
from typing import Any

from twisted.python.components import registerAdapter

from web2stream.bytestream import IByteStream
from web2stream.file import WRAPPER, FileStream
from web2stream.memory import MemoryStream


def fromTemporary(f: Any) -> FileStream | None:
    """Adapt a temporary file, or say None: these types hold text files too."""
    return FileStream(f) if "b" in f.mode else None


for buffer in (bytes, bytearray, memoryview):
    registerAdapter(MemoryStream, buffer, IByteStream)

for binary in (io.FileIO, io.BufferedReader, io.BufferedRandom):
    registerAdapter(FileStream, binary, IByteStream)

for temporary in (WRAPPER, tempfile.SpooledTemporaryFile):
    if temporary is not None:
        registerAdapter(fromTemporary, temporary, IByteStream)
