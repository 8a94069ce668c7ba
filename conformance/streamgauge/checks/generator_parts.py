"""What the checks of the generator clauses share: streams made of generator functions, and how they are read."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from streamgauge.answers import Answer, Data, End, Endless, Failed, Returned, Waiting, content_of
from streamgauge.bench import Bench
from streamgauge.reader import Reader
from streamgauge.script import Script, SourceError
from streamgauge.source import Source
from streamgauge.ticket import Ticket
from streamgauge.timeline import show

ERROR = SourceError("the source fails here")
BUG = ArithmeticError("the generator fails here")
"""What a `Plan` raises by its move "fail"."""
CUT = ValueError("the input is cut off")
"""What a `Plan` raises by its move "from"."""

STREAM = "generatorToStream"
"""The name, and the maker whose generic clauses come first."""

ITEMS = 500
"""More items than any of these streams has."""


class Plan:
    """A generator function, `run`, that makes the moves it is given.

    "wait" and "take" are the two halves of a step; "try" is both, and "grab" a take without a wait, with the error
    kept; "rest" passes on what is left, "loop" does it by `for`; "again" waits and takes where the input has ended;
    "fail" raises; "from" takes what is left and raises an error from the input's StopIteration; "read" and "close" do
    that to `stream`; anything else is a 1-tuple of an item to yield.
    """

    def __init__(self, *moves):  # type: ignore[no-untyped-def]
        self.moves, self.took, self.errors, self.story, self.stream = moves, [], [], [], None
        self.closed = False

    def run(self, input: "Any") -> "Any":
        """Make the moves; each is a method, which is true if the input has ended and with it all moves."""
        self.story.append("started")
        try:
            for move in self.moves:
                if isinstance(move, tuple):
                    yield move[0]
                elif (yield from getattr(self, f"_{move}")(input)):
                    return
        except GeneratorExit:
            self.closed = True
            raise
        finally:
            self.story.append("finished")

    def _wait(self, input: "Any") -> "Any":  # for: 'wait'
        try:
            yield input.wait
        except StopIteration:
            return True

    def _take(self, input: "Any") -> "Any":  # for: 'take' 'grab' 'try' 'again' 'rest'
        yield from ()
        try:
            self.took.append(next(input))
        except StopIteration:
            return True

    def _grab(self, input: "Any") -> "Any":  # for: 'grab'
        try:
            return (yield from self._take(input))
        except Exception as error:
            self.errors.append(error)

    def _try(self, input: "Any") -> "Any":  # for: 'try'
        try:
            yield input.wait
            return (yield from self._take(input))
        except StopIteration:
            return True
        except Exception as error:
            self.errors.append(error)

    def _again(self, input: "Any") -> "Any":  # for: 'again'
        try:
            yield input.wait
            ended = yield from self._take(input)
            self.story.append("StopIteration" if ended else "another piece")
        except StopIteration:
            self.story.append("StopIteration")
        except Exception as error:
            self.errors.append(error)

    def _rest(self, input: "Any") -> "Any":  # for: 'rest'
        yield input.wait
        while not (yield from self._take(input)):
            yield self.took[-1]
            yield input.wait

    def _loop(self, input: "Any") -> "Any":  # for: 'loop'
        yield input.wait
        for piece in input:
            self.took.append(piece)
            yield piece
            yield input.wait

    def _fail(self, input: "Any") -> "Any":  # for: 'fail'
        yield from ()
        raise ArithmeticError("the generator fails here")

    def _from(self, input: "Any") -> "Any":  # for: 'from'
        try:
            while True:
                yield input.wait
                next(input)
        except StopIteration as end:
            raise ValueError("the input is cut off") from end

    def _read(self, input: "Any", name: "str" = "read") -> "Any":
        yield from ()
        try:
            getattr(self.stream, name)()
        except Exception as error:
            self.errors.append(error)

    def _close(self, input: "Any") -> "Any":  # for: 'close'
        return self._read(input, "close")


WORDS = {
    "wait": "waits for its input",
    "take": "takes the next piece",
    "try": "waits for a piece and takes it, and keeps an error",
    "grab": "takes a piece without waiting, and keeps an error",
    "rest": "passes on what is left",
    "loop": "passes on what is left by a for loop",
    "again": "waits and takes once more where its input has ended",
    "fail": "raises ArithmeticError",
    "from": "takes what is left and raises ValueError from the input's StopIteration",
    "read": "reads the stream itself",
    "close": "closes the stream itself",
}
"""What the moves of a `Plan` are in words."""


def in_words(moves: Iterable[Any], words: Mapping[str, str], text: Callable[[object], str] = show) -> str:
    """Write what a generator function does; a move that is a tuple yields its item, which `text` writes."""
    told = [f"yields {text(move[0])}" if isinstance(move, tuple) else words[move] for move in moves]
    return f"a generator function that {', then '.join(told) or 'returns at once'}"


def plan_told(*moves: Any, text: Callable[[object], str] = show) -> str:
    """Write what a `Plan` is; `text` writes the items it yields."""
    return in_words(moves, WORDS, text)


def converted(t: Bench, helper: Any) -> Any:
    """Convert the generator function of a helper object."""
    run = t.named(f"{t.text(helper)}.run", helper.run)
    return t.new(STREAM, run, label="convert")


def stream_of(t: Bench, helper: Any, source: object, *args: object, **kwargs: object) -> Reader:
    """Make the stream of a helper's generator over a source or stream."""
    convert = converted(t, helper)
    code = t.code(t.text(convert), (source, *args), kwargs)
    return t.reader(t.have("s", code, lambda: convert(source, *args, **kwargs)))


def planned(t: Bench, script: Script, *moves: object) -> tuple[Source, Plan, Reader]:
    """Make the stream of a `Plan` over a source of this script."""
    plan: Plan = t.part("plan", Plan, *moves, says=plan_told(*moves, text=t.text))
    source = t.source(script)
    return source, plan, stream_of(t, plan, source)


def at_once(t: Bench, ticket: Ticket) -> Answer:
    """Give the reactor all it wants, but fire nothing of the sources; then look at the answer."""
    if ticket.waiting:
        t.pump.until(lambda: not ticket.waiting)
    return ticket.answer


def items(s: Reader) -> tuple[list[Any], Answer]:
    """Read items of any type until something else comes: the items, and that."""
    values: list[Any] = []
    while len(values) < ITEMS:
        answer = s.read()
        if isinstance(answer, End | Failed | Waiting):
            return values, answer
        values.append(answer.value if isinstance(answer, Returned | Data) else answer)
    return values, Endless(ITEMS)


def joined(pieces: list[Any]) -> bytes:
    """Join the bytes of pieces; one that is no bytes stands as its repr."""
    contents = ((piece, content_of(piece)) for piece in pieces)
    return b"".join(repr(piece).encode() if content is None else content for piece, content in contents)


def freed(t: Bench, source: Source, after: str) -> None:
    """Ask that a source is closed or at its end."""
    t.run()
    t.true(source.closes or source.finished, f"the input is still open after {after}", "the input is closed")
