"""Broken mmapwrappers: other bytes, other lengths, and arguments that get lost."""

import mmap
import os
from typing import Any

from streamgauge.subject import Subject
from tests.broken import broken, port
from web2stream.mapping import mmapwrapper

PAGE = mmap.ALLOCATIONGRANULARITY


def _offset(kwargs: dict[str, Any]) -> int:
    return kwargs.get("offset") or 0


@broken("file_37")
def no_keywords() -> Subject:
    """The file number and the length are taken by place only."""

    def wrapper(*args: Any, **kwargs: Any) -> Any:
        if "fileno" in kwargs:
            raise TypeError("fileno")
        return mmapwrapper(*args, **kwargs)

    return port(mmapwrapper=wrapper)


@broken("file_38")
def no_offset() -> Subject:
    """Every offset but 0 is refused."""

    def wrapper(*args: Any, **kwargs: Any) -> Any:
        if _offset(kwargs):
            raise OSError("offset is not supported")
        return mmapwrapper(*args, **kwargs)

    return port(mmapwrapper=wrapper)


@broken("file_38")
def offset_in_pages() -> Subject:
    """The offset is dropped at page borders."""

    def wrapper(*args: Any, **kwargs: Any) -> Any:
        if _offset(kwargs) > 0 and _offset(kwargs) % PAGE == 0:
            kwargs["offset"] = 0
        return mmapwrapper(*args, **kwargs)

    return port(mmapwrapper=wrapper)


@broken("file_39")
def only_page_borders() -> Subject:
    """An offset between page borders is refused, as by the platform."""

    def wrapper(*args: Any, **kwargs: Any) -> Any:
        if _offset(kwargs) % PAGE:
            raise ValueError("offset must be a multiple of the page size")
        return mmapwrapper(*args, **kwargs)

    return port(mmapwrapper=wrapper)


@broken("file_39")
def rounds_down() -> Subject:
    """An offset between page borders is rounded down."""

    def wrapper(*args: Any, **kwargs: Any) -> Any:
        if _offset(kwargs) > 0 and len(args) > 1:
            kwargs["offset"] = mmapwrapper(*args, **kwargs) and _offset(kwargs) // PAGE * PAGE
        return mmapwrapper(*args, **kwargs)

    return port(mmapwrapper=wrapper)


@broken("file_40")
def to_the_end_of_the_page() -> Subject:
    """From between page borders, it is longer than asked by what was skipped."""

    def wrapper(*args: Any, **kwargs: Any) -> Any:
        offset = _offset(kwargs)
        mapping = mmapwrapper(*args, **kwargs)
        shift = offset % PAGE if offset > 0 else 0
        if shift and args[1]:
            size = os.fstat(args[0]).st_size
            kwargs["offset"] = offset - shift
            length = min(args[1] + 2 * shift, size - kwargs["offset"])
            return memoryview(mmapwrapper(args[0], length, **kwargs))[shift:]
        return mapping

    return port(mmapwrapper=wrapper)


@broken("file_40")
def too_short() -> Subject:
    """From between page borders, a byte is missing at the end of more than one page."""

    def wrapper(*args: Any, **kwargs: Any) -> Any:
        mapping = mmapwrapper(*args, **kwargs)
        if _offset(kwargs) % PAGE and len(args) > 1 and args[1] > PAGE:
            return memoryview(mapping)[:-1]
        return mapping

    return port(mmapwrapper=wrapper)


@broken("file_41")
def zero_is_zero() -> Subject:
    """From between page borders, a length of 0 maps the rest of the first page only."""

    def wrapper(*args: Any, **kwargs: Any) -> Any:
        mapping = mmapwrapper(*args, **kwargs)
        shift = _offset(kwargs) % PAGE
        return memoryview(mapping)[: PAGE - shift] if shift and not args[1] else mapping

    return port(mmapwrapper=wrapper)


@broken("file_42")
def nothing_is_memory() -> Subject:
    """Without arguments it maps a page of memory."""

    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return mmapwrapper(*args, **kwargs) if args or kwargs else mmap.mmap(-1, PAGE)

    return port(mmapwrapper=wrapper)


