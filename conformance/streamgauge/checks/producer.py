"""Checks of the clauses in specs/producer.md: ProducerStream as an object, and what is written into it.

The other checks of that page stand beside this module, by subject; importing them registers them.
"""

from array import array
from typing import Any

from hypothesis import strategies as st
from twisted.internet.interfaces import IConsumer

import streamgauge.checks.producer_both
import streamgauge.checks.producer_calls
import streamgauge.checks.producer_close
import streamgauge.checks.producer_cost
import streamgauge.checks.producer_ends
import streamgauge.checks.producer_errors
import streamgauge.checks.producer_fails
import streamgauge.checks.producer_flow
import streamgauge.checks.producer_paused
import streamgauge.checks.producer_reads
import streamgauge.checks.producer_stops
import streamgauge.checks.producer_who  # noqa: F401 - importing them registers their checks
from streamgauge.answers import Answer, Data, Failed, Waiting, content_of
from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks.producer_parts import Pipe, Puller, Pusher, provides
from streamgauge.checks.told import Pull, Push
from streamgauge.content import contents, filler
from streamgauge.script import Step, When, chunks
from streamgauge.timeline import show

STREAM = "ProducerStream"

DERIVED = """\
class Body(ProducerStream):
    def __init__(self, name):
        ProducerStream.__init__(self)
        self.name, self.disconnecting, self.reads, self.sent = name, False, 0, 0

    def read(self):
        self.reads += 1
        return ProducerStream.read(self)

    def write(self, data):
        self.sent += len(data)
        ProducerStream.write(self, data)

    def finish(self, failure=None):
        self.disconnecting = True
        ProducerStream.finish(self, failure)
"""
"""The body of a message as users derived it: other arguments, attributes of its own, methods that call the base's."""


@check("producer_01", names=STREAM, on=STREAM, examples=0.1)
def is_consumer(t: Bench) -> None:
    """Verify the stream against Twisted's IConsumer, and register a producer."""
    pipe = Pipe(t, t.draw(st.sampled_from([None, 3])))
    provides(t, IConsumer, pipe.reader.name, pipe.reader.stream)
    pipe.register(t.draw(st.sampled_from([Push, Pull]))(t))
    pipe.tell("unregisterProducer")
    pipe.sound()


@check("producer_02", names=STREAM, on=STREAM, examples=0.1)
def is_byte_stream(t: Bench) -> None:
    """Ask the port's IByteStream whether the stream provides it."""
    pipe = Pipe(t, t.draw(st.sampled_from([None, 3])))
    name = pipe.reader.name
    declared = t.port.interface("IByteStream").providedBy(pipe.reader.stream)
    t.call(f"IByteStream.providedBy({name})", lambda: declared)
    t.equal(declared, True, f"IByteStream.providedBy({name}) is")


@check("producer_03", names=STREAM, on=STREAM, examples=0.5)
def takes_a_length(t: Bench) -> None:
    """Make streams with and without a length."""
    length = t.draw(st.one_of(st.none(), st.integers(0, 100_000)))
    how = t.draw(st.sampled_from(["default", "position", "keyword"]))
    if how == "default":
        pipe, length = Pipe(t), None
    elif how == "position":
        pipe = Pipe(t, length)
    else:
        pipe = Pipe(t, length=length)
    t.equal(pipe.reader.length(), length, "length is")


@check("producer_106", names=STREAM, on=STREAM)
def pulls_empty_pieces(t: Bench) -> None:
    """Read what a pull producer writes when it is asked, one piece each time, at once or later, some of them empty."""
    pieces = t.draw(st.lists(st.sampled_from([b"", b"a", b"more"]), min_size=1, max_size=5))
    steps = [Step(piece, t.draw(st.sampled_from([When.NOW, When.PENDING]))) for piece in (*pieces, b"", b"last")]
    pipe = Pipe(t)
    pipe.register(Puller(t, pipe, steps))
    pipe.content(b"".join(step.data or b"" for step in steps))


@check("producer_04", names=STREAM, on=STREAM)
def pulls(t: Bench) -> None:
    """Read what a pull producer writes when it is asked, at once or later; read on from inside the callback or not."""
    steps = [Step(piece, t.draw(st.sampled_from([When.NOW, When.PENDING]))) for piece in t.draw(chunks(empty=False))]
    pipe = Pipe(t)
    data = b"".join(step.data or b"" for step in steps)
    got: list[Answer] = []

    def read_on(answer: Answer) -> None:
        got.append(answer)
        if isinstance(answer, Data):
            pipe.reader.ask(inside=read_on)

    nested = t.draw(st.booleans())
    if nested:
        pipe.reader.ask(inside=read_on)
    pipe.register(Puller(t, pipe, steps))
    if not nested:
        pipe.content(data)
        return
    t.run()
    pipe.sound()
    t.equal(b"".join(answer.content for answer in got if isinstance(answer, Data)), data, "the bytes read are")
    t.expect(got[-1] if got else Waiting(hung=True), None)


