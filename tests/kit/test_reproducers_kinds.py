"""Reproducers of generic clauses: for each kind of stream of a port the script calls the subject.

Strategy: the reference, each of whose streams is put behind one that is wrong in a plain way; the kinds differ in how
they are made, and a script has to make them too.
"""

from typing import Any

import pytest
from zope.interface import directlyProvides, providedBy

import web2stream
from streamgauge.check import checks
from streamgauge.makers import MAKERS
from streamgauge.plan import Item, make_plan
from streamgauge.run import Options, run_item
from streamgauge.subject import Subject
from tests.broken import port
from tests.kit.test_reproducers import printed_by, shows

MADE = "MemoryStream FileStream CompoundStream substream ProducerStream connectStream BufferedStream"


class Wrong:
    """A stream that gives other data than it should, and whose halves are of its own kind."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._answers = iter([b"wrong"])
        directlyProvides(self, providedBy(stream))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def read(self) -> bytes | None:
        """Give the wrong data, then the end."""
        return next(self._answers, None)

    def split(self, point: int) -> tuple["Wrong", "Wrong"]:
        """Cut it."""
        before, after = self._stream.split(point)
        return Wrong(before), Wrong(after)


def wrong(name: str) -> Any:
    """Give what makes wrong streams by this historical name."""
    make = getattr(web2stream, name)
    return lambda *args, **kwargs: Wrong(make(*args, **kwargs))


def halves(*args: Any, **kwargs: Any) -> tuple[Wrong, Wrong]:
    """Split as fallbackSplit does, into wrong streams."""
    before, after = web2stream.fallbackSplit(*args, **kwargs)
    return Wrong(before), Wrong(after)


def convert(function: Any) -> Any:
    """Convert a generator function into a maker of wrong streams."""
    make = web2stream.generatorToStream(function)
    return lambda *args, **kwargs: Wrong(make(*args, **kwargs))


def wrong_port() -> Subject:
    """Make the port."""
    return port(**{name: wrong(name) for name in MADE.split()}, fallbackSplit=halves, generatorToStream=convert)


def item_of(clause: str, kind: str) -> tuple[Subject, Item]:
    """Find the item that judges a clause on a kind of stream of the wrong port."""
    subject = wrong_port()
    items = {item.on: item for item in make_plan(subject, [clause]).items}
    return subject, items[kind]


@pytest.mark.parametrize(
    ("kind", "clause"),
    [
        (row.name, clause)
        for row in MAKERS
        for clause in ("stream_02", "history_01", "bytestream_07")
        if checks()[clause].wants <= row.abilities
    ],
)
def test_the_script_of_a_generic_clause_calls_the_subject(kind: str, clause: str) -> None:
    """Each kind is made and read in the script, without the kit."""
    subject, item = item_of(clause, kind)
    violation = run_item(item, subject, Options(examples=20, shrink=False)).violation
    assert violation is not None
    assert subject.port is not None
    printed = printed_by(violation.script, {"__name__": "reproducer"}, subject.port.module)
    shows(violation.script, printed)
    assert ".read()  -> b'wrong'" in printed
