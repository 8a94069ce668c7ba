"""What is searched is counted where the source says it, and never more than that."""

from collections import defaultdict
from collections.abc import Callable

import pytest

from streamgauge.checks.searches import searched

HUNDRED = b"x" * 100


class _Holder:
    def __init__(self) -> None:
        self.data = bytearray(HUNDRED)

    def from_a_place(self) -> None:
        done = 40
        self.data.find(b"a", done)
        self.data.rfind(b"a", max(0, done - 5), None)

    def in_a_window(self) -> None:
        self.data.count(b"a", -10, len(self.data) - 1)

    def whole(self) -> None:
        assert b"a" not in self.data
        self.data.partition(b"a")
        self.data.split(b"a", 1)

    def in_a_loop(self) -> None:
        place = 0
        while self.data.find(b"a", place) < 0 and place < 20:
            place += 10

    def not_at_all(self) -> None:
        if not self.data:
            self.data.find(b"a")

    def of_items(self) -> None:
        places, held = [40], {"data": self.data}
        held["data"].find(b"a", places[0])
        self.data[10:].find(b"a")

    def of_what_may_act(self) -> None:
        held: defaultdict[bytes, bytes] = defaultdict(bytes)
        held[b"new"].find(b"a")

    def of_something_new(self) -> None:
        bytes(self.data).find(b"a")
        self.data.find(b"a", int("40"))

    def of_others(self) -> None:
        text = "text"
        assert "a" not in text
        text.find("a")


@pytest.mark.parametrize(
    ("task", "total"),
    [
        (_Holder.from_a_place, 60 + 65),
        (_Holder.in_a_window, 9),
        (_Holder.whole, 300),
        (_Holder.in_a_loop, 100 + 90 + 80),
        (_Holder.not_at_all, 0),
        (_Holder.of_items, 60 + 90),
        (_Holder.of_what_may_act, 0),
        (_Holder.of_something_new, 0),
        (_Holder.of_others, 0),
    ],
)
def test_searches_are_counted(task: Callable[[_Holder], None], total: int) -> None:
    """A search counts from its begin to its end, each time that it is done; what cannot be known counts nothing."""
    holder = _Holder()
    with searched() as looked:
        task(holder)
    assert total == looked.total
