"""Broken compounds: buckets that break their word."""

from streamgauge.subject import Subject
from tests.broken import broken, port
from web2stream import CompoundStream
from web2stream._reply import shut

PLUS = "MemoryStream fallbackSplit"


@broken("compound_38")
def early_end_is_an_end() -> Subject:
    """A bucket that ends before its length is taken for used up."""

    class Broken(CompoundStream):
        def _got(self, answer: object) -> None:
            if answer is None:
                self._buckets.left = 0
            super()._got(answer)

    return port(PLUS, CompoundStream=Broken)


@broken("compound_38")
def early_end_ends_everything() -> Subject:
    """A bucket that ends before its length ends the stream."""

    class Broken(CompoundStream):
        def _got(self, answer: object) -> None:
            if answer is None and self._buckets.left and self._reply is not None:
                self._finish(None)
            else:
                super()._got(answer)

    return port(PLUS, CompoundStream=Broken)


@broken("compound_39")
def surplus_is_given() -> Subject:
    """A bucket that gives more than its length is read to its end."""

    class Broken(CompoundStream):
        def _passOn(self, data: object, left: int | None) -> None:
            super()._passOn(data, None if left is None else max(left, len(data)))  # type: ignore[arg-type]

    return port(PLUS, CompoundStream=Broken)


@broken("compound_39")
def read_inside_drops_the_next() -> Subject:
    """A read inside the callback of the piece that runs over drops the bucket behind, as one that is used up."""

    class Broken(CompoundStream):
        def _passOn(self, data: object, left: int | None) -> None:
            piece = memoryview(data).cast("B")  # type: ignore[arg-type]
            if left is None or len(piece) <= left:
                super()._passOn(data, left)
                return
            self._buckets.left = 0
            if self.length is not None:
                self.length -= left
            if left:
                self._answer(bytes(piece[:left]))
            if self._buckets:
                shut(self._buckets.drop())

    return port(PLUS, CompoundStream=Broken)


@broken("compound_39")
def surplus_items_are_given() -> Subject:
    """Of a piece of wide items that runs over, as many items are given as bytes were told."""

    class Broken(CompoundStream):
        def _passOn(self, data: object, left: int | None) -> None:
            view = memoryview(data)  # type: ignore[arg-type]
            if left is not None and view.itemsize > 1 and view.nbytes > left:
                super()._passOn(view[:left].tobytes(), None)
            else:
                super()._passOn(data, left)

    return port(PLUS, CompoundStream=Broken)
