"""Checks of the clauses in specs/consume.md about connectStream: what the output gives, and when it ends."""

from hypothesis import strategies as st

from streamgauge.answers import Answer, Data, Waiting
from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks.consume_draw import plain
from streamgauge.checks.consume_peer import Link
from streamgauge.checks.stream_parts import NESTED
from streamgauge.script import When

NAME = "connectStream"


@check("consume_71", names=NAME)
def output(t: Bench) -> None:
    """Write when connected and for each data; compare with what the output gives."""
    script = t.draw(plain(*When, large=True))
    link = Link(t, script)
    first = t.draw(st.sampled_from([b"", b"hello"]))
    link.peer.on_made = lambda: link.peer.transport.write(first) if first else None
    link.peer.on_data = lambda data: link.peer.transport.write(data)
    link.peer.on_lost = lambda _: None  # how the output ends is not the matter here
    link.connect()
    content = _read_on(t, link) if t.draw(st.booleans()) else link.out.drain().content
    t.equal(content, first + script.data, "the output gives")


def _read_on(t: Bench, link: Link) -> bytes:
    """Read the output to its end, each piece from inside the callback of the one before, some reads deep."""
    pieces: list[bytes] = []
    over = False
    depth = 0

    def read_on(answer: Answer) -> None:
        nonlocal depth, over
        if not isinstance(answer, Data):
            over = True
            return
        pieces.append(answer.content)
        depth += 1
        if depth < NESTED:
            link.out.ask(inside=read_on)

    while not over and len(pieces) < t.patience():
        depth = 0
        link.out.ask(inside=read_on)
        while (innermost := t.tickets[-1]).waiting:
            if isinstance(t.settle(innermost), Waiting):
                return b"".join(pieces)
    return b"".join(pieces)


@check("consume_72", names=NAME)
def finish_ends(t: Bench) -> None:
    """Write, finish, and write more, when connected, for the first data, or when the connection is lost."""
    link = Link(t, t.draw(plain(*When, min_chunks=1)))
    peer, where = link.peer, t.draw(st.sampled_from(["made", "data", "lost"]))

    def done(*_: object) -> None:
        if where != "lost":
            peer.transport.write(b"all there is")
        peer.transport.finish()
        if where != "lost":
            peer.transport.write(b" and what comes too late")
        setattr(peer, f"on_{where}", lambda *_: None)

    peer.on_lost = lambda _: None
    setattr(peer, f"on_{where}", done)
    drained = link.connect().out.drain()
    t.equal(drained.content, b"" if where == "lost" else b"all there is", "before finish() was written")
    t.expect(drained.last, None, promised="None after what was written before finish()")
