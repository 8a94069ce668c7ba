"""Line coverage of the subject by clause.

Strategy: coverage.py measures, with a context for each item of the plan; here its answer is turned into two facts:
lines of functions that no clause ever reached, and the clauses that reach a line. What runs when a module is imported
(class and def lines, defaults, constants) is reached before any clause, so that it is in neither.
"""

import ast
import contextlib
import importlib.util
import os
import tokenize
from collections import defaultdict
from collections.abc import Iterator, Sequence
from importlib.machinery import ModuleSpec
from types import TracebackType

import coverage

from streamgauge.plan import Item
from streamgauge.violation import WrongUse


class Cover:
    """Measures packages while a plan runs.

    Args:
        packages: import names of the packages or modules to measure, or folders.

    Raises:
        WrongUse: one of them is neither.
    """

    def __init__(self, packages: Sequence[str]) -> None:
        self._packages = list(packages)
        for name in self._packages:
            if not _there(name):
                raise WrongUse(f"--cover {name}: no such package or module; expected a name that can be imported")
        names = [name for name in self._packages if getattr(_spec(name), "origin", None)]
        folders = [name for name in self._packages if name not in names]
        self._coverage = coverage.Coverage(data_file=None, source=folders, source_pkgs=names, config_file=False)
        self._files: dict[str, tuple[list[int], dict[int, list[str]]]] = {}
        self._unread: dict[str, str] = {}

    def __enter__(self) -> "Cover":
        self._coverage.start()
        return self

    def begin(self, item: Item) -> None:
        """Count what runs from here on to this item's clause."""
        self._coverage.switch_context(item.clause.id)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._coverage.stop()
        if error is None:
            self._collect()

    def _collect(self) -> None:
        with contextlib.suppress(coverage.exceptions.NoDataError):
            for name in sorted(self._coverage.get_data().measured_files()):
                try:
                    self._files[name] = self._lines_of(name)
                except (coverage.exceptions.CoverageException, SyntaxError, OSError, UnicodeError) as error:
                    self._unread[name] = str(error).partition("\n")[0]

    def _lines_of(self, name: str) -> tuple[list[int], dict[int, list[str]]]:
        _, statements, *_ = self._coverage.analysis2(name)
        reached: dict[int, list[str]] = defaultdict(list)
        for number, contexts in self._coverage.get_data().contexts_by_lineno(name).items():
            reached[number] = sorted(context for context in contexts if context)
        inside = _in_functions(name)
        return [number for number in statements if number in inside and not reached[number]], reached

    def lines(self) -> Iterator[str]:
        """Write, for each file, the lines of functions no clause reached, and the clauses of each other line."""
        if not self._files:
            yield f"nothing of {', '.join(self._packages)} ran that can be measured"
        yield from (f"{os.path.relpath(name)}: cannot be read as Python: {why}" for name, why in self._unread.items())
        for name, (missing, reached) in self._files.items():
            short = os.path.relpath(name)
            yield f"{short}: no clause reaches {_ranges(missing)}" if missing else f"{short}: every line is reached"
            yield from (
                f"{short}:{number}: {', '.join(clauses)}" for number, clauses in sorted(reached.items()) if clauses
            )


def _there(name: str) -> bool:
    return _spec(name) is not None or os.path.isdir(name)  # noqa: PTH112 - a name, seldom a path


def _spec(name: str) -> ModuleSpec | None:
    try:
        return importlib.util.find_spec(name)
    except Exception:  # of a package that does not import
        return None


_Function = ast.FunctionDef | ast.AsyncFunctionDef


def _in_functions(path: str) -> set[int]:
    """Collect the lines of a file that run only when a function is called.

    Those that define a class or a function inside one do not count: a factory may have run at the import, and what they
    define has lines of its own.
    """
    with tokenize.open(path) as file:
        nodes = list(ast.walk(ast.parse(file.read())))
    bodies = (statement for node in nodes if isinstance(node, _Function) for statement in node.body)
    inside = {number for inner in bodies for number in range(inner.lineno, (inner.end_lineno or inner.lineno) + 1)}
    classes = [statement for node in nodes if isinstance(node, ast.ClassDef) for statement in node.body]
    defined = [node for node in nodes if isinstance(node, _Function | ast.ClassDef)]
    return inside - {number for node in [*classes, *defined] for number in _header(node)}


def _header(node: ast.stmt) -> range:
    """Give the lines of a statement in front of its body, decorators included."""
    decorators = [decorator.lineno for decorator in getattr(node, "decorator_list", [])]
    body = getattr(node, "body", [])
    end = body[0].lineno if body else (node.end_lineno or node.lineno) + 1
    return range(min([node.lineno, *decorators]), max(end, node.lineno + 1))


def _ranges(numbers: Sequence[int]) -> str:
    """Write numbers with neighbours joined: 3-5, 9."""
    parts: list[list[int]] = []
    for number in numbers:
        if parts and number == parts[-1][-1] + 1:
            parts[-1].append(number)
        else:
            parts.append([number])
    return ", ".join(str(part[0]) if len(part) == 1 else f"{part[0]}-{part[-1]}" for part in parts)
