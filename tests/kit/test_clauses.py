"""The specification pages: their form, and what they promise about themselves."""

import re
from pathlib import Path

import pytest

from streamgauge.clauses import STEMS, PageError, catalogue, parse_page

ROOT = Path(__file__).parents[2]
GOOD = """# page

## memory_01: Title

- level: MUST
- profile: core
- provenance: documented
- law: One
  two.
- why: W.
"""


def test_a_page_is_read() -> None:
    """Heading, fields and continuation lines make a clause."""
    (clause,) = parse_page(GOOD, "memory.md")
    assert ("memory_01", "memory", "One two.", "Title") == (clause.id, clause.stem, clause.law, clause.title)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        (GOOD.replace("## memory_01: Title", "## Memory 1"), "a clause heading is"),
        (GOOD.replace("- why: W.\n", ""), "lacks why"),
        (GOOD.replace("level: MUST", "level: MAYBE"), "'MAYBE' is none of"),
        (GOOD.replace("documented", "rumoured"), "'rumoured' is none of"),
        (GOOD + "- why: again\n", "given twice"),
        (GOOD + "- colour: red\n", "unknown fields colour"),
        (GOOD + "stray text\n", "expected '- field: value'"),
    ],
)
def test_a_page_out_of_form_is_refused(text: str, part: str) -> None:
    """What breaks the form is named with the page."""
    with pytest.raises(PageError, match=re.escape(part)):
        parse_page(text, "memory.md")


def test_a_kit_without_its_pages_judges_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would find nothing wrong with anything."""
    monkeypatch.setattr("streamgauge.clauses.pages_folder", lambda: tmp_path)
    with pytest.raises(PageError, match=r"stream\.md is not there"):
        catalogue.__wrapped__()


@pytest.mark.parametrize(
    ("field", "part"),
    [("needs: memory_99", "memory_01 needs memory_99"), ("twin: memory", "memory_01 is a twin of memory, a clause")],
)
def test_an_edge_that_leads_nowhere_is_refused(
    field: str, part: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A misspelt id would let a failure stand that follows from another; only clauses have twins."""
    for stem in STEMS:
        (tmp_path / f"{stem}.md").write_text(f"{GOOD}- {field}\n" if stem == "memory" else "# page\n")
    monkeypatch.setattr("streamgauge.clauses.pages_folder", lambda: tmp_path)
    with pytest.raises(PageError, match=part):
        catalogue.__wrapped__()


def test_levels_fit_their_provenance() -> None:
    """Historical clauses are compat; documented and implied ones are core or cost nothing less than MUST."""
    wrong = []
    for clause in catalogue().values():
        kind = clause.provenance.split(maxsplit=1)[0]
        if kind == "historical" and clause.profile != "compat":
            wrong.append(clause.id)
        if kind in {"documented", "implied"} and (clause.level, clause.profile) != ("MUST", "core"):
            wrong.append(clause.id)
        if kind == "decided" and clause.profile not in {"robust", "cost"}:
            wrong.append(clause.id)
    assert [] == wrong


def test_ids_count_up() -> None:
    """Ids of a stem count up in the order of the page; one that is missing is withdrawn, which the page says."""
    for stem in STEMS:
        ids = [clause.id for clause in catalogue().values() if clause.stem == stem]
        last = int(ids[-1].rpartition("_")[2])
        head = (ROOT / "specs" / f"{stem}.md").read_text(encoding="utf-8").partition("\n## ")[0]
        told = set(re.findall(r"\w+_\d+", head.partition("Withdrawn")[2]))
        assert ids == [one for number in range(1, last + 1) if (one := f"{stem}_{number:02}") not in told]


def test_documents_name_only_paths_that_are_there() -> None:
    """Links and quoted paths in the README and docs/ lead somewhere."""
    missing = []
    for page in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]:
        text = page.read_text(encoding="utf-8")
        links = [path for path in re.findall(r"\]\(([^)#]+)", text) if "://" not in path]
        missing += [f"{page.name}: {path}" for path in links if not (page.parent / path).exists()]
        quoted = re.findall(r"`((?:specs|docs|tests|reference|conformance)/[\w./]*)`", text)
        missing += [f"{page.name}: {path}" for path in quoted if not (ROOT / path).exists()]
    assert [] == sorted(set(missing))
