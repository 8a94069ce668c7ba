"""Checks of the clauses in specs/producer.md: what an error, a cancel or an interrupt leaves behind."""

from hypothesis import strategies as st

from streamgauge.answers import Waiting
from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks.interrupt import Interrupt
from streamgauge.checks.look import cancel
from streamgauge.checks.producer_bridge import Bridge, at
from streamgauge.checks.producer_reads import failing, waiting_script
from streamgauge.checks.producer_stops import ConsumerError, refuse, stopped
from streamgauge.script import Script, scripts, whens

PRODUCER = "StreamProducer"


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
    bridge.free()
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


@check("producer_101", names=PRODUCER, examples=0.5)
def fails_to_unregister(t: Bench) -> None:
    """End by the stream's end, its failure or a stop, with a consumer whose `unregisterProducer` raises."""
    how = t.draw(st.sampled_from(["end", "failure", "stop"]))
    bridge = Bridge(t, {"end": t.draw(scripts(empty=False)), "failure": failing(t), "stop": waiting_script(t)}[how])
    bridge.consumer.on["unregisterProducer"] = refuse
    done = bridge.begin()
    if how == "stop":
        bridge.tell("stopProducing")
    hangs = isinstance(t.settle(done), Waiting)
    t.true(not hangs, f"after the {how} the Deferred hangs", "it is answered")


@check("producer_89", names=PRODUCER, examples=0.5)
def cancelled(t: Bench) -> None:
    """Cancel the Deferred at a drawn moment."""
    bridge = Bridge(t, waiting_script(t))
    done = bridge.begin()
    bridge.fire(t.draw(st.integers(0, 2)))
    if t.draw(st.booleans()):
        bridge.tell("pauseProducing")
        bridge.fire(t.draw(st.integers(0, 1)))
    writes = bridge.consumer.count("write")
    cancel(t, "done", done)
    bridge.free()
    t.true(bridge.source.closes, "cancelled, and the stream is not closed", "it is closed")
    t.run()
    t.equal(bridge.consumer.count("write") - writes, 0, "writes after the cancel:")
    t.equal(bridge.consumer.count("unregisterProducer"), 1, "calls of unregisterProducer:")
    t.true(not isinstance(done.answer, Waiting), "the cancelled Deferred waits", "it is answered")


@check("producer_90", names=PRODUCER, examples=0.3)
def interrupts_pass(t: Bench) -> None:
    """Interrupt a read of the stream, a write, or the consumer that is let go."""
    bridge = Bridge(t, Script.of(b"data", b"more"))
    interrupt = Interrupt(t)
    where = t.draw(st.sampled_from(["read", "write", "unregisterProducer"]))
    if where == "read":
        interrupt.in_read(bridge.source)
    else:
        bridge.consumer.on[where] = interrupt.strike
    interrupt.passes("beginProducing", lambda: bridge.begin().answer)


@check("producer_91", names=PRODUCER, examples=0.3)
def quiet_log(t: Bench) -> None:
    """End in a drawn way, stop what is over or not, drop everything, and look at the log."""
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
            cancel(t, "done", done)
    if t.draw(st.booleans()):
        t.run()
        bridge.tell("stopProducing")
    del bridge
    t.run()
    t.forget()
    t.equal(t.log.errors(), [], "errors logged:")
