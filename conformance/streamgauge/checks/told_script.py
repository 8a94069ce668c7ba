"""What stands in reproducers for the objects of the kit that a subject calls: this class is copied into them.

Strategy: it says what it is told, as the kit's own objects do, and makes the moves which those made from inside the
same calls: lines of code, by the name of the method and the number of the call, counted from 1.
"""
# mypy: ignore-errors
# ruff: noqa: D102, F821, RET503 - short where it is read, beside the other parts

from functools import partial

from twisted.internet import interfaces
from zope.interface import directlyProvides


class Told:
    """Says what it is told, and makes the moves for each call, by method and number."""

    transport = None  # for: methods

    def __init__(self, name, methods, moves, interface=""):
        self.name, self.moves, self.calls = name, moves, {}
        if interface:  # for: methods
            directlyProvides(self, getattr(interfaces, interface))
        for method in methods.split():  # for: methods
            setattr(self, method, partial(self.hear, method))

    def __call__(self, *given):
        return self.hear("__call__", *given)

    def hear(self, what, *given):
        """Say it, and make the moves; `given` is what the call was given."""
        self.calls[what] = number = self.calls.get(what, 0) + 1  # for: moves
        print(f"  ({self.name}.{what}({', '.join(map(written, given))}) is called)".replace(".__call__", ""))
        globals()["given"] = given  # for: moves
        for line in self.moves.get(what, {}).get(number, []):  # for: moves
            if line.startswith("return "):  # for: returns
                return eval(line[7:], globals())
            if line.startswith(("raise ", "transport = ")):  # for: executes
                print(f"  ({self.name}.{what}(...): {line})".replace(".__call__", ""))
                exec(line, globals())
                continue
            step(line)  # for: steps
