"""readStream, readAndDiscard, readIntoFile: a stream read to its end, for a callback or into a file.

Strategy: each is one pass of a `_StreamReader`. A file adds two things: it may take less than it is given,
and it is closed before anybody hears of the end. This module doesn't know what the data is; a file gets each
chunk as it was read.

Obeys: history_10, module_09, module_10, module_11
"""

import io
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any, Final

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorTime
from twisted.python.failure import Failure

from web2stream._reader import _StreamReader
from web2stream.memory import byteView

__all__ = ["_StreamReader", "readAndDiscard", "readIntoFile", "readStream"]

_LONGEST_WAIT: Final = 0.05
"""Seconds between two tries at a file that would block."""


class _FileFiller(_StreamReader):
    """One pass over a stream into a file.

    A file that takes a part of a chunk gets the rest at once. One that takes nothing for now (a raw file
    that would block) gets it in later turns, while nothing is read.

    Args:
        stream: anything with `read`, giving bytes-like objects.
        outFile: has `write` and `close`; closed at the end, whatever happened.
        reactor: gives the turns; None for the running one.
    """

    def __init__(self, stream: Any, outFile: Any, reactor: IReactorTime | None = None) -> None:
        super().__init__(stream, outFile.write, reactor)
        self._file = outFile
        # Only a raw file means by None or 0 that it took nothing; tempfile wraps one in `file`.
        self._raw = isinstance(getattr(outFile, "file", outFile), io.RawIOBase)
        self._tries = 0
        self._closed = False

    def stop(self) -> None:
        """End the pass and close both the stream and the file."""
        try:
            super().stop()
        finally:
            # Something failed before, or nobody waits any more: its own error has nobody to go to.
            with suppress(Exception):
                self._close()

    def _finish(self, result: Failure | None) -> None:
        if result is None:
            try:
                self._close()
            except Exception:
                result = Failure()
        super()._finish(result)

    def _close(self) -> None:
        if not self._closed:
            self._closed = True
            self._file.close()

    def _consume(self, data: Any) -> None:
        while (rest := self._write(data)) is not None:
            if self._done:
                return
            if rest is data:
                wait = min(_LONGEST_WAIT, self._tries / 1000)
                self._tries += 1
                self._later(partial(self._got, rest), wait)
                return
            data = rest
        self._later(self._step)

    def _write(self, data: Any) -> Any:
        """Write once; give what is left: None for nothing, `data` itself if the file took nothing."""
        count: Any
        try:
            count = self.gotDataCallback(data)
        except BlockingIOError as blocked:
            count = getattr(blocked, "characters_written", 0)
        else:
            if self._raw:
                count = count or 0
            elif type(count) is not int or count <= 0:
                return None
        view = byteView(data)
        if count >= view.nbytes:
            return None
        if count <= 0:
            return data
        self._tries = 0
        return view[count:]


def readStream(
    stream: Any, gotDataCallback: Callable[[Any], object], reactor: IReactorTime | None = None
) -> "Deferred[None]":
    """Pass a stream's data to a callback, chunk by chunk.

    The first read happens inside the call; after each chunk the reactor gets a turn.

    Args:
        stream: anything with `read`. It is closed, if it can be, when something fails or is cancelled.
        gotDataCallback: called with each chunk; what it returns is ignored.
        reactor: an IReactorTime that gives the turns; None for the running one.

    Returns:
        A Deferred that fires with None at the end, or with the error of reading or of the callback.
        Cancelling it stops the reading and closes the stream.

    Obeys: consume_01, consume_02, consume_03, consume_04, consume_05, consume_06, consume_07, consume_08, consume_09,
    consume_10, consume_11, consume_12, consume_13, consume_14, consume_15, consume_16, consume_17, consume_19,
    consume_20, consume_21, consume_22, consume_23, consume_24, consume_96, consume_98, consume_107, consume_112
    """
    return _StreamReader(stream, gotDataCallback, reactor).run()


def readAndDiscard(stream: Any, reactor: IReactorTime | None = None) -> "Deferred[None]":
    """Read a stream to its end and drop the data.

    Args:
        stream: as for `readStream`.
        reactor: as for `readStream`.

    Returns:
        A Deferred, as of `readStream`.

    Obeys: consume_25, consume_26, consume_27, consume_28, consume_29, consume_30, consume_31, consume_32, consume_34,
    consume_35, consume_36, consume_100, consume_109
    """
    return readStream(stream, _drop, reactor)


def readIntoFile(stream: Any, outFile: Any, reactor: IReactorTime | None = None) -> "Deferred[None]":
    """Write a stream's data to a file and close the file.

    Args:
        stream: as for `readStream`.
        outFile: has `write` and `close`. A raw unbuffered file may take less than it is given, or nothing
            for now. It is closed at the end, on failure and on cancelling, before the Deferred fires.
        reactor: as for `readStream`.

    Returns:
        A Deferred, as of `readStream`; it also fails with the error of writing, and with that of closing the
        file if nothing failed before.

    Obeys: consume_37, consume_38, consume_39, consume_40, consume_41, consume_42, consume_43, consume_44, consume_45,
    consume_46, consume_47, consume_48, consume_49, consume_50, consume_51, consume_52, consume_53, consume_54,
    consume_55, consume_57, consume_58, consume_59, consume_60, consume_61, consume_99, consume_101, consume_108
    """
    return _FileFiller(stream, outFile, reactor).run()


def _drop(_: object) -> None:
    pass
