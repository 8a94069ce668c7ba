"""Checks of the clauses in specs/buffered.md: the readers, and what readline gives.

Counts, the buffer, its split, what goes wrong, closing and cost have modules of their own, loaded with this one.
"""

from hypothesis import strategies as st

from streamgauge.answers import Data, Failed, Waiting
from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks import (  # noqa: F401 - registers their checks
    buffered_back,
    buffered_close,
    buffered_cost,
    buffered_counts,
    buffered_ends,
    buffered_halves,
    buffered_promises,
    buffered_split,
    buffered_store,
)
from streamgauge.checks.buffered_parts import (
    CUT,
    STREAM,
    all_lines,
    always_deferred,
    ask,
    at_once,
    buffered,
    exactly,
    first_line,
    line,
    needs_nothing,
    refuses_negative,
    texts,
)
from streamgauge.checks.buffers import BUFFERS
from streamgauge.content import brief
from streamgauge.script import Script, Step, When, whens


@check("buffered_01", names=STREAM, examples=0.2)
def readers_are_there(t: Bench) -> None:
    """Make one and look at its methods."""
    _, s = buffered(t, t.draw(texts()))
    for method in ("readline", "readExactly", "pushback", "read"):
        t.true(t.has(s.name, s.stream, method), f"no {method}()", f"a BufferedStream has {method}()")


@check("buffered_09", names=STREAM, on=STREAM)
def lines_end_at_crlf(t: Bench) -> None:
    """Read all lines that have an end; whether that is given with them is another clause's matter."""
    script = t.draw(texts(least=1))
    script = Script((*script.steps, Step(b"m\r\n")), script.end, script.known)
    _, s = buffered(t, script)
    rest = script.data
    while rest:
        whole = first_line(rest)
        t.expect(line(t, s), whole, whole[:-2], promised=brief(whole))
        rest = rest[len(whole) :]


@check("buffered_10", names=STREAM, on=STREAM)
def lines_have_their_end(t: Bench) -> None:
    """Read lines, and look at their ends."""
    delimiter = t.draw(st.sampled_from([b"\r\n", b";", b"--end--"]))
    script = t.draw(texts((b"a" + delimiter, b"bc" + delimiter, delimiter), least=1))
    _, s = buffered(t, script)
    answer = line(t, s, *([delimiter] if delimiter != b"\r\n" else []))
    if isinstance(answer, Data | Waiting):
        seen = answer.content if isinstance(answer, Data) else b""
        t.true(seen.endswith(delimiter), f"the line {answer}", "the line ends with its delimiter")


@check("buffered_11", names=STREAM, on=STREAM)
def cut_delimiters(t: Bench) -> None:
    """Read lines whose ends, of two bytes or three, are cut by the pieces' ends."""
    delimiter, script = b"\r\n", t.draw(texts(CUT, least=1))
    if t.draw(st.booleans()):
        delimiter, data, size = b"<e>", b"ab<e><e>cd<e>", t.draw(st.integers(1, 5))
        pieces = [data[at : at + size] for at in range(0, len(data), size)]
        script = Script.of(*pieces, when=t.draw(whens()))
    _, s = buffered(t, script)
    rest = script.data
    while delimiter in rest:
        whole = first_line(rest, delimiter)
        answer = line(t, s, *([delimiter] if len(delimiter) > 2 else []))
        t.expect(answer, whole, whole.removesuffix(delimiter), promised=brief(whole))
        rest = rest[len(whole) :]
    t.exercised = True


@check("buffered_12", names=STREAM, on=STREAM)
def other_delimiters(t: Bench) -> None:
    """Read lines that end otherwise."""
    delimiter = t.draw(st.sampled_from([b"\n", b";", b"\x00", b"--end--", b"\r\n.\r\n", b"\xff\xfe"]))
    pieces = [b"a\r\nb", b"-", b"", b"c\r", b"\xff", delimiter]
    given = t.draw(st.lists(st.sampled_from(pieces), max_size=4))
    script = Script.of(b"".join([*given, delimiter]), when=t.draw(whens()), known=t.draw(st.booleans()))
    _, s = buffered(t, script)
    rest = script.data
    while rest:
        whole = first_line(rest, delimiter)
        t.expect(line(t, s, delimiter), whole, whole.removesuffix(delimiter), promised=brief(whole))
        rest = rest[len(whole) :]


