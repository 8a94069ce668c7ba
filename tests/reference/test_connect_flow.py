"""connectStream: who waits for whom."""

from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectionDone
from twisted.internet.task import Clock

from tests.reference.link import Diary, Given, collected, connected, turn
from tests.reference.script import Script, Seen
from web2stream.connect import connectStream
from web2stream.producer import ProducerStream, StreamProducer

# Flow control


def test_an_unread_output_holds_the_input_back() -> None:
    """A protocol that answers each chunk is given only some of them until the answers are read."""
    clock, source, _, out = connected([b"x"] * 100, data=lambda p: p.transport.write(b"y"))
    turn(clock)
    assert out.bufferSize + 1 == source.reads
    for _ in range(out.bufferSize + 1):
        out.read()
    turn(clock)
    assert out.bufferSize + 1 == source.reads
    assert (b"y" * 94, [None]) == collected(out, clock)


def test_an_unread_output_pauses_the_producer() -> None:
    """A push producer of the output is paused once, and resumed once by the reader."""
    clock, _, _, out = connected([Deferred()])
    source = Script([b"x"] * 50)
    done = StreamProducer(source).beginProducing(out)
    done.addCallback(lambda _: out.finish())
    assert out.bufferSize + 1 == source.reads
    assert (b"x" * 50, [None]) == collected(out, clock)


def test_a_protocol_may_pause_its_input() -> None:
    """Pausing stops the reading, a chunk under way is kept, resuming goes on in a later turn."""
    waiting: Deferred[bytes] = Deferred()
    clock, source, protocol, out = connected([b"a", b"b", waiting, b"d"], made=lambda p: p.transport.pauseProducing())
    turn(clock)
    assert 0 == source.reads
    out.resumeProducing()
    assert 0 == source.reads
    turn(clock)
    out.pauseProducing()
    waiting.callback(b"c")
    turn(clock)
    assert (3, ("data", b"b")) == (source.reads, protocol.diary[-1])
    out.resumeProducing()
    turn(clock)
    assert ["made", *[("data", b) for b in (b"a", b"b", b"c", b"d")], ("lost", ConnectionDone)] == protocol.diary


def test_reading_the_output_does_not_override_a_protocols_pause() -> None:
    """Either of the two reasons to wait is enough."""
    clock, source, _, out = connected([b"x"] * 9, data=lambda p: p.transport.pauseProducing())
    Seen(out.read())
    turn(clock)
    assert 1 == source.reads
    out.resumeProducing()
    turn(clock)
    assert 2 == source.reads


def test_an_answer_that_comes_back_at_once() -> None:
    """What the reader gives as input while the protocol is in `write`, or in `finish`, comes in a later turn."""
    back = ProducerStream()
    clock = Clock()
    protocol = Diary()
    out = connectStream(back, Given(protocol), clock)
    Seen(out.read(), lambda _: back.write(b"answer"))
    out.write(b"question")
    assert ["made"] == protocol.diary
    turn(clock)
    assert ["made", ("data", b"answer")] == protocol.diary
    Seen(out.read(), lambda _: back.finish())
    out.finish()
    assert ["made", ("data", b"answer")] == protocol.diary
    turn(clock)
    assert ("lost", ConnectionDone) == protocol.diary[-1]
