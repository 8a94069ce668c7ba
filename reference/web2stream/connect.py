"""connectStream: a protocol that reads from one stream and writes to another.

Strategy: the output stream is the protocol's transport; everything that happens on the connection is there.

Obeys: history_08, module_12
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

    Obeys: consume_62, consume_63, consume_64, consume_65, consume_66, consume_67, consume_68, consume_69, consume_70,
    consume_71, consume_72, consume_73, consume_74, consume_75, consume_76, consume_77, consume_78, consume_79,
    consume_80, consume_81, consume_82, consume_83, consume_84, consume_85, consume_86, consume_87, consume_88,
    consume_89, consume_90, consume_91, consume_92, consume_93, consume_94, consume_95, consume_97, consume_102,
    consume_103, consume_104, consume_105, consume_106, consume_110, consume_113, consume_114
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