@check("producer_05", names=STREAM, on=STREAM)
def pushes(t: Bench) -> None:
    """Read what a push producer writes in bursts, whether or not it heeds a pause."""
    pieces = [b"%d;" % number for number in range(t.draw(st.integers(0, 30)))]
    pipe = Pipe(t)
    pusher = Pusher(t, pipe, pieces, heeds=t.draw(st.booleans()))
    pipe.register(pusher)
    content = b""
    for burst in t.draw(st.lists(st.integers(0, 9), max_size=6)):
        for _ in range(burst):
            if pusher.pending:
                pusher.fire()
        answer = pipe.read()
        if not isinstance(answer, Data):
            break
        content += answer.content
    pipe.content(b"".join(pieces)[len(content) :])
    t.true(b"".join(pieces).startswith(content), f"the first reads give {show(content)}", "what was written first")


def a_buffer(t: Bench, code: str, value: object) -> object:
    """Let a buffer appear in the timeline by the code that makes it."""
    t.timeline.note(f"buffer = {code}", f"buffer = {code}")
    return t.named("buffer", value)


@check("producer_06", names=STREAM, on=STREAM)
def takes_buffers(t: Bench) -> None:
    """Write a bytes-like object of some type, to a waiting read or not, its bytes being the declared length or not."""
    data = t.draw(contents(12, large=False, min_size=1))
    words = filler(len(data) // 4 * 4 + 4)
    kinds: list[tuple[str, object]] = [
        (f"bytearray({data!r})", bytearray(data)),
        (f"memoryview({data!r})", memoryview(data)),
        (f"memoryview(bytearray({b'<<' + data!r}))[2:]", memoryview(bytearray(b"<<" + data))[2:]),
        (f"array('I', {words!r})", array("I", words)),
        (f"memoryview({words!r}).cast('I')", memoryview(words).cast("I")),
        (f"memoryview({words!r})[::2]", memoryview(words)[::2]),
    ]
    code, value = kinds[t.draw(st.integers(0, 5))]
    written = a_buffer(t, code, value)
    content = content_of(written) or b""
    pipe = Pipe(t, *[len(content)] * t.draw(st.integers(0, 1)))
    ticket = pipe.reader.ask() if t.draw(st.booleans()) else None
    refused = pipe.tell("write", written)
    if isinstance(refused, Failed) and isinstance(refused.error, TypeError):
        t.lacks("`write` takes nothing but bytes, as IConsumer says")
        return
    pipe.tell("finish")
    pipe.sound()
    first = t.settle(ticket) if ticket is not None else Data(b"")
    got = first.content if isinstance(first, Data) else b""
    t.true(content.startswith(got) and (got or ticket is None), f"the waiting read gives {first}", show(content))
    pipe.content(content[len(got) :])


@check("producer_94", names=STREAM, on=STREAM, examples=0.5)
def derived(t: Bench) -> None:
    """Derive a class; write to its stream, and read it."""
    row = t.timeline.call(DERIVED.rstrip())
    names: dict[str, Any] = {STREAM: t.port[STREAM]}
    try:
        exec(DERIVED, names)
    except Exception as error:
        row.seen = Failed(error, sync=True)
        t.violate(f"deriving from {STREAM} {row.seen}", f"{STREAM} is a class to derive from")
    pieces = t.draw(chunks(4, empty=False))
    stream = t.have("s", "Body('name')", names["Body"], "name")
    reader = t.reader(stream)
    ticket = reader.ask() if t.draw(st.booleans()) else None
    for piece in pieces:
        t.call(f"{reader.name}.write({piece!r})", stream.write, piece)
    t.call(f"{reader.name}.finish()", stream.finish)
    last = t.settle(ticket) if ticket is not None else Data(b"")
    content = b""
    while isinstance(last, Data) and len(content) <= len(b"".join(pieces)):
        content += last.content
        last = reader.read()
    t.equal(content, b"".join(pieces), "the bytes read are")
    t.expect(last, None)
    own = (stream.name, stream.disconnecting, stream.sent)
    t.equal(own, ("name", True, len(content)), "its own attributes are")


@check("producer_95", names=STREAM, on=STREAM, examples=0.2)
def impossible_length(t: Bench) -> None:
    """Make a stream of less than no bytes."""
    length = t.draw(st.sampled_from([-1, -2, -70_000]))
    t.expect(t.build(STREAM, length), ValueError)
