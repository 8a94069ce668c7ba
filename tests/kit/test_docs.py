"""The documents' examples run as they stand."""

import inspect
import re
from collections import Counter
from pathlib import Path

import pytest

import streamgauge
from streamgauge import pytest_plugin
from streamgauge.api import Suite
from streamgauge.subject import ABILITIES
from tests.broken import zoo
from tests.kit.command import streamgauge as command
from tests.tools import clauses, mutate
from tests.tools import zoo as pages

ROOT = Path(__file__).parents[2]
REFERENCE = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")


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
    done = command(tmp_path, "run", f"others:{maker}")
    assert 0 == done.returncode, done.stdout + done.stderr


def test_the_readmes_example_conforms(tmp_path: Path) -> None:
    """The README's stream conforms."""
    (tmp_path / "shown.py").write_text(example("README.md", "mine.py"))
    done = command(tmp_path, "run", "shown:make")
    assert 0 == done.returncode, done.stdout + done.stderr


def test_the_list_of_clauses_is_fresh() -> None:
    """docs/clauses.md is what the specification pages give."""
    assert clauses.page() == clauses.PAGE.read_text(encoding="utf-8")


def test_the_reference_names_all_that_is_public() -> None:
    """Every public name with its arguments, every ability, every option of the command and of the plugin has a row."""
    rows = [row for row in REFERENCE.splitlines() if row.startswith("| ")]
    names = {name: next((row for row in rows if f"`streamgauge.{name}" in row), "") for name in streamgauge.__all__}
    assert [] == [name for name, row in names.items() if not row]
    own = inspect.signature(streamgauge.subject).parameters
    for name in ("check_stream", "conformance", "subject", "load", "catalogue"):
        taken = inspect.signature(getattr(streamgauge, name)).parameters
        more = [*inspect.signature(Suite).parameters] if "options" in taken else [*taken]
        told = re.findall(r"\w+", names[name].partition("(")[2].partition(")")[0])
        assert [word for one in more for word in ([*own][1:] if one == "declared" else [one])] == told
    first = {word for row in rows for word in re.findall(r"[\w-]+", row.split(" | ")[0])}
    assert set() == ABILITIES.keys() - first


def test_the_reference_names_every_option(tmp_path: Path) -> None:
    """Of the command and of the plugin."""
    run = command(tmp_path, "run", "--help").stdout
    assert "--seed" in run
    plugin = re.findall(r'"(--streamgauge[\w-]*)"', inspect.getsource(pytest_plugin.pytest_addoption))
    options = {*re.findall(r"--[\w-]+", run), *plugin} - {"--help", "--verbose"}
    assert [] == sorted(one for one in options if not re.search(rf"`{one}[` ,]", REFERENCE))


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
