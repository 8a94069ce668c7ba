"""Checks of the clauses in specs/producer.md: how a StreamProducer reads its stream into its consumer."""

from hypothesis import strategies as st
from twisted.internet.interfaces import IPushProducer

from streamgauge.answers import Waiting, too_deep
from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks.buffers import ANY, BUFFERS
from streamgauge.checks.producer_bridge import Bridge
from streamgauge.checks.producer_parts import provides
from streamgauge.checks.stream_parts import KINDS
from streamgauge.content import filler
from streamgauge.script import Script, Step, When, chunks, counts, scripts, whens

PRODUCER = "StreamProducer"


def waiting_script(t: Bench) -> Script:
    """Draw a script in which each answer has to be fired, so that there are moments between them."""
    return Script.of(*(b"%d;" % number for number in range(t.draw(st.integers(3, 6)))), when=When.PENDING)


def failing(t: Bench) -> Script:
    """Draw a script of a source that fails."""
    script = t.draw(scripts(fails=True, empty=False))
    return Script(script.steps, script.end, script.known, 3)


@check("producer_52", names=PRODUCER, examples=0.1)
def is_push_producer(t: Bench) -> None:
    """Verify it against Twisted's IPushProducer, before it begins and after."""
    bridge = Bridge(t, t.draw(scripts(empty=False)))
    if t.draw(st.booleans()):
        bridge.begin()
    provides(t, IPushProducer, "producer", bridge.producer)


@check("producer_53", names=PRODUCER, examples=0.5)
def gives_a_deferred(t: Bench) -> None:
    """Begin with streams that answer at once, wait, fail, or are empty."""
    bridge = Bridge(t, failing(t) if t.draw(st.booleans()) else t.draw(scripts(empty=False)))
    done = bridge.begin()
    t.true(done.deferred is not None, f"beginProducing gives {done.answer}", "it gives a Deferred")


@check("producer_54", names=PRODUCER)
def writes_the_data(t: Bench) -> None:
    """Produce a whole stream and compare what was written."""
    bridge = Bridge(t, t.draw(scripts(empty=False, large=True)).long(t.draw(counts())))
    if bridge.begin().deferred is None:
        t.run()
    if not too_deep(bridge.end()):
        t.equal(bridge.consumer.content, bridge.source.script.data, "the bytes written are")


@check("producer_55", names=PRODUCER, examples=0.5)
def empty_is_no_end(t: Bench) -> None:
    """Produce a stream with empty pieces, the last one not empty."""
    pieces = [*t.draw(chunks(4)), b"", *t.draw(chunks(2)), b"!"]
    bridge = Bridge(t, Script(tuple(Step(piece, t.draw(whens())) for piece in pieces)))
    bridge.begin()
    bridge.end()
    t.equal(bridge.consumer.content, b"".join(pieces), "the bytes written are")


@check("producer_56", names=PRODUCER)
def fires_at_the_end(t: Bench) -> None:
    """Look at the Deferred each time before the source answers, and at the end."""
    bridge = Bridge(t, t.draw(scripts(empty=False)))
    done = bridge.begin()
    while bridge.source.pending is not None:
        if bridge.consumer.content != bridge.source.script.data:
            t.true(done.waiting, f"before everything was written {done.answer}", "a Deferred, waiting")
        bridge.source.fire()
    t.expect(bridge.end(), None, promised="the Deferred gives None")


@check("producer_57", names=PRODUCER)
def registers_itself(t: Bench) -> None:
    """Look at what was registered, and when."""
    bridge = Bridge(t, t.draw(scripts(min_chunks=1, empty=False)))
    bridge.begin()
    bridge.end()
    consumer = bridge.consumer
    t.equal(consumer.count("registerProducer"), 1, "calls of registerProducer:")
    t.equal(consumer.told[0], "registerProducer", "the consumer was first told")
    registered, streaming = consumer.producers[0]
    t.true(registered is bridge.producer, f"{t.text(registered)} was registered", "it registers itself")
    t.equal(bool(streaming), True, "the argument streaming is")


@check("producer_58", names=PRODUCER)
def unregisters(t: Bench) -> None:
    """Produce a whole stream and look at the last call."""
    bridge = Bridge(t, t.draw(scripts(empty=False)))
    bridge.begin()
    bridge.end()
    bridge.free()
    t.equal(bridge.consumer.count("unregisterProducer"), 1, "calls of unregisterProducer:")
    told = [what for what in bridge.consumer.told if what in {"write", "unregisterProducer"}]
    t.equal(told[-1], "unregisterProducer", "of writes and unregisterProducer, the last was")


@check("producer_59", names=PRODUCER, examples=0.5)
def unregisters_first(t: Bench) -> None:
    """Look at the consumer from inside the callback of the Deferred: at the end, after a failure or a stop."""
    how = t.draw(st.sampled_from(["end", "failure", "stop"]))
    bridge = Bridge(t, {"end": t.draw(scripts(empty=False)), "failure": failing(t), "stop": waiting_script(t)}[how])
    registered: list[bool] = []
    bridge.begin().then(lambda _: registered.append(bridge.consumer.registered))
    if how == "stop":
        bridge.tell("stopProducing", *t.draw(st.sampled_from([(), (None,)])))
    bridge.end()
    t.equal(registered[-1:], [False], "inside the callback of the Deferred, registered is")


