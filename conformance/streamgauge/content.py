"""Contents: the bytes that streams are made of, how Hypothesis draws them, and how a report writes them in short."""

from functools import cache
from operator import itemgetter

from hypothesis import strategies as st

ALPHABET = b"a\r\n\x00\xff01b "
_LETTERS = bytes(ALPHABET[number % len(ALPHABET)] for number in range(256))
EDGES = (0, 1, 2, 255, 256, 1000, 8191, 8192, 8193, 65503, 65504, 65505, 65536, 65537, 200_003)
"""Sizes in bytes at which real streams break: empty, one, and around 8 KiB, 64 KiB and beyond."""


@cache
def letters(min_size: int = 0, max_size: int = 40) -> st.SearchStrategy[bytes]:
    """Draw a short content of few different bytes, CR, LF, NUL and a high one among them: a single draw."""
    return st.binary(min_size=min_size, max_size=max_size).map(_spell)


def _spell(drawn: bytes) -> bytes:
    return drawn.translate(_LETTERS)


@cache
def contents(max_size: int = 40, *, large: int | bool = True, min_size: int = 0) -> st.SearchStrategy[bytes]:
    """Draw contents: short ones byte by byte, now and then a large one by repetition.

    Args:
        max_size: most bytes of a short content.
        large: also draw contents of the sizes in `EDGES`; a number keeps them to that many bytes.
        min_size: fewest bytes.
    """
    short = letters(min_size, max_size)
    if not large:
        return short
    largest = EDGES[-1] if large is True else large
    edges = [size for size in EDGES if max_size < size <= largest]
    sizes = st.sampled_from([*range(min_size, max_size + 1), *edges * (1 + 4 * (max_size + 1) // max(1, len(edges)))])
    return st.one_of(short, short, short, sizes.map(filler))


_pattern = b""


def filler(size: int) -> bytes:
    """Make `size` bytes in which every 4-byte group differs from its neighbours, so that a shift shows."""
    global _pattern  # noqa: PLW0603 - counting anew for every content is the kit's slowest part
    if len(_pattern) < size:
        count = max(size, EDGES[-1]) // 4 + 1
        _pattern = b"".join(number.to_bytes(4, "big") for number in range(0x0D0A0000, 0x0D0A0000 + count))
    return _pattern[:size]


def brief(data: bytes) -> str:
    """Write bytes so that a long content stays readable: as the call that makes it, else its start, end and size."""
    if len(data) <= 48:
        return repr(data)
    if data == filler(len(data)):
        return f"filler({len(data)})"
    return _spelled(data) or f"{data[:12]!r}...{data[-12:]!r} ({len(data)} bytes)"


def _spelled(data: bytes) -> str:
    """Write long bytes as the code that makes them: a part of the filler, or a repetition, between short ends."""
    if data[::-1] == filler(len(data)):
        return f"filler({len(data)})[::-1]"
    for head in range(3):
        rest = data[head:]
        size, code = max((_run(rest, unit) for unit in range(5)), key=itemgetter(0))
        if size and head + size + 16 >= len(data):
            tail = data[head + size :]
            return " + ".join([*([repr(data[:head])] if head else []), code, *([repr(tail)] if tail else [])])
    period = (data * 2).find(data, 1)
    return f"({brief(data[:period])}) * {len(data) // period}" if period < len(data) else ""


def _run(data: bytes, unit: int) -> tuple[int, str]:
    """Find how far bytes go on as they begin: as the filler (unit 0) or by repeating so many; its size and its code."""
    if unit:
        count = -(-len(data) // unit)
        if data[unit : 2 * unit + 8] != (data[:unit] * 12)[unit : 2 * unit + 8]:
            return 0, ""
        size = _common(data, data[:unit] * count) // unit
        return size * unit, f"{data[:unit]!r} * {size}"
    at = filler(2 * EDGES[-1]).find(data[:8]) if b"\r\n" in data[:6] else -1
    size = _common(data, filler(at + len(data))[at:]) if at >= 0 else 0
    return size, f"filler({at + size})[{at}:]" if at else f"filler({size})"


def _common(one: bytes, other: bytes) -> int:
    """Count the bytes with which both begin."""
    most = min(len(one), len(other))
    size, step = 0, 1 << most.bit_length()
    while step:
        end = size + step
        if end <= most and one[size:end] == other[size:end]:
            size = end
        step >>= 1
    return size
