"""Right streams around readers that others wrote: files, io's buffered reader, asyncio's stream reader."""

import asyncio
import io
import os
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from twisted.internet.defer import Deferred

from tests.kit.right_pieces import check


class LazyFile:
    """Opens its file when it is first read, and closes it at the end; halves are windows of the same path."""

    def __init__(self, path: str, start: int, stop: int) -> None:
        self._path, self._at, self._stop = path, start, stop
        self._file: io.BufferedReader | None = None

    @classmethod
    def of(cls, data: bytes) -> "LazyFile":
        handle, path = tempfile.mkstemp()
        with os.fdopen(handle, "wb") as out:
            out.write(data)
        stream = cls(path, 0, len(data))
        stream._guard = _Remover(path)
        return stream

    _guard: "_Remover"

    @property
    def length(self) -> int:
        return self._stop - self._at

    def read(self) -> bytes | None:
        if self._at >= self._stop:
            self.close()
            return None
        if self._file is None:
            self._file = open(self._path, "rb")  # noqa: PTH123, SIM115
        self._file.seek(self._at)
        data = self._file.read(min(self.length, 30_000))
        self._at += len(data)
        return data

    def close(self) -> None:
        self._at = self._stop
        if self._file is not None:
            self._file.close()
            self._file = None

    def split(self, point: int) -> "tuple[LazyFile, LazyFile]":
        check(point, self.length)
        halves = (
            LazyFile(self._path, self._at, self._at + point),
            LazyFile(self._path, self._at + point, self._stop),
        )
        for half in halves:
            half._guard = self._guard
        self.close()
        return halves


@dataclass
class _Remover:
    """Removes a file when nothing needs it any more."""

    path: str

    def __del__(self) -> None:
        with suppress(OSError):
            os.remove(self.path)  # noqa: PTH107


class Buffered:
    """Reads Python's own buffered file object, whose `read1` gives what it likes."""

    def __init__(self, data: bytes) -> None:
        self._file = io.BufferedReader(io.BytesIO(data))
        self.length = len(data)

    def read(self) -> bytes | None:
        data = b"" if self._file.closed else self._file.read1(3000)
        self.length -= len(data)
        return data or None

    def close(self) -> None:
        self._file.close()
        self.length = 0

    def split(self, point: int) -> "tuple[Buffered, Buffered]":
        check(point, self.length)
        data = self._file.read()
        return Buffered(data[:point]), Buffered(data[point:])


class Asyncio:
    """Reads a fed asyncio.StreamReader; the coroutine is driven by Twisted or by hand."""

    by_hand = False

    def __init__(self, data: bytes) -> None:
        self._loop = asyncio.new_event_loop()
        self._reader = asyncio.StreamReader(loop=self._loop)
        self._reader.feed_data(data)
        self._reader.feed_eof()
        self._loop.close()
        self.length: int = len(data)

    async def _read(self) -> bytes | None:
        data = await self._reader.read(500)
        self.length -= len(data)
        return data or None

    def read(self) -> Any:
        if self.length == 0:
            return None
        if not self.by_hand:
            return Deferred.fromCoroutine(self._read())
        try:
            self._read().send(None)
        except StopIteration as stop:
            return stop.value
        raise AssertionError("a fed reader does not wait")

    def close(self) -> None:
        self.length = 0

    def split(self, point: int) -> tuple[Any, Any]:
        check(point, self.length)
        data = bytes(self._reader._buffer)  # type: ignore[attr-defined]
        return type(self)(data[:point]), type(self)(data[point:])


class AsyncioByHand(Asyncio):
    """The same, without a Deferred."""

    by_hand = True