@broken("file_42")
def index_error() -> Subject:
    """Without arguments it is an IndexError."""

    def wrapper(*args: Any, **kwargs: Any) -> Any:
        if not args and not kwargs:
            raise IndexError("tuple index out of range")
        return mmapwrapper(*args, **kwargs)

    return port(mmapwrapper=wrapper)


@broken("file_43")
def offset_alone_is_none() -> Subject:
    """An offset alone gives None."""

    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return None if not args and "offset" in kwargs else mmapwrapper(*args, **kwargs)

    return port(mmapwrapper=wrapper)


@broken("file_44")
def none_is_no_offset() -> Subject:
    """An offset of None is a TypeError, with a file number too."""

    def wrapper(*args: Any, **kwargs: Any) -> Any:
        if args and kwargs.get("offset", 0) is None:
            raise TypeError("offset")
        return mmapwrapper(*args, **kwargs)

    return port(mmapwrapper=wrapper)


@broken("file_45")
def offsets_of_32_bits() -> Subject:
    """Offsets are kept in 32 bits."""

    def wrapper(*args: Any, **kwargs: Any) -> Any:
        if _offset(kwargs) > 0:
            kwargs["offset"] &= 0xFFFFFFFF
        return mmapwrapper(*args, **kwargs)

    return port(mmapwrapper=wrapper)


@broken("file_46")
def private_copies() -> Subject:
    """A read-only mapping from between page borders can be written."""

    def wrapper(*args: Any, **kwargs: Any) -> Any:
        mapping = mmapwrapper(*args, **kwargs)
        if kwargs.get("access") == mmap.ACCESS_READ:
            return memoryview(bytearray(mapping))
        return mapping

    return port(mmapwrapper=wrapper)


@broken("file_47")
def writes_into_a_copy() -> Subject:
    """A mapping from between page borders is a copy of the file."""

    def wrapper(*args: Any, **kwargs: Any) -> Any:
        mapping = mmapwrapper(*args, **kwargs)
        if _offset(kwargs) % PAGE and kwargs.get("access") is None:
            return memoryview(bytearray(mapping))
        return mapping

    return port(mmapwrapper=wrapper)


@broken("file_47")
def always_read_only() -> Subject:
    """Every mapping of a file is read-only."""

    def wrapper(*args: Any, **kwargs: Any) -> Any:
        mapping = mmapwrapper(*args, **kwargs)
        return mapping if args[:1] == (-1,) else memoryview(mapping).toreadonly()

    return port(mmapwrapper=wrapper)


@broken("file_48")
def no_anonymous_memory() -> Subject:
    """The file number -1 is refused."""

    def wrapper(*args: Any, **kwargs: Any) -> Any:
        if args[:1] == (-1,):
            raise OSError("bad file descriptor")
        return mmapwrapper(*args, **kwargs)

    return port(mmapwrapper=wrapper)


@broken("file_49")
def cut_to_the_file() -> Subject:
    """A window past the end of the file is cut to what there is."""

    def wrapper(*args: Any, **kwargs: Any) -> Any:
        try:
            return mmapwrapper(*args, **kwargs)
        except ValueError:
            if not args or args[0] < 0 or _offset(kwargs) < 0:
                raise
            return memoryview(b"")

    return port(mmapwrapper=wrapper)


@broken("file_50")
def negative_is_zero() -> Subject:
    """A negative offset is taken for 0."""

    def wrapper(*args: Any, **kwargs: Any) -> Any:
        if _offset(kwargs) < 0:
            kwargs["offset"] = 0
        return mmapwrapper(*args, **kwargs)

    return port(mmapwrapper=wrapper)


@broken("file_51")
def keeps_what_it_refused() -> Subject:
    """Whatever was mapped from between page borders is kept."""
    kept = []

    def wrapper(*args: Any, **kwargs: Any) -> Any:
        mapping = mmapwrapper(*args, **kwargs)
        if _offset(kwargs) % PAGE:
            kept.append(mapping)
        return mapping

    return port(mmapwrapper=wrapper)


@broken("file_51")
def refusal_leaks_a_descriptor() -> Subject:
    """A window that is refused leaves a descriptor open."""

    def wrapper(*args: Any, **kwargs: Any) -> Any:
        try:
            return mmapwrapper(*args, **kwargs)
        except ValueError:
            if args and args[0] >= 0:
                os.dup(args[0])
            raise

    return port(mmapwrapper=wrapper)
