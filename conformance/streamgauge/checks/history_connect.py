"""The check of the clause in specs/history.md about connectStream.

Strategy: as in `history_ports`. The input comes when the kit says so, the protocol writes and finishes, and the output
is read or closed, in any order.
"""

from typing import Any

from streamgauge.answers import Data, Waiting
from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks.consume_peer import Link
from streamgauge.checks.history_machine import FAILS, Machine
from streamgauge.content import letters
from streamgauge.script import Script, scripts


class _Connection(Machine):
    """connectStream at work: the input, the protocol, the output, and the moves."""

    def __init__(self, t: Bench) -> None:
        super().__init__(t)
        self.script: Script = t.draw(scripts(min_chunks=1, max_chunks=4, fails=t.draw(FAILS)))
        self.link = Link(t, self.script).connect()
        self.peer: Any = self.link.peer
        self.owed = b""
        self.over = self.closed = False

    def can(self, move: str) -> bool:
        """The protocol writes and finishes while its connection is there; what it wrote is read until it is closed."""
        return {
            "write": not (self.over or self.closed or self.peer.reasons),
            "read": bool(self.owed) and not self.closed,
            "finish": not self.over,
        }.get(move, True)

    def feed(self) -> None:
        """Let the input answer, and the reactor turn."""
        if self.link.source.pending is not None:
            self.link.source.fire()
        self.t.pump.until(lambda: False)

    def write(self) -> None:
        """Have the protocol write."""
        piece = self.t.draw(letters(1, 4))
        self.link.write(piece)
        self.owed += piece

    def read(self) -> None:
        """Read what the protocol wrote."""
        answer = self.link.out.read()
        self.t.clause = "consume_71"
        fits = isinstance(answer, Data) and self.owed.startswith(answer.content)
        self.t.true(fits, f"the output gives {answer}", f"the next of {self.t.text(self.owed)}")
        self.owed = self.owed[len(answer.content) :] if isinstance(answer, Data) else b""

    def finish(self) -> None:
        """Have the protocol say that it is done writing."""
        self.link.tell("finish")
        self.over = True

    def close(self) -> None:
        """Close the output."""
        self.link.out.close()
        self.closed, self.owed = True, b""

    def sound(self) -> None:
        """What the protocol was given is the beginning of the input, and it was told of one end at most."""
        t = self.t
        t.clause = "consume_64"
        seen, whole = self.peer.content, self.script.data
        t.true(whole.startswith(seen), f"received: {t.text(seen)}", f"the beginning of {t.text(whole)}")
        t.clause = "consume_68"
        lost = [event for event in self.peer.told if event == "connectionLost"]
        last = not lost or self.peer.told[-1] == "connectionLost"
        t.true(len(lost) < 2 and last, f"the protocol was told {self.peer.told}", "connectionLost once, at the end")

    def end(self) -> None:
        """Let everything happen; the output gives what is owed, the protocol has heard everything."""
        t = self.t
        drained = self.link.out.drain()
        t.run()
        self.sound()
        t.clause = "consume_71"
        t.equal(drained.content, self.owed, "the rest of the output is")
        if self.closed:
            t.clause = "consume_84"
            t.expect(drained.last, None)
            return
        t.clause = "consume_64"
        t.equal(self.peer.content, self.script.data, "the protocol received")
        t.clause = "consume_70" if self.script.fails else "consume_68"
        t.equal(len(self.peer.reasons), 1, "connectionLost was called this often:")
        t.clause = "consume_72"
        t.true(not isinstance(drained.last, Waiting), f"the output: {drained.last}", "the output ends")


@check("history_08", names="connectStream", examples=2)
def any_history_of_a_connection(t: Bench) -> None:
    """Feed the input, write and finish as the protocol, read and close the output."""
    connection = _Connection(t)
    connection.play("feed", "write", "read", "feed", "write", "read", "finish", "close")
    connection.end()
