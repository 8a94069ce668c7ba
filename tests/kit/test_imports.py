"""What the two packages import from outside: nothing that is not listed here, not even for types only."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

REFERENCE = {"twisted", "zope.interface"}
KIT = {"twisted", "zope.interface", "hypothesis", "pytest", "coverage", "tomlkit"}


def _imported(path: Path) -> Iterator[str]:
    """Give the absolute name of each module that a file imports, or imports something from."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            assert node.module is not None
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _within(name: str, packages: set[str]) -> bool:
    return any(f"{name}.".startswith(f"{package}.") for package in packages)


@pytest.mark.parametrize(
    ("package", "allowed"),
    [("reference/web2stream", REFERENCE), ("conformance/streamgauge", KIT)],
    ids=["reference", "kit"],
)
def test_nothing_else_is_imported(package: str, allowed: set[str]) -> None:
    known = allowed | sys.stdlib_module_names | {Path(package).name}
    files = sorted((ROOT / package).rglob("*.py"))
    foreign = {f"{path.name}: {name}" for path in files for name in _imported(path) if not _within(name, known)}
    assert len(files) > 5
    assert set() == foreign
