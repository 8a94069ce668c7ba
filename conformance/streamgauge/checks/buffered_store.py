"""Checks of the clauses in specs/buffered.md about the buffer: read, pushback, length, and calls in any order."""

from array import array

from hypothesis import strategies as st

from streamgauge.answers import Answer, Data
from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks.buffered_parts import (
    STREAM,
    ask,
    at_once,
    buffered,
    exactly,
    fill,
    first_line,
    line,
    push,
    rest_is,
    some_bytes,
    texts,
)
from streamgauge.reader import Reader
from streamgauge.script import Script, Step, When, brief, whens

MIXED = (b"ab\r\ncd\r\nef\r\n", b"\r", b"\n", b"g", b"hi\r\n\r\njkl\r\n")
"""Pieces of several lines, and pieces that cut delimiters."""


@check("buffered_24", names=STREAM, on=STREAM)
def any_mix(t: Bench) -> None:
    """Make drawn calls, comparing each with the bytes that are left."""
    drawn = t.draw(texts(MIXED))
    script = Script((Step(MIXED[0] * 2, t.draw(whens())), *drawn.steps), drawn.end, drawn.known)
    _, s = buffered(t, script)
    rest = script.data
    calls = st.sampled_from(["line", "count", "line", "count", "line", "count", "bounded", "pushback", "read"])
    for call in t.draw(st.lists(calls, min_size=4, max_size=12)):
        if call == "pushback":
            data = t.draw(st.sampled_from([b"p", b"\r", b"\n", b"q\r\n"]))
            push(t, s, data)
            rest = data + rest
            continue
        if not rest:
            break  # what the calls give at the end is told by clauses of its own
        counted = b"\r\n" not in rest and call in ("line", "bounded")
        taken = _take(t, s, "count" if counted else call, rest)
        rest = rest[len(taken) :]
    rest_is(t, s, rest)


def _take(t: Bench, s: Reader, call: str, rest: bytes) -> bytes:
    """Make one call; give what it took."""
    if call == "read":
        answer = s.read()
        content = answer.content if isinstance(answer, Data) else b""
        t.true(rest.startswith(content), f"read gives {answer}", f"it gives the begin of {brief(rest)}")
        return content
    size = t.draw(st.sampled_from([1, 2, 1, 4, 0]))
    if call == "count":
        promised = rest[:size]
        t.expect(exactly(t, s, size), promised)
    else:
        promised = first_line(rest, size=size if call == "bounded" else None)
        t.expect(line(t, s, **{"size": size} if call == "bounded" else {}), promised)
    return promised


@check("buffered_25", names=STREAM, on=STREAM)
def read_gives_the_buffer(t: Bench) -> None:
    """Read when something is left of a piece, while the source has nothing to give yet; then the rest."""
    late = Script((Step(b"late", When.PENDING), *t.draw(texts()).steps), t.draw(whens()), t.draw(st.booleans()))
    _, s, left, held = fill(t, late)
    got = b""
    while len(got) < held:
        answer = at_once(t, s.ask())
        more = answer.content if isinstance(answer, Data) else b""
        if not more or not left.startswith(got + more):
            t.violate(f"read gives {answer}", f"{brief(left[len(got) : held])} is buffered, and given at once")
        got += more
    rest_is(t, s, left[len(got) :])


@check("buffered_26", names=STREAM, on=STREAM)
def pushed_comes_first(t: Bench) -> None:
    """Put bytes back on a fresh stream or in front of a buffer, once or twice; read them by any means."""
    script = t.draw(texts())
    if t.draw(st.booleans()):
        _, s, left, _ = fill(t, script)
    else:
        _, s = buffered(t, script)
        left = script.data
    for _ in range(t.draw(st.integers(1, 3))):
        data = some_bytes(t)
        push(t, s, data)
        left = data + left
    if t.draw(st.booleans()):
        size = t.draw(st.integers(1, len(left)))
        t.expect(exactly(t, s, size), left[:size])
        left = left[size:]
    rest_is(t, s, left)


@check("buffered_27", names=STREAM, on=STREAM, examples=0.5)
def pushed_after_the_end(t: Bench) -> None:
    """Read to the end, put bytes back, and read them."""
    script = t.draw(texts())
    _, s = buffered(t, script)
    how = t.draw(st.sampled_from(["read", "readline", "readExactly"]))
    if t.draw(st.booleans()):
        s.drain()
    else:
        exactly(t, s)
    data = b"one\r\n" if how == "readline" else some_bytes(t)
    push(t, s, data)
    if how == "readline":
        t.expect(line(t, s), data, data[:-2])
    elif how == "readExactly":
        t.expect(exactly(t, s, len(data)), data)
    rest_is(t, s, data if how == "read" else b"")


