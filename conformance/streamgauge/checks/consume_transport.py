"""Checks of the clauses in specs/consume.md about connectStream's transport: what Twisted's protocols ask of one."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st
from twisted.internet.error import ConnectionDone

from streamgauge.answers import Failed
from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks.consume_draw import moves, plain
from streamgauge.checks.consume_peer import Link, lost_with, waiting_input
from streamgauge.checks.consume_protocols import page_protocol, reversing_protocol
from streamgauge.checks.told import Push
from streamgauge.script import Script, When

NAME = "connectStream"


@check("consume_73", names=NAME)
def write_sequence(t: Bench) -> None:
    """Write several pieces in one call."""
    script = t.draw(plain(*When, min_chunks=1))
    kinds: list[Callable[[Any], Any]] = [list, tuple, iter]
    kind = t.draw(st.sampled_from(kinds))
    link = Link(t, script)

    def write(data: bytes) -> None:
        pieces = [b"<", data, b"", b">"]
        link.peer.transport.writeSequence(t.named(f"{kind.__name__}({pieces!r})", kind(pieces)))

    link.peer.on_data = write
    link.peer.on_lost = lambda _: None  # how the output ends is not the matter here
    drained = link.connect().out.drain()
    promised = b"".join(b"<%b>" % (step.data or b"") for step in script.steps)
    t.equal(drained.content, promised, "the output gives")


def _loses(t: Bench, link: Link, *, silent: bool = False) -> list[int]:
    """Lose the connection when connected, or for a drawn data; the list then holds the data received by then.

    Each time before it, and also then if it is not `silent`, something is written: a read that waits is answered.
    """
    at = t.draw(st.integers(0, len(link.source.script.steps)))
    lost: list[int] = []

    def happens(*_: object) -> None:
        if lost:
            return
        loses = len(link.peer.received) >= at
        if not (loses and silent):
            link.peer.transport.write(b"ok ")
        if loses:
            lost.append(len(link.peer.received))
            link.peer.transport.loseConnection()

    link.peer.on_lost = lambda _: None
    link.peer.on_made = link.peer.on_data = happens
    return lost


def _with_producer(t: Bench, link: Link) -> None:
    """Let the protocol have a producer registered, maybe, while it is connected or given data."""
    if not t.draw(st.booleans()):
        return
    producer = Push(t)
    happens = link.peer.on_data

    def with_producer(*args: object) -> None:
        link.peer.transport.registerProducer(producer, True)
        happens(*args)
        link.peer.transport.unregisterProducer()

    link.peer.on_made = link.peer.on_data = with_producer


@check("consume_74", names=NAME)
def losing_ends_output(t: Bench) -> None:
    """Write, then lose the connection, maybe with a producer, which writes and unregisters; read the output."""
    link = Link(t, t.draw(plain(*When, end=When.PENDING)))
    silent = t.draw(st.booleans())
    lost = _loses(t, link, silent=silent)
    link.connect()
    more, given = b"", b""
    if t.draw(st.booleans()):
        producer = Push(t)
        early = not lost
        link.tell("registerProducer", producer, True)
        t.run(lambda: bool(lost))
        if early and lost:
            link.write(more := b"the producer's")
        waits = t.draw(st.booleans())
        read = link.read_until_it_waits() if waits and lost else None  # else the input may be held back until then
        link.tell("unregisterProducer")
        if read is not None:
            given = read[0]
            t.expect(t.settle(read[1]), None, promised="the read that waits gives None")
    drained = link.out.drain()
    t.expect(drained.last, None, promised="the output ends when the connection is lost")
    written = b"ok " * (lost[0] + (not silent) if lost else 0) + more
    t.equal(given + drained.content, written, "before it the output gives")


@check("consume_75", names=NAME)
def losing_stops_input(t: Bench) -> None:
    """Lose the connection, maybe with a producer that unregisters afterwards; look at the input."""
    link = Link(t, t.draw(plain(*When, min_chunks=2, end=When.PENDING)))
    lost = _loses(t, link)
    _with_producer(t, link)
    link.through()
    t.equal(link.peer.received[lost[0] :] if lost else [], [], "data received after losing the connection:")
    t.true(link.source.closes, "the input is open", "losing the connection closes the input")


@check("consume_76", names=NAME)
def losing_is_told(t: Bench) -> None:
    """Lose the connection, once or several times, maybe with a producer, or unread; look at connectionLost."""
    link = Link(t, t.draw(plain(*When, end=When.PENDING)))
    lost = _loses(t, link)
    _with_producer(t, link)
    link.connect()
    for _ in range(t.draw(st.integers(0, 2))):
        if lost and not link.peer.reasons:
            link.tell("loseConnection")
        moves(t, 1)
    unread = t.draw(st.booleans()) and t.run(lambda: bool(lost))  # the input may be held back until it is read
    if not unread:
        link.out.drain()
    t.run()
    lost_with(t, link, ConnectionDone)


@check("consume_77", names=NAME, examples=0.2)
def both_ends(t: Bench) -> None:
    """Ask for the two addresses."""
    link = Link(t, t.draw(plain(*When))).connect()
    for method in ("getPeer", "getHost"):
        answer = link.tell(method)
        t.true(hasattr(answer, "value"), f"{method}() {answer}", f"{method}() gives an address")


@check("consume_78", names=NAME, examples=0.3)
def disconnecting(t: Bench) -> None:
    """Look at `disconnecting` before and after losing the connection; the output may be finished before."""
    link = waiting_input(t).connect()
    if t.draw(st.booleans()):
        link.tell("finish")
    for promised in (False, True):
        answer = t.call("bool(transport.disconnecting)", lambda: bool(link.peer.transport.disconnecting))
        t.true(getattr(answer, "value", None) is promised, f"disconnecting {answer}", f"disconnecting {promised}")
        link.tell("loseConnection")


@check("consume_84", names=NAME)
def closing_stops_input(t: Bench) -> None:
    """Close the output after some moves, maybe in a pause; look at the input, and at what the protocol is told."""
    link = Link(t, t.draw(plain(*When, min_chunks=5, end=When.PENDING)))
    link.connect()
    moves(t, t.draw(st.integers(0, 4)))
    if t.draw(st.booleans()) and hasattr(link.peer.transport, "pauseProducing"):
        link.tell("pauseProducing")
        moves(t, t.draw(st.integers(0, 2)))
    received = len(link.peer.received)
    ended = link.source.finished and link.source.pending is None
    link.out.close()
    t.run()
    t.equal(link.peer.received[received:], [], "data received after the output was closed:")
    t.true(link.source.closes or ended, "the input is open", "closing the output closes an input that has not ended")
    told = len(link.peer.reasons)
    t.true(told < 2, f"connectionLost called {told} times", "connectionLost once at most when the output is closed")


@check("consume_85", names=NAME, on="ProducerStream")
def closing_answers(t: Bench) -> None:
    """Close the output while it is read."""
    link = Link(t, t.draw(plain(*When, end=When.PENDING))).connect()
    ticket = link.out.ask()
    link.out.close()
    t.expect(t.settle(ticket), None, promised="the outstanding read fires with None")
    t.expect(link.out.read(), None)


@check("consume_114", names=NAME)
def writing_when_over(t: Bench) -> None:
    """Close the output, or lose the connection and read to the end; call the transport as late protocols do."""
    link = Link(t, t.draw(plain(*When, end=When.PENDING))).connect()
    if t.draw(st.booleans()):
        link.out.close()
    else:
        link.tell("loseConnection")
        link.out.drain()
    calls: dict[str, list[object]] = {
        "write": [b"late"],
        "writeSequence": [[b"la", b"te"]],
        "finish": [],
        "loseConnection": [],
    }
    for method in t.draw(st.lists(st.sampled_from(list(calls)), min_size=1, max_size=4)):
        answer = link.tell(method, *calls[method])
        t.true(not isinstance(answer, Failed), f"{method}() {answer}", f"{method}() raises nothing")
    t.expect(link.out.read(), None)


def _write_line(text: bytes) -> bytes:
    return text + b"\r\n"


def _write_netstring(text: bytes) -> bytes:
    return b"%d:%b," % (len(text), text)


@check("consume_95", names=NAME)
def own_protocols(t: Bench) -> None:
    """Connect some of Twisted's own protocols; cut their input anywhere."""
    if t.draw(st.sampled_from([False, False, True])):
        _serves(t)
        return
    texts = t.draw(st.lists(st.sampled_from([b"a", b"bc", b"some more"]), max_size=4))
    _answers(t, ("LineReceiver", "lineReceived", "sendLine"), _write_line, texts, b"never answered")
    _answers(t, ("NetstringReceiver", "stringReceived", "sendString"), _write_netstring, texts)


