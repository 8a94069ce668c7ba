"""What the checks of the generator clauses share: generator functions that follow a plan, and streams made of them.

Strategy: the generators are helper objects whose source is copied into reproducers, so each stands alone. They write
down what happened to them and compare nothing.
"""

from typing import Any

from streamgauge.answers import Answer, Data, End, Endless, Failed, Returned, Waiting, content_of
from streamgauge.bench import Bench
from streamgauge.reader import Reader
from streamgauge.script import Script, SourceError
from streamgauge.source import Source
from streamgauge.ticket import Ticket

ERROR = SourceError("the source fails here")
BUG = ArithmeticError("the generator fails here")
"""What a `Plan` raises by its move "fail"."""

STREAM = "generatorToStream"
"""The name, and the maker whose generic clauses come first."""


class Plan:
    """A generator function, `run`, that makes the moves it is given.

    "wait" and "take" are the two halves of a step; "try" is both, and "grab" a take without a wait, with the error
    kept; "rest" passes on what is left, "loop" does it by `for`; "again" waits and takes where the input has ended;
    "fail" raises; "read" and "close" do that to `stream`; anything else is a 1-tuple of an item to yield.
    """

    def __init__(self, *moves):  # type: ignore[no-untyped-def]
        self.moves, self.took, self.errors, self.story, self.stream = moves, [], [], [], None

    def run(self, input):  # type: ignore[no-untyped-def]  # noqa: C901, PLR0912 - one table of moves
        """Make the moves."""
        self.story.append("started")
        try:
            for move in self.moves:
                try:
                    if move in ("wait", "try", "again"):
                        yield input.wait
                    if move in ("take", "try", "grab", "again"):
                        self.took.append(next(input))
                    if move == "again":
                        self.story.append("another piece")
                except StopIteration:
                    if move != "again":
                        return
                    self.story.append("StopIteration")
                except Exception as error:
                    if move in ("wait", "take"):
                        raise
                    self.errors.append(error)
                while move == "rest":
                    yield input.wait
                    try:
                        self.took.append(next(input))
                    except StopIteration:
                        break
                    yield self.took[-1]
                if move == "loop":
                    yield input.wait
                    for piece in input:
                        self.took.append(piece)
                        yield piece
                        yield input.wait
                elif move == "fail":
                    raise ArithmeticError("the generator fails here")
                elif move in ("read", "close"):
                    try:
                        getattr(self.stream, move)()
                    except Exception as error:
                        self.errors.append(error)
                elif isinstance(move, tuple):
                    yield move[0]
        finally:
            self.story.append("finished")


class Rot13:
    """The documentation's example."""

    def run(self, input):  # type: ignore[no-untyped-def]
        """Turn letters by half the alphabet."""
        letters = bytes(range(65, 91)) + bytes(range(97, 123))
        turned = letters[13:26] + letters[:13] + letters[39:] + letters[26:39]
        yield input.wait
        for data in input:
            yield bytes(data).translate(bytes.maketrans(letters, turned))
            yield input.wait


class Arguments:
    """A generator function that yields the further arguments it was given."""

    def run(self, input, *args, **kwargs):  # type: ignore[no-untyped-def]
        """Give them."""
        yield (args, kwargs)


class Counter:
    """A generator function that drops so many pieces of its input, and then yields their number."""

    def __init__(self, count):  # type: ignore[no-untyped-def]
        self.count = count

    def run(self, input):  # type: ignore[no-untyped-def]
        """Count."""
        for _ in range(self.count):
            yield input.wait
            next(input)
        yield b"%d" % self.count


class Dots:
    """A generator function that drops each piece of its input and yields a dot for it."""

    def run(self, input):  # type: ignore[no-untyped-def]
        """Give dots."""
        while True:
            yield input.wait
            try:
                next(input)
            except StopIteration:
                return
            yield b"."


class Fresh:
    """A generator function that makes a new item for each piece, and whose `made` tells which are alive."""

    def __init__(self):  # type: ignore[no-untyped-def]
        self.made = []

    def run(self, input):  # type: ignore[no-untyped-def]
        """Give copies of the pieces."""
        import weakref

        kind = type("Item", (bytearray,), {})
        while True:
            yield input.wait
            try:
                item = kind(next(input))
            except StopIteration:
                return
            self.made.append(weakref.ref(item))
            yield item
            del item


