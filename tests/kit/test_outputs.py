"""Outputs that cannot be written, or do not hold what is to be said: the verdict stands, and one line says so."""

import os
import runpy
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.kit.command import streamgauge

ODD = """
import sys

import mine


class ClosesTheOutput(mine.Stream):
    def close(self):
        sys.stdout.close()


class Foreign(mine.Stream):
    def read(self):
        raise ValueError("K\\xe4se")


class Unwritable(mine.Stream):
    def read(self):
        raise ValueError("no text: \\ud800")


nameless = lambda data: mine.Wrong(data)


def filler(data):
    return mine.Wrong(data)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the odd subjects."""
    (tmp_path / "odd.py").write_text(ODD, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(("name", "known"), [("nameless", "nameless"), ("filler", "make_filler")])
def test_a_maker_of_any_name_has_a_script(folder: Path, name: str, known: str) -> None:
    """A lambda has the name that it was asked for; a name that scripts use themselves is made another one."""
    streamgauge(folder, "run", f"odd:{name}", "--clause", "bytestream_05", "--scripts", "b")
    script = folder / "b" / f"bytestream_05-{known}.py"
    paths = {**os.environ, "PYTHONPATH": str(folder)}
    shown = subprocess.run([sys.executable, script], env=paths, capture_output=True, check=False)
    assert b"s.length" in shown.stdout
    assert f"s = {known}(" in script.read_text()


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(("run", "mine:wrong", "--clause", "bytestream", "--json", "a.json"), 1), (("explain", "stream"), 0)],
)
def test_a_reader_that_goes_away_changes_nothing(folder: Path, arguments: tuple[str, ...], code: int) -> None:
    """The verdict stands, and the files are written, when nobody reads the output."""
    streamgauge(folder, "clauses")
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as nobody:
        command = [sys.executable, "-m", "streamgauge", *arguments]
        done = subprocess.run(command, cwd=folder, stdout=nobody, stderr=subprocess.PIPE, check=False)
    assert (code, b"") == (done.returncode, done.stderr)
    assert (folder / "a.json").exists() is (code == 1)


def test_without_a_standard_output_the_verdict_stands(folder: Path) -> None:
    """Where the caller has closed it, nothing is printed."""
    code = "import os, sys, subprocess; os.close(1); sys.exit(subprocess.call(sys.argv[1:]))"
    asked = ("-m", "streamgauge", "run", "mine:wrong", "--clause", "bytestream_05", "--json", "a.json")
    streamgauge(folder, "clauses")
    command = [sys.executable, "-c", code, sys.executable, *asked]
    done = subprocess.run(command, cwd=folder, stderr=subprocess.PIPE, check=False)
    assert (1, b"") == (done.returncode, done.stderr)
    assert (folder / "a.json").exists()


def test_a_subject_that_closes_the_output_is_told_all_the_same(folder: Path) -> None:
    """The report goes to the output that the command was given."""
    done = streamgauge(folder, "run", "odd:ClosesTheOutput", "--clause", "stream_02")
    assert (0, "") == (done.returncode, done.stderr)
    assert "ClosesTheOutput conforms" in done.stdout


def test_an_output_that_takes_nothing_is_one_line(folder: Path) -> None:
    """What was judged is in the file all the same."""
    asked = ("-m", "streamgauge", "run", "mine:make", "--clause", "stream_02", "--json", "a.json")
    streamgauge(folder, "clauses")
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run([sys.executable, *asked], cwd=folder, stdout=full, stderr=subprocess.PIPE, check=False)
    assert 2 == done.returncode
    assert done.stderr.startswith(b"streamgauge: cannot print")
    assert (folder / "a.json").exists()


def test_what_an_output_cannot_show_is_escaped(folder: Path) -> None:
    """A report is printed whole, whatever the output's encoding."""
    done = streamgauge(folder, "run", "odd:Foreign", "--clause", "stream_02", PYTHONIOENCODING="ascii")
    assert 1 == done.returncode, done.stderr
    assert "ValueError('K\\xe4se')" in done.stdout


def test_what_no_file_can_hold_is_escaped(folder: Path) -> None:
    """A name of a file that is no UTF-8 may stand in an error."""
    asked = ("run", "odd:Unwritable", "--clause", "stream_02", "--scripts", "b", "--json", "a.json", "--html", "a.html")
    done = streamgauge(folder, *asked)
    assert (1, "") == (done.returncode, done.stderr)
    assert "no text: \\ud800" in (folder / "b" / "stream_02-Unwritable.py").read_text(encoding="utf-8")
    assert "Unwritable does not conform" in done.stdout


def test_one_file_that_cannot_be_written_loses_nothing_else(folder: Path) -> None:
    """The others are written, and the report is printed, before the one line that says so."""
    (folder / "scripts" / "bytestream_05-wrong.py").mkdir(parents=True)
    wanted = ("--scripts", "scripts", "--json", "/dev/full", "--junit", "a.xml")
    done = streamgauge(folder, "run", "mine:wrong", "--clause", "bytestream_05", *wanted)
    assert 2 == done.returncode
    assert done.stderr.startswith("streamgauge: cannot write /dev/full: No space left on device;")
    assert "cannot write scripts into scripts" in done.stderr
    assert "wrong does not conform" in done.stdout
    assert (folder / "a.xml").exists()


