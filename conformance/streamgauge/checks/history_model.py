"""The model behind the histories of streams: what each part of a stream still owes, and what its answers may be.

Strategy: the model is the bytes, the end or the failure that a part has still to give. It knows for each answer which
clause a wrong one breaks. It makes no move.
"""

from dataclasses import dataclass

from streamgauge.answers import Answer, Data, Failed
from streamgauge.bench import Bench
from streamgauge.reader import Reader
from streamgauge.ticket import Ticket


@dataclass(slots=True)
class Part:
    """A stream, or a part that splits made of it.

    Attributes:
        reader: the stream.
        owed: the bytes it has still to give.
        content_clause: the clause that a wrong byte or end breaks.
        length_clause: the clause that a wrong length breaks.
        known: its length was known when the part was made.
        surplus: bytes that its length promises beyond those, if its source fails before they come.
        busy: a read of it is outstanding.
        asked: that read, if it has to be waited for.
        closed: it was closed.
        closed_clause: the clause that says what a read gives then.
        ended: it gave None.
        error: it failed with this.
        read: a read of it was answered.
        later: moves made on it after it was over.
    """

    reader: Reader
    owed: bytes
    content_clause: str = "stream_02"
    length_clause: str = "bytestream_03"
    known: bool = False
    surplus: int = 0
    busy: bool = False
    asked: Ticket | None = None
    closed: bool = False
    closed_clause: str = "stream_04"
    ended: bool = False
    error: BaseException | None = None
    read: bool = False
    later: int = 0

    @property
    def over(self) -> bool:
        """Nothing more comes of it."""
        return self.closed or self.ended or self.error is not None

    @property
    def whole(self) -> bool:
        """It is the stream itself, no half of it."""
        return self.length_clause == "bytestream_03"


class Model:
    """What may come of the parts of a stream.

    Args:
        t: the example.
        fails: the error that comes after the bytes that the stream owes; None if it ends.

    Attributes:
        kept: the data that was read.
    """

    def __init__(self, t: Bench, fails: Exception | None) -> None:
        self.t = t
        self.fails = fails
        self.kept: list[Data] = []

    def compare(self, part: Part, answer: Answer) -> None:
        """Compare an answer with what the part owes, and cross it off."""
        t, name = self.t, part.reader.name
        if part.closed or part.ended:
            t.clause = part.closed_clause if part.closed else "stream_05"
            t.expect(answer, None)
            part.closed_clause = "stream_04"
            return
        if part.error is not None:
            t.clause = "stream_07"
            t.expect(answer, None, part.error)
            return
        t.clause = part.content_clause
        part.read = True
        if isinstance(answer, Data):
            t.true(part.owed.startswith(answer.content), f"{name} gives {answer}", f"the next of {t.text(part.owed)}")
            part.owed = part.owed[len(answer.content) :]
            self.kept.append(answer)
        elif isinstance(answer, Failed) and self._may_fail(part):
            t.clause = "stream_06" if part.whole else "bytestream_16"
            assert self.fails is not None
            t.expect(answer, self.fails)
            part.error = answer.error
        elif part.owed or part.surplus:
            if not part.owed:
                t.clause = "stream_06" if part.whole else "bytestream_16"
            t.violate(f"{name} gives {answer}", f"{len(part.owed)} more bytes" if part.owed else "the source's error")
        else:
            t.expect(answer, None)
            part.ended = True

    def _may_fail(self, part: Part) -> bool:
        """A source that fails may fail each half that is not complete, as soon as it is read so far.

        What a stream of the user's still held then is stream_06's matter.
        """
        early = not part.whole or not self.t.in_port
        return self.fails is not None and (early or (part.surplus > 0 and not part.owed))
