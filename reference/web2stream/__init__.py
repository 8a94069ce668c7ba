"""The stream module of twisted.web2, for today's Python.

Strategy: one module for each stem stands beside this one; here every historical name is in its place. Importing it
registers the adapters (bytes-like objects and open binary files become IByteStreams) and installs no reactor. Old code
says `import web2stream as stream`.

Obeys: module_28, module_29, module_30, module_31
"""

import web2stream.adapters as _adapters  # noqa: F401 - importing it registers the adapters
from web2stream._reader import _StreamReader as _StreamReader
from web2stream.buffered import BufferedStream
from web2stream.bytestream import IByteStream
from web2stream.compound import CompoundStream
from web2stream.connect import connectStream
from web2stream.consume import readAndDiscard, readIntoFile, readStream
from web2stream.file import MMAP_LIMIT, MMAP_THRESHOLD, FileStream
from web2stream.generator import _IteratorStream as _IteratorStream
from web2stream.generator import _StreamIterator as _StreamIterator
from web2stream.generator import generatorToStream
from web2stream.mapping import mmap as mmap
from web2stream.mapping import mmapwrapper
from web2stream.memory import MemoryStream
from web2stream.process import ProcessStreamer
from web2stream.process import _ProcessStreamerProtocol as _ProcessStreamerProtocol
from web2stream.producer import ProducerStream, StreamProducer
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
    "ProcessStreamer",
    "ProducerStream",
    "SendfileBuffer",
    "SimpleStream",
    "StreamProducer",
    "TruncaterStream",
    "connectStream",
    "fallbackSplit",
    "generatorToStream",
    "mmapwrapper",
    "readAndDiscard",
    "readIntoFile",
    "readStream",
    "substream",
]
