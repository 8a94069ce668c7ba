"""Kinds of buffers that a stream may give, each by the code that makes it of a piece's bytes."""

from array import array
from collections.abc import Callable
from typing import Final

BUFFERS: Final[dict[str, Callable[[bytes], object]]] = {
    "memoryview": memoryview,
    "bytearray": bytearray,
    "lambda data: memoryview(bytearray(data))": lambda data: memoryview(bytearray(data)),
    "bytes": bytes,
}
"""Buffers whose items are bytes."""

WIDE: Final[dict[str, Callable[[bytes], object]]] = {
    "lambda data: array('I', data)": lambda data: array("I", data),
    "lambda data: memoryview(array('I', data))": lambda data: memoryview(array("I", data)),
}
"""Buffers with items of four bytes; they hold whole items only."""
