"""Kinds of buffers that a stream may give, each by the code that makes it of a piece's bytes."""

from array import array
from collections.abc import Callable
from typing import Final

Kind = tuple[str, Callable[[bytes], object]]

BUFFERS: Final[tuple[Kind, ...]] = (
    ("bytearray", bytearray),
    ("bytes", bytes),
    ("lambda data: memoryview(bytearray(data))", lambda data: memoryview(bytearray(data))),
    ("memoryview", memoryview),
)
"""Buffers whose items are bytes."""

ANY: Final[tuple[Kind, ...]] = (
    *BUFFERS,
    ("lambda data: array('I', data)", lambda data: array("I", data)),
    ("lambda data: memoryview(array('I', data))", lambda data: memoryview(array("I", data))),
)
"""Those, and buffers with items of four bytes, which hold whole items only."""
