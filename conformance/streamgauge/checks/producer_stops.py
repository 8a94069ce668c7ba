"""Checks of the clauses in specs/producer.md: how a StreamProducer is stopped, and what an error leaves behind."""

from hypothesis import strategies as st
from twisted.internet.error import ConnectionLost
from twisted.python.failure import Failure

from streamgauge.answers import End, Waiting
from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks.producer_bridge import Bridge, at
from streamgauge.checks.producer_parts import failure_of
from streamgauge.checks.producer_reads import failing, waiting_script
from streamgauge.checks.split_parts import may_linger
from streamgauge.script import Script, SourceError, Step, When, scripts, whens

PRODUCER = "StreamProducer"


class ConsumerError(Exception):
    """The error of a consumer that fails because its check says so."""


def refuse() -> None:
    """Fail as a consumer."""
    raise ConsumerError("the consumer fails here")


def stopped(t: Bench, *args: object, paused: bool = False) -> Bridge:
    """Stop a producer at a drawn moment; its stream is never at its end."""
    bridge = Bridge(t, waiting_script(t))
    may_linger(t, bridge.source)
    bridge.begin()
    bridge.fire(t.draw(st.integers(0, 2)))
    if paused:
        bridge.tell("pauseProducing")
        bridge.fire(t.draw(st.integers(0, 1)))
    bridge.tell("stopProducing", *args)
    bridge.free()
    return bridge


def stopped_inside(t: Bench, bridge: Bridge) -> None:
    """Look at a producer that was stopped from inside a call."""
    t.expect(bridge.end(), ConnectionLost)
    bridge.free()
    t.true(bridge.source.closes, "the stream is not closed", "it is closed")


@check("producer_72", names=PRODUCER)
def stopped_inside_write(t: Bench) -> None:
    """Stop from inside a drawn write, of answers that are there at once or come later."""
    bridge = Bridge(t, Script.of(*(b"%d;" % number for number in range(6)), when=t.draw(whens())))
    count = t.draw(st.integers(1, 5))
    bridge.consumer.on["write"] = at(count, lambda: bridge.tell("stopProducing"))
    bridge.begin()
    stopped_inside(t, bridge)
    t.equal(bridge.consumer.count("write"), count, "writes, the last one stopping the producer:")


@check("producer_73", names=PRODUCER, examples=0.5)
def stopped_when_registered(t: Bench) -> None:
    """Stop from inside `registerProducer`, as a closed consumer does."""
    bridge = Bridge(t, t.draw(scripts(min_chunks=1, empty=False)))
    bridge.consumer.on["registerProducer"] = lambda: bridge.tell("stopProducing")
    bridge.begin()
    stopped_inside(t, bridge)
    t.equal(bridge.consumer.count("write"), 0, "writes:")
    t.equal(bridge.consumer.count("unregisterProducer"), 1, "calls of unregisterProducer:")


@check("producer_74", names=PRODUCER)
def stop_closes(t: Bench) -> None:
    """Stop, and look at the stream."""
    args = t.draw(st.sampled_from([(), (None,), (SourceError("why"),)]))
    t.true(stopped(t, *args).source.closes, "stopped, and the stream is not closed", "it is closed")


@check("producer_75", names=PRODUCER)
def stop_is_connection_lost(t: Bench) -> None:
    """Stop, and look at the Deferred."""
    t.expect(stopped(t).end(), ConnectionLost)


@check("producer_76", names=PRODUCER)
def stop_unregisters(t: Bench) -> None:
    """Stop, and look at the consumer."""
    args = t.draw(st.sampled_from([(), (None,), (SourceError("why"),)]))
    bridge = stopped(t, *args)
    t.equal(bridge.consumer.count("unregisterProducer"), 1, "calls of unregisterProducer:")


@check("producer_77", names=PRODUCER)
def nothing_after_stop(t: Bench) -> None:
    """Stop, then pause and resume, and let everything happen."""
    bridge = stopped(t, paused=t.draw(st.booleans()))
    reads, writes = bridge.source.reads, bridge.consumer.count("write")
    for method in t.draw(st.lists(st.sampled_from(["resumeProducing", "pauseProducing"]), max_size=3)):
        bridge.tell(method)
    bridge.tell("resumeProducing")
    t.run()
    bridge.sound()
    t.equal(bridge.consumer.count("write") - writes, 0, "writes after the stop:")
    t.equal(bridge.source.reads - reads, 0, "reads after the stop:")


