"""x"""

from hypothesis import strategies as st

from streamgauge.bench import Bench


def _some(t: Bench) -> bytes:
    return t.draw(st.sampled_from([b"p", b"back", b"one\r\n", b"\x00\xff"]))
