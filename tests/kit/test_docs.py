"""The documents' examples run as they stand."""

import inspect
import os
import re
import subprocess
import sys
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
    """Cut the block that a page marks, or whose first line names its file."""
    text = (ROOT / page).read_text(encoding="utf-8")
    found = re.search(rf"(?:<!-- example: {name} -->\n```\w*\n|```\w+\n# {name}\n)(.*?)```", text, re.DOTALL)
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


def test_the_guides_failure_is_what_the_kit_prints(tmp_path: Path) -> None:
    """A stream whose close leaves the length fails just like that."""
    (tmp_path / "shown.py").write_text("import mine\n\n\ndef make(data):\n    return mine.wrong(data)\n")
    done = command(tmp_path, "run", "shown:make", "--clause", "bytestream_05")
    assert example("docs/guide.md", "failure") in done.stdout.replace("shown:make", "mine:make")


OVERLAPPING = """
from twisted.internet import reactor
from twisted.internet.task import deferLater


class Overlapping:
    def __init__(self, data):
        self.data, self.waits = data, False

    def read(self):
        if self.waits:
            return b"more"
        piece, self.data, self.waits = self.data, b"", True
        return deferLater(reactor, 0, self.answer, piece)

    def answer(self, piece):
        self.waits = False
        return piece or None

    def close(self):
        self.data = b""


def make(data):
    return Overlapping(data)
"""


def test_the_guides_expectation_is_met(tmp_path: Path) -> None:
    """Also on days when it would have expired."""
    (tmp_path / "shown.py").write_text(OVERLAPPING)
    entry = example("docs/guide.md", "streamgauge.toml").replace("mine:make", "shown:make")
    (tmp_path / "streamgauge.toml").write_text(re.sub(r"(?<=expires = )\d{4}", "9999", entry))
    done = command(tmp_path, "run", "shown:make", "--clause", "stream_08")
    assert 0 == done.returncode, done.stdout
    assert "make conforms: 1 xfail" in done.stdout


def test_the_guides_unit_test_passes(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(example("README.md", "mine.py"))
    (tmp_path / "test_mine.py").write_text(example("docs/guide.md", "test_mine.py"))
    paths = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    unittest = [sys.executable, "-m", "unittest", "test_mine"]
    done = subprocess.run(unittest, cwd=tmp_path, env=paths, capture_output=True, text=True, check=False)
    assert 0 == done.returncode, done.stderr
    assert "Ran 1 test" in done.stderr


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
