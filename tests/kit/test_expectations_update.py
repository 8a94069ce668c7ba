"""--update-expectations: the file says what was found, and stays otherwise as its owner wrote it."""

import re
import subprocess
import sys
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from streamgauge.clauses import catalogue
from streamgauge.expectations import apply
from streamgauge.expectations_read import load_expectations
from streamgauge.expectations_write import update
from streamgauge.verdict import Exit, Outcome, Report, Verdict
from streamgauge.violation import Violation
from tests.kit.command import streamgauge

WHOLE = '[[expect]]\nclause = "bytestream_05"\nkind = "lost"\nreason = "known"\n'
KEPT = '[[{}]]\nclause = "bytestream_05[make]"\nkind = "lost"\nreason = "known"\n'
MENDED = '[[{}]]\nclause = "stream_04[make]"\nkind = "lost"\nreason = "known"\n'
EXAMPLE = 'example = "QQ=="\n'


def found(failing: str = "", passing: str = "") -> Report:
    """Make a report of ids: failing ones may name what was seen, `id=seen`; else it was lost."""
    verdicts = []
    for told in failing.split():
        name, _, seen = told.partition("=")
        violation = Violation(name, seen or "lost", "kept")
        violation.example = b"A"
        verdicts.append(verdict(name, Outcome.FAIL, violation))
    verdicts += [verdict(name, Outcome.PASS) for name in passing.split()]
    return Report("mine:make", tuple(verdicts))


def verdict(name: str, outcome: Outcome, violation: Violation | None = None) -> Verdict:
    """Make the verdict of an id."""
    clause, _, on = name.rstrip("]").partition("[")
    return Verdict(catalogue()[clause], on, outcome, examples=1, exercised=1, violation=violation)


def updated(path: Path, text: str, report: Report, subject: str = "mine:make") -> str:
    """Write the file, update it, and give what it holds then."""
    path.write_bytes(text.encode())
    update(path, report, subject)
    return path.read_bytes().decode()


def entries(text: str) -> list[dict[str, Any]]:
    """Read the entries of a file."""
    document = tomllib.loads(text)
    found: list[dict[str, Any]] = document.get("tool", {}).get("streamgauge", document)["expect"]
    return found


def rest(text: str) -> dict[str, Any]:
    """Read everything else of a pyproject.toml."""
    document = tomllib.loads(text)
    document.get("tool", {}).pop("streamgauge", None)
    return document if document.get("tool") else {**document, "tool": {}}


def test_comments_stay_where_they_are_when_an_entry_goes(tmp_path: Path) -> None:
    """What stands above another entry's header is that entry's."""
    expect = "tool.streamgauge.expect"
    mended, kept = MENDED.format(expect), KEPT.format(expect)
    text = f"# about 04\n{mended}\n# about 05: ticket 12\n{kept}{{}}\n# Another tool\n[tool.ruff]\n"
    report = found("bytestream_05[make]", "stream_04[make]")
    after = updated(tmp_path / "pyproject.toml", text.format(""), report)
    assert text.replace(mended, "").format(EXAMPLE) == after


def test_comments_stay_when_every_entry_goes(tmp_path: Path) -> None:
    """The last entry takes no comment along, and leaves no empty list behind."""
    text = f"# ours\n\n# about 04\n{MENDED}\n# Another tool\n[tool.ruff]\n".format("tool.streamgauge.expect")
    after = updated(tmp_path / "pyproject.toml", text, found("", "stream_04[make]"))
    assert "# ours\n\n# about 04\n\n# Another tool\n[tool.ruff]\n" == after


def test_a_comment_that_is_left_does_not_get_to_the_next_entry(tmp_path: Path) -> None:
    """Entries without blank lines between them have one there afterwards."""
    text = "# about 04\n" + MENDED.format("expect") + "# about 05\n" + KEPT.format("expect") + EXAMPLE
    after = updated(tmp_path / "streamgauge.toml", text, found("bytestream_05[make]", "stream_04[make]"))
    assert "# about 04\n\n# about 05\n" + KEPT.format("expect") + EXAMPLE == after


def test_a_remark_of_an_entry_stays_with_it(tmp_path: Path) -> None:
    """A comment right below an entry, with a blank line behind it, is that entry's."""
    text = KEPT.format("expect") + "{}# a remark\n\n# the end\n"
    after = updated(tmp_path / "streamgauge.toml", text.format(""), found("bytestream_05[make] stream_04[make]"))
    assert after.startswith(text.format(EXAMPLE).removesuffix("\n# the end\n"))
    assert after.endswith(EXAMPLE + "\n# the end\n")


