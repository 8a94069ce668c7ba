"""Broken signatures: old calls that a module does not take any more.

Strategy: each stands for the reference's own name and hands on to it, by a signature with one thing wrong.
"""

from typing import Any

import web2stream
from streamgauge.subject import Subject
from tests.broken import broken, port


@broken("module_06")
def file_by_another_name() -> Subject:
    """The file is called fileobj."""

    def FileStream(fileobj: Any, start: int = 0, length: int | None = None, useMMap: bool = True) -> Any:
        return web2stream.FileStream(fileobj, start, length, useMMap)

    return port(FileStream=FileStream)


@broken("module_06")
def mapping_by_name_only() -> Subject:
    """UseMMap is taken by name only."""

    def FileStream(f: Any, start: int = 0, length: int | None = None, *, useMMap: bool = True) -> Any:
        return web2stream.FileStream(f, start, length, useMMap)

    return port(FileStream=FileStream)


@broken("module_07")
def length_before_start() -> Subject:
    """The length stands before the start."""

    def MemoryStream(mem: Any, length: int | None = None, start: int = 0) -> Any:
        return web2stream.MemoryStream(mem, start, length)

    return port(MemoryStream=MemoryStream)


@broken("module_07")
def memory_by_another_name() -> Subject:
    """The memory is called memory."""

    def MemoryStream(memory: Any, start: int = 0, length: int | None = None) -> Any:
        return web2stream.MemoryStream(memory, start, length)

    return port(MemoryStream=MemoryStream)


@broken("module_08")
def buckets_are_needed() -> Subject:
    """The buckets may not be left out."""

    def CompoundStream(buckets: Any) -> Any:
        return web2stream.CompoundStream(buckets)

    return port(CompoundStream=CompoundStream)


@broken("module_09")
def callback_first() -> Subject:
    """The callback stands first."""

    def readStream(gotDataCallback: Any, stream: Any) -> Any:
        return web2stream.readStream(stream, gotDataCallback)

    return port(readStream=readStream)


@broken("module_10")
def discard_needs_more() -> Subject:
    """It needs a limit."""

    def readAndDiscard(stream: Any, limit: int) -> Any:
        del limit
        return web2stream.readAndDiscard(stream, None)

    return port(readAndDiscard=readAndDiscard)


@broken("module_11")
def file_by_another_name_too() -> Subject:
    """The file is called output."""

    def readIntoFile(stream: Any, output: Any) -> Any:
        return web2stream.readIntoFile(stream, output)

    return port(readIntoFile=readIntoFile)


@broken("module_12")
def factory_by_name_only() -> Subject:
    """The factory is taken by name only."""

    def connectStream(inputStream: Any, *, factory: Any) -> Any:
        return web2stream.connectStream(inputStream, factory)

    return port(connectStream=connectStream)


@broken("module_13")
def point_by_another_name() -> Subject:
    """The point is called offset."""

    def fallbackSplit(stream: Any, offset: int) -> Any:
        return web2stream.fallbackSplit(stream, offset)

    return port(fallbackSplit=fallbackSplit)


@broken("module_14")
def length_is_needed() -> Subject:
    """The length may not be left out."""

    def ProducerStream(length: Any) -> Any:
        return web2stream.ProducerStream(length)

    return port(ProducerStream=ProducerStream)


@broken("module_15")
def another_flag() -> Subject:
    """EnforceStr has become enforceBytes."""

    def StreamProducer(stream: Any, enforceBytes: bool = True) -> Any:
        return web2stream.StreamProducer(stream, enforceBytes)

    return port(StreamProducer=StreamProducer)


@broken("module_16")
def environment_is_needed() -> Subject:
    """The environment may not be left out."""

    def ProcessStreamer(inputStream: Any, program: Any, args: Any, env: Any) -> Any:
        return web2stream.ProcessStreamer(inputStream, program, args, env)

    return port(ProcessStreamer=ProcessStreamer)


@broken("module_17")
def function_by_another_name() -> Subject:
    """The function is called generator."""

    def generatorToStream(generator: Any) -> Any:
        return web2stream.generatorToStream(generator)

    return port(generatorToStream=generatorToStream)


@broken("module_18")
def stream_by_another_name() -> Subject:
    """The stream is called source."""

    def BufferedStream(source: Any) -> Any:
        return web2stream.BufferedStream(source)

    return port(BufferedStream=BufferedStream)


@broken("module_19")
def end_by_another_name() -> Subject:
    """The end is called stop."""

    def substream(stream: Any, start: int, stop: int) -> Any:
        return web2stream.substream(stream, start, stop)

    return port(substream=substream)


@broken("module_08")
def bucket_by_another_name() -> Subject:
    """AddStream calls its bucket stream."""

    class Broken(web2stream.CompoundStream):
        def addStream(self, stream: Any) -> Any:
            raise NotImplementedError

    return port(CompoundStream=Broken)


@broken("module_14")
def failure_by_another_name() -> Subject:
    """Finish calls its failure reason."""

    class Broken(web2stream.ProducerStream):
        def finish(self, reason: Any = None) -> Any:
            return super().finish(reason)

    return port(ProducerStream=Broken)


@broken("module_15")
def stop_takes_nothing() -> Subject:
    """StopProducing takes no failure."""

    class Broken(web2stream.StreamProducer):
        def stopProducing(self) -> Any:  # type: ignore[override]
            raise NotImplementedError

    return port(StreamProducer=Broken)


@broken("module_16")
def run_needs_a_reactor() -> Subject:
    """Run needs a reactor."""

    class Broken(web2stream.ProcessStreamer):
        def run(self, reactor: Any) -> Any:  # type: ignore[override]
            raise NotImplementedError

    return port(ProcessStreamer=Broken)


@broken("module_18")
def size_before_delimiter() -> Subject:
    """Readline takes its size first."""

    class Broken(web2stream.BufferedStream):
        def readline(self, size: Any = None, delimiter: bytes = b"") -> Any:  # type: ignore[override]
            raise NotImplementedError

    return port(BufferedStream=Broken)
