"""mmapwrapper: `mmap.mmap` at any offset.

Strategy: the platform maps from multiples of its granularity only. From such an offset its own mapping is
given; from any other, a view that leaves out the bytes before the offset. The view holds the mapping, so
the two go together. Nothing here reads a mapped byte.

Obeys: module_33
"""

import errno
import sys
from operator import index
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import mmap
else:
    try:
        import mmap
    except ImportError:  # some platforms have none, WebAssembly for one
        mmap = None

__all__ = ["mmap", "mmapwrapper"]

PARAMETERS: Final = (
    ("fileno", "length", "tagname", "access", "offset")
    if sys.platform == "win32"
    else ("fileno", "length", "flags", "prot", "access", "offset")
)


def mmapwrapper(*args: Any, **kwargs: Any) -> "mmap.mmap | memoryview":
    """Map a file, or anonymous memory, from any offset on.

    Args:
        *args: as for `mmap.mmap`: file number (-1 for anonymous memory), length in bytes (0 for the rest of
            the file), and so on.
        **kwargs: as for `mmap.mmap`; `offset` is the first byte to map, any number up to the largest file's
            size; None or 0 for the start.

    Returns:
        An `mmap.mmap` if the offset is a multiple of `mmap.ALLOCATIONGRANULARITY`. Otherwise a memoryview of
        exactly the bytes asked for: `len`, indices, slices, writing and the buffer interface work alike, the
        mapping itself is its `obj` (for `flush`), and it is unmapped when its last view is released or
        collected.

    Raises:
        TypeError: no file number or no length was given, or the offset is no integer.
        ValueError: the offset is negative, or the bytes asked for lie past the end of the file.
        OSError: the system can't map this.

    Obeys: file_37, file_38, file_39, file_40, file_41, file_42, file_43, file_44, file_45, file_46, file_47, file_48,
    file_49, file_50, file_51, file_56, file_57, file_58, file_60
    """
    call = dict(zip(PARAMETERS, args, strict=False))
    if len(args) > len(PARAMETERS) or call.keys() & kwargs.keys():
        raise TypeError("an argument of mmap was given twice, or there are too many")
    call |= kwargs
    if "fileno" not in call or "length" not in call:
        raise TypeError("a mapping needs a file number and a length")
    asked = call.pop("offset", None)
    offset = 0 if asked is None else index(asked)
    if offset < 0:
        raise ValueError(f"mapping offset must not be negative: {offset}")
    if mmap is None:
        raise OSError(errno.ENOSYS, "this platform has no mmap")
    shift = offset % mmap.ALLOCATIONGRANULARITY
    length = index(call["length"])
    if length > 0:  # a negative length must not become a positive one: mmap refuses it
        call["length"] = length + shift
    mapping = mmap.mmap(**call, offset=offset - shift)
    if not shift:
        return mapping
    if len(mapping) <= shift:
        mapping.close()
        raise ValueError("mapping offset lies past the end of the file")
    return memoryview(mapping)[shift:]
