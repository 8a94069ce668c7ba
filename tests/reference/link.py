"""A protocol that keeps a diary, and its connection between two streams."""

# Twisted's protocols have no annotations.
# mypy: disable-error-code="no-untyped-call"

from collections.abc import Callable
from typing import Any

from twisted.internet.protocol import Protocol
from twisted.internet.task import Clock

from tests.reference.script import Script, Seen
from web2stream.connect import connectStream
from web2stream.consume import readStream


class Diary(Protocol):
    """Notes what happens to it, and may do something then."""

    def __init__(self, **reactions: Callable[[Any], object]) -> None:
        self.diary: list[Any] = []
        self.transport: Any = None
        self._reactions = reactions

    def _note(self, what: str, more: Any = None) -> None:
        self.diary.append(what if more is None else (what, more))
        self._reactions.get(what, lambda _: None)(self)

    def connectionMade(self) -> None:
        self._note("made")

    def dataReceived(self, data: bytes) -> None:
        self._note("data", data)

    def connectionLost(self, reason: Any = None) -> None:
        self._note("lost", reason.type)


class Given:
    """A factory of one protocol, which keeps what it was called with."""

    def __init__(self, protocol: Any) -> None:
        self.protocol = protocol
        self.addresses: list[object] = []

    def buildProtocol(self, address: object) -> Any:
        self.addresses.append(address)
        return self.protocol


def turn(clock: Clock) -> None:
    while clock.getDelayedCalls():
        clock.advance(0.01)


def connected(answers: Any, **reactions: Callable[[Any], object]) -> tuple[Clock, Script, Diary, Any]:
    """Connect a Diary to a Script."""
    clock = Clock()
    source = Script(answers)
    protocol = Diary(**reactions)
    return clock, source, protocol, connectStream(source, Given(protocol), clock)


def collected(out: Any, clock: Clock) -> tuple[bytes, list[object]]:
    """Read all of a stream; give the data, and how it ended."""
    got: list[bytes] = []
    seen = Seen(readStream(out, got.append, clock))
    turn(clock)
    return b"".join(got), seen.values


def raising(error: BaseException) -> Callable[[Any], object]:
    def raise_(_: object) -> object:
        raise error

    return raise_


def finish(protocol: Any) -> None:
    protocol.transport.finish()


def lose(protocol: Any) -> None:
    protocol.transport.loseConnection()
