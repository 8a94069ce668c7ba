"""What the checks of the buffered clauses share: a BufferedStream over a source, its calls, and what they give.

Strategy: the model is the bytes that are left; a line or a count is cut off their front. Texts are drawn from pieces in
which delimiters stand whole, so that one that is cut by a piece's end is the matter of its own clause.
"""

from collections.abc import Callable, Sequence
from functools import cache

from hypothesis import strategies as st

from streamgauge.answers import Answer, Failed
from streamgauge.bench import Bench
from streamgauge.checks.split_parts import begins
from streamgauge.content import filler
from streamgauge.reader import Reader
from streamgauge.script import Script, SourceError, Step, When, whens
from streamgauge.source import Source
from streamgauge.ticket import Ticket

ERROR = SourceError("the source fails here")
STREAM = "BufferedStream"
"""The name, and the maker whose generic clauses come first."""

CLOSE = f"{STREAM}.close"
CLOSES = f"{STREAM} {CLOSE}"
"""The historical BufferedStream had no close; one that has none claims nothing about it."""

WHOLE = (b"a\r\n", b"bc\r\n", b"\r\n", b"d", b"e\nf", b"g\rh", b"i\r\nj\r\n\r\nk", b"l")
"""Pieces in which no delimiter is cut."""

CUT = (b"\r", b"\n", b"a\r", b"\nb", b"\r\n", b"c", b"\r\r", b"d\r\ne\r")
"""Pieces that cut delimiters."""


@cache
def texts(
    pieces: tuple[bytes, ...] = WHOLE, *, least: int = 0, pending: bool = True, known: bool | None = None
) -> st.SearchStrategy[Script]:
    """Draw a script of such pieces."""
    steps = st.lists(st.builds(Step, st.sampled_from(pieces), whens(pending=pending)), min_size=least, max_size=6)
    told = st.booleans() if known is None else st.just(known)
    return st.builds(lambda given, end, length: Script(tuple(given), end, length), steps, whens(), told)


def failing(script: Script, when: When) -> Script:
    """Let the source fail behind its data, which it had promised to be more."""
    return Script((*script.steps, Step(None, when)), script.end, script.known, 3)


def buffered(t: Bench, script: Script) -> tuple[Source, Reader]:
    """Make a BufferedStream over a source of this script."""
    source = t.source(script)
    return source, t.reader(t.new(STREAM, source))


def ask(t: Bench, s: Reader, method: str, *args: object, **kwargs: object) -> Ticket:
    """Call a method that answers with a Deferred, and do not wait; any error is its answer."""
    code = f"{s.name}.{t.code(method, args, kwargs)}"
    return t.begin(code, lambda: getattr(s.stream, method)(*args, **kwargs))


def line(t: Bench, s: Reader, *args: object, **kwargs: object) -> Answer:
    """Call readline and wait for the answer."""
    return t.settle(ask(t, s, "readline", *args, **kwargs))


def exactly(t: Bench, s: Reader, *args: object, **kwargs: object) -> Answer:
    """Call readExactly and wait for the answer."""
    return t.settle(ask(t, s, "readExactly", *args, **kwargs))


def push(t: Bench, s: Reader, data: bytes) -> None:
    """Put bytes back, which has to work."""
    answer = t.call(f"{s.name}.{t.code('pushback', (data,), {})}", lambda: s.stream.pushback(data))
    if isinstance(answer, Failed):
        t.violate(f"pushback {answer}", "pushback raises nothing")


def first_line(rest: bytes, delimiter: bytes = b"\r\n", size: int | None = None) -> bytes:
    """Cut the next line off the bytes that are left."""
    place = rest.find(delimiter)
    whole = rest if place < 0 else rest[: place + len(delimiter)]
    return whole if size is None else whole[:size]


def at_once(t: Bench, ticket: Ticket) -> Answer:
    """Give the reactor all it wants, but fire nothing of the sources; then look at the answer."""
    if ticket.waiting:
        t.pump.until(lambda: not ticket.waiting)
    return ticket.answer


def rest_is(t: Bench, s: Reader, data: bytes) -> None:
    """Read to the end by `read`, and compare."""
    drained = s.drain()
    t.equal(drained.content, data, f"the bytes read from {s.name} are")
    t.expect(drained.last, None)


