"""Counting searches: how many bytes a task looks at when it looks for the same ones again and again.

Strategy: no clock. A search is one step in C, and nobody is told with what it was called; so the source is read: where
a method of bytes or bytearray that searches is about to be called, or `in` about to be asked, what it searches, from
where and to where, is computed once more in its frame, if names, attributes, numbers, arithmetic, and items and
slices of plain containers are all that it takes. Whatever else, and searches in C, are not seen, so that less may be
counted than was searched, never more. That nothing is found is for the task to see to.
"""

import ast
import dis
import linecache
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from types import CodeType, FrameType
from typing import Any, Final

from streamgauge.checks.worked import following
from streamgauge.guard import of_others

_FROM_START: Final = frozenset({"split", "partition", "rsplit", "rpartition", "splitlines", "replace"})
_IN_WINDOW: Final = frozenset({"find", "index", "rfind", "rindex", "count"})

_PURE: Final = (
    *(ast.Name, ast.Attribute, ast.Constant, ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare, ast.IfExp, ast.Call),
    *(ast.Subscript, ast.Slice, ast.expr_context, ast.operator, ast.unaryop, ast.boolop, ast.cmpop),
)
_CALLED: Final = frozenset({"len", "max", "min"})
_PLAIN: Final = frozenset({list, tuple, dict, bytes, bytearray})

_Ends = dict[tuple[type[ast.expr], int, int], ast.expr]


class Searched:
    """Adds up the bytes that searches outside the kit look at.

    Attributes:
        total: bytes so far.
    """

    def __init__(self) -> None:
        self.total = 0
        self._by_code: dict[CodeType, dict[int, ast.expr]] = {}

    def called(self, frame: FrameType, event: str, argument: Any) -> Any:
        """Follow a function that searches, instruction by instruction; leave all others alone."""
        del event, argument
        code = frame.f_code
        if code not in self._by_code:
            self._by_code[code] = _searches(code) if of_others(code.co_filename) else {}
        if not self._by_code[code]:
            return None
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        return self._goes_on

    def _goes_on(self, frame: FrameType, event: str, argument: Any) -> Any:
        del argument
        search = self._by_code[frame.f_code].get(frame.f_lasti) if event == "opcode" else None
        if search is not None:
            self.total += _looked_at(search, frame)
        return self._goes_on


@contextmanager
def searched() -> Iterator[Searched]:
    """Count what is searched in the block."""
    count = Searched()
    with following(count.called):
        yield count


def _searches(code: CodeType) -> dict[int, ast.expr]:
    """Find the instructions that search, each with the expression that it is of."""
    steps = [step for step in dis.get_instructions(code) if step.opname.startswith(("CALL", "CONTAINS_OP"))]
    if not steps:
        return {}
    written = _written("".join(linecache.getlines(code.co_filename)))
    found = {}
    for step in steps:
        kind = ast.Call if step.opname.startswith("CALL") else ast.Compare
        spot = step.positions
        if spot and spot.end_lineno is not None and spot.end_col_offset is not None:
            expression = written.get((kind, spot.end_lineno, spot.end_col_offset))
            if expression is not None:
                found[step.offset] = expression
    return found


@lru_cache(maxsize=64)
def _written(text: str) -> _Ends:
    """Find the expressions in a source text that search, by kind and by where they end."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return {}
    return {
        (type(node), node.end_lineno, node.end_col_offset): node
        for node in ast.walk(tree)
        if isinstance(node, ast.expr) and node.end_lineno and node.end_col_offset and _is_search(node)
    }


def _is_search(node: ast.expr) -> bool:
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Attribute) and node.func.attr in _FROM_START | _IN_WINDOW
    return isinstance(node, ast.Compare) and len(node.ops) == 1 and isinstance(node.ops[0], ast.In | ast.NotIn)


def _looked_at(search: ast.expr, frame: FrameType) -> int:
    """Count the bytes that a search is about to look at, if nothing is found; 0 where it is not known."""
    if isinstance(search, ast.Compare):
        place: ast.expr = search.comparators[0]
        window: list[ast.expr] = []
    else:
        assert isinstance(search, ast.Call)
        assert isinstance(search.func, ast.Attribute)
        place = search.func.value
        window = search.args[1:] if search.func.attr in _IN_WINDOW else []
    try:
        data = _value(place, frame)
        bounds = slice(*(_value(each, frame) for each in window), *[None] * (2 - len(window)))
        if type(data) not in {bytes, bytearray}:
            return 0
        return len(range(*bounds.indices(len(data))))
    except Exception:  # what cannot be computed here is not seen
        return 0


def _value(node: ast.expr, frame: FrameType) -> Any:
    """Compute an expression in a frame.

    Raises:
        ValueError: it may do more than that.
    """
    for part in ast.walk(node):
        call = isinstance(part, ast.Call) and not (isinstance(part.func, ast.Name) and part.func.id in _CALLED)
        item = isinstance(part, ast.Subscript) and type(_value(part.value, frame)) not in _PLAIN
        if call or item or not isinstance(part, _PURE):
            raise ValueError("to compute this again might change something")
    return eval(  # the subject's own expression, of names, items and arithmetic
        compile(ast.Expression(node), frame.f_code.co_filename, "eval"), frame.f_globals, frame.f_locals
    )