@pytest.mark.parametrize("start", ["", "# ours\n\n", "# ours", "expect = []\n", KEPT.format("expect").strip()])
def test_entries_come_without_touching_the_rest(tmp_path: Path, start: str) -> None:
    """A new entry stands behind the others and before what belongs to the next table."""
    after = updated(tmp_path / "streamgauge.toml", start, found("bytestream_05[make] stream_04[make]"))
    assert ["bytestream_05[make]", "stream_04[make]"] == [entry["clause"] for entry in entries(after)]
    assert "\n\n\n" not in after
    assert ("# ours" in start) == ("# ours" in after)


@pytest.mark.parametrize("between", ["", '[project]\nname = "x"\n'])
def test_entries_may_stand_in_several_places(tmp_path: Path, between: str) -> None:
    """Other tables between the entries stay there."""
    kept, mended = (entry.format("tool.streamgauge.expect") for entry in (KEPT, MENDED))
    text = f"{kept}{{}}\n# Ruff\n[tool.ruff]\n\n{between}{mended}\n# the end\n"
    report = found("bytestream_05[make] stream_03[make]", "stream_04[make]")
    after = updated(tmp_path / "pyproject.toml", text.format(""), report)
    assert after.startswith(text.format(EXAMPLE).partition(mended)[0])
    assert after.endswith("\n# the end\n")
    assert ["bytestream_05[make]", "stream_03[make]"] == [entry["clause"] for entry in entries(after)]


ENTRY = '{clause = "stream_04[make]", kind = "lost", reason = "known"}'


@pytest.mark.parametrize(
    "text",
    [
        "[tool]\nstreamgauge = {expect = []}\nother = 1\n",
        "[tool.streamgauge]\nexpect = [\n  # first\n  " + ENTRY + ", # 04\n]\n\n# Ruff\n[tool.ruff]\n",
        "tool.streamgauge.expect = [" + ENTRY + "]\n",
        "tool.other = 1\n",
        "[tool.streamgauge]\n",
        "[tool.ruff]\n\n# The project\n[project]\n",
    ],
)
def test_every_way_to_write_the_list_is_kept(tmp_path: Path, text: str) -> None:
    """Arrays stay arrays; what is written can be read, and nothing else of the file is another."""
    after = updated(tmp_path / "pyproject.toml", text, found("bytestream_05[make] stream_04[make]"))
    assert {"bytestream_05[make]", "stream_04[make]"} == {entry["clause"] for entry in entries(after)}
    assert re.findall("#.*", text) == re.findall("#.*", after)
    assert rest(text) == rest(after)
    again = updated(tmp_path / "pyproject.toml", after, found("", "bytestream_05[make] stream_04[make]"))
    assert [] == tomllib.loads(again).get("tool", {}).get("streamgauge", {}).get("expect", [])


def test_what_needs_no_change_is_not_written(tmp_path: Path) -> None:
    """A file that says what was found stays as it is, to the byte."""
    text = '# ours\r\n[[expect]]\nclause="stream_04"\nkind = "lost instead of kept"\nreason = \'x\'\nexample = "QQ=="'
    assert text == updated(tmp_path / "streamgauge.toml", text, found("stream_04[make]"))


def test_what_nobody_can_read_is_taken_out(tmp_path: Path) -> None:
    """Whoever's entry it is in: it keeps every run from reading the file."""
    text = KEPT.format("expect") + 'subject = "theirs:make"\n'
    assert text == updated(tmp_path / "streamgauge.toml", text + 'example = "%"\n', found("", "bytestream_05[make]"))


def test_line_ends_are_kept(tmp_path: Path) -> None:
    """A file of CRLF lines stays one."""
    text = KEPT.format("expect").replace("\n", "\r\n")
    after = updated(tmp_path / "streamgauge.toml", text, found("bytestream_05[make] stream_04[make]"))
    assert 10 < after.count("\n") == after.count("\r\n")


def test_the_mark_that_some_editors_put_first_is_kept(tmp_path: Path) -> None:
    """It is read as if it were not there."""
    text = "\ufeff" + KEPT.format("expect")
    after = updated(tmp_path / "streamgauge.toml", text, found("bytestream_05[make] stream_04[make]"))
    assert after.startswith("\ufeff[[expect]]")
    assert "stream_04[make]" in after
    assert 1 == after.count("\ufeff")


def test_links_and_permissions_are_kept(tmp_path: Path) -> None:
    """A link still leads to the file, which has the mode it had; nothing else is left in the folder."""
    real, link = tmp_path / "real.toml", tmp_path / "streamgauge.toml"
    real.touch()
    real.chmod(0o640)
    link.symlink_to(real.name)
    update(link, found("stream_04[make]"), "mine:make")
    assert link.is_symlink()
    assert 0o640 == real.stat().st_mode & 0o777
    assert {real, link} == set(tmp_path.iterdir())
    assert "stream_04[make]" in real.read_text()


def clauses(text: str) -> dict[str, tuple[str, str]]:
    """Give kind and reason of each entry by its clause."""
    return {entry["clause"]: (entry["kind"], entry["reason"]) for entry in entries(text)}


NEW = ("late instead of kept", "not said yet")


