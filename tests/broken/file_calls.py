"""Broken mmapwrappers: calls that are wrong, or said otherwise."""

from typing import Any

from streamgauge.subject import Subject
from tests.broken import broken, port
from tests.broken.file_map_calls import PAGE
from web2stream.mapping import mmapwrapper


@broken("file_56")
def without_a_length_all_of_it() -> Subject:
    """Without a length it maps the whole file."""

    def wrapper(fileno: int, length: int = 0, *args: Any, **kwargs: Any) -> Any:
        return mmapwrapper(fileno, length, *args, **kwargs)

    return port(mmapwrapper=wrapper)


@broken("file_56")
def the_second_one_counts() -> Subject:
    """Of an argument that is given twice, the one with the name counts."""

    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return mmapwrapper(*args[:1], **kwargs) if "length" in kwargs else mmapwrapper(*args, **kwargs)

    return port(mmapwrapper=wrapper)


@broken("file_56")
def half_a_byte_is_dropped() -> Subject:
    """An offset that is no integer is cut to one."""

    def wrapper(*args: Any, **kwargs: Any) -> Any:
        offset = kwargs.get("offset")
        return mmapwrapper(*args, **kwargs | ({"offset": int(offset)} if isinstance(offset, float) else {}))

    return port(mmapwrapper=wrapper)


@broken("file_56")
def too_many_are_dropped() -> Subject:
    """What stands behind the last place is dropped."""

    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return mmapwrapper(*args[:6], **kwargs)

    return port(mmapwrapper=wrapper)


@broken("file_57")
def protection_before_flags() -> Subject:
    """By place, flags and protection are taken for each other."""

    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return mmapwrapper(*args[:2], *args[3:4], *args[2:3], **kwargs)

    return port(mmapwrapper=wrapper)


@broken("file_58")
def skipped_bytes_make_up_for_it() -> Subject:
    """A negative length counts from the page border."""

    def wrapper(*args: Any, **kwargs: Any) -> Any:
        if len(args) > 1 and args[1] < 0 <= args[1] + kwargs.get("offset", 0) % PAGE:
            return mmapwrapper(args[0], 0, **kwargs)
        return mmapwrapper(*args, **kwargs)

    return port(mmapwrapper=wrapper)
