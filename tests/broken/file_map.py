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


@broken("file_39")
def by_place_only() -> Subject:
    """With an offset between page borders, file number and length are taken by place only."""

    def wrapper(*args: Any, **kwargs: Any) -> Any:
        if _offset(kwargs) % PAGE and len(args) < 2:
            raise IndexError("tuple index out of range")
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
        length = args[1] if len(args) > 1 else kwargs["length"]
        return memoryview(mapping)[: PAGE - shift] if shift and not length else mapping

    return port(mmapwrapper=wrapper)