def all_lines(t: Bench, s: Reader, script: Script, call: Callable[[], Answer]) -> None:
    """Read lines to the end, and compare each."""
    rest = script.data
    while rest:
        promised = first_line(rest)
        t.expect(call(), promised)
        rest = rest[len(promised) :]


FIRST = (b"a\r\nbcde", b"xyz\r\n\r\nb")
"""Pieces to be taken into the buffer; a large one is as good as any, but dearer."""


def fill(t: Bench, script: Script) -> tuple[Source, Reader, bytes, int]:
    """Read so that bytes are left in the buffer.

    Returns:
        The source, the stream, what is left, and how much of it has been taken from the source.
    """
    first = t.draw(st.sampled_from([*FIRST * 3, filler(5_000), filler(70_000)]))
    steps = (Step(first, t.draw(whens())), *script.steps)
    source, s = buffered(t, Script(steps, script.end, script.known, script.lie))
    taken = first_line(first)
    if t.draw(st.booleans()):
        line(t, s)
    else:
        exactly(t, s, len(taken))
    left = first[len(taken) :] + script.data
    return source, s, left, len(first) - len(taken)


def fresh_or_filled(t: Bench) -> tuple[Reader, bytes]:
    """Make a stream that nobody has read, or one with bytes in its buffer; give it and what is left."""
    script = t.draw(texts())
    if t.draw(st.booleans()):
        _, s, left, _ = fill(t, script)
        return s, left
    return buffered(t, script)[1], script.data


def needs_nothing(t: Bench, method: str, args: tuple[int, ...], kwargs: dict[str, int]) -> None:
    """Ask for no bytes while the source has none to give; a line may be buffered."""
    done = t.draw(st.integers(0, 2))
    first, second = t.draw(st.sampled_from([(b"ab", b"c\r\nd"), (b"abc\r\n", b"d")]))
    _, s = buffered(t, Script((Step(first), Step(second, When.PENDING)), known=t.draw(st.booleans())))
    if done:
        t.expect(exactly(t, s, done), b"ab"[:done])
    t.expect(at_once(t, ask(t, s, method, *args, **kwargs)), b"", promised="b'', at once")
    rest_is(t, s, b"abc\r\nd"[done:])


def refuses_negative(t: Bench, method: str, args: tuple[int, ...], kwargs: dict[str, int]) -> None:
    """Ask for less than nothing, then go on."""
    script = t.draw(texts(least=1))
    _, s = buffered(t, script)
    done = t.draw(st.integers(0, 1))
    if done:
        t.expect(exactly(t, s, done), script.data[:done])
    answer = ask(t, s, method, *args, **kwargs).answer
    refused = isinstance(answer, Failed) and answer.sync and isinstance(answer.error, ValueError)
    t.true(refused, f"{method} of a negative size: {answer}", "ValueError raised by the call")
    rest_is(t, s, script.data[done:])


def always_deferred(t: Bench, method: str, calls: Sequence[tuple[object, ...]]) -> None:
    """Look at the type of what each call gives, to the end and behind it."""
    script = t.draw(texts(pending=False))
    if t.draw(st.booleans()):
        script = failing(script, t.draw(whens(pending=False)))
    _, s = buffered(t, script)
    for args in calls:
        ticket = ask(t, s, method, *args)
        t.true(ticket.deferred is not None, f"{method} gives {ticket.answer}", f"{method} gives a Deferred")
        t.settle(ticket)


def some_bytes(t: Bench) -> bytes:
    """Draw bytes to put back."""
    return t.draw(st.sampled_from([b"p", b"back", b"one\r\n", b"\x00\xff"]))


LATE = (Step(b"ab"), Step(b"c\r\nd", When.PENDING), Step(b"ef"))
"""A source of which every reader but `read` has to wait, with "ab" in the buffer."""


def outstanding(t: Bench, *methods: str) -> tuple[Reader, Ticket, bytes]:
    """Have a call outstanding: the stream, the call, and what it will give; a read may give a first part of that."""
    _, s = buffered(t, Script(LATE, t.draw(whens()), t.draw(st.booleans())))
    method = t.draw(st.sampled_from(methods))
    if method == "read":
        left = b"ab"
        while left:
            left = left[len(begins(t, s.read(), left)) :]
        return s, s.ask(), b"c\r\nd"
    args = (4,) if method == "readExactly" else ()
    return s, ask(t, s, method, *args), b"abc\r" if args else b"abc\r\n"
