"""The reference's docstrings name the clauses that the code obeys, so that `git grep compound_07` finds it."""

import ast
import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Final, NamedTuple

import pytest

import web2stream
from streamgauge.clauses import catalogue

OTHER_HOMES: Final = {
    "buffered": {"_gathering"},
    "consume": {"connect"},
    "file": {"mapping"},
    "generator": {"_streamiterator"},
    "producer": {"_producerside", "producerstream", "streamproducer"},
    "sendfile": {"file"},
}
"""Modules besides its own that a stem's code stands in."""

OF_MODULES: Final = {"history", "module"}
"""Stems whose clauses are about a whole module, and named in its docstring."""


class Obedience(NamedTuple):
    """A docstring that names clauses.

    Attributes:
        module: name of the module it stands in.
        owner: the class or function it belongs to; empty for the module's.
        paragraph: the one that names them, in one line.
    """

    module: str
    owner: str
    paragraph: str

    @property
    def ids(self) -> list[str]:
        return self.paragraph.removeprefix("Obeys: ").split(", ")


def stem(clause: str) -> str:
    return clause.rpartition("_")[0]


def place(clause: str) -> tuple[str, int]:
    return stem(clause), int(clause.rpartition("_")[2])


def obediences() -> Iterator[Obedience]:
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)):
                paragraphs = (ast.get_docstring(node) or "").split("\n\n")
                if paragraphs[-1].startswith("Obeys: "):
                    yield Obedience(path.stem, getattr(node, "name", ""), " ".join(paragraphs[-1].split()))


def sources() -> list[Path]:
    (folder,) = web2stream.__path__
    return sorted(Path(folder).glob("*.py"))


ALL: Final = list(obediences())


def test_every_clause_is_named() -> None:
    """Each clause that can be tested is named by what obeys it."""
    named = {*chain.from_iterable(one.ids for one in ALL)}
    assert [] == [clause.id for clause in catalogue().values() if not clause.untestable and clause.id not in named]


@pytest.mark.parametrize("path", sources(), ids=lambda path: path.stem)
def test_every_name_is_a_clause(path: Path) -> None:
    """No clause is named that doesn't exist, or was withdrawn; and all stand in a last paragraph `Obeys: ...`."""
    stems = "|".join({stem(clause) for clause in catalogue()})
    named = re.findall(rf"\b(?:{stems})_\d+\b", path.read_text())
    assert set() == set(named) - catalogue().keys()
    assert sorted(named) == sorted(chain.from_iterable(one.ids for one in ALL if one.module == path.stem))


@pytest.mark.parametrize("one", ALL, ids=lambda one: f"{one.module}-{one.owner or 'module'}")
def test_clauses_are_at_home(one: Obedience) -> None:
    """A clause is named in order, and in a module of its stem, or in any module's own docstring."""
    assert sorted(one.ids, key=place) == one.ids
    for clause in one.ids:
        if stem(clause) in OF_MODULES:
            assert not one.owner, clause
        else:
            assert one.module in {stem(clause), *OTHER_HOMES.get(stem(clause), ())}, clause