@check("buffered_28", names=STREAM, on=STREAM, examples=0.5)
def pushed_makes_lines(t: Bench) -> None:
    """Put a delimiter's begin back, with its rest still in the source or in the buffer."""
    when = t.draw(whens())
    script = (
        Script.of(b"a\r\n", b"b\r\nc", when=when) if t.draw(st.booleans()) else Script.of(b"a\r\nb\r\nc", when=when)
    )
    _, s = buffered(t, script)
    t.expect(exactly(t, s, 2), b"a\r")
    push(t, s, b"\r")
    t.expect(line(t, s), b"\r\n")
    t.expect(line(t, s), b"b\r\n")


@check("buffered_29", names=STREAM, on=STREAM)
def length_counts_the_buffer(t: Bench) -> None:
    """Look at length after each call, from inside its callback too."""
    script = t.draw(texts(known=True))
    _, s = buffered(t, script)
    left = len(script.data)
    inside: list[object] = []
    while left:
        method = t.draw(st.sampled_from(["readExactly", "readline", "read"]))
        if method == "readline" and b"\r\n" in script.data[-left:]:
            ticket = ask(t, s, "readline")
        else:
            ticket = s.ask() if method == "read" else ask(t, s, "readExactly", t.draw(st.integers(1, min(4, left))))
        if ticket.waiting:
            t.equal(s.length(), left, "with a call outstanding, length is")
            ticket.then(lambda _: inside.append(s.length()))
        answer = t.settle(ticket)
        if not isinstance(answer, Data) or not (answer.content or method == "read"):
            break
        left -= len(answer.content)
        t.equal(inside, [left] * len(inside), "inside the callback length is")
        inside.clear()
        t.equal(s.length(), left, "length is")
    if not left:
        s.read()
        t.equal(s.length(), 0, "at the end length is")


@check("buffered_30", names=STREAM, on=STREAM)
def pushed_counts(t: Bench) -> None:
    """Put bytes back at the begin, in front of a buffer, and at the end; look at length."""
    place = t.draw(st.sampled_from(["begin", "buffer", "end"]))
    script = t.draw(texts(known=True))
    if place == "buffer":
        _, s, left, _ = fill(t, Script(script.steps, script.end, known=True))
    else:
        _, s = buffered(t, script)
        left = script.data
    if place == "end":
        exactly(t, s)
        left = b""
    for _ in range(t.draw(st.integers(1, 2))):
        data = some_bytes(t)
        push(t, s, data)
        left = data + left
        t.equal(s.length(), len(left), "after pushback length is")


@check("buffered_31", names=STREAM, on=STREAM, examples=0.5)
def unknown_stays_unknown(t: Bench) -> None:
    """Look at length with bytes buffered and put back, and more to come of a source that does not tell."""
    script = Script((*t.draw(texts()).steps, Step(b"more", When.PENDING)), known=False)
    _, s, _, _ = fill(t, script)
    t.equal(s.length(), None, "with bytes buffered length is")
    if t.draw(st.booleans()):
        push(t, s, b"back")
        t.equal(s.length(), None, "with bytes put back length is")


@check("buffered_51", names=STREAM, on=STREAM, examples=0.5)
def items_of_bytes(t: Bench) -> None:
    """Give pieces as arrays of two bytes an item."""
    source, s = buffered(
        t, Script.of(b"ab\r\ncd", b"efgh", b"ijk\r\nl", when=t.draw(whens()), known=t.draw(st.booleans()))
    )
    source.wrap = lambda data: array("H", data)
    t.timeline.note(f"{source.name} gives each piece as array('H', piece)")
    t.expect(line(t, s), b"ab\r\n")
    t.expect(exactly(t, s, 3), b"cde")
    t.expect(line(t, s), b"fghijk\r\n")


@check("buffered_52", names=STREAM, on=STREAM, examples=0.5)
def calls_inside_callbacks(t: Bench) -> None:
    """From inside the callback of a line put bytes back, or read the next line or count."""
    when = t.draw(whens())
    _, s = buffered(t, Script.of(b"ab\r", b"\ncd\r\n", b"ef", when=when, known=t.draw(st.booleans())))
    what = t.draw(st.sampled_from(["pushback", "readline", "readExactly"]))
    answers: list[Answer] = []

    def inside(_: Answer) -> None:
        if what == "pushback":
            push(t, s, b"xy")
        else:
            ask(t, s, what).then(answers.append)

    first = ask(t, s, "readline")
    first.then(inside)
    t.expect(t.settle(first), b"ab\r\n")
    if what == "pushback":
        t.expect(line(t, s), b"xycd\r\n")
    else:
        t.settle(t.tickets[-1])
        promised = b"cd\r\n" if what == "readline" else b"cd\r\nef"
        t.expect(answers[-1] if answers else first.answer, promised, promised=f"the call inside gives {promised!r}")