@check("producer_98", names=PRODUCER)
def stop_while_paused(t: Bench) -> None:
    """Stop while paused, with an answer in hand or not; look at stream, consumer and Deferred."""
    bridge = stopped(t, paused=True)
    closed, calls = bridge.source.closes, bridge.consumer.count("unregisterProducer")
    t.true(closed, "stopped while paused, and the stream is not closed", "it is closed")
    t.equal(calls, 1, "stopped while paused, calls of unregisterProducer:")
    t.true(not isinstance(bridge.end(), Waiting), "stopped while paused, the Deferred hangs", "it is answered")


@check("producer_78", names=PRODUCER)
def stop_without_error(t: Bench) -> None:
    """Stop with None, and look at the Deferred."""
    t.expect(stopped(t, None, paused=t.draw(st.booleans())).end(), None, promised="the Deferred gives None")


@check("producer_79", names=PRODUCER)
def stop_with_error(t: Bench) -> None:
    """Stop with an error, bare or in a Failure, and look at the Deferred."""
    error = SourceError("why")
    bridge = stopped(t, failure_of(t, error) if t.draw(st.booleans()) else error)
    t.expect(bridge.end(), error)


@check("producer_80", names=PRODUCER)
def over_is_over(t: Bench) -> None:
    """Stop, pause and resume after the end, after a failure or after a stop."""
    how = t.draw(st.sampled_from(["end", "failure", "stop"]))
    inside = t.draw(st.booleans())
    if how == "stop":
        bridge = stopped(t)
    else:
        bridge = Bridge(t, t.draw(scripts(empty=False)) if how == "end" else failing(t))
        if inside:
            bridge.consumer.on["unregisterProducer"] = lambda: bridge.tell("stopProducing")
        bridge.begin()
    before = str(bridge.end())
    if how != "stop" and inside:  # it has ended, and yet was stopped before it said so
        own = None if how == "end" else SourceError("the source fails here")
        t.expect(bridge.done.answer, own, ConnectionLost)
    reads, writes = bridge.source.reads, bridge.consumer.count("write")
    others = [] if how == "stop" else ["pauseProducing", "resumeProducing"]
    calls = st.sampled_from(["stopProducing", "stopProducing(None)", *others])
    for call in t.draw(st.lists(calls, min_size=1, max_size=4)):
        bridge.tell(call.removesuffix("(None)"), *([None] if "None" in call else []))
    t.run()
    bridge.sound()
    t.equal(str(bridge.done.answer), before, f"after the {how} and these calls the Deferred gives")
    t.equal(bridge.consumer.count("unregisterProducer"), 1, "calls of unregisterProducer:")
    t.equal(bridge.source.reads - reads, 0, f"reads after the {how}:")
    t.equal(bridge.consumer.count("write") - writes, 0, f"writes after the {how}:")


@check("producer_81", names=PRODUCER, examples=0.5)
def replaced_stop(t: Bench) -> None:
    """Replace `stopProducing` on the object, before it begins or while its first read waits; let a later one fail."""
    late = t.draw(st.booleans())
    first = (Step(b"data", When.PENDING),) if late else ()
    bridge = Bridge(t, Script((*first, *failing(t).steps), known=False))
    given: list[object] = []
    if late:
        bridge.begin()
    t.call(
        "producer.stopProducing = print",
        setattr, bridge.producer, "stopProducing", lambda *args: given.append(args),
    )  # fmt: skip
    if not late:
        bridge.begin()
    t.run()
    errors = [getattr(one, "value", one) for args in given for one in args]  # type: ignore[attr-defined]
    t.equal(list(map(repr, errors)), ["SourceError('the source fails here')"], "the replacement was called with")
    t.true(isinstance(given[0][0], Failure), "a bare exception", "a Failure")  # type: ignore[index]
    looks_complete = isinstance(bridge.done.answer, End)
    t.true(not looks_complete, "the Deferred gives None after a failed read", "it waits, or fails")
