"""Broken modules: constants, signatures, interfaces, adapters and `__all__`."""

from types import ModuleType
from typing import Any

from zope.interface import Attribute, Interface, interfacemethod
from zope.interface.interface import InterfaceClass

import tests.broken.module_calls  # noqa: F401 - it registers the broken signatures
import web2stream
from streamgauge.checks.module import PUBLIC
from streamgauge.port import port_subject
from streamgauge.subject import Subject
from tests.broken import broken, port
from web2stream.file import FileStream
from web2stream.memory import MemoryStream


@broken("module_01")
def smaller_mappings() -> Subject:
    """MMAP_LIMIT is 1 MiB."""
    return port(MMAP_LIMIT=1024 * 1024)


@broken("module_02")
def mappings_for_a_page() -> Subject:
    """MMAP_THRESHOLD is a page."""
    return port(MMAP_THRESHOLD=4096)


@broken("module_03")
def smaller_pieces() -> Subject:
    """SENDFILE_LIMIT is a byte less."""
    return port(SENDFILE_LIMIT=16 * 1024 * 1024 - 1)


@broken("module_04")
def sendfile_for_all() -> Subject:
    """SENDFILE_THRESHOLD is 0."""
    return port(SENDFILE_THRESHOLD=0)


@broken("module_05")
def round_chunks() -> Subject:
    """CHUNK_SIZE is 64 KiB."""

    class Broken(FileStream):
        CHUNK_SIZE = 65_536

    return port(FileStream=Broken)


@broken("module_20")
def stream_without_close() -> Subject:
    """IStream asks for read only."""

    class IStream(Interface):
        def read() -> object:
            """Read."""

    class IByteStream(IStream):
        length = Attribute("Bytes remaining.")

        def split(point: int) -> object:  # noqa: N805
            """Split."""

        def close() -> None:
            """Close."""

    return port(IStream=IStream, IByteStream=IByteStream)


@broken("module_21")
def bytes_without_length() -> Subject:
    """IByteStream names no length."""

    class IByteStream(web2stream.IStream):
        def split(point: int) -> object:  # noqa: N805
            """Split."""

    return port(IByteStream=IByteStream)


@broken("module_21")
def bytes_are_no_stream() -> Subject:
    """IByteStream does not extend IStream."""

    class IByteStream(Interface):
        length = Attribute("Bytes remaining.")

        def read() -> object:
            """Read."""

        def split(point: int) -> object:  # noqa: N805
            """Split."""

        def close() -> None:
            """Close."""

    return port(IByteStream=IByteStream)


@broken("module_22")
def sendfile_without_sendfile() -> Subject:
    """ISendfileableStream's read takes nothing."""

    class ISendfileableStream(Interface):
        def read() -> object:
            """Read."""

    return port(ISendfileableStream=ISendfileableStream)


def _adapting(**changed: Any) -> Any:
    """An interface of its own, adapted to like IByteStream but for the types named in `changed`."""

    class IByteStream(web2stream.IStream):
        length = Attribute("Bytes remaining.")

        def split(point: int) -> object:  # noqa: N805
            """Split."""

        @interfacemethod  # type: ignore[untyped-decorator]
        def __adapt__(self, value: Any) -> Any:
            kind = type(value).__name__
            if self.providedBy(value):
                return value
            return changed[kind](value) if kind in changed else web2stream.IByteStream(value, None)

    return IByteStream


def _refuse(_: object) -> None:
    """Adapts to nothing."""


@broken("module_23")
def bytes_are_no_buffer() -> Subject:
    """Bytes are not adapted."""
    return port("MemoryStream", IByteStream=_adapting(bytes=_refuse))


@broken("module_23")
def bytes_are_remembered() -> Subject:
    """The same bytes are adapted to the same stream, which has been read."""
    made: dict[bytes, MemoryStream] = {}
    return port("MemoryStream", IByteStream=_adapting(bytes=lambda data: made.setdefault(data, MemoryStream(data))))


@broken("module_24")
def views_give_their_items() -> Subject:
    """A memoryview is adapted by as many of its bytes as it has items."""
    return port("MemoryStream", IByteStream=_adapting(memoryview=lambda view: MemoryStream(bytes(view), 0, len(view))))


@broken("module_24")
def no_bytearray() -> Subject:
    """A bytearray is not adapted."""
    return port("MemoryStream", IByteStream=_adapting(bytearray=_refuse))


@broken("module_24")
def views_are_text() -> Subject:
    """A memoryview is adapted by its repr."""
    return port("MemoryStream", IByteStream=_adapting(memoryview=lambda view: MemoryStream(repr(view).encode())))


@broken("module_25")
def raw_files_do_not() -> Subject:
    """A raw file is not adapted."""
    return port("FileStream", IByteStream=_adapting(FileIO=_refuse))


@broken("module_25")
def files_by_name() -> Subject:
    """A buffered file is adapted by its name."""
    return port("FileStream", IByteStream=_adapting(BufferedReader=lambda f: MemoryStream(str(f.name).encode())))


@broken("module_25")
def files_from_their_position() -> Subject:
    """A file is adapted from its position on."""
    return port("FileStream", IByteStream=_adapting(BufferedReader=lambda f: FileStream(f, f.tell())))


@broken("module_26")
def streams_are_wrapped() -> Subject:
    """A stream is wrapped again."""

    class Wrapping(InterfaceClass):
        def __call__(self, value: Any, *alternate: Any) -> Any:
            return [value] if self.providedBy(value) else web2stream.IByteStream(value, *alternate)

    return port("MemoryStream", IByteStream=Wrapping("IByteStream", (web2stream.IByteStream,)))


@broken("module_27")
def text_is_encoded() -> Subject:
    """A str is encoded."""
    return port(IByteStream=_adapting(str=lambda text: MemoryStream(text.encode())))


def _module(names: tuple[str, ...], **more: object) -> Subject:
    module = ModuleType("broken")
    for name in names:
        setattr(module, name, getattr(web2stream, name))
    for name, value in more.items():
        setattr(module, name, value)
    return port_subject(module)


@broken("module_28")
def short_list() -> Subject:
    """`__all__` lacks SimpleStream, as the old one did."""
    names = ("IStream", "IByteStream", "SimpleStream", "MemoryStream")
    return _module(names, __all__=["IStream", "IByteStream", "MemoryStream"])


@broken("module_29")
def no_list() -> Subject:
    """There is no `__all__`."""
    return _module((*PUBLIC, "mmap"))


@broken("module_30")
def list_of_wishes() -> Subject:
    """`__all__` names what is not there."""
    return _module(("MemoryStream",), __all__=["MemoryStream", "FileStream"])


@broken("module_33")
def no_mmap() -> Subject:
    """It has no attribute mmap."""
    return _module(PUBLIC, __all__=list(PUBLIC))


@broken("module_33")
def mmap_is_a_flag() -> Subject:
    """Its attribute mmap tells whether there is one."""
    return _module(PUBLIC, __all__=list(PUBLIC), mmap=True)


@broken("module_31")
def installs_the_reactor() -> Subject:
    """Importing it installs the default reactor."""
    module = ModuleType("tests.broken.installs_reactor")
    module.MemoryStream = MemoryStream  # type: ignore[attr-defined]
    return port_subject(module)
