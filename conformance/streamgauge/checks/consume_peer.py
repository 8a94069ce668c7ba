"""What the checks of connectStream share: a protocol that tells what happens to it, and its connection.

Strategy: an ordinary Twisted protocol with hooks; a check says what it does when it is connected, given data, or told
of the end. It writes down every call, so that order and number can be compared.
"""

from collections.abc import Callable
from typing import Any

from twisted.internet.protocol import Factory, Protocol, connectionDone
from twisted.python.failure import Failure

from streamgauge.answers import Answer, Data, Returned, content_of, failed_with
from streamgauge.bench import Bench
from streamgauge.checks.consume_ways import Given
from streamgauge.checks.moves import Coded, Moves
from streamgauge.reader import Reader
from streamgauge.script import Script, Step, When
from streamgauge.ticket import Ticket


class PeerError(Exception):
    """The error of a protocol or a factory that fails because the check says so."""


def _nothing(*_: object) -> None:
    pass


class Spoken:
    """The transport as a protocol of the kit calls it: what is called stands in the timeline.

    Attributes:
        given: the transport itself.
    """

    def __init__(self, t: Bench, transport: Any) -> None:
        self._t = t
        self.given = transport

    def __getattr__(self, name: str) -> Any:
        value = getattr(self.given, name)

        def call(*args: object) -> object:
            self._t.timeline.call(f"transport.{self._t.code(name, args, {})}")
            return value(*args)

        return call if callable(value) else value


class Peer(Protocol):
    """A protocol that keeps what happens to it.

    Attributes:
        told: names of the calls, in order.
        received: a copy of what dataReceived was given, call by call.
        kinds: of what type each was.
        reasons: what connectionLost was given.
        on_made: called when connected, when `transport` is set.
        on_data: called with each data.
        on_lost: called with the reason; calls `transport.finish()` by default.
        moves: what it does then, for the script.
    """

    transport: Any
    methods = "makeConnection dataReceived connectionLost"
    interface = "IProtocol"

    def __init__(self, t: Bench) -> None:
        self.told: list[str] = []
        self.received: list[bytes] = []
        self.kinds: list[str] = []
        self.reasons: list[object] = []
        self.on_made: Callable[[], object] = _nothing
        self.on_data: Callable[[bytes], object] = _nothing
        self.on_lost: Callable[[object], object] = lambda _: self.transport.finish()
        self.moves = Moves(t, "a protocol that keeps what it is told", self.methods, self.interface)
        self._t = t

    def introduce(self) -> None:
        """Give it its name in the timeline, and its line in the script."""
        self.moves.introduce(self, "protocol")
        self.moves.lay_down("makeConnection", 1, [f"transport = {self.moves.name}.transport = given[0]"])

    def hear(self, event: str, act: Callable[[], object], *given: object) -> None:
        """Keep a call, and do what is to be done in it."""
        self.told.append(event)
        self.moves.inside(event, act, *given)

    def makeConnection(self, transport: Any) -> None:
        """Keep the call, then connect."""
        spoken = Spoken(self._t, transport)
        connect = super().makeConnection
        self.hear("makeConnection", lambda: connect(spoken), transport)  # type: ignore[no-untyped-call]

    def connectionMade(self) -> None:
        """Do what the check says."""
        self.on_made()

    def dataReceived(self, data: bytes) -> None:
        """Keep the data, then do what the check says."""
        content = content_of(data)
        self.received.append(repr(data).encode() if content is None else content)
        self.kinds.append("bytes" if isinstance(data, bytes) else type(data).__name__)
        self.hear("dataReceived", lambda: self.on_data(data), data)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """Keep the reason, then do what the check says."""
        self.reasons.append(reason)
        self.hear("connectionLost", lambda: self.on_lost(reason), reason)

    @property
    def content(self) -> bytes:
        """All bytes received."""
        return b"".join(self.received)