@check("buffered_13", names=STREAM, on=STREAM)
def overlapping_delimiters(t: Bench) -> None:
    """Search for delimiters of few letters in few letters, in small pieces, when a count may have taken a begin."""
    delimiter = t.draw(st.sampled_from([b"aab", b"aba", b"abab", b"aa", b"--end--", b"ab" * 20 + b"!"]))
    letters = st.lists(st.sampled_from([b"a", b"b", b"aa", b"ab", b"ba", b"aab"]), min_size=1, max_size=8)
    begun = t.draw(st.sampled_from([len(delimiter), 2, 0]))
    first = [delimiter[:begun], delimiter[begun:]] if begun else []
    cut = t.draw(st.integers(1, len(delimiter)))
    ends = [t.draw(st.sampled_from([b"", b"b" * 60])), delimiter[:cut], delimiter[cut:], b"tail"]
    pieces = [*filter(None, first), *t.draw(letters), *filter(None, ends)]
    if t.draw(st.integers(0, 3)) == 0:
        pieces = [b"".join(pieces)]
    script = Script.of(*pieces, when=t.draw(whens()))
    _, s = buffered(t, script)
    done = t.draw(st.sampled_from([1, begun])) if begun else 0
    if done:
        t.expect(exactly(t, s, done), script.data[:done])
    rest = script.data[done:]
    while delimiter in rest:
        whole = first_line(rest, delimiter)
        short = [whole[: -len(delimiter)]] if whole.endswith(delimiter) else []
        t.expect(line(t, s, delimiter), whole, *short, promised=brief(whole))
        rest = rest[len(whole) :]


@check("buffered_14", names=STREAM, on=STREAM)
def bounded_lines(t: Bench) -> None:
    """Read lines with a bound that is not within their delimiters."""
    given = t.draw(texts())
    script = Script((*given.steps, Step(b"mn\r\n")), given.end, given.known)
    _, s = buffered(t, script)
    rest = script.data
    while rest:
        whole = first_line(rest)
        size = t.draw(st.sampled_from([size for size in [*range(1, len(whole) + 4), 2**70] if size != len(whole) - 1]))
        t.expect(line(t, s, size=size), whole[:size], promised=f"{whole[:size]!r}, at most {size} bytes of {whole!r}")
        rest = rest[len(whole[:size]) :]


@check("buffered_15", names=STREAM, on=STREAM)
def bound_inside_the_delimiter(t: Bench) -> None:
    """Let the bound fall inside a delimiter, and read on."""
    delimiter = t.draw(st.sampled_from([b"\r\n", b"--end--"]))
    text = t.draw(st.sampled_from([b"", b"ab", b"c\n"]))
    inside = t.draw(st.integers(1, len(delimiter) - 1))
    when = t.draw(whens())
    whole = text + delimiter + b"next" + delimiter
    cut = t.draw(st.integers(1, len(whole) - 1))
    script = Script.of(whole[:cut], whole[cut:], b"last", when=when, known=t.draw(st.booleans()))
    _, s = buffered(t, script)
    size = len(text) + inside
    t.expect(line(t, s, delimiter, size), whole[:size])
    t.expect(line(t, s, delimiter), whole[size:])


@check("buffered_16", names=STREAM, on=STREAM, examples=0.5)
def bound_of_nothing(t: Bench) -> None:
    """Ask for a line of no bytes while the source has nothing to give."""
    needs_nothing(t, "readline", (), {"size": 0})


@check("buffered_17", names=STREAM, on=STREAM, examples=0.5)
def negative_bound(t: Bench) -> None:
    """Ask for a line of less than nothing, then go on."""
    refuses_negative(t, "readline", (), {"size": t.draw(st.sampled_from([-1, -2, -3, -(2**40)]))})


