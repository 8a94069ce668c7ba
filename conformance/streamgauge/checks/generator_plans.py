"""The generator functions that the checks of the generator clauses convert.

Strategy: they are helper objects whose source is copied into reproducers, so each stands alone. They write down what
happened to them and compare nothing.
"""


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
    """A generator function that keeps the further arguments it was given."""

    given = None

    def run(self, /, input, *args, **kwargs):  # type: ignore[no-untyped-def]
        """Keep them."""
        self.given = (args, kwargs)
        yield b"called"


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
    """A generator function that does not end in silence when it is closed: it "raises", or it "yields" once more.

    `how` is set to "" where nobody looks any more, since Python tells the terminal what resists its garbage collection.
    """

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
            if self.how:
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
    """A generator function that raises what is no Exception, behind its item or in its `finally`."""

    def __init__(self, error, last=False):  # type: ignore[no-untyped-def]
        self.error = error
        self.last = last
        self.raised = False

    def run(self, input):  # type: ignore[no-untyped-def]
        """Raise it."""
        try:
            yield b"item"
            if not self.last:
                self.strike()  # type: ignore[no-untyped-call]
        finally:
            if self.last:
                self.strike()  # type: ignore[no-untyped-call]

    def strike(self):  # type: ignore[no-untyped-def]
        """Raise it, once."""
        error, self.error = self.error, ""
        if error:
            self.raised = True
            raise {"KeyboardInterrupt": KeyboardInterrupt, "SystemExit": SystemExit}[error]("by the check")