class Numbers:
    """A generator function that needs no input and goes on and on: it counts what it made."""

    def __init__(self):  # type: ignore[no-untyped-def]
        self.made = 0

    def run(self, input):  # type: ignore[no-untyped-def]
        """Give numbers, more than anybody reads."""
        while self.made < 1000:
            self.made += 1
            yield b"%d;" % self.made


class Resisting:
    """A generator function that does not end in silence when it is closed: it "raises", or it "yields" once more."""

    def __init__(self, how):  # type: ignore[no-untyped-def]
        self.how = how

    def run(self, input):  # type: ignore[no-untyped-def]
        """Give an item, wait for a piece, and resist."""
        try:
            yield b"item"
            yield input.wait
        finally:
            if self.how == "raises":
                raise ArithmeticError("the generator fails here")
            yield b"another"


class Closing:
    """A generator function that waits for the end of its input and then yields a trailer, or raises."""

    def __init__(self, raises):  # type: ignore[no-untyped-def]
        self.raises = raises

    def run(self, input):  # type: ignore[no-untyped-def]
        """Give the pieces, and a trailer."""
        while True:
            yield input.wait
            try:
                piece = next(input)
            except StopIteration:
                break
            yield piece
        if self.raises:
            raise ArithmeticError("the generator fails here")
        yield b"trailer"


class Returning:
    """A generator function that yields an item and returns something else."""

    def __init__(self, value):  # type: ignore[no-untyped-def]
        self.value = value

    def run(self, input):  # type: ignore[no-untyped-def]
        """Give one, return the other."""
        yield b"item"
        return self.value


class Odd:
    """An object that is equal to everything, and neither true nor false."""

    __hash__ = None  # type: ignore[assignment]  # what says so is not hashable

    def __eq__(self, other):  # type: ignore[no-untyped-def]
        return True

    def __bool__(self):  # type: ignore[no-untyped-def]
        raise ValueError("neither true nor false")


class Interrupted:
    """A generator function that raises what is no Exception."""

    def __init__(self, error):  # type: ignore[no-untyped-def]
        self.error = error

    def run(self, input):  # type: ignore[no-untyped-def]
        """Raise it."""
        yield b"item"
        raise {"KeyboardInterrupt": KeyboardInterrupt, "SystemExit": SystemExit}[self.error]


def converted(t: Bench, helper: Any) -> Any:
    """Convert the generator function of a helper object."""
    run = t.named(f"{t.text(helper)}.run", helper.run)
    return t.new(STREAM, run, label="convert")


def stream_of(t: Bench, helper: Any, source: object, *args: object, **kwargs: object) -> Reader:
    """Make the stream of a helper's generator over a source or stream."""
    convert = converted(t, helper)
    code = t.code(t.text(convert), (source, *args), kwargs)
    return t.reader(t.have("s", code, convert, source, *args, **kwargs))


def planned(t: Bench, script: Script, *moves: object) -> tuple[Source, Plan, Reader]:
    """Make the stream of a `Plan` over a source of this script."""
    plan: Plan = t.part("plan", Plan, *moves)
    source = t.source(script)
    return source, plan, stream_of(t, plan, source)


def at_once(t: Bench, ticket: Ticket) -> Answer:
    """Give the reactor all it wants, but fire nothing of the sources; then look at the answer."""
    if ticket.waiting:
        t.pump.until(lambda: not ticket.waiting)
    return ticket.answer


def items(s: Reader, limit: int = 500) -> tuple[list[Any], Answer]:
    """Read items of any type until something else comes: the items, and that."""
    values: list[Any] = []
    while len(values) < limit:
        answer = s.read()
        if isinstance(answer, End | Failed | Waiting):
            return values, answer
        values.append(answer.value if isinstance(answer, Returned | Data) else answer)
    return values, Endless(limit)


def joined(pieces: list[Any]) -> bytes:
    """Join the bytes of pieces; one that is no bytes stands as its repr."""
    contents = ((piece, content_of(piece)) for piece in pieces)
    return b"".join(repr(piece).encode() if content is None else content for piece, content in contents)


def freed(t: Bench, source: Source, after: str) -> None:
    """Ask that a source is closed or at its end."""
    t.run()
    t.true(source.closes or source.finished, f"the input is still open after {after}", "the input is closed")
