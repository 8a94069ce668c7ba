"""What several checks of streams share."""

from hypothesis import strategies as st

from streamgauge.answers import Data
from streamgauge.bench import Bench
from streamgauge.reader import Reader
from streamgauge.script import Script, contents, scripts
from streamgauge.stack import LEVELS

NESTED = 20
"""Reads made each inside the callback of the one before."""

DEEP = 2 * LEVELS
"""Pieces at which the stack overflows, if each takes a level."""

PIECE = 8192

WINDOW = 16
"""A stream may hold this many pieces, of this many bytes, that its reader has not asked for."""


def any_content(t: Bench, *, min_size: int = 0) -> Script:
    """Draw what a maker can be given: a script without empty pieces if it follows one, else plain contents."""
    if "scripted" in t.maker.abilities:
        return t.draw(scripts(min_chunks=1 if min_size else 0, empty=False))
    return Script.of(t.draw(contents(min_size=min_size, large=t.maker.largest)))


def read_some(t: Bench, s: Reader) -> bytes:
    """Read a drawn number of pieces; give what came."""
    content = b""
    for _ in range(t.draw(st.integers(0, 3))):
        answer = s.read()
        if not isinstance(answer, Data):
            break
        content += answer.content
    return content


def failing(script: Script) -> Script:
    """A source that fails has promised more than it gave."""
    return Script(script.steps, script.end, script.known, 3)
