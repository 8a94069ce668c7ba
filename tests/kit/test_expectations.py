"""Expectations: known failures are judged strictly, and the file is kept as its owner wrote it."""

from pathlib import Path

import pytest

from streamgauge.expectations import kind_of
from streamgauge.violation import Violation
from tests.kit.command import streamgauge

RUN = ("run", "mine:wrong", "--clause", "bytestream", "--examples", "15")


def expecting(folder: Path, text: str, *, target: str = "mine:wrong") -> tuple[int, str]:
    """Write streamgauge.toml, run, and give exit code and output."""
    (folder / "streamgauge.toml").write_text(text)
    done = streamgauge(folder, "run", target, *RUN[2:])
    return done.returncode, done.stdout + done.stderr


ENTRY = """# kept
[[expect]]
clause = "bytestream_05[wrong]"
kind = "after close() length is N instead of after close() length is N"
reason = "known"
"""


def test_an_expected_failure_is_green(tmp_path: Path) -> None:
    """A failure of the expected kind is an xfail, and the run is green."""
    code, output = expecting(tmp_path, ENTRY)
    assert (0, True) == (code, "1 xfail" in output)


@pytest.mark.parametrize("kind", ["after close() length is 1", "after close() length is N"])
def test_a_kind_may_be_copied_from_a_report(tmp_path: Path, kind: str) -> None:
    """What was seen is a kind by itself, with the numbers of the example or without them."""
    code, output = expecting(
        tmp_path, ENTRY.replace("after close() length is N instead of after close() length is N", kind)
    )
    assert (0, True) == (code, "1 xfail" in output)


def test_kinds_leave_out_what_an_example_draws() -> None:
    """Bytes and numbers do not count, the words do."""
    first = Violation("x", "b'a'", "None")
    assert "bytes instead of None" == kind_of(first)
    assert kind_of(first) == kind_of(Violation("x", "b'\\x00'...b'it\\'s' (300 bytes)", "None"))
    assert kind_of(first) != kind_of(Violation("x", "b'a'", "RuntimeError"))


def test_kinds_name_no_place(tmp_path: Path) -> None:
    """An error that was met where a value is expected is told without its place: the entry holds in any checkout."""
    (tmp_path / "raising.py").write_text(
        "import mine\nclass Raising(mine.Stream):\n    @property\n    def length(self):\n"
        "        return self.source\n    @length.setter\n    def length(self, value):\n        pass\n"
    )
    streamgauge(tmp_path, "run", "raising:Raising", *RUN[2:], "--clause", "history", "--update-expectations")
    entries = (tmp_path / "streamgauge.toml").read_text()
    assert "an error: AttributeError(" in entries
    assert str(tmp_path) not in entries


@pytest.mark.parametrize(
    ("text", "part"),
    [
        (ENTRY.replace("after close()", "something else"), "another violation than expected"),
        (ENTRY + "expires = 2001-01-01\n", "expired on 2001-01-01"),
        (ENTRY + '[[expect]]\nclause = "bytestream_98"\nkind = "x"\nreason = "x"\n', "matches nothing"),
    ],
)
def test_what_differs_from_an_entry_fails_the_run(tmp_path: Path, text: str, part: str) -> None:
    """Another violation, an expired entry, an entry that matches nothing: reported, and not green."""
    if "bytestream_98" in text:
        (tmp_path / "streamgauge.toml").write_text(text)
        done = streamgauge(tmp_path, "run", "mine:wrong", "--examples", "15")
        code, output = done.returncode, done.stdout
    else:
        code, output = expecting(tmp_path, text)
    assert (1, True) == (code, part in output), output


def test_an_entry_about_no_clause_at_all_is_told_in_every_run(tmp_path: Path) -> None:
    """A run of some clauses tells nothing of entries about others, but this one will never match."""
    other = ENTRY.replace("bytestream_05[wrong]", "memory_01")
    assert other != ENTRY
    code, output = expecting(tmp_path, ENTRY + other + other.replace("memory_01", "memory_999"))
    assert (1, True) == (code, "expectation memory_999: matches nothing that was judged; remove it" in output), output
    assert "memory_01" not in output


def test_an_unexpected_pass_fails_the_run(tmp_path: Path) -> None:
    """An entry about a clause that passes is reported."""
    code, output = expecting(tmp_path, ENTRY.replace("[wrong]", ""), target="mine:make")
    assert (1, True) == (code, "1 xpass" in output)


