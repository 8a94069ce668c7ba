"""Checks of the clauses in specs/consume.md about connectStream: protocols that raise."""

from hypothesis import strategies as st

from streamgauge.answers import Failed, Returned
from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks.consume_draw import failing, plain
from streamgauge.checks.consume_peer import Link, PeerError, lost_with
from streamgauge.script import When

NAME = "connectStream"


def raising(t: Bench, link: Link) -> tuple[PeerError, list[int]]:
    """Let the protocol raise when connected, or for a drawn data; it doesn't finish by itself then.

    Returns:
        The error, and a list that gets a number for each time that it is raised.
    """
    error = PeerError("the protocol fails here")
    at = t.draw(st.integers(0, len(link.source.script.steps)))
    raised: list[int] = []

    def happens(*_: object) -> None:
        if len(link.peer.received) >= at:
            raised.append(at)
            raise error
        link.peer.transport.write(b"ok ")

    link.peer.on_lost = lambda _: None
    link.peer.on_made = link.peer.on_data = happens
    return error, raised


@check("consume_86", names=NAME)
def raising_is_told(t: Bench) -> None:
    """Let the protocol raise; look at connectionLost."""
    link = Link(t, t.draw(plain(*When, min_chunks=1)))
    error, _ = raising(t, link)
    lost_with(t, link.through(), error)


@check("consume_87", names=NAME)
def raising_fails_output(t: Bench) -> None:
    """Let the protocol raise; read the output."""
    link = Link(t, t.draw(plain(*When, min_chunks=1)))
    error, _ = raising(t, link)
    if not link.attempt():
        return  # there is no output; consume_86 tells
    drained = link.out.drain()
    t.expect(drained.last, error, promised="the output fails with the protocol's error")
    written = b"ok " * len(link.peer.received)
    t.true(written.startswith(drained.content), f"the output gives {drained.content!r}", f"of {written!r}")


@check("consume_88", names=NAME)
def raising_stops_input(t: Bench) -> None:
    """Let the protocol raise; look at the input."""
    link = Link(t, t.draw(plain(*When, min_chunks=2, end=When.PENDING)))
    _, raised = raising(t, link)
    if not link.attempt():
        return  # the caller has its input and the error; consume_86 tells
    link.out.drain()
    t.run()
    t.true(link.source.closes, "the input is open", "the input is closed when the protocol raises")
    t.true(len(raised) <= 1, "data after the protocol raised", "no data after the protocol raised")


@check("consume_110", names=NAME)
def leaves_and_raises(t: Bench) -> None:
    """Let the protocol lose or abort the connection, and raise in the same call; look at connectionLost."""
    link = Link(t, t.draw(plain(*When, min_chunks=1)))
    raising(t, link)
    breaks, leave = link.peer.on_data, t.draw(st.sampled_from(["loseConnection", "abortConnection"]))

    def happens(*given: object) -> None:
        try:
            breaks(*given)
        except PeerError:
            getattr(link.peer.transport, leave, link.peer.transport.loseConnection)()
            raise

    link.peer.on_made = link.peer.on_data = happens
    if not link.attempt():
        return  # there is no output; consume_86 tells
    link.out.drain()
    t.run()
    told = len(link.peer.reasons)
    t.equal(told, 1, "connectionLost was called this often:")


@check("consume_89", names=NAME)
def raising_when_lost(t: Bench) -> None:
    """Let connectionLost raise; read the output."""
    link = Link(t, t.draw(plain(*When)))
    error = PeerError("the protocol fails here")

    def lost(_: object) -> None:
        raise error

    link.peer.on_lost = lost
    drained = link.connect().out.drain()
    t.expect(drained.last, error, promised="the output fails with the protocol's error")


@check("consume_90", names=NAME)
def factory_fails(t: Bench) -> None:
    """Let buildProtocol raise, or give None, as it does to refuse a connection; an input that nobody has is closed."""
    link = Link(t, t.draw(plain(*When)))
    link.factory.error = error = t.draw(st.sampled_from([PeerError("the factory fails here"), None]))
    link.factory.peer = None
    answer = link.build()
    connected = isinstance(answer, Returned)
    t.true(connected or isinstance(answer, Failed), f"connectStream gives {answer}", "a stream, or an error")
    if isinstance(answer, Returned):
        answer = t.reader(answer.value).drain().last
        t.run()
    if error is None:
        t.expect(answer, None, Exception, promised="an error of the call, or the end or an error of the output")
    else:
        t.expect(answer, error, promised="the factory's error, raised by the call or by the output")
    t.true(
        link.source.closes or not connected, "the input is open", "where the call raises nothing, the input is closed"
    )


@check("consume_94", names=NAME, examples=0.2)
def quiet_log(t: Bench) -> None:
    """Let connections end, inputs and protocols fail, readers give up; then look at the log."""
    for how in ("input fails", "protocol fails", "output closed", "end"):
        _connect_and_drop(t, how)
    t.run()
    t.forget()
    t.equal(t.log.errors(), [], "errors logged:")


def _connect_and_drop(t: Bench, how: str) -> None:
    link = Link(t, t.draw(failing(*When) if how == "input fails" else plain(*When, min_chunks=1)))
    if how == "protocol fails":
        raising(t, link)
    if not link.attempt():
        return
    if how == "output closed":
        link.out.ask()
        link.out.close()
    else:
        link.out.drain()
