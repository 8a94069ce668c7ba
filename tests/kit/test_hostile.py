"""Subjects that leave, hang, fork or move away: a verdict or one line, nothing lost."""

import json
from pathlib import Path

import pytest

from tests.kit.command import streamgauge

ODD = """
import os
import sys

import mine


class ExitsInRead(mine.Stream):
    def read(self):
        sys.exit(0)


class ExitsInClose(mine.Stream):
    def close(self):
        sys.exit(0)


class LeavesInRead(mine.Stream):
    def read(self):
        raise GeneratorExit


class EndsTheProcess(mine.Stream):
    def read(self):
        os._exit(0)


class Forks(mine.Stream):
    status = 3

    def read(self):
        child = os.fork()
        if child == 0:
            sys.exit(self.status)
        assert self.status == os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        return super().read()


class ForksAndReturns(Forks):
    status = 0

    def read(self):
        child = os.fork()
        if child:
            os.waitpid(child, 0)
        return super(Forks, self).read()


class Hangs(mine.Stream):
    def read(self):
        while True:
            pass


class HangsInClose(mine.Stream):
    def close(self):
        while True:
            pass


def hanging(data):
    while True:
        pass


class Moves(mine.Wrong):
    def __init__(self, data):
        super().__init__(data)
        os.chdir("/")


class OpensAll(mine.Stream):
    opened = []

    def read(self):
        while True:
            self.opened.append(open(os.devnull))
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the odd subjects."""
    (tmp_path / "odd.py").write_text(ODD, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("name", "clause"),
    [
        ("ExitsInRead", "stream_02"),
        ("ExitsInClose", "stream_04"),
        ("LeavesInRead", "stream_02"),
        ("EndsTheProcess", "stream_02"),
        ("Hangs", "stream_02"),
        ("HangsInClose", "stream_04"),
    ],
)
def test_a_stream_that_leaves_or_hangs_gets_a_verdict(folder: Path, name: str, clause: str) -> None:
    """Also where it does so while it is only looked at, before anything is judged."""
    done = streamgauge(folder, "run", f"odd:{name}", "--clause", clause, "--watchdog", "0.5")
    assert (1, "") == (done.returncode, done.stderr)
    assert f"FAIL          stream_01[{name}]" in done.stdout  # the first of all that follows from it
    assert f"blocked       {clause}[{name}]" in done.stdout


def test_who_ends_the_process_is_told_so_by_several_processes(folder: Path) -> None:
    """As by one."""
    clauses = ("--clause", "stream_01", "--clause", "stream_02")
    done = streamgauge(folder, "run", "odd:EndsTheProcess", *clauses, "--jobs", "2")
    assert (1, "") == (done.returncode, done.stderr)
    assert "EndsTheProcess does not conform: 1 fail, 1 blocked" in done.stdout


@pytest.mark.parametrize("name", ["Forks", "ForksAndReturns"])
def test_a_copy_of_the_process_judges_nothing(folder: Path, name: str) -> None:
    """A child that a stream forks ends where it leaves the stream, with the status that it asked for."""
    done = streamgauge(folder, "run", f"odd:{name}", "--clause", "stream_02", "--examples", "3")
    assert (0, "") == (done.returncode, done.stderr), done.stdout
    assert 1 == done.stdout.count(f"{name} conforms")


def test_what_never_answers_exercises_nothing(folder: Path) -> None:
    """Where no data ever comes, nothing was seen of it, and the run is not green."""
    (folder / "silent.py").write_text(
        "import mine\nfrom twisted.internet.defer import Deferred\n"
        "class Silent(mine.Stream):\n    def read(self):\n        return Deferred()\n"
    )
    done = streamgauge(folder, "run", "silent:Silent", "--clause", "stream_02")
    assert (1, "") == (done.returncode, done.stderr)
    assert "NOT EXERCISED stream_02[Silent] " in done.stdout


def test_descriptors_that_leak_end_no_run(folder: Path) -> None:
    """A port that leaves a descriptor open for each stream is judged to the end where a process may have few."""
    (folder / "leaking.py").write_text(
        "import os, resource\nfrom web2stream import *\nimport web2stream\n"
        "resource.setrlimit(resource.RLIMIT_NOFILE, (1024, 1024))\n"
        "class FileStream(web2stream.FileStream):\n"
        "    def __init__(self, f, *args, **kwargs):\n"
        "        os.dup(f.fileno())\n"
        "        super().__init__(f, *args, **kwargs)\n"
    )
    done = streamgauge(folder, "run", "leaking", "--clause", "file", "--no-shrink")
    assert (1, "") == (done.returncode, done.stderr)
    assert "FAIL          file_33 " in done.stdout
    assert "KIT ERROR" not in done.stdout


@pytest.mark.parametrize("target", ["odd:hanging", "endless:make"])
def test_what_cannot_be_loaded_in_time_is_one_line(folder: Path, target: str) -> None:
    """A maker or an import that does not come back is wrong use, and is stopped."""
    (folder / "endless.py").write_text("while True:\n    pass\n")
    done = streamgauge(folder, "run", target, "--watchdog", "1")
    assert 2 == done.returncode
    assert [done.stderr.strip()] == done.stderr.splitlines()
    assert "does not" in done.stderr
    assert "computing for 1 seconds" in done.stderr


def test_reports_stay_where_they_were_asked_for(folder: Path) -> None:
    """A subject that goes elsewhere takes neither the reports nor the expectations with it."""
    (folder / "moving.py").write_text("import os\nos.chdir('/')\nfrom odd import Moves\n")
    (folder / "streamgauge.toml").write_text(
        '[[expect]]\nclause = "bytestream_05"\nkind = "nothing of the sort"\nreason = "to be seen"\n'
    )
    done = streamgauge(folder, "run", "moving:Moves", "--clause", "bytestream_05", "--json", "a.json", "--scripts", "b")
    assert 1 == done.returncode, done.stderr
    assert "another violation than expected" in done.stdout
    assert "fail" == json.loads((folder / "a.json").read_text())["verdicts"][0]["outcome"]
    assert (folder / "b" / "bytestream_05-Moves.py").exists()


def test_no_descriptor_left_is_one_line(folder: Path) -> None:
    """Who takes all there are is told so, and is no fault of the kit."""
    done = streamgauge(folder, "run", "odd:OpensAll", "--clause", "stream_02")
    assert 2 == done.returncode, done.stdout
    assert [done.stderr.strip()] == done.stderr.splitlines()
    assert "no descriptor is left" in done.stderr
