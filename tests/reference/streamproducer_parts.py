"""A consumer that the tests of StreamProducer write to."""

from collections.abc import Callable
from typing import Any

from twisted.internet.interfaces import IConsumer
from zope.interface import implementer


@implementer(IConsumer)
class Consumer:
    """Keeps what it is given, and may do something on each call."""

    def __init__(
        self,
        write: Callable[[Any], object] = lambda _: None,
        register: Callable[[Any], object] = lambda _: None,
        unregister: Callable[[], object] = lambda: None,
    ) -> None:
        self.got: list[Any] = []
        self.producer: Any = None
        self.streaming: bool | None = None
        self.unregistered = 0
        self._write, self._register, self._unregister = write, register, unregister

    def write(self, data: Any) -> None:
        self.got.append(data)
        self._write(data)

    def registerProducer(self, producer: Any, streaming: bool) -> None:
        self.producer, self.streaming = producer, streaming
        self._register(producer)

    def unregisterProducer(self) -> None:
        self.unregistered += 1
        self.producer = None
        self._unregister()
