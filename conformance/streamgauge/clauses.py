"""Clauses: the numbered promises, read from the specification pages.

Strategy: a page is written for people; its fixed form makes it readable here. Each `## id: title` heading opens a
clause, the `- field: value` list under it fills the clause. A page that breaks the form is the kit's own fault and is
refused with its line number. Nothing here knows a check or a subject.
"""

import re
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Final

LEVELS: Final = ("MUST", "SHOULD", "MAY")
PROFILES: Final = ("core", "compat", "robust", "cost")
PROVENANCES: Final = ("documented", "implied", "historical", "decided")
STEMS: Final = (
    "stream", "bytestream", "sendfile", "simple", "memory", "file", "compound", "split",
    "consume", "producer", "process", "generator", "buffered", "module", "history",
)  # fmt: skip

_HEADING = re.compile(r"^## (?P<id>[a-z]+_\d\d+): (?P<title>.+)$")
_FIELD = re.compile(r"^- (?P<key>[a-z]+): (?P<value>.*)$")


class PageError(Exception):
    """A specification page breaks the fixed form; the message names file, line and what was expected."""


@dataclass(frozen=True, slots=True)
class Clause:
    """One promise.

    Attributes:
        id: `<stem>_<two digits or more>`, never reused, never renumbered.
        title: a few words for lists.
        level: MUST, SHOULD or MAY.
        profile: core, compat, robust or cost.
        provenance: where the promise comes from, with its source in brackets after the first word.
        law: the promise, in one or two sentences.
        why: what its breach costs a user.
        history: how old implementations broke it, where known; else empty.
        needs: ids of the clauses, or stems all of whose clauses, without which this one says nothing.
        twin: id of a clause that one fault mostly breaks too: it says the same of another method, half or order, or
            another effect of the same call.
        untestable: why no check can exist; empty where there is one.
    """

    id: str
    title: str
    level: str
    profile: str
    provenance: str
    law: str
    why: str
    history: str = ""
    needs: tuple[str, ...] = ()
    twin: str = ""
    untestable: str = ""

    @property
    def stem(self) -> str:
        """The part of the id that names page, checks, broken streams and code."""
        return self.id.rpartition("_")[0]


_REQUIRED = ("level", "profile", "provenance", "law", "why")
_KEYS = frozenset(field.name for field in fields(Clause)) - {"id", "title"}


def _build(where: str, clause_id: str, title: str, values: dict[str, str]) -> Clause:
    missing = [key for key in _REQUIRED if not values.get(key)]
    if missing:
        raise PageError(f"{where}: {clause_id} lacks {', '.join(missing)}")
    if unknown := sorted(values.keys() - _KEYS):
        raise PageError(f"{where}: {clause_id} has unknown fields {', '.join(unknown)}")
    kind = values["provenance"].split(maxsplit=1)[0]
    for value, allowed in ((values["level"], LEVELS), (values["profile"], PROFILES), (kind, PROVENANCES)):
        if value not in allowed:
            raise PageError(f"{where}: {clause_id}: {value!r} is none of {', '.join(allowed)}")
    needs = tuple(values.pop("needs", "").replace(",", " ").split())
    return Clause(id=clause_id, title=title, needs=needs, **values)


def parse_page(text: str, where: str) -> tuple[Clause, ...]:
    """Read the clauses of one page.

    Args:
        text: the page, Markdown.
        where: its name, for errors.

    Returns:
        The clauses in the order of the page.

    Raises:
        PageError: the page breaks the form.
    """
    found: list[tuple[str, str, dict[str, str]]] = []
    key = ""
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("## "):
            heading = _HEADING.match(line)
            if heading is None:
                raise PageError(f"{where}:{number}: a clause heading is '## <stem>_<two digits or more>: <title>'")
            found.append((heading["id"], heading["title"], {}))
            key = ""
        elif found and (field := _FIELD.match(line)):
            key = field["key"]
            if key in found[-1][2]:
                raise PageError(f"{where}:{number}: field '{key}' is given twice")
            found[-1][2][key] = field["value"].strip()
        elif found and key and line.startswith("  "):
            found[-1][2][key] += " " + line.strip()
        elif found and line.strip():
            raise PageError(f"{where}:{number}: expected '- field: value' or an indented continuation")
    return tuple(_build(where, *parts) for parts in found)


def pages_folder() -> Path:
    """Find the specification pages: package data in an installed kit, the `specs` folder in a checkout."""
    here = Path(__file__).resolve().parent
    installed = here / "specs"
    return installed if installed.is_dir() else here.parent.parent / "specs"


@cache
def catalogue() -> dict[str, Clause]:
    """Load every clause, by id, in the order of the stems.

    Raises:
        PageError: a page is missing or breaks the form, an id stands twice or under another stem's name, or a clause
            needs one, or is the twin of one, that does not exist.
    """
    clauses: dict[str, Clause] = {}
    for stem in STEMS:
        page = pages_folder() / f"{stem}.md"
        if not page.is_file():
            raise PageError(f"{page} is not there: the pages of clauses belong to the kit, install or copy it whole")
        for clause in parse_page(page.read_text(encoding="utf-8"), page.name):
            if clause.stem != stem or clause.id in clauses:
                raise PageError(f"{page.name}: {clause.id} stands twice or on the wrong page")
            clauses[clause.id] = clause
    for clause in clauses.values():
        for needed in clause.needs:
            if needed not in clauses and needed not in STEMS:
                raise PageError(f"{clause.id} needs {needed}, which no page has")
        if clause.twin and clause.twin not in clauses:
            raise PageError(f"{clause.id} is a twin of {clause.twin}, a clause which no page has")
    return clauses