def test_update_writes_what_failed_and_keeps_the_rest(tmp_path: Path) -> None:
    """--update-expectations adds what fails, drops what passes, and leaves comments and other subjects alone."""
    other = '\n[[expect]] # theirs\nsubject = "theirs:make"\nclause = "stream_01"\nkind = "k"\nreason = "r"\n'
    (tmp_path / "streamgauge.toml").write_text(
        '# ours\n[[expect]]\nclause = "bytestream_04"\nkind = "k"\nreason = "r"\n' + other
    )
    done = streamgauge(tmp_path, *RUN, "--update-expectations")
    text = (tmp_path / "streamgauge.toml").read_text()
    assert 0 == done.returncode, done.stdout
    assert "# ours" in text
    assert "# theirs" in text
    assert "bytestream_04" not in text
    assert 'clause = "bytestream_05[wrong]"' in text
    assert 0 == streamgauge(tmp_path, *RUN).returncode


def test_the_stored_counterexample_is_replayed_first(tmp_path: Path) -> None:
    """With one example only, the stored counterexample still shows the failure, whatever the seed."""
    streamgauge(tmp_path, *RUN, "--update-expectations")
    for seed in "123":
        done = streamgauge(tmp_path, *RUN[:4], "--examples", "1", "--seed", seed)
        assert "1 xfail" in done.stdout, done.stdout


def test_the_table_in_pyproject_is_read_and_written(tmp_path: Path) -> None:
    """[tool.streamgauge] in pyproject.toml serves as well, and the rest of the file stays."""
    entry = '[[tool.streamgauge.expect]]\nclause = "bytestream_04"\nkind = "k"\nreason = "r"\n'
    start = '[project]\nname = "x"  # a comment\n\n' + entry
    (tmp_path / "pyproject.toml").write_text(start)
    streamgauge(tmp_path, *RUN, "--update-expectations")
    text = (tmp_path / "pyproject.toml").read_text()
    assert 'name = "x"  # a comment' in text
    assert "bytestream_05[wrong]" in text
    assert 0 == streamgauge(tmp_path, *RUN).returncode


@pytest.mark.parametrize("more", [(), ("--update-expectations",)])
@pytest.mark.parametrize("text", ["expects = []\n", ENTRY + "expires = 2027-06-30T00:00:00\n"])
def test_a_bad_file_is_wrong_use(tmp_path: Path, text: str, more: tuple[str, ...]) -> None:
    """A file that cannot be read as expectations gives one line and exit code 2, before anything is judged."""
    (tmp_path / "streamgauge.toml").write_text(text)
    done = streamgauge(tmp_path, *RUN, *more)
    assert (2, "", 1) == (done.returncode, done.stdout, len(done.stderr.splitlines())), done.stderr
    assert text == (tmp_path / "streamgauge.toml").read_text()


def test_the_update_puts_right_what_it_is_said_to(tmp_path: Path) -> None:
    """A missing kind and an unreadable example are written anew, and the reason stays."""
    text = '[[expect]]\nclause = "bytestream_05"\nreason = "known"\n'
    for wrong, told in ((text, "lacks kind"), (ENTRY + 'example = "%"\n', "no base64")):
        code, output = expecting(tmp_path, wrong)
        assert (2, True, True) == (code, told in output, "--update-expectations" in output), output
        assert 0 == streamgauge(tmp_path, *RUN, "--update-expectations").returncode
        code, output = expecting(tmp_path, (tmp_path / "streamgauge.toml").read_text())
        assert (0, True) == (code, "known" in output), output


def test_a_file_that_cannot_be_written_any_more_keeps_no_report_back(tmp_path: Path) -> None:
    """Met after judging, it is told with the report, which is not green then."""
    (tmp_path / "spoiling.py").write_text(
        "import mine\nclass Wrong(mine.Wrong):\n    def split(self, point):\n"
        "        open('streamgauge.toml', 'w').write('[')\n        return super().split(point)\n"
    )
    done = streamgauge(tmp_path, "run", "spoiling:Wrong", *RUN[2:], "--update-expectations")
    assert 1 == done.returncode, done.stderr
    assert "bytestream_05[Wrong]: close sets length to 0" in done.stdout
    assert "expectations not updated: " in done.stdout
    assert "streamgauge.toml is no TOML" in done.stdout


def test_an_entry_with_the_verdicts_own_id_comes_before_one_about_the_whole_clause(tmp_path: Path) -> None:
    """Wherever they stand, and the one about any subject yields to the one about this one; neither is in vain."""
    vague = ENTRY.replace("after close()", "something else")
    whole, any_subject = vague.replace("[wrong]", ""), vague
    code, output = expecting(tmp_path, whole + any_subject + ENTRY + 'subject = "mine:wrong"\n')
    assert (0, True) == (code, "1 xfail" in output), output