@check("producer_60", names=PRODUCER, examples=0.5)
def never_finishes(t: Bench) -> None:
    """End by the stream's end, its failure, or `stopProducing`; look for a call of `finish`."""
    how = t.draw(st.sampled_from(["end", "failure", "stopProducing", "stopProducing(None)"]))
    script = Script.of() if t.draw(st.integers(0, 3)) == 0 else waiting_script(t)
    bridge = Bridge(t, failing(t) if how == "failure" else script)
    bridge.begin()
    if how.startswith("stop"):
        bridge.tell("stopProducing", *([None] if "None" in how else []))
    bridge.end()
    t.equal(bridge.consumer.count("finish"), 0, "calls of the consumer's finish:")


def _fails_in_a_pause(t: Bench) -> None:
    """Pause while a read is outstanding; it fails, and the stream tells that once, as it may; then resume."""
    script = t.draw(scripts(max_chunks=3, empty=False))
    bridge = Bridge(t, Script((*script.steps, Step(None, When.PENDING)), known=False))
    bridge.begin()
    t.run(lambda: bridge.source.pending is not None and bridge.source.given == len(script.data))
    bridge.tell("pauseProducing")
    bridge.fire(1)
    bridge.source.read = lambda: None  # type: ignore[method-assign]
    code = f"{bridge.source.name}.read = lambda: None"
    t.timeline.note(code, code)
    bridge.tell("resumeProducing")
    t.expect(bridge.end(), t.kind("the source fails here"))


@check("producer_61", names=PRODUCER)
def read_error(t: Bench) -> None:
    """Produce a stream that fails, at once or later, when it is resumed, or while it is paused, and then ends."""
    t.kind = t.draw(st.sampled_from(KINDS))
    if t.draw(st.sampled_from([False, False, True])):
        _fails_in_a_pause(t)
        return
    bridge = Bridge(t, failing(t))
    resumed = t.draw(st.booleans())
    if resumed:
        bridge.consumer.on["registerProducer"] = lambda: bridge.tell("pauseProducing")
    bridge.begin()
    if resumed:
        bridge.tell("resumeProducing")
    t.expect(bridge.end(), t.kind("the source fails here"))


@check("producer_62", names=PRODUCER)
def read_error_closes(t: Bench) -> None:
    """Produce a stream that fails, and look whether it was closed."""
    bridge = Bridge(t, failing(t))
    bridge.begin()
    bridge.end()
    bridge.free()
    t.true(bridge.source.closes, "the stream that failed was not closed", "it is closed")


@check("producer_63", names=PRODUCER)
def read_error_unregisters(t: Bench) -> None:
    """Produce a stream that fails, and look at the consumer."""
    bridge = Bridge(t, failing(t))
    bridge.begin()
    bridge.end()
    bridge.free()
    t.equal(bridge.consumer.count("unregisterProducer"), 1, "calls of unregisterProducer:")


@check("producer_64", names=PRODUCER)
def data_before_error(t: Bench) -> None:
    """Produce a stream that fails, and look at what was written."""
    bridge = Bridge(t, failing(t))
    bridge.begin()
    bridge.end()
    t.equal(bridge.consumer.content, bridge.source.script.data, "the bytes written before the failure are")


@check("producer_82", names=PRODUCER)
def plain_bytes(t: Bench) -> None:
    """Produce a stream of buffers; look at what is written."""
    how = t.draw(st.sampled_from(["default", "position", "keyword"]))
    script = Script.of(*(filler(4 * count) for count in t.draw(st.lists(st.integers(1, 5), max_size=3))))
    args: list[object] = [True] if how == "position" else []
    kwargs: dict[str, object] = {"enforceStr": True} if how == "keyword" else {}
    bridge = Bridge(t, script, *args, **kwargs)
    kind = t.draw(st.sampled_from(ANY))
    bridge.source.gives_by(*kind)
    bridge.begin()
    bridge.end()
    kinds = {type(piece).__name__ for piece in bridge.consumer.given}
    t.true(kinds <= {"bytes"}, f"a {sorted(kinds)[-1:]} is written", "bytes are written")
    t.equal(bridge.consumer.content, script.data, "the bytes written are")


@check("producer_83", names=PRODUCER)
def same_objects(t: Bench) -> None:
    """Produce a stream of buffers with `enforceStr` off; look at what is written."""
    sizes = t.draw(st.lists(st.integers(1, 5), min_size=1, max_size=3))
    script = Script.of(*(filler(4 * size) for size in sizes), when=t.draw(whens()))
    keyword = t.draw(st.booleans())
    bridge = Bridge(t, script, enforceStr=False) if keyword else Bridge(t, script, False)
    code, kind = t.draw(st.sampled_from(BUFFERS))
    read: list[object] = []

    def wrap(data: bytes) -> object:
        read.append(kind(data))
        return read[-1]

    bridge.source.gives_by(code, wrap)
    bridge.begin()
    if t.draw(st.booleans()):
        bridge.hold(1)
    bridge.end()
    same = len(read) == len(bridge.consumer.given) and all(map(lambda a, b: a is b, read, bridge.consumer.given))
    t.true(same, f"{t.text(bridge.consumer.given)} is written", f"the objects read: {t.text(read)}")


@check("producer_84", names=PRODUCER, examples=0.1)
def no_stream(t: Bench) -> None:
    """Produce no stream at all."""
    bridge = Bridge(t, Script(()))
    bridge.producer = t.new("StreamProducer", None, label="producer")
    bridge.name = t.text(bridge.producer)
    done = bridge.begin()
    t.true(done.deferred is not None, f"beginProducing gives {done.answer}", "it gives a Deferred")
    t.true(not isinstance(done.answer, Waiting), "the Deferred waits", "it has succeeded already")
    t.expect(done.answer, None)
    t.equal(bridge.consumer.count("write"), 0, "writes:")
    t.equal(bridge.consumer.registered, False, "the consumer has a producer, which is")
