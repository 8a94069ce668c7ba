"""A Hypothesis database that holds one item's stored counterexample, and remembers the best one found.

Strategy: Hypothesis replays what a database gives before it draws anything new, and saves each smaller failure it
finds. That is all a stored counterexample needs; nothing is written to disk.
"""

from collections.abc import Callable, Iterable

from hypothesis.database import ExampleDatabase


class Replay(ExampleDatabase):
    """The database of one item.

    Args:
        stored: a counterexample of an earlier run, or nothing.
        smaller: called when a failure smaller than those before has just been seen.
    """

    def __init__(self, stored: bytes = b"", smaller: Callable[[], None] = lambda: None) -> None:
        super().__init__()
        self._smaller = smaller
        self._stored = stored
        self._primary: bytes | None = None
        self._saved: dict[bytes, list[bytes]] = {}

    def fetch(self, key: bytes) -> Iterable[bytes]:
        """Give the stored counterexample for the test itself, and what was saved under any key."""
        if self._primary is None:
            self._primary = key
            if self._stored:
                self._saved.setdefault(key, []).append(self._stored)
        return tuple(self._saved.get(key, ()))

    def save(self, key: bytes, value: bytes) -> None:
        """Remember a failure."""
        if self._primary is None:
            self._primary = key
        if key == self._primary:
            self._smaller()
        saved = self._saved.setdefault(key, [])
        if value not in saved:
            saved.append(value)

    def delete(self, key: bytes, value: bytes) -> None:
        """Forget a failure that is none any more."""
        if value in self._saved.get(key, ()):
            self._saved[key].remove(value)

    @property
    def best(self) -> bytes:
        """The last failure saved for the test: the smallest found."""
        saved = self._saved.get(self._primary or b"", [])
        return saved[-1] if saved else b""
