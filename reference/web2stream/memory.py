"""MemoryStream: the bytes of a buffer object as a stream.

Strategy: one view of the buffer's bytes is taken at once, so its owner can't shrink it under the window
(Python refuses to resize or to close an exported buffer). One read gives the whole window, without a copy.
Nothing is promised for an owner who overwrites the bytes in place: the stream is a view, not a snapshot.

Obeys: module_07
"""

from web2stream.bytestream import Buffer
from web2stream.simple import SimpleStream, checkCount


def byteView(data: Buffer) -> memoryview:
    """View any buffer as its bytes, in C order, read-only.

    Without a copy wherever Python can do it: not for scattered (strided) memory or a format that isn't
    native.
    """
    view = memoryview(data)
    try:
        return view.cast("B").toreadonly()
    except (TypeError, ValueError):
        return memoryview(view.tobytes())


class MemoryStream(SimpleStream):
    """A stream of bytes that are in memory already.

    Args:
        mem: any object of the buffer interface; counted and read in bytes, whatever its item size.
        start: first byte of the window.
        length: bytes in the window; None for all from `start` on.

    Attributes:
        mem: the view of the buffer; None after the read and after `close`.

    Raises:
        TypeError: `mem` has no buffer interface (str has none), or `start` or `length` is no integer.
        ValueError: `start` or `length` is negative, or the window goes past the end of the buffer.

    Obeys: memory_01, memory_02, memory_03, memory_04, memory_05, memory_06, memory_08, memory_09, memory_10, memory_11,
    memory_12, memory_14, memory_15, memory_17, memory_18
    """

    mem: memoryview | None
    start: int
    length: int

    def __init__(self, mem: Buffer, start: int = 0, length: int | None = None) -> None:
        view = byteView(mem)
        start = checkCount("start", start)
        rest = view.nbytes - start
        length = max(rest, 0) if length is None else checkCount("length", length)
        if length > rest:
            raise ValueError(f"{length} bytes from {start} on lie outside the buffer of {view.nbytes} bytes")
        self.mem = view
        self.start = start
        self.length = length

    def read(self) -> memoryview | None:
        """Give the whole window at once.

        Returns:
            A read-only memoryview of the buffer itself, which it keeps alive; None for an empty window and
            from the second read on.

        Obeys: memory_07, memory_13, memory_19
        """
        mem, start, length = self.mem, self.start, self.length
        MemoryStream.close(self)  # not a subclass's own: its `close` is for its user to call
        if mem is None or not length:
            return None
        return mem[start : start + length]

    def close(self) -> None:
        """End the stream and let the buffer go; what was read stays valid.

        Obeys: memory_16
        """
        self.mem = None
        super().close()
