"""Checks of the clauses in specs/buffered.md about closing."""

from hypothesis import strategies as st

from streamgauge.answers import End, Failed
from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks.buffered_parts import (
    CLOSES,
    STREAM,
    ask,
    buffered,
    exactly,
    failing,
    fill,
    outstanding,
    push,
    texts,
)
from streamgauge.checks.split_parts import may_linger
from streamgauge.reader import Reader
from streamgauge.script import Script, Step, whens
from streamgauge.ticket import Ticket


def _let_close(t: Bench, s: Reader) -> None:
    answer = s.close()
    t.true(not isinstance(answer, Failed), f"close() {answer}", "close() raises nothing")


@check("buffered_45", names=CLOSES, on=STREAM)
def close_closes_the_source(t: Bench) -> None:
    """Close, fresh, with bytes buffered, or with a call outstanding; look at the source."""
    how = t.draw(st.sampled_from(["fresh", "buffered", "outstanding"]))
    if how == "outstanding":
        s, _, _ = outstanding(t, "read", "readline", "readExactly")
    elif how == "buffered":
        _, s, _, _ = fill(t, Script((*t.draw(texts()).steps, Step(b"more"))))
    else:
        _, s = buffered(t, Script((*t.draw(texts()).steps, Step(b"more"))))
    source = t.sources[0]
    _let_close(t, s)
    t.run()
    t.true(source.closes or source.finished, "the source is still open after close()", "close() closes the source")


@check("buffered_46", names=CLOSES, on=STREAM)
def nothing_after_close(t: Bench) -> None:
    """Close with bytes buffered or put back, a call outstanding, or after a failure; call on, inside that call too."""
    how = t.draw(st.sampled_from(["buffered", "pushed", "outstanding", "failed"]))
    if how == "outstanding":
        s, first, _ = outstanding(t, "read", "readline", "readExactly")
        inside: list[Ticket] = []
        first.then(lambda _: inside.append(s.ask()))
        may_linger(t, *t.sources)
        s.close()
        t.settle(first)
        for ticket in inside:
            t.expect(t.settle(ticket), None, promised="None from the read inside the callback that close() brings")
    elif how == "failed":
        _, s = buffered(t, failing(t.draw(texts()), t.draw(whens())))
        exactly(t, s)
        s.close()
    else:
        _, s, _, _ = fill(t, t.draw(texts()))
        if how == "pushed":
            push(t, s, b"back\r\n")
        s.close()
    if t.draw(st.booleans()):
        t.call(f"{s.name}.pushback(b'back')", lambda: s.stream.pushback(b"back"))
    for method in t.draw(st.lists(st.sampled_from(["readline", "readExactly", "read"]), min_size=1, max_size=4)):
        if method == "read":
            t.expect(s.read(), None)
        else:
            args = (t.draw(st.integers(1, 3)),) if method == "readExactly" else ()
            t.expect(t.settle(ask(t, s, method, *args)), b"", None)


@check("buffered_47", names=CLOSES, on=STREAM, examples=0.5)
def no_length_after_close(t: Bench) -> None:
    """Close with bytes buffered, of a source that tells its length or not."""
    _, s, _, _ = fill(t, t.draw(texts(least=1)))
    s.close()
    t.equal(s.length(), 0, "after close() length is")


@check("buffered_48", names=CLOSES, on=STREAM)
def close_answers(t: Bench) -> None:
    """Close while a call is outstanding."""
    s, first, _ = outstanding(t, "read", "readline", "readExactly")
    may_linger(t, *t.sources)
    s.close()
    answer = t.settle(first)
    allowed = isinstance(answer, End) or getattr(answer, "content", None) == b""
    t.true(allowed, f"the outstanding call: {answer}", "the outstanding call is answered by None or b''")


@check("buffered_49", names=CLOSES, on=STREAM)
def close_anywhere(t: Bench) -> None:
    """Close at the end, after a failure, inside a callback; then once more."""
    how = t.draw(st.sampled_from(["end", "failure", "inside"]))
    script = t.draw(texts())
    _, s = buffered(t, failing(script, t.draw(whens())) if how == "failure" else script)
    if how == "inside":
        seen: list[object] = []
        ticket = ask(t, s, t.draw(st.sampled_from(["readline", "readExactly"])))
        ticket.then(lambda _: seen.append(s.close()))
        t.settle(ticket)
        t.true(all(not isinstance(answer, Failed) for answer in seen), f"close() {seen}", "close() raises nothing")
    else:
        exactly(t, s)
    for _ in range(2):
        _let_close(t, s)
