"""The exceptions by which an example ends: a clause broken, or a subject that cannot be judged.

Strategy: values with everything a report needs; how they are written is the report's business.
"""


class Violation(AssertionError):  # noqa: N818 - the field's word for a broken clause
    """A clause was broken in this example.

    Attributes:
        clause: id of the broken clause.
        seen: what came.
        promised: what may come.
        timeline: the rows of the example, written.
        script: the reproducer: Python code that shows the same without the kit; may be empty.
        example: Hypothesis's own form of the example, from which it can be replayed; may be empty.
        smallest: a smaller example was looked for.
        crash: the first error in the example that the subject's code did not mean, by its place, or else the error
            that was seen; may be empty.
    """

    def __init__(self, clause: str, seen: str, promised: str, timeline: str = "", script: str = "") -> None:
        super().__init__(f"{clause}: seen {seen}; promised {promised}")
        self.clause = clause
        self.seen = seen
        self.promised = promised
        self.timeline = timeline
        self.script = script
        self.example = b""
        self.smallest = True
        self.crash = ""

    def __reduce__(self) -> tuple[object, ...]:
        """Cross a process's border whole: an exception's own way knows its message only."""
        made = (self.clause, self.seen, self.promised, self.timeline, self.script)
        return type(self), made, {"example": self.example, "smallest": self.smallest, "crash": self.crash}


class WrongUse(Exception):  # noqa: N818 - it names the exit code
    """The kit was asked for something impossible; the message is one line that says how to put it right."""