@check("buffered_18", names=STREAM, on=STREAM, examples=0.5)
def last_line(t: Bench) -> None:
    """Read a line that has no end."""
    lines = t.draw(st.integers(0, 2))
    pieces = [*[b"a\r\n"] * lines, *t.draw(st.sampled_from([[b"end"], [b"e", b"nd"], [b"end\n"], [b"end", b"\r"]]))]
    script = Script.of(*pieces, when=t.draw(whens()), known=t.draw(st.booleans()))
    _, s = buffered(t, script)
    kwargs = t.draw(st.sampled_from([{}, {"size": 9}]))
    all_lines(t, s, script, lambda: line(t, s, **kwargs))


@check("buffered_19", names=STREAM, on=STREAM, examples=0.5)
def after_the_last_line(t: Bench) -> None:
    """Read lines on behind the end."""
    script = t.draw(texts())
    _, s = buffered(t, script)
    for _ in range(script.data.count(b"\r\n") + 1):
        line(t, s)
    for _ in range(2):
        t.expect(line(t, s), b"")


THERE = (
    (b"ab\r\n", None),
    (b"abcde", 5),
    (b"ab\r\nc\r\nd", None),
    (b"ab\r\n", 4),
    (b"abcde", 3),
    (b"ab\r\nc\r\nd", 2),
    (b"abcde", 1),
)
"""What has come, and a bound by which a line of it can be given."""


@check("buffered_20", names=STREAM, on=STREAM)
def line_waits_for_no_more(t: Bench) -> None:
    """Ask for lines that are there, while the source has nothing more to give yet."""
    first, size = t.draw(st.sampled_from(THERE))
    when = t.draw(whens(pending=False))
    script = Script(
        (Step(first[:3], when), Step(first[3:], when), Step(b"f", When.PENDING)), known=t.draw(st.booleans())
    )
    _, s = buffered(t, script)
    kwargs = {} if size is None else {"size": size}
    promised = first_line(first, size=size)
    t.expect(at_once(t, ask(t, s, "readline", **kwargs)), promised, promised=f"{promised!r}, at once")


@check("buffered_21", names=STREAM, on=STREAM, examples=0.5)
def lines_are_deferred(t: Bench) -> None:
    """Look at the type of what each call gives, to the end and behind it."""
    always_deferred(t, "readline", [(), (b"\r\n", 0), (b"\n",), (), (), (), ()])


@check("buffered_22", names=STREAM, on=STREAM, examples=0.5)
def lines_are_bytes(t: Bench) -> None:
    """Give other buffers than bytes, and look at the type of what comes."""
    source, s = buffered(t, Script.of(b"ab\r\n", b"cdef", b"gh\r\nij", when=t.draw(whens())))
    source.gives_by(*t.draw(st.sampled_from(BUFFERS)))
    for answer in (line(t, s), exactly(t, s, 3), line(t, s), exactly(t, s)):
        value = answer.value if isinstance(answer, Data) else answer
        t.true(isinstance(value, bytes), f"{value!r}, a {type(value).__name__}", "bytes")


@check("buffered_23", names=STREAM, on=STREAM, examples=0.3)
def argument_names(t: Bench) -> None:
    """Give the same arguments by place to one stream and by name, in any order, to another one like it."""
    script = Script.of(b"abc;def;ghi;", when=t.draw(whens()))
    (_, first), (_, second) = buffered(t, script), buffered(t, script)
    given = [("readline", (b";", 9)), ("readline", (b";", 2)), ("readline", (b";", None)), ("readExactly", (2,))]
    method, args = t.draw(st.sampled_from(given))
    named = dict(zip(("delimiter", "size") if method == "readline" else ("size",), args, strict=True))
    order = t.draw(st.permutations(list(named)))
    by_place = t.settle(ask(t, first, method, *args))
    by_name = t.settle(ask(t, second, method, **{name: named[name] for name in order}))
    t.true(not isinstance(by_place, Failed), f"{t.code(method, args, {})} {by_place}", "these arguments are taken")
    t.equal(str(by_name), str(by_place), f"{method} with the same arguments by name gives")