class Peers(Factory):
    """A factory that gives one ready-made protocol.

    Attributes:
        addresses: what buildProtocol was called with.
        peer: what it gives.
        error: raised by buildProtocol, if any.
    """

    noisy = False

    def __init__(self, t: Bench, peer: Any) -> None:
        self.addresses: list[object] = []
        self.error: Exception | None = None
        self.peer = peer
        self._t = t
        self._moves = Moves(t, "a factory of one protocol", "buildProtocol", "IProtocolFactory")
        self._moves.introduce(self, "factory", "transport = None\n")

    def buildProtocol(self, addr: object) -> Any:
        """Give the protocol."""
        self.addresses.append(addr)
        return self._moves.inside("buildProtocol", self._build, addr)

    def _build(self) -> object:
        if self.error is not None:
            raise self.error
        return Coded(self._t.text(self.peer), self.peer)


class Link:
    """One connection under observation.

    Args:
        t: the example.
        script: what the input stream does.
        peer: the protocol, which has a name in the timeline; a `Peer` by default.

    Attributes:
        source: the input stream.
        given: what it gave out.
        factory: gives the protocol.
        out: the output stream, once `connect` was called.
    """

    out: Reader

    def __init__(self, t: Bench, script: Script, peer: Any = None) -> None:
        self.t = t
        self.peer: Any = Peer(t) if peer is None else peer
        if isinstance(self.peer, Peer):
            self.peer.introduce()
        self.source = t.source(script, "input")
        self.given = Given(self.source)
        self.factory = Peers(t, self.peer)

    def read_until_it_waits(self) -> tuple[bytes, Ticket]:
        """Read what is there of the output, and once more; give it, and the read that waits or is the end."""
        content = b""
        ticket = self._ask()
        for _ in range(5_000):  # an output that never waits is found by what it gives
            if not isinstance(ticket.answer, Data):
                break
            content += ticket.answer.content
            ticket = self._ask()
        return content, ticket

    def _ask(self) -> Ticket:
        """Read of the output; what is there may come in a later turn."""
        ticket = self.out.ask()
        self.t.pump.until(lambda: not ticket.waiting)
        return ticket

    def connect(self, **kwargs: Any) -> "Link":
        """Call connectStream, which has to work."""
        out = self.t.new("connectStream", self.source, self.factory, label="out", **kwargs)
        self.out = self.t.reader(out)
        return self

    def attempt(self) -> bool:
        """Call connectStream, which may raise; tell whether there is an output."""
        answer = self.build()
        if isinstance(answer, Returned):
            self.out = self.t.reader(answer.value)
        return isinstance(answer, Returned)

    def build(self) -> Answer:
        """Call connectStream, whatever comes of it."""
        return self.t.try_new("out", "connectStream", self.source, self.factory)

    def through(self) -> "Link":
        """Connect, read the output to its end, and let happen what still can."""
        return self.connect().rest()

    def rest(self) -> "Link":
        """Read the output to its end, and let happen what still can."""
        self.out.drain()
        self.t.run()
        return self

    def write(self, data: bytes) -> None:
        """Write to the transport from outside of the protocol's methods."""
        self.tell("write", data)

    def tell(self, method: str, *args: object) -> Answer:
        """Call the transport from outside of the protocol's methods."""
        code = f"transport.{self.t.code(method, args, {})}"
        return self.t.call(code, lambda: getattr(self.peer.transport.given, method)(*args))


def lost_with(t: Bench, link: "Link", error: BaseException | type[BaseException]) -> None:
    """Ask for one connectionLost, with a Failure of this error."""
    promised = f"connectionLost once, with a Failure of {error!r}"
    seen = f"connectionLost {link.peer.reasons!r}"
    t.true(len(link.peer.reasons) == 1, seen, promised)
    reason = link.peer.reasons[0]
    t.true(isinstance(reason, Failure), f"connectionLost with {reason!r}, no Failure", promised)
    t.expect(failed_with(reason), error, promised=promised)


def waiting_input(t: Bench) -> Link:
    """Make a connection whose input waits."""
    return Link(t, Script((Step(b"x", When.PENDING),), When.PENDING))
