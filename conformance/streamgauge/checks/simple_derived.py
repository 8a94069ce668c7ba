"""Classes derived from SimpleStream, as users of old derived them.

Strategy: they are kept as text, so that the timeline shows the very code that was executed.
"""

from typing import Any

from hypothesis import strategies as st

from streamgauge.answers import Failed
from streamgauge.bench import Bench
from streamgauge.content import contents
from streamgauge.reader import Reader

WORDS = """\
class Words(SimpleStream):
    def __init__(self, data, start, length):
        super().__init__()
        self.data, self.start, self.length = data, start, length

    def read(self):
        piece = bytes(self.data[self.start : self.start + min(self.length, 3)])
        self.start += len(piece)
        self.length -= len(piece)
        return piece or None

    def close(self):
        self.data = b""
        SimpleStream.close(self)
"""
"""A stream over a bytearray, three bytes a read, as users of old derived it."""

COPYING = """\
class Copying(Words):
    copied = False

    def __copy__(self):
        twin = Copying(self.data, self.start, self.length)
        twin.copied = True
        return twin
"""
"""It says how it is copied."""

TOUCHY = """\
class Touchy(SimpleStream):
    def __init__(self, length):
        super().__init__()
        self.start, self.length, self.calls = 0, length, []

    def read(self):
        self.calls.append("read")

    def split(self, point):
        self.calls.append("split")
        return SimpleStream.split(self, point)

    def close(self):
        self.calls.append("close")
        if self.calls.count("close") < 3:
            SimpleStream.close(self)
"""
"""It writes down which of its methods are called; its close gives up before the stack does."""

BARE = """\
class Bare(SimpleStream):
    def __init__(self, length):
        self.start, self.length = 0, length
"""
"""Its initializer does not call the base's."""


def classes(t: Bench, *texts: str) -> Any:
    """Execute the texts; give the class that the last one defines."""
    names: dict[str, Any] = {"SimpleStream": t.port["SimpleStream"]}
    name = ""
    for text in texts:
        name = text.partition("(")[0].removeprefix("class ")
        row = t.timeline.call(text.rstrip())
        try:
            exec(text, names)
        except Exception as error:
            row.seen = Failed(error, sync=True)
            t.violate(f"deriving from SimpleStream {row.seen}", "SimpleStream is a class to derive from")
    return names[name]


def words(t: Bench, *more: str, unknown: bool = False) -> tuple[Reader, bytes]:
    """Make a stream over a drawn window; give it and the bytes of the window."""
    made = classes(t, WORDS, *more)
    window = t.draw(contents(12, large=False))
    margin = t.draw(st.sampled_from([b"", b"<<"]))
    data = t.named("data", bytearray(margin + window + b">>"))
    t.timeline.call(f"data = bytearray({bytes(data)!r})")
    length = None if unknown else len(window)
    code = f"{made.__name__}(data, {len(margin)}, {length})"
    return t.reader(t.have("s", code, made, data, len(margin), length)), window
