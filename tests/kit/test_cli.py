"""The command: verdicts, exit codes, lists, reports."""

import json
import os
import runpy
import signal
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from streamgauge.interrupt import stoppable
from tests.kit.command import streamgauge


def test_a_right_stream_conforms(tmp_path: Path) -> None:
    """A right stream ends with exit code 0 and a summary of what was claimed, exercised and passed."""
    done = streamgauge(tmp_path, "run", "mine:make", "--examples", "15")
    assert (0, "") == (done.returncode, done.stderr)
    assert "make conforms" in done.stdout
    assert "claimed 24, exercised 24, passed 24 clauses" in done.stdout


def test_a_wrong_stream_fails_the_clause_that_names_its_fault(tmp_path: Path) -> None:
    """A failure gives id, level, law, timeline, promised, seen and the line that reproduces it; exit code 1."""
    done = streamgauge(tmp_path, "run", "mine:wrong", "--examples", "15")
    assert 1 == done.returncode
    for part in (
        "bytestream_05[wrong]: close sets length to 0",
        "MUST, core",
        "After `close()`, `length` is 0",
        "s = wrong(b'",
        "promised:  after close() length is 0",
        "seen:      after close() length is 1",
        "streamgauge run mine:wrong --clause bytestream_05 --seed 0 --examples 15",
        "1 fail",
    ):
        assert part in done.stdout


def test_the_line_that_reproduces_does(tmp_path: Path) -> None:
    """The line at the end of a failure shows the same failure."""
    first = streamgauge(tmp_path, "run", "mine:wrong", "--seed", "7").stdout
    line = next(row for row in first.splitlines() if "reproduce:" in row).split("streamgauge ")[1]
    again = streamgauge(tmp_path, *line.split())
    assert 1 == again.returncode
    assert _failure(first) == _failure(again.stdout)


def _failure(output: str) -> str:
    return output[output.index("\nbytestream_05[wrong]: ") : output.index("claimed")]


def test_a_counterexample_holds_no_address(tmp_path: Path) -> None:
    """An object is shown without its address, which differs from run to run."""
    (tmp_path / "odd.py").write_text(
        "import mine\nclass Odd(mine.Stream):\n    def close(self):\n        return object()\n"
    )
    told = streamgauge(tmp_path, "run", "odd:Odd", "--clause", "bytestream_05").stdout
    assert "-> <object object>" in told
    assert "0x" not in told


@pytest.mark.parametrize("hash_seed", ["0", "1", "12345"])
def test_runs_agree_whatever_the_hash_seed(tmp_path: Path, hash_seed: str) -> None:
    """The same seed gives the same output under any hash seed."""
    arguments = ("run", "mine:worse", "--examples", "10", "-v")
    assert (
        streamgauge(tmp_path, *arguments, PYTHONHASHSEED="99").stdout
        == streamgauge(tmp_path, *arguments, PYTHONHASHSEED=hash_seed).stdout
    )


@pytest.mark.parametrize("more", [(), ("--first",)])
def test_runs_agree_whatever_the_number_of_processes(tmp_path: Path, more: tuple[str, ...]) -> None:
    """The same seed gives the same verdicts and counterexamples in one process and in several."""
    arguments = ("run", "mine:worse", "--examples", "10", "-v", *more)
    alone = streamgauge(tmp_path, *arguments)
    together = streamgauge(tmp_path, *arguments, "--jobs", "2")
    assert "FAIL" in alone.stdout
    assert (1, alone.stdout, alone.stderr) == (together.returncode, together.stdout, together.stderr)


