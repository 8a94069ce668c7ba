"""What may stand in an expectations file; anything else is told in one line that says how to put it right."""

from pathlib import Path

import pytest

from streamgauge.expectations_read import find_file, load_expectations
from streamgauge.expectations_write import check_update
from streamgauge.violation import WrongUse

ENTRY = '[[expect]]\nclause = "stream_01"\nkind = "k"\nreason = "r"\n'
SHARED = "[tool.streamgauge]\n"


def refused(path: Path, *, mending: bool = False) -> str:
    """Give the line with which a file is refused."""
    with pytest.raises(WrongUse) as told:
        load_expectations(path, mending=mending)
    assert "\n" not in str(told.value)
    return str(told.value)


@pytest.mark.parametrize("mending", [False, True])
@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("[[expect]\n", "is no TOML"),
        ("expect = 3\n", "expect is no list of tables; write each entry under [[expect]]"),
        ("[expect]\n", "expect is no list of tables; write each entry under [[expect]]"),
        ("expect = [3]\n", "entry 1 is no table; expected clause, kind and reason"),
        ('[[expect]]\nkind = "k"\n', "lacks clause, reason; expected clause, kind and reason"),
        (ENTRY + 'colour = "red"\n', "colour = 'red'; expected one of subject, clause, kind"),
        (ENTRY + "link = 7\n", "link = 7; expected a text in quotes"),
        (ENTRY + "expires = 7\n", "expires = 7; expected a date such as 2027-06-30"),
        (ENTRY + "expires = 2027-06-30T00:00:00\n", "expected a date such as 2027-06-30"),
        (ENTRY + ENTRY, "entries 1 and 2 are both about 'stream_01'; remove one of them"),
        (ENTRY + ENTRY + 'subject = ""\n', "entries 1 and 2 are both about 'stream_01'; remove one of them"),
        ("[[expects]]\n", "nothing is called 'expects' here; did you mean expect?"),
        ('clause = "stream_01"\n', "nothing is called 'clause' here; expected [[expect]] only"),
        ("[[tool.streamgauge.expect]]\n", "nothing is called 'tool' here; expected [[expect]] only"),
    ],
)
def test_a_file_of_its_own_holds_entries_only(tmp_path: Path, text: str, part: str, mending: bool) -> None:
    """What an update does not put right is told then, too."""
    path = tmp_path / "streamgauge.toml"
    path.write_text(text)
    assert part in refused(path, mending=mending)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("tool = 1\n", "tool is no table; expected entries under [[tool.streamgauge.expect]]"),
        ("tool.streamgauge = 1\n", "streamgauge is no table; expected entries under [[tool.streamgauge.expect]]"),
        ("[[tool.streamgauge]]\n", "streamgauge is no table; expected entries under [[tool.streamgauge.expect]]"),
        ("tool.streamgauge.expects = []\n", "nothing is called 'expects' here; did you mean expect?"),
        ("tool.streamgauge.strict = 1\n", "nothing is called 'strict' here; expected [[tool.streamgauge.expect]] only"),
    ],
)
def test_the_table_of_a_shared_file_holds_entries_only(tmp_path: Path, text: str, part: str) -> None:
    """Whether the file is named or found."""
    path = tmp_path / "pyproject.toml"
    path.write_text(text)
    assert part in refused(path)
    with pytest.raises(WrongUse) as told:
        find_file(tmp_path)
    assert part in str(told.value)


@pytest.mark.parametrize(("text", "found"), [("", False), ("[tool.ruff]\n", False), (SHARED, True)])
def test_a_shared_file_is_found_by_its_table(tmp_path: Path, text: str, found: bool) -> None:
    """The other tables in it do not matter."""
    path = tmp_path / "pyproject.toml"
    path.write_text("expects = 1\n" + text)
    assert (path if found else None) == find_file(tmp_path)
    assert [] == load_expectations(path)


def test_two_files_with_expectations_are_refused(tmp_path: Path) -> None:
    """Entries of which one does not know that nobody reads them would expect in vain."""
    own, shared = tmp_path / "streamgauge.toml", tmp_path / "pyproject.toml"
    own.write_text("")
    shared.write_text("[tool.ruff]\n")
    assert own == find_file(tmp_path)
    shared.write_text(SHARED)
    with pytest.raises(WrongUse, match="both hold expectations; keep one of them"):
        find_file(tmp_path)


@pytest.mark.parametrize("example", ["%%%", "a", "é"])
def test_an_example_that_cannot_be_read_is_told(tmp_path: Path, example: str) -> None:
    """Before an update it does not matter."""
    path = tmp_path / "streamgauge.toml"
    path.write_text(f'{ENTRY}example = "{example}"\n', encoding="utf-8")
    assert "entry 1: example is no base64; remove it, or run with --update-expectations" in refused(path)
    assert b"" == load_expectations(path, mending=True)[0].example


def test_a_missing_kind_is_told(tmp_path: Path) -> None:
    """Before an update it does not matter."""
    path = tmp_path / "streamgauge.toml"
    path.write_text(ENTRY.replace('kind = "k"\n', ""))
    assert "lacks kind; expected clause, kind and reason; --update-expectations writes the kind" in refused(path)
    assert "" == load_expectations(path, mending=True)[0].kind


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    """An update makes it."""
    path = tmp_path / "none.toml"
    assert "cannot read" in refused(path)
    assert [] == load_expectations(path, mending=True)
    check_update(path)


@pytest.mark.parametrize(
    ("name", "text", "part"),
    [
        ("none/streamgauge.toml", "", "there is no such folder; expected a file in a folder that can be written to"),
        (
            "pyproject.toml",
            "tool = {a = 1}\n",
            "expected entries under [[tool.streamgauge.expect]], one behind the other",
        ),
        ("pyproject.toml", "tool.streamgauge = {}\n", "cannot be updated the way it is written"),
        ("streamgauge.toml", "expects = []\n", "did you mean expect?"),
    ],
)
def test_what_cannot_be_updated_is_told_before_judging(tmp_path: Path, name: str, text: str, part: str) -> None:
    """In one line; the file stays as it is."""
    if text:
        (tmp_path / name).write_text(text)
    with pytest.raises(WrongUse) as told:
        check_update(tmp_path / name)
    assert part in str(told.value)
    assert "\n" not in str(told.value)
    assert text in ("", *(path.read_text() for path in tmp_path.iterdir()))


def test_what_is_no_file_is_not_replaced(tmp_path: Path) -> None:
    """A folder, a device, links in a circle."""
    (tmp_path / "circle").symlink_to("circle")
    for path in (tmp_path, tmp_path / "circle", Path("/dev/null")):
        with pytest.raises(WrongUse):
            check_update(path)
