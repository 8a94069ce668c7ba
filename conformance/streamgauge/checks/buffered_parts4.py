"""x"""

from hypothesis import strategies as st

from streamgauge.bench import Bench
from streamgauge.checks.buffered_parts import (
    ask,
    buffered,
)
from streamgauge.reader import Reader
from streamgauge.script import Script, Step, When, whens
from streamgauge.ticket import Ticket

LATE = (Step(b"ab"), Step(b"c\r\nd", When.PENDING), Step(b"ef"))

"""A source of which every reader but `read` has to wait, with "ab" in the buffer."""


def _outstanding(t: Bench, *methods: str) -> tuple[Reader, Ticket, bytes]:
    """Have a call outstanding: the stream, the call, and what it will give."""
    _, s = buffered(t, Script(LATE, t.draw(whens()), t.draw(st.booleans())))
    method = t.draw(st.sampled_from(methods))
    if method == "read":
        t.expect(s.read(), b"ab")
        return s, s.ask(), b"c\r\nd"
    args = (4,) if method == "readExactly" else ()
    return s, ask(t, s, method, *args), b"abc\r" if args else b"abc\r\n"