def test_a_subject_that_ends_a_process_is_said_so(tmp_path: Path) -> None:
    """A process that dies is one line and exit code 2; nothing hangs, and nothing is left behind."""
    (tmp_path / "temporary").mkdir()
    (tmp_path / "deadly.py").write_text(
        "import os, signal, mine\ndef make(data):\n    if b'probes' in data or len(data) > 60000:\n"
        "        return mine.make(data)\n    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    temporary = str(tmp_path / "temporary")
    done = streamgauge(tmp_path, "run", "deadly:make", "--jobs", "2", "--clause", "stream", TMPDIR=temporary)
    assert (2, "") == (done.returncode, done.stdout)
    assert "a process that judged deadly:make died" in done.stderr
    assert 1 == len(done.stderr.splitlines())
    assert not list((tmp_path / "temporary").iterdir())


def test_reports_hold_the_failure(tmp_path: Path) -> None:
    """JSON, JUnit and HTML are written, can be parsed, and name the failed clause."""
    files = {name: tmp_path / f"report.{name}" for name in ("json", "junit", "html")}
    arguments = [part for name, path in files.items() for part in (f"--{name}", str(path))]
    streamgauge(tmp_path, "run", "mine:wrong", "--clause", "bytestream", "--examples", "15", *arguments)
    document = json.loads(files["json"].read_text())
    failed = [row for row in document["verdicts"] if row["outcome"] == "fail"]
    assert ["bytestream_05"] == [row["clause"] for row in failed]
    assert 1 == document["exit"] == document["counts"]["fail"]
    suite = ET.fromstring(files["junit"].read_text())
    assert ["bytestream_05[wrong]"] == [case.get("name") for case in suite if case.find("failure") is not None]
    assert "does not conform" in files["html"].read_text()


def test_scripts_show_the_failure_without_the_kit(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The script of a failure prints what the timeline shows, and imports nothing of the kit."""
    streamgauge(tmp_path, "run", "mine:wrong", "--clause", "bytestream_05", "--scripts", "scripts")
    (script,) = (tmp_path / "scripts").iterdir()
    assert "streamgauge" not in script.read_text()
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(tmp_path))
        runpy.run_path(str(script))
    assert "s.length  -> 1\ns.close()  -> None\ns.length  -> 1\n" == capsys.readouterr().out
    rows = script.read_text().splitlines()
    assert rows[0].endswith("PYTHONPATH=. python scripts/bytestream_05-wrong.py")
    assert ["from mine import wrong", "", "s = wrong(b'a')"] == rows[1:4]  # a few lines, where a few lines do
    assert 9 == len(rows)


def test_a_maker_without_a_name_is_called_as_it_was_handed_over(tmp_path: Path) -> None:
    """A partial has no name of its own; report and script use the one under which it was found."""
    (tmp_path / "partly.py").write_text(
        "import functools\nfrom mine import Wrong\ndef build(kind, data):\n    return kind(data)\n"
        "make = functools.partial(build, Wrong)\n"
    )
    done = streamgauge(tmp_path, "run", "partly:make", "--clause", "bytestream_05", "--scripts", "scripts")
    assert "s = make(b'" in done.stdout
    (script,) = (tmp_path / "scripts").iterdir()
    assert ["from partly import make", "", "s = make(b'a')"] == script.read_text().splitlines()[1:4]


def test_cover_tells_which_clauses_reach_a_line(tmp_path: Path) -> None:
    """--cover names the clauses that reach a line, and the lines that none reaches."""
    done = streamgauge(tmp_path, "run", "mine:make", "--clause", "bytestream_05", "--cover", "mine", "--examples", "5")
    rows = done.stdout.splitlines()
    source = (tmp_path / "mine.py").read_text().splitlines()
    closing = source.index('        self.data = b""') + 1
    assert f"mine.py:{closing}: bytestream_05" in rows
    (told,) = [row for row in rows if row.startswith("mine.py: no clause reaches ")]
    split = source.index("    def split(self, point):") + 1
    assert f"reaches {split + 1}-{split + 5}, " in told  # the body alone: def and class lines run at the import
    assert f", {source.index('    return Wrong(data)') + 1}, " in told


def test_profiles_narrow_the_run(tmp_path: Path) -> None:
    """A subject can fail robust and pass core."""
    (tmp_path / "loose.py").write_text(
        "from mine import Stream\n\n\nclass Loose(Stream):\n    def split(self, point):\n"
        "        if point > self.length:\n            point = self.length\n        return super().split(abs(point))\n",
    )
    assert 1 == streamgauge(tmp_path, "run", "loose:Loose", "--profile", "robust").returncode
    assert 0 == streamgauge(tmp_path, "run", "loose:Loose", "--profile", "core").returncode


def test_clauses_and_explain(tmp_path: Path) -> None:
    """`clauses` lists ids with level and profile; `explain` gives law, why and provenance."""
    listed = streamgauge(tmp_path, "clauses", "bytestream").stdout
    assert "bytestream_05   MUST    core    close sets length to 0" in listed
    told = streamgauge(tmp_path, "explain", "bytestream_05")
    assert 0 == told.returncode
    assert "documented (IByteStream: set to 0 by close)" in told.stdout


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (("explain", "nosuch_01"), "no clause or stem is called 'nosuch_01'"),
        (("run", "mine:make", "--clause", "bytestream_99"), "no clause or stem is called 'bytestream_99'"),
        (("run", "mine:make", "--profile", "gold"), "no profile is called 'gold'"),
        (
            ("run", "mine:make", "--clause", "stream_02", "--profile", "cost"),
            "no clause of stream_02 is in the profile",
        ),
        (("run", "mine:make", "--watchdog", "nan"), "expected seconds, 0.1 to 86400, not 'nan'"),
        (("run", "mine:make", "--watchdog", "-1"), "expected seconds, 0.1 to 86400, not '-1'"),
        (("run", "mine:make", "--expectations", "none.toml"), "cannot read none.toml"),
        (("run", "mine:make", "--examples", "0"), "1 or more"),
        (("run", "mine:make", "--clause", "stream_01", "--json", "no/such/folder.json"), "cannot write"),
    ],
)
def test_wrong_use_is_one_line_and_exit_code_2(tmp_path: Path, arguments: tuple[str, ...], part: str) -> None:
    """Wrong use says what was wrong in one line, without a traceback."""
    done = streamgauge(tmp_path, *arguments)
    assert 2 == done.returncode
    assert part in done.stderr
    assert "Traceback" not in done.stderr


def test_nothing_is_left_in_the_folder(tmp_path: Path) -> None:
    """A run leaves no file behind."""
    streamgauge(tmp_path, "run", "mine:wrong", "--clause", "stream", PYTHONDONTWRITEBYTECODE="1")
    assert ["mine.py"] == [path.name for path in tmp_path.iterdir()]


def test_a_stopped_run_keeps_what_it_has_judged(tmp_path: Path) -> None:
    """What was judged before Ctrl-C is told and written; expectations stay as they are."""
    (tmp_path / "slow.py").write_text(
        "import os, signal, mine\ncalls = []\n"
        "def make(data):\n    calls.append(data)\n    if len(calls) == 70:\n"
        "        os.kill(os.getpid(), signal.SIGINT)\n    return mine.wrong(data)\n"
    )
    clauses = [part for clause in ("05", "09", "10", "11") for part in ("--clause", f"bytestream_{clause}")]
    more = ("--no-shrink", "--json", "all.json", "--update-expectations")
    done = streamgauge(tmp_path, "run", "slow:make", *clauses, *more)
    assert 130 == done.returncode
    assert "seen:      after close() length is" in done.stdout
    judged = json.loads((tmp_path / "all.json").read_text())["verdicts"]
    assert "fail" == next(verdict["outcome"] for verdict in judged if verdict["clause"] == "bytestream_05")
    assert f"interrupted after {len(judged)} of 4 verdicts" in done.stdout
    assert not (tmp_path / "streamgauge.toml").exists()


@pytest.mark.parametrize(("ignored", "stops"), [(False, True), (True, False)])
def test_a_terminal_that_is_gone_stops_the_run(ignored: bool, stops: bool) -> None:
    """As an interrupt does, so that nothing is left behind; not where it was started to go on without one."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN if ignored else signal.SIG_DFL)
    stopped = False
    try:
        with stoppable():
            os.kill(os.getpid(), signal.SIGHUP)
    except KeyboardInterrupt:
        stopped = True
    finally:
        signal.signal(signal.SIGHUP, before)
    assert stops is stopped


@pytest.mark.parametrize("number", ["SIGINT", "SIGTERM"])
@pytest.mark.parametrize("where", ["nullcontext()", "suppress(BaseException)", "closing(Dropped())"])
def test_a_stopped_run_says_so(tmp_path: Path, number: str, where: str) -> None:
    """Ctrl-C and a request to end are one line and an exit code of their own; no traceback, nothing left behind."""
    kill = f"os.kill(os.getpid(), signal.{number})"
    (tmp_path / "temporary").mkdir()
    (tmp_path / "slow.py").write_text(
        "import contextlib, os, signal, mine\n"
        f"class Dropped:\n    def close(self):\n        pass\n    def __del__(self):\n        {kill}\n"
        "def make(data):\n    if b'probes' not in data:\n"
        f"        with contextlib.{where}:\n            {'pass' if 'Dropped' in where else kill}\n"
        "    return mine.make(data)\n"
    )
    done = streamgauge(tmp_path, "run", "slow:make", "--clause", "stream_01", TMPDIR=str(tmp_path / "temporary"))
    assert (130, "") == (done.returncode, done.stdout)
    assert done.stderr.startswith("streamgauge: interrupted")
    assert 1 == len(done.stderr.splitlines())
    assert not list((tmp_path / "temporary").iterdir())
