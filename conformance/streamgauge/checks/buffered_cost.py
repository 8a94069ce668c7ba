"""Checks of the clauses in specs/buffered.md about cost: stack, copies, searches, reading ahead, and what is kept."""

from itertools import product

from hypothesis import strategies as st

from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks.buffered_parts import STREAM, ask, buffered, exactly, line, push
from streamgauge.checks.copies import bounded, traced
from streamgauge.checks.growth import does_not_grow
from streamgauge.checks.held import COUNT, FIRST, held
from streamgauge.checks.searches import searched
from streamgauge.checks.stream_parts import DEEP, PIECE, UNREAD, WINDOW
from streamgauge.checks.worked import counted
from streamgauge.reader import Reader
from streamgauge.script import Script, Step, When, whens

MANY = 2 * DEEP
"""Pieces at which even the deeper stack that Hypothesis allows overflows, if each takes a level."""


SOME = 100
"""Pieces of a line whose work is compared with that of a line of four times as many."""


@check("buffered_50", names=STREAM, on=STREAM)
def empty_pieces(t: Bench) -> None:
    """Read a line, and a count or everything, over empty pieces."""
    when = t.draw(whens())
    empties = (Step(b"", when),) * t.draw(st.integers(1, 3))
    steps = (*empties, Step(b"ab", when), *empties, Step(b"c\r\nde", when), *empties, Step(b"f", when), *empties)
    _, s = buffered(t, Script(steps, t.draw(whens()), t.draw(st.booleans())))
    t.expect(line(t, s), b"abc\r\n")
    t.expect(exactly(t, s, *t.draw(st.sampled_from([(3,), ()]))), b"def")


@check("buffered_55", names=STREAM, on=STREAM, examples=0.1)
def flat_stack(t: Bench) -> None:
    """Read one line, and one count, of many small or empty pieces."""
    for piece, when in product((b"x", b""), (When.NOW, When.FIRED)):
        for method, args in (("readline", ()), ("readExactly", (MANY * len(piece) + 2,))):
            _, s = buffered(t, Script((*[Step(piece, when)] * MANY, Step(b"\r\n"), Step(b"more"))))
            t.expect(t.settle(ask(t, s, method, *args)), piece * MANY + b"\r\n")


@check("buffered_56", names=STREAM, on=STREAM, heavy=True)
def long_line(t: Bench) -> None:
    """Collect one line, one count and everything, of many pieces; count what that copies."""
    size, count = 2000, 400
    when = t.draw(whens())
    for method, args in (("readline", ()), ("readExactly", (size * count + 2,)), ("readExactly", ())):
        source, s = buffered(t, Script.of(*[b"x" * size] * count, b"\r\n", when=when, known=t.draw(st.booleans())))
        with traced() as taken:
            source.on_read = taken.step
            answer = t.settle(ask(t, s, method, *args))
            taken.step()
        t.expect(answer, b"x" * size * count + b"\r\n")
        bounded(t, taken, size * count, count, f"{method} of {count} pieces")


@check("buffered_70", names=STREAM, on=STREAM, heavy=True, examples=0.5)
def gone_through_once(t: Bench) -> None:
    """Collect one line, and one count, of many pieces and of four times as many; count the work."""
    when = t.draw(whens(pending=False))
    for method, args in (("readline", ()), ("readExactly", (4 * SOME + 2,)), ("readExactly", ())):
        few, many = (_collect(t, number, when, method, *args) for number in (SOME, 4 * SOME))
        t.true(
            many <= 8 * few,
            f"{method} of {4 * SOME} pieces takes {many} lines of Python, of {SOME} pieces {few}",
            "four times as many pieces take about four times the work",
        )


def _collect(t: Bench, count: int, when: When, method: str, *args: int) -> int:
    _, s = buffered(t, Script.of(*[b"x"] * count, b"\r\n", when=when))
    with counted() as worked:
        answer = t.settle(ask(t, s, method, *args))
    t.expect(answer, b"x" * count + b"\r\n")
    return worked.count


