"""Checks of the clauses in specs/simple.md: what those who derive from SimpleStream rely on."""

from hypothesis import strategies as st

from streamgauge.answers import Answer, End, Failed, Halves, Returned
from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks.bytestream_parts import a_point
from streamgauge.checks.look import declares, gives, look, window_of
from streamgauge.checks.simple_derived import BARE, COPYING, TOUCHY, classes, words
from streamgauge.reader import Reader


@check("simple_01", names="SimpleStream", examples=0.1)
def made_bare(t: Bench) -> None:
    """Make one, and look at its numbers."""
    s = t.reader(t.new("SimpleStream"))
    t.equal(s.length(), None, "the length of a plain SimpleStream is")
    t.equal(look(t, s, "start"), None, "the start of a plain SimpleStream is")


@check("simple_02", names="SimpleStream", examples=0.1)
def nothing_to_read(t: Bench) -> None:
    """Read again and again, and look at the length."""
    s = t.reader(t.new("SimpleStream"))
    for _ in range(t.draw(st.integers(1, 3))):
        t.expect(s.read(), None)
        length = s.length()
        t.true(length is None or length == 0, f"length {length} after read() gave None", "None, or 0 at the end")


@check("simple_03", names="SimpleStream", on="MemoryStream", examples=0.2)
def close_zeroes(t: Bench) -> None:
    """Close a plain one, and one that has a length."""
    s = t.reader(t.new("SimpleStream"))
    if t.draw(st.booleans()):
        t.timeline.call(f"{s.name}.length = 5")
        s.stream.length = 5
    for _ in range(2):
        closed = s.close()
        t.true(not isinstance(closed, Failed), f"close() {closed}", "close() raises nothing")
        t.equal(s.length(), 0, "after close() length is")


@check("simple_04", names="SimpleStream", examples=0.2)
def close_from_subclass(t: Bench) -> None:
    """Close a subclass that calls the base's close and writes down what is called."""
    touchy = classes(t, TOUCHY)
    length = t.draw(st.integers(0, 9))
    s = t.reader(t.have("s", f"Touchy({length})", touchy, length))
    closed = s.close()
    t.true(not isinstance(closed, Failed), f"close() {closed}", "SimpleStream.close(self) raises nothing")
    t.equal(s.length(), 0, "after SimpleStream.close(self) length is")
    t.equal(look(t, s, "calls"), ["close"], "the methods of the subclass that were called are")


@check("simple_05", names="SimpleStream", examples=0.5)
def own_initializer(t: Bench) -> None:
    """Split and close a subclass whose initializer stands alone."""
    bare = classes(t, BARE)
    length = t.draw(st.integers(0, 9))
    s = t.reader(t.have("s", f"Bare({length})", bare, length))
    halves = s.cut(a_point(t, length))
    t.true(isinstance(halves, tuple), f"split {halves}", "split gives (before, after)")
    for half in halves if isinstance(halves, tuple) else ():
        closed = half.close()
        t.true(not isinstance(closed, Failed), f"close() {closed}", "close() raises nothing")


@check("simple_06", names="SimpleStream", on="MemoryStream FileStream")
def splits_anywhere(t: Bench) -> None:
    """Split at a drawn point, the ends first."""
    s, window = words(t)
    point = a_point(t, len(window))
    halves = s.cut(point)
    t.true(isinstance(halves, tuple), f"split({point}) {halves}", f"split({point}) gives (before, after)")


@check("simple_07", names="SimpleStream", on="MemoryStream FileStream")
def first_half(t: Bench) -> None:
    """Look at the first half, then read it."""
    s, window = words(t)
    start = look(t, s, "start")
    point = a_point(t, len(window))
    before, _ = s.split(point)
    t.equal(window_of(t, before), (start, point), "before's start and length are")
    gives(t, before, window[:point])


@check("simple_08", names="SimpleStream", on="MemoryStream FileStream")
def second_half(t: Bench) -> None:
    """Look at the second half, then read it."""
    s, window = words(t)
    start = s.stream.start
    point = a_point(t, len(window))
    _, after = s.split(point)
    t.equal(window_of(t, after), (start + point, len(window) - point), "after's start and length are")
    gives(t, after, window[point:])


@check("simple_09", names="SimpleStream")
def unknown_length(t: Bench) -> None:
    """Split a stream that does not know its length, at any point."""
    s, _ = words(t, unknown=True)
    start = s.stream.start
    point = t.draw(st.integers(0, 99))
    before, after = s.split(point)
    t.equal(window_of(t, before), (start, point), "before's start and length are")
    t.equal(window_of(t, after), (start + point, None), "after's start and length are")


