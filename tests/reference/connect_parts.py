"""A protocol that the tests of connectStream connect."""

# Twisted's protocols have no annotations.
# mypy: disable-error-code="no-untyped-call"

from typing import Any

from twisted.protocols.basic import (
    LineReceiver,
)


class Lines(LineReceiver):
    """Answers lines; some of them are orders."""

    def lineReceived(self, line: bytes) -> None:
        transport: Any = self.transport
        if line == b"quit":
            self.sendLine(b"bye")
            transport.loseConnection()
        elif line.startswith(b"raw "):
            self._left = int(line[4:])
            self.setRawMode()
        elif line == b"pause":
            self.pauseProducing()
        else:
            self.sendLine(line.upper())

    def rawDataReceived(self, data: bytes) -> None:
        transport: Any = self.transport
        transport.write(data[: self._left].swapcase())
        rest = data[self._left :]
        self._left -= len(data) - len(rest)
        if not self._left:
            self.setLineMode(rest)
