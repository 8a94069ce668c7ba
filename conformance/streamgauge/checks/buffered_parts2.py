"""x"""

from hypothesis import strategies as st

from streamgauge.answers import Failed
from streamgauge.bench import Bench
from streamgauge.checks import buffered_cost, buffered_ends, buffered_store  # noqa: F401 - registers their checks
from streamgauge.checks.buffered_parts import (
    ask,
    at_once,
    buffered,
    exactly,
    failing,
    rest_is,
    texts,
)
from streamgauge.script import Script, Step, When, whens


def _nothing(t: Bench, method: str, args: tuple[int, ...], kwargs: dict[str, int]) -> None:
    done = t.draw(st.integers(0, 2))
    _, s = buffered(t, Script((Step(b"ab"), Step(b"c\r\nd", When.PENDING)), known=t.draw(st.booleans())))
    if done:
        t.expect(exactly(t, s, done), b"ab"[:done])
    t.expect(at_once(t, ask(t, s, method, *args, **kwargs)), b"", promised="b'', at once")
    rest_is(t, s, b"abc\r\nd"[done:])


def _negative(t: Bench, method: str, args: tuple[int, ...], kwargs: dict[str, int]) -> None:
    script = t.draw(texts(least=1))
    _, s = buffered(t, script)
    done = t.draw(st.integers(0, 1))
    if done:
        t.expect(exactly(t, s, done), script.data[:done])
    answer = ask(t, s, method, *args, **kwargs).answer
    refused = isinstance(answer, Failed) and answer.sync and isinstance(answer.error, ValueError)
    t.true(refused, f"{method} of a negative size: {answer}", "ValueError raised by the call")
    rest_is(t, s, script.data[done:])


def _deferred(t: Bench, method: str, calls: list[tuple[int, ...]]) -> None:
    script = t.draw(texts(pending=False))
    if t.draw(st.booleans()):
        script = failing(script, t.draw(whens(pending=False)))
    _, s = buffered(t, script)
    for args in calls:
        ticket = ask(t, s, method, *args)
        t.true(ticket.deferred is not None, f"{method} gives {ticket.answer}", f"{method} gives a Deferred")
        t.settle(ticket)