@check("buffered_69", names=STREAM, on=STREAM, heavy=True, examples=0.5)
def searched_once(t: Bench) -> None:
    """Collect one line of many pieces; count what is searched for its end."""
    size, count = 2000, 400
    delimiter = t.draw(st.sampled_from([b"\r\n", b"\n", b"END"]))
    steps = Script.of(*[b"x" * size] * count, delimiter, when=t.draw(whens()), known=t.draw(st.booleans()))
    _, s = buffered(t, steps)
    with searched() as looked:
        answer = line(t, s, delimiter)
    if looked.total < size * count // 2:
        t.lacks("the search is not to be seen: no method of bytes or bytearray, or no Python source")
        return
    t.expect(answer, b"x" * size * count + delimiter)
    most = 16 * size * count
    t.true(
        looked.total <= most,
        f"readline of {count} pieces searched {looked.total} bytes",
        f"at most {most} searched: a multiple of the line's {size * count} bytes",
    )


@check("buffered_57", names=STREAM, on=STREAM, heavy=True)
def many_lines(t: Bench) -> None:
    """Take many lines, and many counts, out of one piece; count what that copies."""
    size, count = 1000, 400
    when = t.draw(whens())
    for method, args in (("readline", ()), ("readExactly", (size,))):
        _, s = buffered(t, Script.of((b"x" * (size - 2) + b"\r\n") * count, when=when, known=t.draw(st.booleans())))
        with traced() as taken:
            for _ in range(count):
                answer = t.settle(ask(t, s, method, *args))
                taken.step()
        t.expect(answer, b"x" * (size - 2) + b"\r\n")
        bounded(t, taken, size * count, count, f"{method} {count} times")


@check("buffered_58", names=STREAM, on=STREAM, heavy=True)
def many_pushbacks(t: Bench) -> None:
    """Peek at the first bytes of a large piece, or put some in front of it, many times; count what that copies."""
    size, count = 200_000, 300
    _, s = buffered(t, Script.of(b"ab" * (size // 2), when=t.draw(whens()), known=t.draw(st.booleans())))
    peeks = t.draw(st.booleans())
    t.expect(exactly(t, s, 2), b"ab")
    push(t, s, b"ab")
    with traced() as taken:
        for _ in range(count):
            if peeks:
                exactly(t, s, 2)
            push(t, s, b"ab")
            taken.step()
    t.expect(exactly(t, s, 2), b"ab")
    bounded(t, taken, size, count, f"{count} times {'readExactly(2) and ' * peeks}pushback")


@check("buffered_59", names=STREAM, on=STREAM, examples=0.3)
def no_reading_far_ahead(t: Bench) -> None:
    """Read some lines or counts of many pieces; look how much was taken from the source."""
    text = b"x" * (PIECE - 2) + b"\r\n"
    when, number = t.draw(whens()), t.draw(st.integers(1, 3))

    def ahead(pieces: int) -> int:
        source, s = buffered(t, Script.of(*[text] * pieces, when=when))
        for _ in range(number):
            _next(t, s)
        t.run()
        return source.given - number * PIECE

    does_not_grow(t, 60, ahead, (WINDOW + 1) * PIECE - 1, UNREAD)


def _next(t: Bench, s: Reader) -> None:
    text = b"x" * (PIECE - 2) + b"\r\n"
    t.expect(line(t, s) if t.draw(st.booleans()) else exactly(t, s, PIECE), text)


@check("buffered_60", names=STREAM, on=STREAM, heavy=True)
def given_is_gone(t: Bench) -> None:
    """Read a long stream by lines and counts, keep nothing, and count what is held."""
    with held(b"x" * (PIECE - 3) + b"\r\nx") as kept:
        script = Script((Step(kept.piece, t.draw(whens())),) * COUNT, known=t.draw(st.booleans()))
        _, s = buffered(t, script)
        for number in range(COUNT - 1):
            if number == FIRST:
                kept.begin()
            ticket = ask(t, s, *(("readline",) if number % 2 else ("readExactly", PIECE - 1 + (number > 0))))
            t.settle(ticket)
            t.tickets.clear()
            ticket.row.seen = ""
            del ticket
        kept.little(t, COUNT * PIECE)
