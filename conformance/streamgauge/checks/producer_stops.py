"""Checks of the clauses in specs/producer.md: how a StreamProducer is stopped, and what an error leaves behind."""

from hypothesis import strategies as st
from twisted.internet.error import ConnectionLost
from twisted.python.failure import Failure

from streamgauge.answers import Waiting
from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks.producer_bridge import Bridge, at
from streamgauge.checks.producer_parts import failure_of
from streamgauge.checks.producer_reads import failing, waiting_script
from streamgauge.script import Script, SourceError, scripts, whens

PRODUCER = "StreamProducer"


class ConsumerError(Exception):
    """The error of a consumer that fails because its check says so."""


def refuse() -> None:
    """Fail as a consumer."""
    raise ConsumerError("the consumer fails here")


def stopped(t: Bench, *args: object) -> Bridge:
    """Stop a producer at a drawn moment, paused or not; its stream is never at its end."""
    bridge = Bridge(t, waiting_script(t))
    bridge.begin()
    bridge.fire(t.draw(st.integers(0, 2)))
    if t.draw(st.booleans()):
        bridge.tell("pauseProducing")
        bridge.fire(t.draw(st.integers(0, 1)))
    bridge.tell("stopProducing", *args)
    return bridge


def stopped_inside(t: Bench, bridge: Bridge) -> None:
    """Look at a producer that was stopped from inside a call."""
    t.expect(bridge.end(), ConnectionLost)
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
    bridge = stopped(t)
    reads, writes = bridge.source.reads, bridge.consumer.count("write")
    for method in t.draw(st.lists(st.sampled_from(["resumeProducing", "pauseProducing"]), max_size=3)):
        bridge.tell(method)
    bridge.tell("resumeProducing")
    t.run()
    bridge.sound()
    t.equal(bridge.consumer.count("write") - writes, 0, "writes after the stop:")
    t.equal(bridge.source.reads - reads, 0, "reads after the stop:")


@check("producer_78", names=PRODUCER)
def stop_without_error(t: Bench) -> None:
    """Stop with None, and look at the Deferred."""
    t.expect(stopped(t, None).end(), None, promised="the Deferred gives None")


@check("producer_79", names=PRODUCER)
def stop_with_error(t: Bench) -> None:
    """Stop with an error, bare or in a Failure, and look at the Deferred."""
    error = SourceError("why")
    bridge = stopped(t, failure_of(t, error) if t.draw(st.booleans()) else error)
    t.expect(bridge.end(), error)


@check("producer_80", names=PRODUCER)
def stop_again(t: Bench) -> None:
    """Stop after the end, after a failure or after a stop."""
    how = t.draw(st.sampled_from(["end", "failure", "stop"]))
    if how == "stop":
        bridge = stopped(t)
    else:
        bridge = Bridge(t, t.draw(scripts(empty=False)) if how == "end" else failing(t))
        bridge.begin()
    before = str(bridge.end())
    for _ in range(2):
        bridge.tell("stopProducing", *t.draw(st.sampled_from([(), (None,)])))
    bridge.sound()
    t.equal(str(bridge.done.answer), before, f"after the {how} and a stop the Deferred gives")
    t.equal(bridge.consumer.count("unregisterProducer"), 1, "calls of unregisterProducer:")


@check("producer_81", names=PRODUCER, examples=0.5)
def replaced_stop(t: Bench) -> None:
    """Replace `stopProducing` on the object; let the stream fail."""
    bridge = Bridge(t, failing(t))
    given: list[object] = []
    t.call(
        "producer.stopProducing = print",
        setattr, bridge.producer, "stopProducing", lambda *args: given.append(args),
    )  # fmt: skip
    bridge.begin()
    t.run()
    errors = [getattr(one, "value", one) for args in given for one in args]  # type: ignore[attr-defined]
    t.equal(list(map(repr, errors)), ["SourceError('the source fails here')"], "the replacement was called with")
    t.true(isinstance(given[0][0], Failure), "a bare exception", "a Failure")  # type: ignore[index]


