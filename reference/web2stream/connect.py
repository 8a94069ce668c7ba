"""connectStream: a protocol that reads from one stream and writes to another.

Strategy: the output stream is the protocol's transport; everything that happens on the connection is there.
"""

from typing import Any

from twisted.internet import error
from twisted.internet.interfaces import IReactorTime

from web2stream._reply import shut
from web2stream._transport import _StreamTransport
from web2stream.producerstream import ProducerStream


def connectStream(inputStream: Any, factory: Any, reactor: IReactorTime | None = None) -> ProducerStream:
    """Connect a protocol to a stream.

    Args:
        inputStream: anything with `read`, giving bytes-like objects. It is closed, if it can be, when the
            connection ends before it does.
        factory: its `buildProtocol(None)` gives the protocol. `makeConnection` and the first read happen
            inside the call; then the reactor gets a turn between chunks.
        reactor: an IReactorTime that gives the turns; None for the running one.

    Returns:
        The protocol's output as an IByteStream of unknown length, which is the protocol's transport too. It
        fails after the data written before if the input fails, or the protocol does; with
        ConnectionRefusedError if the factory gives no protocol. Closing it closes the input.

    Raises:
        Exception: the factory's own; the input has been closed then.
    """
    try:
        protocol = factory.buildProtocol(None)
    except BaseException:
        shut(inputStream)
        raise
    if protocol is None:
        shut(inputStream)
        refused = ProducerStream()
        refused.finish(error.ConnectionRefusedError("the factory gave no protocol"))
        return refused
    transport = _StreamTransport(protocol, inputStream, reactor)
    transport.start()
    return transport
