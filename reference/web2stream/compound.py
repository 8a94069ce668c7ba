"""CompoundStream: many streams one after the other, as one.

Strategy: the first stream (bucket) left is read until it gives None. One loop serves both a bucket that
answers at once and one that answers later, so a million empty buckets cost no stack.

A bucket is held to the length it claims when it is read first: it is cut where it runs over, and counts as
failing (ValueError) where it ends early, for the bytes behind it would come at wrong places. This module
doesn't know what its buckets are; only their `length`, `read`, `split` and `close` are used. A compound in
a compound is read through both: nesting, other than splitting, costs stack.

Obeys: history_03, module_08
"""

from collections.abc import Iterable
from typing import Any

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure
from zope.interface import implementer

from web2stream._buckets import Buckets, lengthOf
from web2stream._flow import WAITING, take
from web2stream._reply import Reply, shut
from web2stream.bytestream import IByteStream, checkPoint
from web2stream.sendfile import ISendfileableStream, pieceSize, pieceStart
from web2stream.split import fallbackSplit


@implementer(IByteStream, ISendfileableStream)
class CompoundStream:
    """A stream composed of many streams, its buckets, which belong to it from now on.

    Streams can be added at any time: also while a read is outstanding, and after `read` gave None for want of
    buckets; what is added then can be read. Only `close` and a failure are final: a stream added
    afterwards is closed at once.

    A bucket that is used up is dropped, not closed: `close` is for ending a stream early. One that fails or
    ends before its length is closed, and so are all behind it; one that runs over its length is cut and
    closed.

    Args:
        buckets: streams, or what can be adapted to IByteStream.

    Attributes:
        length: bytes remaining, or None if unknown. A bucket of unknown length makes it unknown until the
            end, also when that bucket is used up.

    Raises:
        TypeError: a bucket can't be adapted; none is touched.

    Obeys: compound_01, compound_02, compound_03, compound_04, compound_05, compound_06, compound_07, compound_09,
    compound_12, compound_13, compound_47, compound_48
    """

    length: int | None = 0

    def __init__(self, buckets: Iterable[Any] = ()) -> None:
        streams = [IByteStream(bucket) for bucket in buckets]
        lengths = [lengthOf(stream) for stream in streams]
        self.length = None if None in lengths else sum(length or 0 for length in lengths)
        self._buckets = Buckets(streams)
        self._closed = False
        self._reply: Reply | None = None
        self._sendfile = False

    @property
    def buckets(self) -> list[Any]:
        """The streams not used up yet, in order; the first may have been read in part.

        The list is the stream's own: changing it changes what is read next, but not `length`. Setting
        another one replaces the streams that are left: none is adapted or closed, and `length` stays.

        Obeys: compound_11
        """
        return self._buckets.unused()

    @buckets.setter
    def buckets(self, streams: list[Any]) -> None:
        self._buckets = Buckets(streams)

    @property
    def deferred(self) -> "Deferred[Any] | None":
        """The outstanding read's Deferred, or None."""
        return None if self._reply is None else self._reply.deferred

    def addStream(self, bucket: Any) -> None:
        """Append a stream.

        Args:
            bucket: a stream, or what can be adapted to IByteStream.

        Raises:
            TypeError: it can't be adapted.

        Obeys: compound_08, compound_10, compound_14, compound_15, compound_16, compound_17, compound_18, compound_19,
        compound_21, compound_44
        """
        stream = IByteStream(bucket)
        if self._closed:
            shut(stream)
            return
        length = lengthOf(stream)
        self.length = None if self.length is None or length is None else self.length + length
        self._buckets.append(stream)

    def read(self, sendfile: bool = False) -> object:
        """Read from the first bucket that has something.

        Args:
            sendfile: True if a SendfileBuffer is welcome too; handed on to buckets that take it.

        Returns:
            The bucket's own data (of bytes, a copy if it had to be cut); None when nothing is left; or a
            Deferred of one of these. Cancelling the Deferred closes the stream.

        Raises:
            RuntimeError: a read is outstanding; it is not disturbed.
            ValueError: a bucket ended before its length.
            Exception: what reading a bucket raised. It is told once: later reads give None.

        Obeys: compound_22, compound_23, compound_24, compound_25, compound_26, compound_33, compound_34, compound_35,
        compound_36, compound_37, compound_38, compound_39, compound_40, compound_41, compound_43
        """
        if self._reply is not None:
            raise RuntimeError("another read of this stream is outstanding")
        reply = self._reply = Reply()
        self._sendfile = sendfile
        try:
            self._run(reply)
        except BaseException:
            self._reply = None
            raise
        return reply.outcome(self._cancelled)

    def split(self, point: int) -> tuple[Any, Any]:
        """Cut the stream between two buckets, or inside one, which is then split.

        Args:
            point: bytes of the remaining data that go to the first half, 0 <= point <= length.

        Returns:
            (before, after): this very object, and a new CompoundStream. If a bucket of unknown length stands
            before the point: the two halves of `fallbackSplit`.

        Raises:
            RuntimeError: a read is outstanding.
            ValueError: the point lies outside the stream, which stays usable.
            TypeError: the point is no integer; the stream stays usable.

        Obeys: compound_28, compound_29, compound_30, compound_31, compound_32, compound_46
        """
        if self._reply is not None:
            raise RuntimeError("a stream can't be split while a read of it is outstanding")
        point = checkPoint(point, self.length)
        place = self._buckets.locate(point, self.length)
        if place is None:
            return fallbackSplit(self, point)
        after = CompoundStream()
        after._buckets = self._buckets.cut(*place)
        after._closed = self._closed
        after.length = None if self.length is None else self.length - point
        self.length = point
        return self, after

    def close(self) -> None:
        """Close all buckets; an outstanding read gives None.

        Obeys: compound_27, compound_45
        """
        self._finish(None)

    def _run(self, reply: Reply) -> None:
        """Read on until the reply is given, or something must be waited for."""
        while self._reply is reply:
            if not self._buckets:
                self.length = 0
                self._answer(None)
                return
            answer = take(self._ask, self._came)
            if answer is WAITING:
                return
            self._got(answer)

    def _ask(self) -> object:
        bucket = self._buckets.begin()
        if self._sendfile and ISendfileableStream.providedBy(bucket):
            return bucket.read(True)
        return bucket.read()

    def _came(self, answer: object) -> None:
        reply = self._reply
        try:
            self._got(answer)
            if reply is not None:
                self._run(reply)
        except BaseException:  # what can't pass a Deferred must still reach who waits
            if reply is None or self._reply is not reply:
                raise
            self._answer(Failure())

    def _got(self, answer: object) -> None:
        """Use what the first bucket answered, unless the stream has been closed since it was asked."""
        left = self._buckets.left
        if self._reply is None:
            return
        if isinstance(answer, Failure):
            self._finish(answer)
        elif answer is not None:
            self._passOn(answer, left)
        elif left:
            self._finish(Failure(ValueError(f"a bucket ended {left} bytes too early")))
        else:
            self._buckets.drop()

    def _passOn(self, data: object, left: int | None) -> None:
        try:
            count = pieceSize(data)
            overrun = left is not None and count > left
            if left is not None:
                count = min(count, left)
            if overrun:
                data = pieceStart(data, count)
        except Exception:
            self._finish(Failure())
            return
        if self.length is not None:
            self.length = max(0, self.length - count)
        if left is not None:
            self._buckets.left = left - count
        if overrun:
            shut(self._buckets.drop())
        if count or not overrun:
            self._answer(data)

    def _finish(self, answer: Failure | None) -> None:
        """Close everything, for good, and answer the outstanding read."""
        # Detached first: a bucket's close may come back here, or fire what it still owes.
        reply, self._reply = self._reply, None
        buckets, self._buckets = self._buckets, Buckets([])
        self._closed = True
        self.length = 0
        try:
            for bucket in buckets.unused():
                shut(bucket)
        finally:
            if reply is not None:
                reply.give(answer)

    def _answer(self, data: object) -> None:
        reply, self._reply = self._reply, None
        if reply is not None:
            reply.give(data)

    def _cancelled(self) -> None:
        self._reply = None
        self.close()