def with_failing_write(t: Bench) -> Bridge:
    """Produce into a consumer that fails in a drawn write."""
    bridge = Bridge(t, Script.of(*(b"%d;" % number for number in range(5)), when=t.draw(whens())))
    bridge.consumer.on["write"] = at(t.draw(st.integers(1, 4)), refuse)
    bridge.begin()
    bridge.end()
    return bridge


@check("producer_85", names=PRODUCER)
def consumer_error(t: Bench) -> None:
    """Look at the Deferred after a write failed."""
    t.expect(with_failing_write(t).done.answer, ConsumerError("the consumer fails here"))


@check("producer_86", names=PRODUCER)
def consumer_error_frees(t: Bench) -> None:
    """Look at stream and consumer after a write failed."""
    bridge = with_failing_write(t)
    t.true(bridge.source.closes, "the consumer failed, and the stream is not closed", "it is closed")
    t.equal(bridge.consumer.count("unregisterProducer"), 1, "calls of unregisterProducer:")


@check("producer_87", names=PRODUCER, examples=0.5)
def refused(t: Bench) -> None:
    """Begin with a consumer that refuses to register a producer."""
    bridge = Bridge(t, t.draw(scripts(min_chunks=1, empty=False)))
    bridge.consumer.on["registerProducer"] = refuse
    bridge.begin()
    t.expect(bridge.end(), ConsumerError("the consumer fails here"))
    t.equal(bridge.consumer.count("write"), 0, "writes:")


@check("producer_89", names=PRODUCER, examples=0.5)
def cancelled(t: Bench) -> None:
    """Cancel the Deferred at a drawn moment."""
    bridge = Bridge(t, waiting_script(t))
    done = bridge.begin()
    bridge.fire(t.draw(st.integers(0, 2)))
    if done.deferred is None:
        t.violate(f"beginProducing gives {done.answer}", "a Deferred")
    writes = bridge.consumer.count("write")
    t.call("done.cancel()", done.deferred.cancel)
    t.true(bridge.source.closes, "cancelled, and the stream is not closed", "it is closed")
    t.run()
    t.equal(bridge.consumer.count("write") - writes, 0, "writes after the cancel:")
    t.equal(bridge.consumer.count("unregisterProducer"), 1, "calls of unregisterProducer:")
    t.true(not isinstance(done.answer, Waiting), "the cancelled Deferred waits", "it is answered")


@check("producer_90", names=PRODUCER, examples=0.3)
def interrupts_pass(t: Bench) -> None:
    """Interrupt a read of the stream, or a write."""
    error = t.draw(st.sampled_from([KeyboardInterrupt, SystemExit]))
    bridge = Bridge(t, Script.of(b"data", b"more"))

    def interrupt() -> None:
        raise error

    if t.draw(st.booleans()):
        bridge.source.on_read = interrupt
    else:
        bridge.consumer.on["write"] = interrupt
    seen = "no interrupt"
    try:
        seen = str(bridge.begin().answer)
        if not bridge.source.reads:
            seen = error.__name__  # it reads from the reactor, where an interrupt goes elsewhere
    except (KeyboardInterrupt, SystemExit) as passed:
        seen = type(passed).__name__
    t.equal(seen, error.__name__, f"beginProducing interrupted by {error.__name__} gives")


@check("producer_91", names=PRODUCER, examples=0.3)
def quiet_log(t: Bench) -> None:
    """End in a drawn way, drop everything, and look at the log."""
    t.log.errors()
    t.log.failures.clear()
    how = t.draw(st.sampled_from(["end", "failure", "stop", "stop(None)", "cancel", "consumer"]))
    if how == "consumer":
        bridge = with_failing_write(t)
    elif how.startswith("stop"):
        bridge = stopped(t, *([None] if "None" in how else []))
    else:
        bridge = Bridge(
            t, {"end": t.draw(scripts(empty=False)), "failure": failing(t), "cancel": waiting_script(t)}[how]
        )
        done = bridge.begin()
        if how == "cancel" and done.deferred is not None:
            t.call("done.cancel()", done.deferred.cancel)
    del bridge
    t.run()
    t.forget()
    t.equal(t.log.errors(), [], "errors logged:")
