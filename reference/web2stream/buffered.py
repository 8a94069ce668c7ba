"""BufferedStream: lines and exact counts of bytes from any stream, and bytes put back.

Strategy: a line or a count is an attempt to take it out of the buffer, made again after each piece of the
source (`_gathering`). Bytes are searched once: a call remembers how far it has looked.

After `close`, and for a call that waits while it is closed, the answer is the one of the end of data: None
from `read`, b"" from `readline` and `readExactly` (whose results are always bytes). Bytes put back after
`close` are dropped. This module doesn't know how large its source's pieces are: one piece is held whole.

Obeys: history_05, module_18
"""

from twisted.internet.defer import Deferred
from zope.interface import implementer

from web2stream._bytequeue import ByteQueue
from web2stream._gathering import Gathering
from web2stream.bytestream import Buffer, IByteStream, checkPoint, plainBytes
from web2stream.memory import MemoryStream, byteView
from web2stream.simple import checkCount


@implementer(IByteStream)
class BufferedStream(Gathering):
    """A stream read by lines, by exact counts, or piece by piece, in any order.

    One call at a time: while the Deferred of one is outstanding, every other but `close` raises RuntimeError
    and changes nothing. Cancelling an outstanding Deferred closes the stream.

    A failure of the source fails the call that met it; what is buffered stays and can be read by calls that
    need no more than it. A call that does need more fails likewise. A source that ends before its `length`,
    or gives more, counts as failing with RuntimeError (the surplus is cut off).

    Args:
        stream: the IByteStream to read; it belongs to this one from now on.

    Obeys: buffered_01, buffered_22, buffered_23, buffered_24, buffered_42, buffered_43, buffered_44, buffered_50,
    buffered_51, buffered_52, buffered_53, buffered_54, buffered_55, buffered_56, buffered_57, buffered_59, buffered_60,
    buffered_67, buffered_68
    """

    def readExactly(self, size: int | None = None) -> "Deferred[bytes]":
        """Read a number of bytes.

        Args:
            size: bytes wanted; None for all there are until the end.

        Returns:
            A Deferred of bytes: `size` of them, or the rest if the data ends before, b"" when nothing is
            left. It fails if the source does before there are enough; what is buffered stays.

        Raises:
            RuntimeError: another call is outstanding.
            TypeError: `size` is no integer.
            ValueError: `size` is negative.

        Obeys: buffered_02, buffered_03, buffered_04, buffered_05, buffered_06, buffered_07, buffered_08, buffered_39,
        buffered_41
        """
        wanted = None if size is None else checkCount("size", size)

        def attempt() -> bytes | None:
            if wanted is None or len(self._queue) < wanted:
                return None
            return self._queue.take(wanted)

        return self._gather(attempt)

    def readline(self, delimiter: Buffer = b"\r\n", size: int | None = None) -> "Deferred[bytes]":
        r"""Read up to and including a delimiter.

        Args:
            delimiter: bytes-like, not empty; what ends the line, and is part of it.
            size: most bytes a line may have; None for no limit. A limit that falls inside a delimiter
                leaves the delimiter's rest as the begin of the next line.

        Returns:
            A Deferred of bytes: the line with its delimiter; `size` bytes of a longer line; the rest at the
            end of data, b"" when nothing is left. It fails if the source does before the line ends; what is
            buffered stays.

        Raises:
            RuntimeError: another call is outstanding.
            TypeError: `delimiter` is not bytes-like, or `size` is no integer.
            ValueError: `delimiter` is empty, or `size` is negative.

        Obeys: buffered_09, buffered_10, buffered_11, buffered_12, buffered_13, buffered_14, buffered_15, buffered_16,
        buffered_17, buffered_18, buffered_19, buffered_20, buffered_21, buffered_38, buffered_40, buffered_69,
        buffered_70
        """
        mark = plainBytes(delimiter)
        if not mark:
            raise ValueError("the delimiter of a line must not be empty")
        limit = None if size is None else checkCount("size", size)
        searched = 0

        def attempt() -> bytes | None:
            nonlocal searched
            place = self._queue.find(mark, searched, limit)
            if place >= 0:
                return self._queue.take(place + len(mark))
            if limit is not None and len(self._queue) >= limit:
                return self._queue.take(limit)
            searched = max(0, len(self._queue) - len(mark) + 1)
            return None

        return self._gather(attempt)

    def pushback(self, data: Buffer) -> None:
        """Put bytes in front of what is yet to be read, also after the end of the data.

        Args:
            data: bytes-like; copied. Dropped if the stream is closed.

        Raises:
            RuntimeError: a call is outstanding.
            TypeError: `data` is not bytes-like.

        Obeys: buffered_26, buffered_27, buffered_28, buffered_30, buffered_58
        """
        self._refuseOverlap()
        view = byteView(data)
        if not self._closed:
            self._queue.prepend(view)

    def split(self, point: int) -> "tuple[BufferedStream, BufferedStream]":
        """Cut the stream at a byte position, inside or beyond what is buffered.

        Args:
            point: bytes of the remaining data that go to the first half, 0 <= point <= length.

        Returns:
            (before, after): two BufferedStreams.

        Raises:
            RuntimeError: a call is outstanding.
            ValueError: the point lies outside the stream, which stays usable.
            TypeError: the point is no integer; the stream stays usable.

        Obeys: buffered_32, buffered_33, buffered_34, buffered_35, buffered_36, buffered_61, buffered_62, buffered_63,
        buffered_64, buffered_65, buffered_66
        """
        self._refuseOverlap()
        point = checkPoint(point, self.length)
        beyond = point - len(self._queue)
        if beyond > 0:
            first, second = self._source.split(beyond)
            before, after = BufferedStream(first), BufferedStream(second)
            before._queue, self._queue = self._queue, ByteQueue()
        else:
            before, after = BufferedStream(MemoryStream(self._queue.take(point))), BufferedStream(self.stream)
            after._queue, self._queue = self._queue, ByteQueue()
            # With all it knows of how the source stopped.
            after._source = self._source
        before._closed = after._closed = self._closed
        return before, after
