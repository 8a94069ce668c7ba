"""The ends of a process's pipes, as a producer and a consumer.

Strategy: thin wrappers around Twisted's pipes. They add what Twisted's lack: an output that can tell how much
of a process that has ended is still to come, and an input that stays aware of its other end. What the bytes
are for they don't know.
"""

import select
from collections.abc import Callable
from math import inf
from sys import byteorder
from typing import Any

from twisted.internet.interfaces import IConsumer, IPushProducer
from zope.interface import implementer

from web2stream.producer import ProducerStream


@implementer(IConsumer)
class Stdin:
    """The process's standard input as a consumer; it skips empty chunks.

    An empty write would make the pipe blind for its other end being closed.
    """

    def __init__(self, transport: Any) -> None:
        self.transport = transport

    def write(self, data: bytes) -> None:
        if data:
            self.transport.write(data)

    def registerProducer(self, producer: Any, streaming: bool) -> None:
        self.transport.registerProducer(producer, streaming)

    def unregisterProducer(self) -> None:
        self.transport.unregisterProducer()


@implementer(IPushProducer)
class Output:
    """An output pipe of the process, bound to its stream.

    Args:
        pipe: the reading end.
        stream: what it produces for.
        changed: called whenever `settled` may have become true.
    """

    def __init__(self, pipe: Any, stream: ProducerStream, changed: Callable[[], None]) -> None:
        self._pipe = pipe
        self._stream = stream
        self._changed = changed
        self._paused = False
        # Bytes by the process that are still in the pipe, once it has ended; before, as many as may come.
        self._owed: float = inf
        stream.registerProducer(self, True)

    @property
    def settled(self) -> bool:
        """Whether nothing more is to be waited for on behalf of a process that has ended."""
        return self._paused or self._owed <= 0

    def exited(self) -> None:
        """Note what the process, which has ended, left in the pipe."""
        if self._owed:
            self._owed = _left(self._pipe.fileno())

    def received(self, data: bytes) -> None:
        self._owed -= len(data)
        self._stream.write(data)
        self._changed()

    def lost(self) -> None:
        self._owed = 0
        self._stream.finish()
        self._changed()

    def pauseProducing(self) -> None:
        self._paused = True
        self._pipe.pauseProducing()
        self._changed()

    def resumeProducing(self) -> None:
        self._paused = False
        self._pipe.resumeProducing()

    def stopProducing(self) -> None:
        self._pipe.stopProducing()


def _left(pipe: int) -> float:
    """Count what waits in a pipe whose process has ended; infinite if nobody else can write to it.

    Then its end is close, and can be waited for as well.
    """
    poll = select.poll()
    poll.register(pipe, select.POLLIN)
    if any(event & select.POLLHUP for _, event in poll.poll(0)):
        return inf
    # Not on Windows, where this module must still be imported.
    import termios
    from fcntl import ioctl

    return int.from_bytes(ioctl(pipe, termios.FIONREAD, bytes(4)), byteorder)
