"""`python -m tests.tools.clauses`: write docs/clauses.md, the list of all clauses, from the specification pages."""

import sys
from itertools import groupby
from pathlib import Path

from streamgauge.check import find_check
from streamgauge.clauses import catalogue

PAGE = Path(__file__).parents[2] / "docs" / "clauses.md"


def page() -> str:
    """Write the page."""
    clauses = list(catalogue().values())
    lines = [
        "# All clauses",
        "",
        "Written by `python -m tests.tools.clauses`; do not edit. The clauses themselves stand in `specs/`.",
        "",
        f"{len(clauses)} clauses: "
        + ", ".join(f"{sum(c.level == level for c in clauses)} {level}" for level in ("MUST", "SHOULD", "MAY"))
        + f"; {sum(bool(c.untestable) for c in clauses)} untestable.",
    ]
    for stem, group in groupby(clauses, key=lambda clause: clause.stem):
        lines += [
            "",
            f"## {stem}",
            "",
            "| id | level | profile | promise | asks for |",
            "| --- | --- | --- | --- | --- |",
        ]
        for clause in group:
            found = find_check(clause.id)
            asks = "untestable" if found is None else ", ".join((*found.names, *sorted(found.wants)))
            lines.append(
                f"| [{clause.id}](../specs/{stem}.md) | {clause.level} | {clause.profile} | {clause.title} | {asks} |"
            )
    return "\n".join(lines) + "\n"


def main() -> int:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