def test_a_part_that_fails_in_another_way_gets_an_entry_of_its_own(tmp_path: Path) -> None:
    """The entry about the whole clause stays for the other parts."""
    report = found("bytestream_05[A]=late bytestream_05[B] bytestream_05[C]")
    after = updated(tmp_path / "streamgauge.toml", WHOLE, report)
    assert {"bytestream_05": ("lost", "known"), "bytestream_05[A]": NEW} == clauses(after)
    assert after == updated(tmp_path / "streamgauge.toml", after, report)


def test_a_part_that_passes_makes_the_entry_about_the_whole_clause_one_about_parts(tmp_path: Path) -> None:
    """Each part that still fails in that way has the reason then."""
    report = found("bytestream_05[A]=late bytestream_05[B] bytestream_05[C]", "bytestream_05[D]")
    after = updated(tmp_path / "streamgauge.toml", WHOLE, report)
    told = {"bytestream_05[A]": NEW, "bytestream_05[B]": ("lost", "known"), "bytestream_05[C]": ("lost", "known")}
    assert told == clauses(after)


@pytest.mark.parametrize(
    ("outcome", "stays"),
    [(Outcome.NOT_EXERCISED, True), (Outcome.ERROR, True), (Outcome.XPASS, False), (Outcome.NOT_CLAIMED, False)],
)
def test_an_entry_goes_only_if_its_clause_holds_or_is_withdrawn(tmp_path: Path, outcome: Outcome, stays: bool) -> None:
    """What could not be judged says nothing against it."""
    report = Report("mine:make", (verdict("bytestream_05[A]", outcome),))
    assert (WHOLE if stays else "") == updated(tmp_path / "streamgauge.toml", WHOLE, report)


def test_another_kind_is_written_over_the_old_one(tmp_path: Path) -> None:
    """Where nothing fails in the old way, the entry keeps its reason and names the new one."""
    after = updated(tmp_path / "streamgauge.toml", WHOLE, found("bytestream_05[A]=late bytestream_05[B]=late"))
    assert {"bytestream_05": (NEW[0], "known")} == clauses(after)


@pytest.mark.parametrize("line", ['subject = ""\n', 'subject = "mine:make"\n', ""])
def test_an_empty_subject_is_any(tmp_path: Path, line: str) -> None:
    """It is read so, and written so."""
    text = KEPT.format("expect") + line
    assert text + EXAMPLE == updated(tmp_path / "streamgauge.toml", text, found("bytestream_05[make]"))


def test_the_entry_about_any_subject_yields_to_one_about_this_one(tmp_path: Path) -> None:
    """It is left for the others."""
    text = KEPT.format("expect") + "\n" + KEPT.format("expect") + 'subject = "mine:make"\n'
    assert text + EXAMPLE == updated(tmp_path / "streamgauge.toml", text, found("bytestream_05[make]"))


def test_a_blocked_law_that_was_not_reached_can_be_expected(tmp_path: Path) -> None:
    """What builds on an accepted failure may be out of reach: its entry is written, judged, and kept."""
    path = tmp_path / "streamgauge.toml"
    report = Report("mine:make", (*found("stream_18[make]").verdicts, verdict("stream_20[make]", Outcome.BLOCKED)))
    text = updated(path, "", report)
    assert ["stream_18[make]", "stream_20[make]"] == [entry["clause"] for entry in entries(text)]
    judged = apply(report, load_expectations(path, "mine:make"), date(2026, 1, 1))
    assert Exit.CONFORMS is judged.exit
    assert text == updated(path, text, judged)
    reached = Report("mine:make", (report.verdicts[0], verdict("stream_20[make]", Outcome.PASS)))
    assert Outcome.XPASS is apply(reached, load_expectations(path, "mine:make"), date(2026, 1, 1)).verdicts[1].outcome
    lost = Report("mine:make", found("stream_20[make]").verdicts)
    assert Outcome.FAIL is apply(lost, load_expectations(path, "mine:make"), date(2026, 1, 1)).verdicts[0].outcome


def test_processes_that_update_one_file_wait_for_each_other(tmp_path: Path) -> None:
    """No entry is lost, whoever comes first."""
    asked = ("--clause", "bytestream_05", "--examples", "15", "--update-expectations")
    for number in range(4):
        (tmp_path / f"mine{number}.py").write_text("from mine import wrong\n")
    streamgauge(tmp_path, "run", "mine:wrong", *asked)  # it writes the module too
    command = [sys.executable, "-m", "streamgauge", "run"]
    updates = [
        subprocess.Popen([*command, f"mine{number}:wrong", *asked], cwd=tmp_path, stdout=subprocess.DEVNULL)
        for number in range(4)
    ]
    for update_ in updates:
        update_.wait()
    written = {entry["subject"] for entry in entries((tmp_path / "streamgauge.toml").read_text())}
    assert written == {"mine:wrong", *(f"mine{number}:wrong" for number in range(4))}
