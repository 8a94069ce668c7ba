"""Checks of the clauses in specs/producer.md: how the reader of a ProducerStream ends it."""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from streamgauge.answers import Failed
from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks.producer_ends import STREAM, answered_by, broken
from streamgauge.checks.producer_parts import LIMIT, Pipe
from streamgauge.checks.producer_who import produced


@check("producer_34", names=STREAM, on=STREAM)
def close_stops(t: Bench) -> None:
    """Close with a producer of either kind, paused or not, a read outstanding or not."""
    pipe, producer = produced(t)
    pipe.fill(t.draw(st.sampled_from([0, 1, LIMIT + 1])))
    if not pipe.left and t.draw(st.booleans()):
        pipe.ask()
    pipe.sound()
    pipe.reader.close()
    t.pump.until(lambda: bool(producer.count("stopProducing")))
    told = producer.count("stopProducing")
    t.true(told, "the stream is closed and its producer was not told to stop", "it is told to stop")


@check("producer_35", names=STREAM, on=STREAM, examples=0.5)
def stop_once(t: Bench) -> None:
    """Close several times, with reads in between."""
    pipe, producer = produced(t)
    pipe.fill(t.draw(st.integers(0, 2)))
    for _ in range(t.draw(st.integers(2, 3))):
        pipe.reader.close()
        if t.draw(st.booleans()):
            pipe.reader.read()
    pipe.sound()
    t.run()
    told = producer.count("stopProducing")
    t.true(told <= 1, f"the producer was told to stop {told} times", "once")


@check("producer_36", names=STREAM, on=STREAM)
def closed_takes_nothing(t: Bench) -> None:
    """Close the stream, maybe while it is read; write, finish and unregister, at first maybe before it is answered."""
    _write_after_close(t)


@check("producer_103", names=STREAM, on=STREAM)
def closed_raises_nothing(t: Bench) -> None:
    """Close the stream, maybe while it is read; look at what write, finish and unregisterProducer do."""
    _write_after_close(t).sound()


def _write_after_close(t: Bench) -> Pipe:
    pipe = Pipe(t)
    ticket = pipe.reader.ask() if t.draw(st.booleans()) else None
    if ticket is None:
        answered_by(t, pipe, pipe.reader.close)
    pipe.reader.close()
    calls: dict[str, tuple[str, list[Any]]] = {
        "write": ("write", [b"late"]),
        "finish": ("finish", []),
        "fail": ("finish", [broken()]),
        "unregister": ("unregisterProducer", []),
    }
    for how in t.draw(st.lists(st.sampled_from(sorted(calls)), min_size=1, max_size=4)):
        pipe.tell(calls[how][0], *calls[how][1])
        if ticket is not None:  # the answer may come later, and until then no read may be made
            t.expect(t.settle(ticket), None)
        t.expect(pipe.reader.read(), None, promised=f"after close() and {how}, None")
    return pipe


@check("producer_37", names=STREAM, on=STREAM, examples=0.5)
def close_drops_failure(t: Bench) -> None:
    """Finish with a failure, read some or none of the data, close, read."""
    pipe = Pipe(t)
    pipe.fill(t.draw(st.integers(0, 2)))
    pipe.tell("finish", broken())
    if t.draw(st.booleans()) and pipe.left:
        pipe.read()
    pipe.reader.close()
    for _ in range(2):
        t.expect(pipe.reader.read(), None)


@check("producer_38", names=STREAM, on=STREAM)
def close_inside_read(t: Bench) -> None:
    """Close from inside the callback of a waiting read; the writer writes on."""
    pipe, producer = produced(t)
    ticket = pipe.reader.ask(inside=lambda _: pipe.reader.close())
    pipe.fill(1)
    t.settle(ticket)
    pipe.fill(t.draw(st.integers(0, LIMIT + 2)))
    if t.draw(st.booleans()):
        pipe.tell("finish", broken())
    pipe.sound()
    t.pump.until(lambda: producer.told[-1:] == ["stopProducing"])
    t.equal(producer.told[-1:], ["stopProducing"], "after close() inside a read's callback the producer was last told")
    t.expect(pipe.reader.read(), None)


@check("producer_39", names=STREAM, on=STREAM)
def stop_calls_back(t: Bench) -> None:
    """Close with a producer that makes calls of its own when it is told to stop."""
    pipe, producer = produced(t)
    pipe.fill(t.draw(st.integers(0, 2)))
    ticket = pipe.reader.ask() if not pipe.left and t.draw(st.booleans()) else None
    moves: dict[str, Callable[[], object]] = {
        "unregister": lambda: pipe.tell("unregisterProducer"),
        "write": lambda: pipe.tell("write", b"late"),
        "finish": lambda: pipe.tell("finish"),
        "fail": lambda: pipe.tell("finish", broken()),
        "close": pipe.reader.close,
    }
    drawn = t.draw(st.lists(st.sampled_from(sorted(moves)), min_size=1, max_size=3))
    producer.on["stopProducing"] = lambda: [moves[move]() for move in drawn]
    closed = pipe.reader.close()
    t.true(not isinstance(closed, Failed), f"close() {closed}", "close() raises nothing")
    pipe.sound()
    t.run()
    t.equal(producer.count("stopProducing"), 1, f"with {', '.join(drawn)} inside it, stops told:")
    if ticket is not None:
        t.expect(t.settle(ticket), None)
    t.expect(pipe.reader.read(), None)


@check("producer_40", names=STREAM, on=STREAM, examples=0.5)
def stop_raises(t: Bench) -> None:
    """Close with a producer whose `stopProducing` raises."""
    pipe, producer = produced(t)
    pipe.fill(t.draw(st.integers(0, 2)))
    ticket = pipe.reader.ask() if not pipe.left else None

    def fail() -> None:
        raise broken()

    producer.on["stopProducing"] = fail
    closed = pipe.reader.close()
    t.true(not isinstance(closed, Failed), f"close() {closed}", "close() raises nothing")
    if ticket is not None:
        t.expect(t.settle(ticket), None)
    t.expect(pipe.reader.read(), None)
    t.equal(pipe.reader.length(), 0, "length is")
