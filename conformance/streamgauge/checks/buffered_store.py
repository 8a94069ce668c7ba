"""Checks of the clauses in specs/buffered.md about the buffer: read, pushback, length, and calls in any order."""

from array import array

from hypothesis import strategies as st

from streamgauge.answers import Answer, Data, Failed
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
    texts,
)
from streamgauge.content import brief
from streamgauge.reader import Reader
from streamgauge.script import Script, Step, When, whens

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
    """Give pieces as arrays of two bytes an item, and put such an array back, which may be refused."""
    source, s = buffered(
        t, Script.of(b"ab\r\ncd", b"efgh", b"ijk\r\nl", when=t.draw(whens()), known=t.draw(st.booleans()))
    )
    source.gives_by("lambda data: array('H', data)", lambda data: array("H", data))
    t.expect(line(t, s), b"ab\r\n")
    t.expect(exactly(t, s, 3), b"cde")
    t.expect(line(t, s), b"fghijk\r\n")
    wide = t.named("wide", memoryview(array("H", b"xy\r\nz!")))
    code = "wide = memoryview(array('H', b'xy\\r\\nz!'))"
    t.timeline.note(code, code)
    if not isinstance(t.call(f"{s.name}.pushback(wide)", s.stream.pushback, wide), Failed):
        if source.script.known:
            t.equal(s.length(), 7, "with 3 items of 2 bytes put back, and 1 byte to come, length is")
        t.expect(exactly(t, s, 1), b"x")
        t.expect(line(t, s), b"y\r\n")
    else:
        t.expect(exactly(t, s, 9), b"l")


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
