"""What stands in reproducers for the objects of the kit that a subject calls: this class is copied into them.

Strategy: it says what it is told, as the kit's own objects do, and makes the moves which those made from inside the
same calls: lines of code, by the name of the method and the number of the call, counted from 1.
"""
# mypy: ignore-errors
# ruff: noqa: D102, RET503 - short where it is read

from zope.interface import directlyProvides


class Told:
    """Says what it is told, and makes the moves laid down for each call, by method and number."""

    transport = None

    def __init__(self, name, methods, moves, interface=""):
        from functools import partial

        from twisted.internet import interfaces

        if interface:
            directlyProvides(self, getattr(interfaces, interface))
        for method in methods.split():
            setattr(self, method, partial(self.hear, method))
        self.name, self.moves, self.calls = name, moves, {}

    def __call__(self, *given):
        return self.hear("__call__", *given)

    def hear(self, what, *given):
        """Say it, and make the moves; `given` is what the call was given."""
        self.calls[what] = number = self.calls.get(what, 0) + 1
        print(f"  ({self.name}.{what}({', '.join(map(written, given))}) is called)".replace(".__call__", ""))  # noqa: F821
        globals()["given"] = given
        for line in self.moves.get(what, {}).get(number, []):
            if line.startswith("raise "):
                print(f"  ({self.name}.{what}(...) raises {line[6:]})".replace(".__call__", ""))
                exec(line, globals())
            if line.startswith("return "):
                return eval(line[7:], globals())
            step(line)  # noqa: F821 - both stand in every reproducer
