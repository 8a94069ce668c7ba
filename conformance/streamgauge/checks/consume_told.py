"""Checks of the clauses in specs/consume.md about connectStream: when the protocol is told, and of which end."""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st
from twisted.internet.error import ConnectionDone
from twisted.internet.interfaces import IHalfCloseableProtocol
from zope.interface import implementer

from streamgauge.answers import End, Failed
from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks.consume_draw import plain
from streamgauge.checks.consume_peer import Link, Peer, PeerError, lost_with
from streamgauge.checks.consume_protocols import aborting_protocol
from streamgauge.script import Script, When

NAME = "connectStream"


@implementer(IHalfCloseableProtocol)
class HalfPeer(Peer):
    """A protocol that may be told of the end of its input alone, and finishes then.

    Attributes:
        on_read_lost: called when it is told so.
    """

    methods = f"{Peer.methods} readConnectionLost writeConnectionLost"
    interface = "IHalfCloseableProtocol"

    def __init__(self, t: Bench) -> None:
        super().__init__(t)
        self.on_read_lost: Callable[[], object] = lambda: self.transport.finish()

    def readConnectionLost(self) -> None:
        """Keep the call, then do what the check says."""
        self.hear("readConnectionLost", self.on_read_lost)

    def writeConnectionLost(self) -> None:
        """Keep the call."""
        self.hear("writeConnectionLost", lambda: None)


@check("consume_103", names=NAME)
def half_closed_is_lost_once(t: Bench) -> None:
    """Connect a protocol that may be half closed; it finishes then, before, or when it is lost."""
    link = Link(t, t.draw(plain(*When)), HalfPeer(t))
    early = t.draw(st.booleans())
    if early and link.source.script.steps:
        link.peer.on_data = lambda _: link.peer.transport.finish()
        link.peer.on_read_lost = lambda: None
    drained = link.connect().out.drain()
    t.run()
    t.equal(link.peer.told.count("connectionLost"), 1, "calls of connectionLost:")
    t.equal(link.peer.told[-1:], ["connectionLost"], "the last call of the protocol is")
    lost_with(t, link, ConnectionDone)
    t.expect(drained.last, None, promised="the output ends")
    half = link.peer.told.count("readConnectionLost")
    t.true(half <= 1, f"calls of readConnectionLost: {half}", "one at most")


@check("consume_106", names=NAME, examples=0.5)
def half_closed_raises(t: Bench) -> None:
    """Let readConnectionLost raise, where it is called; look at connectionLost and at the output."""
    link = Link(t, t.draw(plain(*When)), HalfPeer(t))
    error = PeerError("the protocol fails here")

    def fail() -> None:
        link.peer.transport.write(b"some")
        raise error

    link.peer.on_read_lost = fail
    link.peer.on_lost = lambda _: None
    drained = link.connect().out.drain()
    t.run()
    if "readConnectionLost" not in link.peer.told:
        t.lacks("`readConnectionLost` is never called")
        return
    t.expect(drained.last, error, promised="the output fails with the protocol's error")
    lost_with(t, link, error)


class _Calls:
    """Calls of a transport by its protocol, and what the protocol is told while one runs."""

    def __init__(self, peer: Peer) -> None:
        self.told: list[str] = []
        self._peer = peer
        self._running: list[str] = []

    def make(self, method: str, *args: Any) -> None:
        """Make a call."""
        self._running.append(method)
        try:
            getattr(self._peer.transport, method)(*args)
        finally:
            self._running.pop()

    def hear(self, event: str) -> None:
        """Keep what is told inside of a call."""
        self.told += [f"{event} inside {method}()" for method in self._running]


@check("consume_104", names=NAME)
def nothing_inside_a_call(t: Bench) -> None:
    """Write, finish and lose the connection, when connected and for data; look at what is told meanwhile.

    That the connection is lost may be told at once where the protocol itself loses it.
    """
    script = t.draw(plain(*When))
    link = Link(t, script)
    calls = _Calls(link.peer)
    at = t.draw(st.integers(0, len(script.steps)))
    ending = t.draw(st.sampled_from(["finish", "loseConnection"]))

    def happens(*_: object) -> None:
        calls.make("write", b"ok ")
        if len(link.peer.received) == at:
            calls.make(ending)

    def data(_: bytes) -> None:
        calls.hear("dataReceived")
        happens()

    link.peer.on_made, link.peer.on_data = happens, data
    link.peer.on_lost = lambda _: calls.hear("connectionLost") if ending == "finish" else None
    link.connect()
    if t.draw(st.booleans()):
        link.out.ask()
    t.run()
    t.equal(calls.told, [], "told inside a call of the protocol's own:")


@check("consume_105", names=NAME, examples=0.5)
def aborting(t: Bench) -> None:
    """Abort the connection for a line, if the transport can; look at the lines, the input, the output and the end."""
    lines = b"\r\n".join([b"abort", *t.draw(st.lists(st.sampled_from([b"a", b"bc"]), max_size=3)), b""])
    waits = t.draw(st.booleans())  # a read of the output, when the connection is aborted
    peer = t.part("protocol", aborting_protocol, 0 if waits else t.draw(st.sampled_from([0, 20])))
    when = When.PENDING if waits else t.draw(st.sampled_from(When))
    link = Link(t, Script.of(lines, b"more\r\n", when=when), peer).connect()
    if not hasattr(peer.transport, "abortConnection"):
        t.lacks("the transport has no `abortConnection`")
        return
    if not waits and t.draw(st.booleans()):
        t.run()
        t.equal(peer.lost, 1, "calls of connectionLost while nobody reads the output:")
    last = link.out.drain().last
    t.run()
    t.call("protocol.heard, protocol.lost", lambda: (peer.heard, peer.lost))
    t.equal(peer.heard, [b"abort"], "lines heard by a protocol that aborts for the first one:")
    t.true(isinstance(last, End | Failed), f"the output gives {last}", "it ends or fails")
    t.true(link.source.closes, "the input is open", "aborting the connection closes the input")
    t.equal(peer.lost, 1, "calls of connectionLost:")
