"""CompoundStream: sendfile."""

from pathlib import Path

from twisted.internet.defer import Deferred

from tests.reference.compound_parts import source
from tests.sources import (
    LATER,
    ScriptedSource,
    SendfileSource,
)
from web2stream.compound import CompoundStream
from web2stream.file import FileStream
from web2stream.memory import MemoryStream
from web2stream.sendfile import SendfileBuffer

# Sendfile


def test_sendfile_goes_to_buckets_that_take_it() -> None:
    """`sendfile=True` reaches exactly the buckets that declare it."""
    window = SendfileBuffer(None, 0, 300)
    sendable, plain, nested = SendfileSource(window, length=300), source(b"a"), SendfileSource(length=0)
    stream = CompoundStream([sendable, plain, CompoundStream([nested])])
    assert window is stream.read(sendfile=True)
    assert (1, b"a") == (stream.length, stream.read(sendfile=True))
    assert stream.read(True) is None
    assert ([True, True], [True]) == (sendable.asked, nested.asked)


def test_without_sendfile_only_bytes_are_asked_for() -> None:
    """A plain read asks no bucket for a SendfileBuffer."""
    sendable = SendfileSource(b"a", length=1)
    assert b"a" == CompoundStream([sendable]).read()
    assert [False] == sendable.asked


def test_sendfile_is_handed_on_after_waiting() -> None:
    """The bucket that a waiting read goes on with is asked as the first was."""
    first, sendable = ScriptedSource(LATER), SendfileSource(b"a", length=1)
    answer = CompoundStream([first, sendable]).read(sendfile=True)
    assert isinstance(answer, Deferred)
    first.fire(None)
    assert (b"a", [True]) == (answer.result, sendable.asked)


def test_a_sendfile_window_that_runs_over_is_cut() -> None:
    """A SendfileBuffer beyond its stream's length is made shorter."""
    stream = CompoundStream([SendfileSource(SendfileBuffer(None, 7, 300), length=200)])
    assert SendfileBuffer(None, 7, 200) == stream.read(sendfile=True)


def test_files_are_sent(tmp_path: Path) -> None:
    """Real files in a compound give their windows, in order."""
    path = tmp_path / "file"
    path.write_bytes(bytes(range(256)) * 4)
    with path.open("rb") as file:
        stream = CompoundStream([MemoryStream(b"head"), FileStream(file, 0, 512), FileStream(file, 100, 400)])
        assert 916 == stream.length
        data = [stream.read(sendfile=True) for _ in range(4)]
        assert isinstance(data[1], SendfileBuffer)
        assert [b"head", bytes(range(256)) * 2, path.read_bytes()[100:500], None] == [
            None if piece is None else bytes(piece)  # type: ignore[call-overload]
            for piece in data
        ]
