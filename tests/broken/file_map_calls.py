"""Broken mmapwrappers: arguments that get lost, and mappings that outlive their use."""

import mmap
import os
from typing import Any

from streamgauge.subject import Subject
from tests.broken import broken, port
from web2stream.mapping import mmapwrapper

PAGE = mmap.ALLOCATIONGRANULARITY


def _offset(kwargs: dict[str, Any]) -> int:
    return kwargs.get("offset") or 0


@broken("file_42")
def nothing_is_memory() -> Subject:
    """Without arguments it maps a page of memory."""

    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return mmapwrapper(*args, **kwargs) if args or kwargs else mmap.mmap(-1, PAGE)

    return port(mmapwrapper=wrapper)


@broken("file_42")
def a_length_is_memory() -> Subject:
    """With a length alone it maps that much memory."""

    def wrapper(*args: Any, **kwargs: Any) -> Any:
        memory = not args and "fileno" not in kwargs and "length" in kwargs
        return mmap.mmap(-1, kwargs["length"]) if memory else mmapwrapper(*args, **kwargs)

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


@broken("file_60")
def offset_alone_is_an_index_error() -> Subject:
    """With an offset other than 0 and nothing else, it takes the first of no arguments."""

    def wrapper(*args: Any, **kwargs: Any) -> Any:
        if not args and list(kwargs) == ["offset"] and kwargs["offset"]:
            return mmapwrapper(args[0], **kwargs)
        return mmapwrapper(*args, **kwargs)

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


@broken("file_46")
def access_gets_lost() -> Subject:
    """With an offset between page borders, `access` is not handed on."""

    def wrapper(*args: Any, **kwargs: Any) -> Any:
        if _offset(kwargs) % PAGE:
            kwargs.pop("access", None)
        return mmapwrapper(*args, **kwargs)

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