def _cut(t: Bench, data: bytes) -> Script:
    cuts = sorted({0, len(data), *t.draw(st.lists(st.integers(0, len(data)), max_size=4))})
    pieces = [data[start:end] for start, end in pairwise(cuts)]
    return Script.of(*pieces, when=t.draw(st.sampled_from(When)))


def _serves(t: Bench) -> None:
    """Ask twisted.web for a page, and to lose the connection afterwards."""
    asks = t.draw(
        st.sampled_from([b"GET / HTTP/1.0\r\n\r\n", b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"])
    )
    link = Link(t, _cut(t, asks), t.part("protocol", page_protocol))
    drained = link.connect().out.drain()
    t.true(drained.content.endswith(b"\r\n\r\na page"), f"the output gives {drained.content!r}", "a page at its end")
    t.expect(drained.last, None, promised="None after the page")


def _answers(
    t: Bench, how: tuple[str, str, str], write: Callable[[bytes], bytes], texts: list[bytes], *unread: bytes
) -> None:
    peer = t.part("protocol", reversing_protocol, *how)
    link = Link(t, _cut(t, b"".join(map(write, [*texts, b"quit", *unread]))), peer)
    drained = link.connect().out.drain()
    t.equal(drained.content, b"".join(write(text[::-1]) for text in texts), "the output gives")
    t.expect(drained.last, None, promised="None after the protocol lost its connection")
    t.call("protocol.heard", lambda: peer.heard)
    t.equal(peer.heard, [*texts, b"quit"], f"{how[0]} heard")
