"""Checks of the clauses in specs/producer.md: many pieces, both bridges in a row, and a real connection."""

import socket
from functools import partial
from typing import Any

from hypothesis import strategies as st
from twisted.internet.interfaces import IReactorTCP
from twisted.internet.protocol import ClientFactory, Protocol

from streamgauge.answers import Data
from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks.producer_bridge import Bridge
from streamgauge.checks.producer_parts import LIMIT, Pipe
from streamgauge.content import filler
from streamgauge.script import Script, When, whens

MANY = 1_500
"""Pieces at which a stack of Python's usual limit of 1000 calls overflows, if each takes a level."""

FEW = 4
"""Pieces that two bridges may hold beyond those that wait in the stream."""


@check("producer_88", names="StreamProducer", examples=0.1)
def flat_stack(t: Bench) -> None:
    """Produce many pieces that are there at once, into a consumer that resumes from inside its writes or not."""
    when = t.draw(st.sampled_from([When.NOW, When.FIRED]))
    for moves in ([], ["resumeProducing"], ["pauseProducing", "resumeProducing"]):
        bridge = Bridge(t, Script.of(*[b"x"] * MANY, b"!", when=when))
        bridge.consumer.on["write"] = partial(_make, bridge, moves)
        bridge.begin()
        bridge.end()
        t.equal(len(bridge.consumer.content), MANY + 1, "bytes written:")
        t.equal(bridge.consumer.content[-1:], b"!", "the last byte written is")


def _make(bridge: Bridge, moves: list[str]) -> None:
    for move in moves:
        getattr(bridge.producer, move)()


@check("producer_92", names="StreamProducer ProducerStream", on="ProducerStream")
def both(t: Bench) -> None:
    """Produce a stream into a ProducerStream; read it slowly, and look each time how far the source was read."""
    script = Script.of(*(b"%d;" % number for number in range(40)), when=t.draw(whens()))
    source = t.source(script)
    pipe = Pipe(t, *t.draw(st.sampled_from([(), (len(script.data),)])))
    producer = t.new("StreamProducer", source, label="producer")
    done = t.begin(
        f"done = producer.beginProducing({pipe.reader.name})", lambda: producer.beginProducing(pipe.reader.stream)
    )
    done.then(lambda _: pipe.tell("finish"))
    content = b""
    for _ in range(t.draw(st.integers(1, 20))):
        while t.pending():
            t.pending()[0].fire()
        ahead = source.reads - content.count(b";")
        t.true(ahead <= LIMIT + FEW, f"{ahead} pieces read ahead of the reader", f"at most {LIMIT + FEW}")
        answer = pipe.reader.read()
        content += answer.content if isinstance(answer, Data) else b""
    pipe.content(script.data[len(content) :])
    t.run()  # with a length the reader may be at the end before the producer is
    t.true(script.data.startswith(content), f"the first reads give {content!r}", "the stream's first pieces")
    t.expect(done.answer, None, promised="the producer's Deferred gives None")


class _Collecting(Protocol):
    """The slow end of a connection: reads nothing until it is told to."""

    def __init__(self) -> None:
        self.got = bytearray()
        self.lost = False

    def connectionMade(self) -> None:
        self._flow().pauseProducing()

    def go_on(self) -> None:
        """Read from now on."""
        self._flow().resumeProducing()

    def dataReceived(self, data: bytes) -> None:
        self.got += data

    def connectionLost(self, reason: Any = None) -> None:
        del reason
        self.lost = True

    def _flow(self) -> Any:
        return self.transport


class _Only(ClientFactory):
    """Builds the one protocol it was given, at either end."""

    def __init__(self, protocol: Protocol) -> None:
        self._only = protocol

    def buildProtocol(self, addr: object) -> Protocol:
        del addr
        return self._only


def _connect(t: Bench) -> tuple[Any, _Collecting]:
    """Connect two ends through the loopback device with small buffers: the sender's transport, and the receiver."""
    from twisted.internet import reactor

    tcp: Any = IReactorTCP(reactor)
    receiver: Any = _Collecting()
    sender = Protocol()
    port: Any = tcp.listenTCP(0, _Only(receiver), interface="127.0.0.1")
    port.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
    tcp.connectTCP("127.0.0.1", port.getHost().port, _Only(sender))
    t.run(lambda: sender.transport is not None and receiver.transport is not None)
    transport: Any = sender.transport
    transport.getHandle().setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 8192)

    def disconnect() -> None:
        port.stopListening()
        for end in (transport, receiver.transport):
            end.abortConnection()
        t.pump.until(lambda: receiver.lost and not t.pump.busy())

    t.after(disconnect)
    t.timeline.note("transport is one end of a TCP connection; the other end reads nothing yet")
    return t.named("transport", transport), receiver


@check("producer_93", names="StreamProducer", heavy=True)
def real_connection(t: Bench) -> None:
    """Produce into a TCP transport whose other end is slow at first."""
    transport, receiver = _connect(t)
    pieces = 100 + t.draw(st.integers(0, 20))
    script = Script.of(*(filler(16_384 + number // 10) for number in range(pieces)))
    source = t.source(script)
    producer = t.new("StreamProducer", source, label="producer")
    done = t.begin("done = producer.beginProducing(transport)", lambda: producer.beginProducing(transport))
    t.run()
    t.true(source.reads < pieces // 2, f"{source.reads} of {pieces} pieces read while nobody takes them", "a few")
    t.timeline.note("the other end reads on")
    receiver.go_on()
    t.expect(t.settle(done), None, promised="the Deferred gives None")
    t.timeline.note("the connection is closed")
    transport.loseConnection()
    t.run(lambda: receiver.lost)
    t.equal(bytes(receiver.got), script.data, "the bytes that came over the connection are")