@check("simple_10", names="SimpleStream", on="MemoryStream FileStream")
def splits_nest(t: Bench) -> None:
    """Split halves of halves; read the leaves in order."""
    s, window = words(t)
    leaves = [(s, window)]
    for _ in range(t.draw(st.integers(2, 4))):
        at = t.draw(st.integers(0, len(leaves) - 1))
        leaf, content = leaves[at]
        point = a_point(t, len(content))
        before, after = leaf.split(point)
        leaves[at : at + 1] = [(before, content[:point]), (after, content[point:])]
    for leaf, content in leaves:
        gives(t, leaf, content)


@check("simple_11", names="SimpleStream", examples=0.5)
def storage_is_shared(t: Bench) -> None:
    """Compare the storage of the halves with the original's."""
    s, window = words(t)
    data = s.stream.data
    for half in s.split(a_point(t, len(window))):
        same = getattr(half.stream, "data", None) is data
        t.true(same, f"{half.name}.data is another object", f"{half.name}.data is the stream's own data object")


@check("simple_12", names="SimpleStream", examples=0.5)
def halves_keep_the_rest(t: Bench) -> None:
    """Add an attribute, split, and look for it and for the subclass's read."""
    s, window = words(t)
    t.timeline.call(f"{s.name}.colour = 'blue'")
    s.stream.colour = "blue"
    for half in s.split(a_point(t, len(window))):
        t.equal(look(t, half, "colour"), "blue", f"{half.name}.colour is")
        answer = half.read() if half.length() else End()
        t.true(
            not isinstance(answer, Failed | Returned) and (not half.length() or not isinstance(answer, End)),
            f"{half.name}.read() {answer}", f"{half.name} is read by the subclass's own read()",
        )  # fmt: skip


@check("simple_13", names="SimpleStream", examples=0.5)
def copied_by_protocol(t: Bench) -> None:
    """Split a stream that says how it is copied."""
    s, window = words(t, COPYING)
    original = s.stream
    for half in s.split(a_point(t, len(window))):
        fine = half.stream is original or getattr(half.stream, "copied", False) is True
        t.true(fine, f"{half.name} was made without __copy__", "a half that is not the original was made by copy.copy")


@check("simple_14", names="SimpleStream", examples=0.5)
def split_touches_nothing(t: Bench) -> None:
    """Split a subclass that writes down what is called."""
    touchy = classes(t, TOUCHY)
    length = t.draw(st.integers(0, 9))
    s = t.reader(t.have("s", f"Touchy({length})", touchy, length))
    calls = s.stream.calls
    s.split(a_point(t, length))
    t.equal(calls, ["split"], "the methods of the subclass that were called are")


@check("simple_15", names="SimpleStream", on="MemoryStream FileStream")
def halves_stand_alone(t: Bench) -> None:
    """Read from one half, or close it; look at the other and read it."""
    s, window = words(t)
    point = a_point(t, len(window))
    halves = s.split(point)
    used = t.draw(st.integers(0, 1))
    other = halves[1 - used]
    numbers = window_of(t, other)
    for _ in range(t.draw(st.integers(0, 2))):
        halves[used].read()
    if t.draw(st.booleans()):
        halves[used].close()
    t.equal(window_of(t, other), numbers, f"when {halves[used].name} was used, {other.name}'s start and length are")
    gives(t, other, window[:point] if used else window[point:])


def _refused(t: Bench, point: object, error: type[Exception], s: Reader, window: bytes) -> None:
    numbers = window_of(t, s)
    halves = s.cut(point)
    seen: Answer = Halves() if isinstance(halves, tuple) else halves
    t.expect(seen, error, promised=f"{error.__name__} from split({point!r})")
    t.equal(window_of(t, s), numbers, "after the refused split start and length are")
    gives(t, s, window)


@check("simple_16", names="SimpleStream", on="MemoryStream FileStream", examples=0.5)
def past_is_refused(t: Bench) -> None:
    """Split past the end."""
    s, window = words(t)
    _refused(t, len(window) + t.draw(st.sampled_from([1, 2, 70_000, 2**70])), ValueError, s, window)


@check("simple_17", names="SimpleStream", on="MemoryStream FileStream", examples=0.5)
def negative_is_refused(t: Bench) -> None:
    """Split before the start."""
    s, window = words(t)
    _refused(t, -t.draw(st.sampled_from([1, 2, len(window) + 1, 2**70])), ValueError, s, window)


@check("simple_18", names="SimpleStream", on="MemoryStream FileStream", examples=0.5)
def others_are_refused(t: Bench) -> None:
    """Split at what is no integer."""
    s, window = words(t)
    _refused(t, t.draw(st.sampled_from([None, "1", 0.5, 1.0])), TypeError, s, window)


@check("simple_19", names="SimpleStream IByteStream", examples=0.1)
def declares_it(t: Bench) -> None:
    """Ask the interface, of a plain one and of a subclass."""
    s = t.reader(t.new("SimpleStream"))
    declares(t, s, "IByteStream")
    if t.draw(st.booleans()):
        declares(t, words(t)[0], "IByteStream")
