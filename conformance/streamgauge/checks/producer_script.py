"""What reproducers of the producer clauses use: these classes are copied into them, so each stands alone.

Strategy: they say what they are told, as the kit's own recorders do, and make the moves which those made from inside
the same calls: lines of code, by the name of the method and the number of the call, counted from 1.
"""
# mypy: ignore-errors
# ruff: noqa: D102 - short where it is read

from zope.interface import directlyProvides


class Told:
    """Says what it is told, and makes the moves laid down for each call."""

    def __init__(self, name, interface, moves):
        from twisted.internet import interfaces

        directlyProvides(self, getattr(interfaces, interface))
        self.name, self.moves, self.calls = name, moves, {}

    def hear(self, what, *args):
        """Say it, and make the moves."""
        self.calls[what] = number = self.calls.get(what, 0) + 1
        print(f"  ({self.name}.{what}{args} is called)")
        for line in self.moves.get(what, {}).get(number, []):
            if line.startswith("raise "):
                exec(line)
            step(line)  # noqa: F821 - stands in every reproducer

    def pauseProducing(self):
        self.hear("pauseProducing")

    def resumeProducing(self):
        self.hear("resumeProducing")

    def stopProducing(self):
        self.hear("stopProducing")

    def write(self, data):
        self.hear("write", data)

    def registerProducer(self, producer, streaming):
        self.hear("registerProducer", producer, streaming)

    def unregisterProducer(self):
        self.hear("unregisterProducer")

    def finish(self):
        self.hear("finish")
