"""The documents' examples run as they stand."""

import re
from collections import Counter
from pathlib import Path

import pytest

from tests.broken import zoo
from tests.kit.command import streamgauge
from tests.tools import clauses, mutate
from tests.tools import zoo as pages

ROOT = Path(__file__).parents[2]


def example(page: str, name: str) -> str:
    """Cut the Python block that a page marks, or whose first line names its file."""
    text = (ROOT / page).read_text(encoding="utf-8")
    found = re.search(rf"(?:<!-- example: {name} -->\n```python\n|```python\n# {name}\n)(.*?)```", text, re.DOTALL)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("maker", ["buffered", "fed"])
def test_the_guides_first_example_conforms(tmp_path: Path, maker: str) -> None:
    """Streams that nobody here wrote, io.BufferedReader and asyncio.StreamReader, are judged and conform."""
    (tmp_path / "others.py").write_text(example("docs/guide.md", "others.py"))
    done = streamgauge(tmp_path, "run", f"others:{maker}")
    assert 0 == done.returncode, done.stdout + done.stderr


def test_the_readmes_example_conforms(tmp_path: Path) -> None:
    """The README's stream conforms."""
    (tmp_path / "shown.py").write_text(example("README.md", "mine.py"))
    done = streamgauge(tmp_path, "run", "shown:make")
    assert 0 == done.returncode, done.stdout + done.stderr


def test_the_list_of_clauses_is_fresh() -> None:
    """docs/clauses.md is what the specification pages give."""
    assert clauses.page() == clauses.PAGE.read_text(encoding="utf-8")


def test_the_pages_of_the_zoo_tell_of_every_broken_stream() -> None:
    """Each has a row on its stem's page, each page says how many there are, and the index adds the pages up."""
    stems = Counter(broken.clause.rpartition("_")[0] for broken in zoo())
    written = pages.written()
    assert stems == {stem: counts[0] for stem, counts in written.items()}
    for stem in stems:
        there = {pages.key(broken) for broken in zoo() if broken.clause.startswith(f"{stem}_")}
        assert there == pages.known(stem).keys(), stem
    assert pages.index(written) == (pages.DOCS / "zoo.md").read_text(encoding="utf-8")


def test_every_module_of_the_reference_is_mutated() -> None:
    """No module with code of its own is left out of the mutation score."""
    there = {path.stem for path in (ROOT / "reference" / "web2stream").glob("*.py")} - {"__init__", "producer"}
    assert there == {name for names in mutate.MODULES.values() for name in names}
