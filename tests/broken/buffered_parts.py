"""What broken buffered streams share."""

from typing import Any

from twisted.internet.defer import Deferred


class _Never:
    """A stream that never answers."""

    length = None

    def read(self) -> "Deferred[Any]":
        return Deferred()

    def close(self) -> None:
        pass
