"""The stream module of twisted.web2, for today's Python."""

import web2stream.adapters as _adapters  # noqa: F401 - importing it registers the adapters
from web2stream.buffered import BufferedStream
from web2stream.bytestream import IByteStream
from web2stream.compound import CompoundStream
from web2stream.file import MMAP_LIMIT, MMAP_THRESHOLD, FileStream
from web2stream.generator import generatorToStream
from web2stream.mapping import mmap, mmapwrapper
from web2stream.memory import MemoryStream
from web2stream.sendfile import SENDFILE_LIMIT, SENDFILE_THRESHOLD, ISendfileableStream, SendfileBuffer
from web2stream.simple import SimpleStream
from web2stream.split import PostTruncaterStream, TruncaterStream, fallbackSplit, substream
from web2stream.stream import IStream

__all__ = [
    "MMAP_LIMIT",
    "MMAP_THRESHOLD",
    "SENDFILE_LIMIT",
    "SENDFILE_THRESHOLD",
    "BufferedStream",
    "CompoundStream",
    "FileStream",
    "IByteStream",
    "ISendfileableStream",
    "IStream",
    "MemoryStream",
    "PostTruncaterStream",
    "SendfileBuffer",
    "SimpleStream",
    "TruncaterStream",
    "fallbackSplit",
    "generatorToStream",
    "mmap",
    "mmapwrapper",
    "substream",
]
