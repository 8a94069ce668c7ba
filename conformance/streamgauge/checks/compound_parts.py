"""What the checks of the compound clauses share: drawn buckets, and how a compound is made of them.

Strategy: a bucket is a scripted source unless a check needs another kind. The compound is always built by the port.
"""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st
from twisted.internet.defer import succeed
from twisted.internet.task import deferLater
from zope.interface import alsoProvides

from streamgauge.answers import Answer, Failed
from streamgauge.bench import Bench
from streamgauge.reader import Reader
from streamgauge.script import Script, Step, When, scripts
from streamgauge.source import Source

NAME = "CompoundStream"
BOTH = "CompoundStream CompoundStream-unknown"
"""The makers whose generic clauses come before those about buckets of known and unknown length alike."""


def parts(t: Bench, least: int = 1, most: int = 4, *, known: bool | None = True, empty: bool = False) -> list[Script]:
    """Draw the scripts of some buckets."""
    one = scripts(max_chunks=3, known=known) if empty else scripts(min_chunks=1, max_chunks=3, known=known, empty=False)
    return t.draw(st.lists(one, min_size=least, max_size=most))


def joined(buckets: list[Script]) -> bytes:
    """Join what the buckets give."""
    return b"".join(script.data for script in buckets)


def compound(t: Bench, buckets: list[Any], **how: Any) -> Reader:
    """Make a compound of these buckets, where that has to work."""
    return t.reader(t.new(NAME, buckets, **how))


def sources(t: Bench, buckets: list[Script]) -> list[Source]:
    """Make a source for each script."""
    return [t.source(script) for script in buckets]


def add(t: Bench, s: Reader, bucket: object, by: str = "") -> Answer:
    """Call addStream, with the bucket by this name of the argument, if one is given."""
    args = () if by else (bucket,)
    named = {by: bucket} if by else {}
    return t.call(t.code(f"{s.name}.addStream", args, named), s.stream.addStream, *args, **named)


def added(t: Bench, s: Reader, bucket: object, by: str = "") -> None:
    """Call addStream where it has to work."""
    answer = add(t, s, bucket, by)
    if isinstance(answer, Failed):
        t.violate(f"addStream {answer}", "addStream accepts a stream")


def later(script: Script, *, pieces: bool = False) -> Script:
    """Let the end of a script come later, and perhaps its pieces."""
    steps = tuple(Step(step.data, When.PENDING) for step in script.steps) if pieces else script.steps
    return Script(steps, When.PENDING, script.known)


def failing(script: Script, when: When) -> Script:
    """Let a script fail where it would end."""
    return Script((*script.steps, Step(None, when)), known=script.known, lie=2 if script.known else 0)


def sendable(t: Bench, script: Script, told: list[bool]) -> Source:
    """Make a source that provides ISendfileableStream; `told` keeps what its reads are told."""
    source = t.source(script)
    alsoProvides(source, t.port.interface("ISendfileableStream"))
    plain: Callable[[], object] = source.read

    def read(sendfile: bool = False) -> object:
        told.append(bool(sendfile))
        return plain()

    source.read = read  # type: ignore[method-assign]
    name = source.name
    script_read = f"lambda sendfile=False, read={name}.read: (print('  (told', sendfile, ')'), read())[1]"
    provides = f"directlyProvides({name}, ISendfileableStream, providedBy({name}))"
    t.timeline.note(f"{name} provides ISendfileableStream", f"{name}.read = {script_read}; {provides}")
    return source


class Tiny:
    """A bucket of one piece at most, made in great numbers, that counts what it is asked.

    It answers at once ("now"), by a fired Deferred ("fired") or by one that the reactor fires ("later").
    """

    def __init__(self, data: bytes, when: str) -> None:
        self.data = data or None
        self.when = when
        self.work = 0

    @property
    def length(self) -> int:
        """Bytes remaining."""
        self.work += 1
        return len(self.data or b"")

    def read(self) -> object:
        """Give the piece, then None."""
        self.work += 1
        data, self.data = self.data, None
        if self.when == "later":
            from twisted.internet import reactor

            return deferLater(reactor, 0, lambda: data)
        return succeed(data) if self.when == "fired" else data

    def split(self, point: int) -> object:
        """Refuse; no check splits it."""
        raise NotImplementedError(point)

    def close(self) -> None:
        """Drop the piece."""
        self.data = None
