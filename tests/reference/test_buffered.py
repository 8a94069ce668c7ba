"""BufferedStream: lines and exact counts."""

from typing import Any

import pytest
from twisted.internet.defer import Deferred
from zope.interface.verify import verifyObject

from tests.reference import buffered_parts
from tests.reference.buffered_parts import buffered, lines, rest
from tests.reference.script import Script, Seen, now
from web2stream.buffered import BufferedStream
from web2stream.bytestream import IByteStream
from web2stream.memory import MemoryStream

_quiet = buffered_parts._quiet


def test_provides_its_interface() -> None:
    """A BufferedStream is a byte stream that tells what is underneath and what is buffered."""
    source = MemoryStream(b"ab")
    stream = BufferedStream(source)
    assert verifyObject(IByteStream, stream)
    now(stream.readExactly(1))
    assert (source, b"b") == (stream.stream, stream.data)


def test_both_readers_give_deferreds() -> None:
    """Readline and readExactly give Deferreds, also when the data is there."""
    stream = buffered(b"a\r\nb")
    assert all(isinstance(d, Deferred) for d in (stream.readline(), stream.readExactly(1)))


@pytest.mark.parametrize("delimiter", [b"\n", b"\r\n", b"\r\r\n", b"--boundary", b"aab", bytearray(b"\r\n")])
@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_lines_in_chunks_of_any_size(delimiter: bytes, size: int) -> None:
    """A line ends with its delimiter wherever the chunks are cut."""
    delimiter = bytes(delimiter)
    pieces = [b"", b"one", b"\r", b"\r\r", b"aa", b"-", b"long" * 50]
    whole = b"".join(piece + delimiter for piece in pieces) + b"the rest"
    expected = []
    left = whole
    while left:
        end = left.find(delimiter)
        cut = len(left) if end < 0 else end + len(delimiter)
        expected.append(left[:cut])
        left = left[cut:]
    chunks = [whole[i : i + size] for i in range(0, len(whole), size)]
    assert lines(buffered(*chunks), delimiter) == expected


def test_the_default_delimiter_is_crlf() -> None:
    """Without a delimiter given, a line ends with CRLF."""
    assert lines(buffered(b"a\nb\r\nc\r")) == [b"a\nb\r\n", b"c\r"]


def test_overlapping_prefixes() -> None:
    """A delimiter that begins inside a false start is found."""
    assert lines(buffered(b"\r", b"\r", b"\r", b"\n", b"x"), b"\r\r\n") == [b"\r\r\r\n", b"x"]


@pytest.mark.parametrize("chunks", [[b"abcdef\r\ngh\r\n"], [bytes([c]) for c in b"abcdef\r\ngh\r\n"]])
def test_size_bounds_a_line(chunks: list[bytes]) -> None:
    """A line longer than size is cut there; a limit inside the delimiter leaves its rest for the next."""
    stream = buffered(*chunks)
    assert [now(stream.readline(size=n)) for n in (3, 4, 5, 4, 9)] == [
        b"abc",
        b"def\r",
        b"\ngh\r\n",
        b"",
        b"",
    ]
    assert lines(buffered(*chunks), size=8) == [b"abcdef\r\n", b"gh\r\n"]


def test_a_delimiter_beyond_the_limit_is_not_seen() -> None:
    """The limit holds also when the delimiter is buffered already, just behind it."""
    assert lines(buffered(b"abc\r\n"), size=3) == [b"abc", b"\r\n"]
    assert lines(buffered(b"abc\r\n"), size=4) == [b"abc\r", b"\n"]


def test_asking_for_nothing_reads_nothing() -> None:
    """A size of 0 gives b"" without a read of the source."""
    source = Script([b"abc"])
    stream = BufferedStream(source)
    assert [now(stream.readExactly(0)), now(stream.readline(size=0)), source.reads] == [b"", b"", 0]
    assert rest(stream) == b"abc"


def test_at_the_end_the_rest_and_then_nothing() -> None:
    """What is left comes without delimiter; afterwards b"" for ever, and the source is not asked again."""
    source = Script([b"a\r\nb"])
    stream = BufferedStream(source)
    assert [now(stream.readline()) for _ in range(4)] == [b"a\r\n", b"b", b"", b""]
    assert [now(stream.readExactly()), now(stream.readExactly(5)), stream.read()] == [b"", b"", None]
    assert (source.reads, stream.length) == (2, 0)


def test_exact_counts() -> None:
    """ReadExactly gives the bytes asked for, from any chunks; all of them for None."""
    stream = buffered(b"ab", b"", b"cdef", b"g", b"hij")
    assert [now(stream.readExactly(n)) for n in (1, 4, 0, 2, None)] == [b"a", b"bcde", b"", b"fg", b"hij"]


def test_too_few_bytes_are_no_error() -> None:
    """At the end of data readExactly gives what there is."""
    assert now(buffered(b"ab", b"c").readExactly(5)) == b"abc"


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda s: s.readExactly(-1), ValueError),
        (lambda s: s.readExactly("1"), TypeError),
        (lambda s: s.readExactly(1.0), TypeError),
        (lambda s: s.readline(size=-1), ValueError),
        (lambda s: s.readline(size="1"), TypeError),
        (lambda s: s.readline(b""), ValueError),
        (lambda s: s.readline("\n"), TypeError),
        (lambda s: s.readline(10), TypeError),
        (lambda s: s.pushback("text"), TypeError),
        (lambda s: s.pushback(5), TypeError),
        (lambda s: s.split(-1), ValueError),
        (lambda s: s.split(6), ValueError),
        (lambda s: s.split("1"), TypeError),
    ],
)
def test_wrong_arguments_are_refused_at_once(call: Any, error: type[Exception]) -> None:
    """A wrong argument raises in the call, and the stream is as it was."""
    source = Script([b"ab", b"cde"], length=5)
    stream = BufferedStream(source)
    with pytest.raises(error):
        call(stream)
    assert (source.reads, rest(stream)) == (0, b"abcde")


def test_late_chunks() -> None:
    """A call waits over as many chunks as it needs."""
    late: list[Deferred[object]] = [Deferred() for _ in range(4)]
    stream = buffered(*late)
    line = Seen(stream.readline())
    for place, chunk in enumerate((b"a", b"b\r", b"\nc")):
        assert line.values == []
        late[place].callback(chunk)
    assert line.values == [b"ab\r\n"]
    exact = Seen(stream.readExactly(5))
    late[3].callback(b"d")
    assert exact.values == [b"cd"]