def test_cover_says_what_it_cannot_read(folder: Path) -> None:
    """A file that is no Python is named, and the verdicts stay; what is not there is wrong use."""
    package = folder / "pkg"
    package.mkdir()
    (package / "__init__.py").write_text("from mine import make\n\n\ndef unused():\n    return 1\n")
    (package / "old.py").write_text('print "two"\n')
    asked = ("run", "pkg:make", "--clause", "stream_02", "--cover")
    done = streamgauge(folder, *asked, "pkg")
    assert 0 == done.returncode, done.stderr
    assert f"{Path('pkg', 'old.py')}: cannot be read as Python" in done.stdout
    assert f"{Path('pkg', '__init__.py')}: no clause reaches 5" in done.stdout
    assert "nothing of zlib ran that can be measured" in streamgauge(folder, *asked, "zlib").stdout
    absent = streamgauge(folder, *asked, "absent")
    assert (2, "") == (absent.returncode, absent.stdout)
    assert absent.stderr.startswith("streamgauge: --cover absent: no such package or module")


def test_cover_leaves_out_what_an_import_defines(folder: Path) -> None:
    """A class that a function makes at the import is defined before any clause; what its methods do is not."""
    (folder / "made.py").write_text(
        "import mine\n\n\ndef factory():\n    class Made(mine.Stream):\n        kind = 1\n\n"
        "        def unused(self):\n            return 1\n\n"
        "        def read(self):\n            return super().read()\n\n    return Made\n\n\nmake = factory()\n"
    )
    told = streamgauge(folder, "run", "made:make", "--clause", "stream_02", "--cover", "made")
    assert "made.py: no clause reaches 9, 14\n" in told.stdout


def test_cover_of_what_does_not_import(folder: Path) -> None:
    """A module of a package that fails when it is imported is wrong use; a folder of its name is not taken for it."""
    (folder / "pkg").mkdir()
    (folder / "pkg" / "__init__.py").write_text("raise LookupError('no such pool')\n")
    (folder / "mine").mkdir()
    asked = ("run", "mine:make", "--clause", "stream_02", "--cover")
    broken = streamgauge(folder, *asked, "pkg.part")
    assert (2, "") == (broken.returncode, broken.stdout)
    assert broken.stderr.startswith("streamgauge: --cover pkg.part: no such package or module")
    assert "mine.py" in streamgauge(folder, *asked, "mine").stdout


def test_a_script_prints_the_halves_that_should_not_be(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A split that should have been refused shows what it gave; the report says it in words."""
    done = streamgauge(tmp_path, "run", "mine:worse", "--clause", "bytestream_10", "--scripts", "scripts")
    assert "seen:      two halves" in done.stdout
    (script,) = (tmp_path / "scripts").iterdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(tmp_path))
        runpy.run_path(str(script))
    assert "before, after = s.split(-1)  -> (<mine.Worse object" in capsys.readouterr().out


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_an_error_that_cannot_be_printed_has_its_exit_code(tmp_path: Path) -> None:
    """Wrong use is wrong use also where nobody can be told."""
    with Path("/dev/full").open("w") as full:
        asked = [sys.executable, "-m", "streamgauge", "run", "nope:x"]
        done = subprocess.run(asked, cwd=tmp_path, stderr=full, check=False)
    assert 2 == done.returncode


def test_a_report_for_machines_leaves_out_what_xml_cannot_hold(tmp_path: Path) -> None:
    """The reason of a known failure may hold anything."""
    (tmp_path / "streamgauge.toml").write_text(
        '[[expect]]\nclause = "bytestream_05"\nkind = "after close() length is N"\nreason = "ring \\u0007 it"\n'
    )
    streamgauge(tmp_path, "run", "mine:wrong", "--clause", "bytestream_05", "--junit", "a.xml")
    (case,) = ET.parse(tmp_path / "a.xml").getroot()
    assert ["xfail: ring  it"] == [told.get("message") for told in case]


def test_two_reports_have_two_files(tmp_path: Path) -> None:
    """One would write over the other."""
    for other in ("a", str(tmp_path / "a")):
        done = streamgauge(tmp_path, "run", "mine:make", "--json", "a", "--html", other)
        wrong = "streamgauge: two reports would be written to a; expected a file for each\n"
        assert (2, wrong) == (done.returncode, done.stderr)


@pytest.mark.parametrize(
    ("option", "place", "why"),
    [
        ("--json", "folder", "cannot write folder: it is a folder; expected a file"),
        ("--html", "none/a", "cannot write none/a: there is no such folder; expected a file"),
        ("--scripts", "file", "cannot write scripts into file: it is a file; expected a folder"),
    ],
)
def test_a_place_that_takes_no_report_is_told_before_judging(tmp_path: Path, option: str, place: str, why: str) -> None:
    """In one line, and nothing is judged for it."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    done = streamgauge(tmp_path, "run", "mine:make", option, place)
    assert (2, "") == (done.returncode, done.stdout)
    assert done.stderr.startswith(f"streamgauge: {why}")
    assert 1 == done.stderr.count("\n")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["run", "--jobs", "0", "mine:make"], "streamgauge run: argument --jobs: expected a whole number, 1 or more"),
        (["run"], "streamgauge run: the following arguments are required: target"),
        (["judge"], "streamgauge: argument COMMAND: invalid choice: 'judge'"),
    ],
)
def test_wrong_arguments_are_one_line(tmp_path: Path, arguments: list[str], told: str) -> None:
    """And it says where the right ones are found."""
    done = streamgauge(tmp_path, *arguments)
    assert (2, "") == (done.returncode, done.stdout)
    assert done.stderr.startswith(told)
    assert 1 == done.stderr.count("\n")
    assert "--help" in done.stderr


def test_a_reason_of_several_lines_is_told_in_one(tmp_path: Path) -> None:
    """As every verdict is."""
    (tmp_path / "streamgauge.toml").write_text(
        '[[expect]]\nclause = "bytestream_05"\nkind = "after close() length is N"\nreason = """known\nto all"""\n'
    )
    done = streamgauge(tmp_path, "run", "mine:wrong", "--clause", "bytestream_05")
    assert "known to all" in done.stdout
